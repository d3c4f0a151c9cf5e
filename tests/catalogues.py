"""`python -m tests.catalogues`: every visible string stands in the English and in the French catalogue.

`--update` writes both catalogues anew with the messages that there are now.
"""

import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
TRANSLATIONS = ROOT / "microcred" / "translations"
KEYWORDS = ("-k", "_l", "-k", "lazy_gettext", "-k", "pgettext:1c,2", "-k", "lazy_pgettext:1c,2")
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
HEADER: dict[str, Any] = {
    "project": "microcred",
    "version": "1",
    "msgid_bugs_address": "coordination@school.example",
    "last_translator": "microcred",
    "language_team": "microcred",
    "creation_date": FIRST_DAY,
    "revision_date": FIRST_DAY,
}
"""The same on every day, so that a catalogue changes only with its messages."""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%\(\w+\)")


def catalogue(language: str) -> Catalog:
    """The catalogue of a language."""
    with path(language).open("rb") as file:
        return read_po(file, locale=language)


def path(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def extracted() -> Catalog:
    """Every message that stands in the code and the templates now."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "messages.pot"
        command = ["pybabel", "-q", "extract", "-F", str(TRANSLATIONS / "babel.cfg"), *KEYWORDS, "-o", str(target), "."]
        subprocess.run([sys.executable, "-m", "babel.messages.frontend", *command[1:]], check=True, cwd=ROOT)
        with target.open("rb") as file:
            return read_po(file)


def translations(message: Message) -> tuple[str, ...]:
    """Every form of a message's translation."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(form or "" for form in forms)


def problems(language: str, wanted: Catalog) -> list[str]:
    """What is missing or wrong in a catalogue: untranslated, fuzzy, or with other placeholders."""
    kept = catalogue(language)
    found = []
    for message in wanted:
        if not message.id:
            continue
        translated = kept.get(message.id, message.context)
        if translated is None or translated.fuzzy or not all(translations(translated)):
            found.append(f"{language}: not translated: {message.id!r}")
        elif not same_placeholders(message, translated):
            found.append(f"{language}: other placeholders: {message.id!r}")
    return found


def same_placeholders(message: Message, translated: Message) -> bool:
    """Whether each form names what the message names; a form for one may leave the number out."""
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    named = {name for text in ids for name in PLACEHOLDER.findall(text)}
    return all(set(PLACEHOLDER.findall(text)) | {"num"} == named | {"num"} for text in translations(translated))


def update(language: str, wanted: Catalog) -> None:
    """Write a catalogue anew: every wanted message with the translation it has; English is its own."""
    kept = catalogue(language) if path(language).exists() else Catalog()
    fresh = Catalog(language, header_comment=f"# microcred: {language}", fuzzy=False, **HEADER)
    for message in wanted:
        if message.id:
            known = kept.get(message.id, message.context)
            told = known.string if known and known.pluralizable == message.pluralizable else ""
            own = message.id if language == "en" else told
            fresh.add(message.id, own, flags=message.flags & {"python-format"}, context=message.context)
    path(language).parent.mkdir(parents=True, exist_ok=True)
    with path(language).open("wb") as file:
        write_po(file, fresh, width=0, sort_output=True, omit_header=False)


def main() -> int:
    """Print what is missing; 1 when something is."""
    wanted = extracted()
    if "--update" in sys.argv:
        for language in ("en", "fr"):
            update(language, wanted)
    found = [problem for language in ("en", "fr") for problem in problems(language, wanted)]
    print("\n".join(found[:40]) or f"both catalogues are complete: {len(wanted)} messages")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
