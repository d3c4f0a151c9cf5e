"""Micro-credentials, stacks, evidence parts, and rubrics with their versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microcred.accounts.models import Account
from microcred.db import Model


class Stack(Model):
    """Micro-credentials that belong together; its design is the shape of their badges."""

    __tablename__ = "stacks"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    description: Mapped[str] = mapped_column(Text)
    design: Mapped[str] = mapped_column(String(40))

    micro_credentials: Mapped[list["MicroCredential"]] = relationship(
        back_populates="stack", order_by="MicroCredential.id"
    )


class MicroCredential(Model):
    """One classroom skill that a teacher can show to have mastered."""

    __tablename__ = "micro_credentials"
    __table_args__ = (CheckConstraint("effort_hours > 0", name="effort_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    stack_id: Mapped[int] = mapped_column(ForeignKey("stacks.id"), index=True)
    requires_id: Mapped[int | None] = mapped_column(ForeignKey("micro_credentials.id"))
    title: Mapped[str] = mapped_column(String(160))
    skill: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    effort_hours: Mapped[int]
    reviewer_hours: Mapped[int] = mapped_column(default=1)
    subjects: Mapped[list[str]] = mapped_column(JSON, default=list)
    alignment: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    rubric_id: Mapped[int | None] = mapped_column(ForeignKey("rubrics.id", use_alter=True))
    archived_at: Mapped[datetime | None]

    stack: Mapped[Stack] = relationship(back_populates="micro_credentials", lazy="joined", innerjoin=True)
    requires: Mapped["MicroCredential | None"] = relationship(remote_side="MicroCredential.id")
    parts: Mapped[list["EvidencePart"]] = relationship(order_by="EvidencePart.position", cascade="all, delete-orphan")
    rubric: Mapped["Rubric | None"] = relationship(foreign_keys=[rubric_id], post_update=True)

    @property
    def standing_parts(self) -> list["EvidencePart"]:
        """The parts that are asked for now; retired ones stay for the evidence that was written for them."""
        return [part for part in self.parts if part.retired_at is None]


class CatalogueImport(Model):
    """One import of a catalogue: when, by whom, and what it did (codes by what happened to them)."""

    __tablename__ = "catalogue_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    imported_at: Mapped[datetime]
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    changes: Mapped[dict[str, list[str]]] = mapped_column(JSON)

    imported_by: Mapped[Account | None] = relationship()


class EvidencePart(Model):
    """One part of the evidence: what is asked for, in how many words, with files or without."""

    __tablename__ = "evidence_parts"
    __table_args__ = (UniqueConstraint("micro_credential_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    micro_credential_id: Mapped[int] = mapped_column(ForeignKey("micro_credentials.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    prompt: Mapped[str] = mapped_column(Text)
    word_limit: Mapped[int]
    takes_files: Mapped[bool]
    retired_at: Mapped[datetime | None]


class Rubric(Model):
    """One version of a micro-credential's rubric; immutable and known by its hash once it has been used."""

    __tablename__ = "rubrics"
    __table_args__ = (UniqueConstraint("micro_credential_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    micro_credential_id: Mapped[int] = mapped_column(ForeignKey("micro_credentials.id"))
    version: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    criteria: Mapped[list["Criterion"]] = relationship(order_by="Criterion.position", cascade="all, delete-orphan")


class Criterion(Model):
    """One thing that is looked at, with the level that is required to have met it."""

    __tablename__ = "criteria"
    __table_args__ = (UniqueConstraint("rubric_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rubric_id: Mapped[int] = mapped_column(ForeignKey("rubrics.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(160))
    is_required: Mapped[bool]
    required_position: Mapped[int]

    levels: Mapped[list["Level"]] = relationship(order_by="Level.position", cascade="all, delete-orphan")

    def is_met_at(self, position: int | None) -> bool:
        """Whether a level at that position (0 is the lowest) meets the criterion."""
        return position is not None and position >= self.required_position


class Level(Model):
    """One level of a criterion, from the lowest position 0 upwards, and how one recognises it."""

    __tablename__ = "levels"
    __table_args__ = (UniqueConstraint("criterion_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(80))
    points: Mapped[int]
    descriptor: Mapped[str] = mapped_column(Text)
