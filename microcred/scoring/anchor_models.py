"""Anchors: evidence that was released for practice, with the levels that the leads agreed on, and why."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microcred.catalog.models import Criterion
from microcred.db import Model
from microcred.evidence.models import Submission


class Anchor(Model):
    """A decided submission whose author is asked to lend it, and its copy under another code name once that is agreed.

    The author allows training (of reviewers, drift included), showing it as an example to teachers, both or neither.
    """

    __tablename__ = "anchors"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), unique=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"), unique=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[datetime | None]
    allows_training: Mapped[bool] = mapped_column(default=False)
    allows_example: Mapped[bool] = mapped_column(default=False)
    trains_since: Mapped[datetime | None]
    shown_since: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]

    source: Mapped[Submission] = relationship(foreign_keys=[source_id])
    submission: Mapped[Submission | None] = relationship(foreign_keys=[submission_id])
    levels: Mapped[list["AnchorLevel"]] = relationship(
        cascade="all, delete-orphan", order_by="AnchorLevel.criterion_id"
    )

    @property
    def person_id(self) -> int:
        """Whose evidence it is."""
        return self.source.person_id

    @property
    def is_asked(self) -> bool:
        """Whether its author has not answered yet."""
        return self.answered_at is None and self.retired_at is None

    @property
    def is_refused(self) -> bool:
        """Whether its author said no, and can still think otherwise."""
        return self.answered_at is not None and self.submission_id is None and self.retired_at is None

    @property
    def is_lent(self) -> bool:
        """Whether there is a copy to work with."""
        return self.submission_id is not None and self.retired_at is None

    @property
    def trains(self) -> bool:
        """Whether reviewers practise on it."""
        return self.trains_since is not None and self.retired_at is None

    @property
    def is_shown(self) -> bool:
        """Whether teachers see it as an example."""
        return self.shown_since is not None and self.retired_at is None

    def level_of(self, criterion: Criterion) -> "AnchorLevel | None":
        """What counts as right in a criterion, if that was written."""
        return next((level for level in self.levels if level.criterion_id == criterion.id), None)

    def has_all_levels(self, criteria: Sequence[Criterion]) -> bool:
        """Whether each of these criteria has a level and a word on why."""
        return all((level := self.level_of(each)) and level.explanation for each in criteria)


class AnchorLevel(Model):
    """The level that counts as right in one criterion of an anchor, and why."""

    __tablename__ = "anchor_levels"
    __table_args__ = (UniqueConstraint("anchor_id", "criterion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    anchor_id: Mapped[int] = mapped_column(ForeignKey("anchors.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"), index=True)
    level_position: Mapped[int]
    explanation: Mapped[str] = mapped_column(Text, default="")

    criterion: Mapped[Criterion] = relationship()
