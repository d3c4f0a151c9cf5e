"""Awards."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microcred.accounts.models import Account
from microcred.catalog.models import MicroCredential
from microcred.db import Model
from microcred.evidence.models import Submission


class Award(Model):
    """A badge that somebody earned: issued, perhaps revoked, never edited.

    `code` is what the verification page takes; `credential` is the signed Open Badge as JSON text, byte for byte;
    `status_index` is its place in the revocation list.
    """

    __tablename__ = "awards"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    micro_credential_id: Mapped[int] = mapped_column(ForeignKey("micro_credentials.id"), index=True)
    issued_at: Mapped[datetime]
    hours: Mapped[int]
    credential: Mapped[str] = mapped_column(Text)
    status_index: Mapped[int] = mapped_column(unique=True)
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    revoked_reason: Mapped[str | None] = mapped_column(Text)

    person: Mapped[Account] = relationship(foreign_keys=[person_id])
    micro_credential: Mapped[MicroCredential] = relationship(lazy="joined", innerjoin=True)
    submission: Mapped[Submission] = relationship()

    @property
    def state(self) -> str:
        """What it is called now: issued or revoked."""
        return "revoked" if self.revoked_at else "issued"
