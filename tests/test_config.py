"""Settings are read strictly: what is unusable refuses to start, with a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import request

from microcred import create_app
from microcred.config import UnusableSetting, read_settings
from microcred.db import db
from microcred.keys import make_keys

NO_ADDRESS = "MICROCRED_PUBLIC_URL must be an address without a path, such as https://microcred.school.example."
NO_ADDRESSES = ("badges.example", "https://b.example/a", "https://b.example/a b", "javascript:alert(1)", "https://a@b")


ROOT = Path(__file__).parent.parent


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    make_keys(tmp_path / "keys")
    return {"MICROCRED_DATA": str(tmp_path)}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("MICROCRED_DEMO", "maybe", "MICROCRED_DEMO must be 1 or 0."),
        ("MICROCRED_SESSION_HOURS", "0", "MICROCRED_SESSION_HOURS must be a whole number above 0."),
        ("MICROCRED_SESSION_HOURS", "-1", "MICROCRED_SESSION_HOURS must be a whole number above 0."),
        ("MICROCRED_TIME_ZONE", "Mars/Olympus", "MICROCRED_TIME_ZONE must be a time zone such as America/Toronto."),
        ("MICROCRED_CURRENCY", "cad", "MICROCRED_CURRENCY must be a currency code such as CAD."),
        ("MICROCRED_LANGUAGE", "de", "MICROCRED_LANGUAGE must be one of en, fr."),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must start with sqlite:/// or postgresql://."),
        *(("MICROCRED_PUBLIC_URL", address, NO_ADDRESS) for address in NO_ADDRESSES),
        ("MICROCRED_DEMOO", "1", "MICROCRED_DEMOO is not a setting of microcred. Check its spelling."),
    ],
)
def test_an_unusable_setting_is_named(settings: dict[str, str], name: str, value: str, sentence: str) -> None:
    with pytest.raises(UnusableSetting) as refusal:
        read_settings(settings | {name: value})
    assert str(refusal.value) == sentence


def test_false_is_false(settings: dict[str, str]) -> None:
    read = [read_settings(settings | {"MICROCRED_DEMO": word})["MICROCRED_DEMO"] for word in ("False", "no", "0", "")]
    assert read == [False] * 4


def test_the_public_address_stands_without_its_last_slash(settings: dict[str, str]) -> None:
    read = read_settings(settings | {"MICROCRED_PUBLIC_URL": "https://badges.example:8443/"})
    assert read["MICROCRED_PUBLIC_URL"] == "https://badges.example:8443"


@pytest.mark.parametrize(("behind", "seen"), [("0", "http://localhost/"), ("1", "https://badges.example/")])
def test_what_a_proxy_says_is_believed_only_behind_one(settings: dict[str, str], behind: str, seen: str) -> None:
    app = create_app(settings | {"MICROCRED_BEHIND_PROXY": behind})
    hosts: list[str] = []
    app.before_request(lambda: hosts.append(request.host_url))
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "badges.example", "X-Forwarded-For": "203.0.113.9"}
    assert app.test_client().get("/healthz", headers=said).text == "ok\n"
    assert hosts == [seen]
    with app.app_context():
        db.engine.dispose()


def test_it_does_not_start_without_a_key(tmp_path: Path) -> None:
    with pytest.raises(UnusableSetting, match="There is no secret key"):
        read_settings({"MICROCRED_DATA": str(tmp_path)})


def test_it_does_not_start_with_a_short_key(settings: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "keys" / "sessions").write_text("short")
    with pytest.raises(UnusableSetting, match="too short"):
        read_settings(settings)


def test_it_does_not_start_in_debug_mode(settings: dict[str, str]) -> None:
    with pytest.raises(UnusableSetting, match="debug"):
        read_settings(settings | {"FLASK_DEBUG": "1"})


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    made = make_keys(tmp_path / "keys")
    assert [path.stat().st_mode & 0o777 for path in made] == [0o600, 0o600]
    assert make_keys(tmp_path / "keys") == []


def test_it_does_not_start_on_a_schema_that_it_does_not_know(settings: dict[str, str]) -> None:
    app = create_app(settings)
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('from_the_future')")
    with app.app_context():
        db.engine.dispose()
    with pytest.raises(UnusableSetting, match="newer"):
        create_app(settings)


def test_gunicorn_stops_with_the_sentence_and_does_not_try_again(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "-b", f"unix:{tmp_path}/socket", "app:app"]
    environment = {**os.environ, "MICROCRED_DATA": str(tmp_path)}
    stopped = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert stopped.returncode != 0
    assert stopped.stderr.count("microcred does not start: There is no secret key at") == 1
    assert "Traceback" not in stopped.stderr
