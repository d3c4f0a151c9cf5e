"""Every setting, its default and its meaning; read strictly from the environment."""

import re
import zoneinfo
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple


class UnusableSetting(Exception):
    """A setting that microcred refuses to start with; the message is a sentence for whoever starts it."""


def _text(value: str) -> str:
    return value.strip()


def _flag(value: str) -> bool:
    flags = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}
    if value.strip().lower() not in flags:
        raise ValueError("must be 1 or 0")
    return flags[value.strip().lower()]


def _count(value: str) -> int:
    if not value.strip().isdecimal() or int(value) == 0:
        raise ValueError("must be a whole number above 0")
    return int(value)


def _folder(value: str) -> Path:
    return Path(value).expanduser().resolve()


def _time_zone(value: str) -> str:
    if value not in zoneinfo.available_timezones():
        raise ValueError("must be a time zone such as America/Toronto")
    return value


def _currency(value: str) -> str:
    if len(value) != 3 or not value.isascii() or not value.isupper():
        raise ValueError("must be a currency code such as CAD")
    return value


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise ValueError(f"must be one of {', '.join(LANGUAGES)}")
    return value


def _address(value: str) -> str:
    if value and not ADDRESS.fullmatch(value):
        raise ValueError("must be an address without a path, such as https://microcred.school.example")
    return value.rstrip("/")


def _database_url(value: str) -> str:
    schemes = ("sqlite:///", "postgresql://", "postgresql+psycopg://")
    if value and not value.startswith(schemes):
        raise ValueError("must start with sqlite:/// or postgresql://")
    return value


ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/?")
LANGUAGES = {"en": "English", "fr": "Français"}
LOCALES = {"en": "en_CA", "fr": "fr_CA"}
"""How dates, numbers and money are written in each language."""


def _percent(value: str) -> int:
    if not value.strip().isdecimal() or int(value) > 100:
        raise ValueError("must be a whole number from 0 to 100")
    return int(value)


FILE_KINDS = "jpg,png,webp,gif,pdf,docx,pptx,xlsx,odt,txt"
"""What can be cleaned, and so may be handed in at all."""


def _endings(value: str) -> tuple[str, ...]:
    endings = tuple(f".{word.strip().lower().lstrip('.')}" for word in value.split(",") if word.strip())
    if not endings or not set(endings) <= {f".{kind}" for kind in FILE_KINDS.split(",")}:
        raise ValueError(f"must name kinds of file among {FILE_KINDS}")
    return endings


class Setting(NamedTuple):
    """One line of the settings table: the environment's name, how it is read, its default, what it means."""

    name: str
    read: Callable[[str], Any]
    default: str
    meaning: str


SETTINGS = (
    Setting("MICROCRED_DATA", _folder, "data", "folder of the database, the keys and the evidence"),
    Setting(
        "DATABASE_URL", _database_url, "", "another database, e.g. postgresql://…; empty: SQLite in the data folder"
    ),
    Setting(
        "MICROCRED_SECRET_KEY_FILE", _text, "", "file with the key of sessions; empty: keys/sessions in the data folder"
    ),
    Setting(
        "MICROCRED_SIGNING_KEY_FILE",
        _text,
        "",
        "file with the key that signs badges; empty: keys/signing in the data folder",
    ),
    Setting("MICROCRED_DISTRICT", _text, "School district", "name of the district: it issues the badges"),
    Setting("MICROCRED_TIME_ZONE", _time_zone, "America/Toronto", "local school time"),
    Setting("MICROCRED_CURRENCY", _currency, "CAD", "currency of the giveaways' values"),
    Setting("MICROCRED_LANGUAGE", _language, "en", "language of those who have chosen none"),
    Setting("MICROCRED_PUBLIC_URL", _address, "", "address people type, for links in mail and on badges"),
    Setting(
        "MICROCRED_SECURE_COOKIES", _flag, "1", "send cookies over HTTPS only; 0 for plain HTTP on a loopback address"
    ),
    Setting("MICROCRED_BEHIND_PROXY", _flag, "0", "trust the X-Forwarded headers of one proxy in front"),
    Setting("MICROCRED_DEMO", _flag, "0", "one-click sign-in for the demo's people, on loopback addresses only"),
    Setting("MICROCRED_SESSION_IDLE_MINUTES", _count, "30", "minutes without a page after which one is signed out"),
    Setting("MICROCRED_SESSION_HOURS", _count, "8", "hours after which one is signed out in any case"),
    Setting("MICROCRED_UPLOAD_MEGABYTES", _count, "10", "largest file of evidence"),
    Setting("MICROCRED_ARTEFACTS_PER_PART", _count, "8", "files and links per part of the evidence"),
    Setting(
        "MICROCRED_FILE_KINDS",
        _endings,
        FILE_KINDS,
        "kinds of file that evidence may hold, by ending",
    ),
    Setting(
        "MICROCRED_TRIES_BEFORE_TALK", _count, "3", "answers of “not yet” after which a talk with a coach comes first"
    ),
    Setting("MICROCRED_APPEAL_SCHOOL_DAYS", _count, "10", "school days within which an answer can be appealed"),
    Setting(
        "MICROCRED_ANSWER_SCHOOL_DAYS", _count, "3", "school days after which a principal is reminded, once, to answer"
    ),
    Setting("MICROCRED_SILENT_SCHOOL_DAYS", _count, "10", "school days of silence after which a volunteer is at risk"),
    Setting("MICROCRED_POLL_REMINDERS", _count, "2", "reminders at most to those who have not voted in a poll"),
    Setting("MICROCRED_REVIEW_SCHOOL_DAYS", _count, "10", "school days a review may take"),
    Setting("MICROCRED_REVIEW_OFFER_SCHOOL_DAYS", _count, "1", "school days after which an unanswered review goes on"),
    Setting(
        "MICROCRED_LATE_REVIEW_SCHOOL_DAYS", _count, "2", "school days after which a late review goes to the leads"
    ),
    Setting(
        "MICROCRED_CALIBRATION_PERCENT", _percent, "80", "agreement with the anchors that a reviewer needs, in percent"
    ),
    Setting(
        "MICROCRED_DRIFT_PERCENT", _percent, "5", "reviews with which an anchor is mixed in, unannounced, in percent"
    ),
    Setting("MICROCRED_OFFER_SCHOOL_DAYS", _count, "3", "school days for which a freed place stays offered"),
    Setting("MICROCRED_VIRUS_SCANNER", _text, "", "command that a new file is shown to; exit code 1 refuses the file"),
    Setting("MICROCRED_MAIL_SERVER", _text, "", "host:port of the mail server; empty: mail waits in the outbox"),
    Setting("MICROCRED_MAIL_FROM", _text, "microcred@localhost", "sender of the mail"),
)


def read_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Read every setting, and what Flask derives from them; raise UnusableSetting at the first that is unusable."""
    known = {setting.name for setting in SETTINGS}
    for name in environment:
        if name.startswith("MICROCRED_") and name not in known:
            raise UnusableSetting(f"{name} is not a setting of microcred. Check its spelling.")
    settings = {setting.name: _read(setting, environment) for setting in SETTINGS}
    return settings | _derived(settings, environment)


def _read(setting: Setting, environment: Mapping[str, str]) -> Any:
    try:
        return setting.read(environment.get(setting.name, setting.default))
    except ValueError as reason:
        raise UnusableSetting(f"{setting.name} {reason}.") from None


def _derived(settings: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    if environment.get("FLASK_DEBUG", "") not in ("", "0", "false"):
        raise UnusableSetting("FLASK_DEBUG is on. microcred never runs in debug mode: a debugger is a door for anyone.")
    folder: Path = settings["MICROCRED_DATA"]
    keys = {name: _key_file(settings[name], folder / "keys" / default) for name, default in KEY_FILES.items()}
    return keys | {
        "SECRET_KEY": _secret(keys["MICROCRED_SECRET_KEY_FILE"]),
        "SQLALCHEMY_DATABASE_URI": settings["DATABASE_URL"] or f"sqlite:///{folder / 'microcred.sqlite'}",
        "MAX_CONTENT_LENGTH": (settings["MICROCRED_UPLOAD_MEGABYTES"] + 1) * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 500,
        "SESSION_COOKIE_NAME": "microcred",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings["MICROCRED_SECURE_COOKIES"],
        "PERMANENT_SESSION_LIFETIME": timedelta(minutes=settings["MICROCRED_SESSION_IDLE_MINUTES"]),
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": LOCALES[settings["MICROCRED_LANGUAGE"]],
        "BABEL_DEFAULT_TIMEZONE": settings["MICROCRED_TIME_ZONE"],
    }


KEY_FILES = {"MICROCRED_SECRET_KEY_FILE": "sessions", "MICROCRED_SIGNING_KEY_FILE": "signing"}


def _key_file(setting: str, default: Path) -> Path:
    return Path(setting).expanduser().resolve() if setting else default


def _secret(path: Path) -> str:
    if not path.is_file():
        raise UnusableSetting(
            f"There is no secret key at {path}. Make the keys with: python -m microcred.keys {path.parent}"
        )
    secret = path.read_text().strip()
    if len(secret) < 32:
        raise UnusableSetting(f"The secret key at {path} is too short: at least 32 characters are needed.")
    return secret
