"""Mail leaves once, when it is due, and not after it was taken back."""

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from microcred import outbox
from microcred.db import at, db, utcnow
from tests.cast import Cast

TEN_MINUTES = timedelta(minutes=10)


class Letterbox:
    """Takes every message and keeps its subject."""

    def __init__(self) -> None:
        self.subjects: list[str] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one message."""
        content = envelope.content or b""
        lines = (content if isinstance(content, str) else content.decode()).splitlines()
        self.subjects += [line.removeprefix("Subject: ") for line in lines if line.startswith("Subject: ")]
        return "250 OK"


@pytest.fixture
def letterbox(app: Flask, rows: None) -> Iterator[Letterbox]:
    """A mail server on this machine, to which the application sends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    taken = Letterbox()
    controller = Controller(taken, hostname="127.0.0.1", port=port)
    before = app.config["MICROCRED_MAIL_SERVER"]
    app.config["MICROCRED_MAIL_SERVER"] = f"127.0.0.1:{port}"
    controller.start()
    try:
        yield taken
    finally:
        controller.stop()
        app.config["MICROCRED_MAIL_SERVER"] = before


def send(app: Flask) -> str:
    return app.test_cli_runner().invoke(args=["send-mail"]).output.strip()


def letter(cast: Cast, subject: str, wait: timedelta | None = None) -> outbox.Mail:
    """A message of the kind that a welcome is, under a subject of its own."""
    mail = outbox.Mail(
        person_id=cast.amara.id, address=cast.amara.email, subject=subject, text="…", written_at=utcnow()
    )
    mail.leaves_at = utcnow() + wait if wait else None
    db.session.add(mail)
    db.session.commit()
    return mail


def test_mail_leaves_once(app: Flask, cast: Cast, letterbox: Letterbox) -> None:
    letter(cast, "First")
    assert (send(app), send(app)) == ("1 sent", "0 sent")
    assert letterbox.subjects == ["First"]


def test_mail_that_is_to_wait_waits(app: Flask, cast: Cast, letterbox: Letterbox) -> None:
    letter(cast, "Later", TEN_MINUTES)
    letter(cast, "Now")
    assert (send(app), letterbox.subjects) == ("1 sent", ["Now"])
    with at(utcnow() + TEN_MINUTES):
        assert (send(app), letterbox.subjects) == ("1 sent", ["Now", "Later"])


def test_mail_that_has_not_left_can_be_taken_back(app: Flask, cast: Cast, letterbox: Letterbox) -> None:
    mail = letter(cast, "A slip", TEN_MINUTES)
    assert outbox.take_back_mail(mail.id) is True
    db.session.commit()
    with at(utcnow() + TEN_MINUTES):
        assert (send(app), letterbox.subjects) == ("0 sent", [])


def test_mail_that_has_left_cannot_be_taken_back(app: Flask, cast: Cast, letterbox: Letterbox) -> None:
    mail = letter(cast, "Told")
    send(app)
    assert outbox.take_back_mail(mail.id) is False
