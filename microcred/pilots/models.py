"""A pilot, the schools that take part, and the micro-credentials it offers."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microcred.accounts.models import School
from microcred.catalog.models import MicroCredential
from microcred.db import Base, Model

pilot_schools = Table(
    "pilot_schools",
    Base.metadata,
    Column("pilot_id", ForeignKey("pilots.id"), primary_key=True),
    Column("school_id", ForeignKey("schools.id"), primary_key=True),
)


class Pilot(Model):
    """One try at micro-credentials: a purpose, a few places, some weeks.

    `places_taken` counts the volunteers who have joined or been offered a place; the database keeps it within `places`.
    """

    __tablename__ = "pilots"
    __table_args__ = (
        CheckConstraint("places > 0", name="places_positive"),
        CheckConstraint("places_taken >= 0 AND places_taken <= places", name="never_overfull"),
        CheckConstraint("reviewers_per_submission IN (1, 2)", name="reviewers_per_submission"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(160))
    purpose: Mapped[str] = mapped_column(Text)
    success: Mapped[str] = mapped_column(Text)
    places: Mapped[int]
    places_taken: Mapped[int] = mapped_column(default=0)
    sign_up_opens_at: Mapped[datetime]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reviewers_per_submission: Mapped[int] = mapped_column(default=2)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    schools: Mapped[list[School]] = relationship(secondary=pilot_schools, order_by=School.name, lazy="selectin")
    offers: Mapped[list["Offer"]] = relationship(order_by="Offer.id")

    @property
    def places_left(self) -> int:
        """How many places nobody holds or has been offered."""
        return self.places - self.places_taken

    @property
    def school_ids(self) -> list[int]:
        """The ids of the schools that take part."""
        return [school.id for school in self.schools]

    def has_school(self, school_id: int | None) -> bool:
        """Whether that school takes part."""
        return school_id in self.school_ids


class Offer(Model):
    """A micro-credential that the pilot's volunteers can earn."""

    __tablename__ = "offers"
    __table_args__ = (UniqueConstraint("pilot_id", "micro_credential_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id"))
    micro_credential_id: Mapped[int] = mapped_column(ForeignKey("micro_credentials.id"))
    offered_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    pilot: Mapped[Pilot] = relationship(back_populates="offers")
    micro_credential: Mapped[MicroCredential] = relationship(lazy="joined", innerjoin=True)
