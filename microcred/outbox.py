"""Mail waits here, written in the same transaction as what it tells of, and leaves once."""

import smtplib
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import ForeignKey, String, Text, delete, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from microcred.config import LOCALES
from microcred.db import Model, db, utcnow

BATCH = 50


class Mail(Model):
    """One message to one person, in that person's language; one with `leaves_at` waits until then."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    leaves_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None] = mapped_column(index=True)


def write_mail(person: Any, template: str, *, leaves_at: datetime | None = None, **context: Any) -> Mail:
    """Put a message in the outbox: `templates/mail/<template>.txt`, whose first line is the subject."""
    with force_locale(LOCALES[person.language or current_app.config["MICROCRED_LANGUAGE"]]):
        text = render_template(f"mail/{template}.txt", person=person, **context)
    subject, _, body = text.strip().partition("\n")
    mail = Mail(
        person_id=person.id,
        address=person.email,
        subject=subject.strip()[:200],
        text=body.strip(),
        written_at=utcnow(),
        leaves_at=leaves_at,
    )
    db.session.add(mail)
    return mail


def waiting() -> list[Mail]:
    """The oldest messages that are due and have not left yet; two senders at once never take the same ones."""
    is_due = or_(Mail.leaves_at.is_(None), Mail.leaves_at <= utcnow())
    unsent = select(Mail).where(Mail.sent_at.is_(None), is_due).order_by(Mail.id).limit(BATCH)
    return list(db.session.scalars(unsent.with_for_update(skip_locked=True)))


def take_back_mail(mail_id: int) -> bool:
    """Take a message out of the outbox that has not left; False when it has."""
    unsent = delete(Mail).where(Mail.id == mail_id, Mail.sent_at.is_(None)).returning(Mail.id)
    return db.session.execute(unsent).first() is not None


def send(mail: Mail, server: smtplib.SMTP, sender: str) -> None:
    """Hand one message to the mail server and note when."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = mail.subject, sender, mail.address
    message["Message-ID"] = f"<microcred-{mail.id}@{sender.partition('@')[2]}>"
    message.set_content(mail.text)
    server.send_message(message)
    mail.sent_at = utcnow()
