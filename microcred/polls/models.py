"""Polls, their options, secret ballots, and who took part."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microcred.accounts.models import Account, School
from microcred.catalog.models import MicroCredential, Stack
from microcred.db import Model, utcnow
from microcred.pilots.models import Pilot
from microcred.polls.audience import asks, described


class Poll(Model):
    """A question about what to offer.

    While it is open, `key` finds a voter's own ballot; closing destroys it. `lots` are the options' codes in the order
    that breaks ties, drawn when the poll opens. What can be offered is limited by `seats`, a number of options, or by
    `budget_hours`, the hours of reviewers. A ballot holds `max_approvals` options, or as many dots, of which an option
    takes `dots_per_option`. Those asked are, as `audience` says, the teachers of the pilot's schools, or of these
    `asked_school_ids`, those with one of these `asked_subjects`, those who joined the pilot, or everyone.
    """

    __tablename__ = "polls"
    __table_args__ = (
        CheckConstraint("max_approvals > 0", name="max_approvals_positive"),
        CheckConstraint("seats > 0", name="seats_positive"),
        CheckConstraint("budget_hours > 0", name="budget_positive"),
        CheckConstraint("dots_per_option > 0", name="dots_positive"),
        CheckConstraint("(seats IS NULL) <> (budget_hours IS NULL)", name="seats_or_budget"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id"), index=True)
    question: Mapped[str] = mapped_column(String(300))
    method: Mapped[str] = mapped_column(String(20), default="approve")
    max_approvals: Mapped[int] = mapped_column(default=5)
    dots_per_option: Mapped[int | None]
    has_most_wanted: Mapped[bool] = mapped_column(default=False)
    seats: Mapped[int | None]
    budget_hours: Mapped[int | None]
    audience: Mapped[str] = mapped_column(String(10), default="schools")
    asked_school_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    asked_subjects: Mapped[list[str]] = mapped_column(JSON, default=list)
    shows_standings_to: Mapped[str] = mapped_column(String(10), default="all")
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    reminders_sent: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decision_reason: Mapped[str | None] = mapped_column(Text)
    key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    lots: Mapped[list[str]] = mapped_column(JSON, default=list)
    standings: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    pilot: Mapped[Pilot] = relationship(lazy="joined", innerjoin=True)
    decided_by: Mapped[Account | None] = relationship()
    options: Mapped[list["PollOption"]] = relationship(order_by="PollOption.id", cascade="all, delete-orphan")

    @property
    def state(self) -> str:
        """draft, open, closed or decided."""
        if self.decided_at:
            return "decided"
        if self.closed_at:
            return "closed"
        return "open" if self.opened_at else "draft"

    @property
    def is_open(self) -> bool:
        """Whether a ballot is taken: opened, not closed, and the closing moment not reached."""
        return self.state == "open" and utcnow() < self.closes_at

    @property
    def is_counting(self) -> bool:
        """Whether the time is up and the ballots wait to be counted."""
        return self.state == "open" and not self.is_open

    def asks(self, person: Account) -> bool:
        """Whether the person is one of those asked."""
        return asks(self, person)

    @property
    def asked_people(self) -> str:
        """Whom it asks, in the reader's language."""
        return described(self)

    @property
    def wording(self) -> str:
        """Another whenever a ballot would mean something else, and the same when an option is added."""
        first = [(each.code, each.micro_credential_id, each.stack_id) for each in self.options if not each.is_new]
        asked = json.dumps([self.question, self.method, self.seats, self.budget_hours, first])
        return hashlib.sha256(asked.encode()).hexdigest()[:16]

    @property
    def chosen(self) -> list["PollOption"]:
        """The options that were decided for."""
        return [option for option in self.options if option.is_chosen]

    @property
    def options_by_lot(self) -> list["PollOption"]:
        """The options in the order of the lots; none before these are drawn."""
        named = {option.code: option for option in self.options}
        return [named[code] for code in self.lots]

    @property
    def suggested(self) -> list[str]:
        """The codes that the count suggests, in the order of the explanation; none before the count."""
        suggestion: Any = (self.standings or {}).get("suggestion", {})
        return list(suggestion.get("courses", []))


class PollOption(Model):
    """A micro-credential or a whole stack that can be voted for, under a short code."""

    __tablename__ = "poll_options"
    __table_args__ = (
        UniqueConstraint("poll_id", "code"),
        CheckConstraint("(micro_credential_id IS NULL) <> (stack_id IS NULL)", name="one_or_the_other"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"))
    code: Mapped[str] = mapped_column(String(60))
    micro_credential_id: Mapped[int | None] = mapped_column(ForeignKey("micro_credentials.id"))
    stack_id: Mapped[int | None] = mapped_column(ForeignKey("stacks.id"))
    added_at: Mapped[datetime | None]
    is_chosen: Mapped[bool] = mapped_column(default=False)

    micro_credential: Mapped[MicroCredential | None] = relationship(lazy="joined")
    stack: Mapped[Stack | None] = relationship(lazy="joined")

    @property
    def title(self) -> str:
        """What the option is called."""
        named = self.micro_credential or self.stack
        return named.title if named else self.code

    @property
    def text(self) -> str:
        """What somebody who votes reads about it: the skill, or what the stack holds."""
        if self.micro_credential:
            return self.micro_credential.skill
        return ", ".join(course.title for course in self.courses)

    @property
    def is_new(self) -> bool:
        """Whether it was added when people had voted already."""
        return self.added_at is not None

    @property
    def reviewer_hours(self) -> int:
        """How many hours reviewers spend on the whole of it."""
        return sum(course.reviewer_hours for course in self.courses)

    @property
    def effort_hours(self) -> int:
        """How many hours the whole of it takes."""
        return sum(course.effort_hours for course in self.courses)

    @property
    def courses(self) -> list[MicroCredential]:
        """What choosing it offers: the micro-credential itself, or all of a stack that are not archived."""
        if self.micro_credential:
            return [self.micro_credential]
        return [course for course in self.stack.micro_credentials if not course.archived_at] if self.stack else []


class Ballot(Model):
    """What one voter chose, without who and when.

    `choice` holds codes: those approved in the poll's order, those ranked in the voter's, or one a dot; none on a blank
    ballot. `voter_mark` is HMAC(poll key, voter) while the poll is open. Closing writes the ballots anew, in random
    order, under random ids, with a mark that means nothing, forgets which came on paper, and leaves `school_id` only
    where five or more of a school voted.
    """

    __tablename__ = "ballots"
    __table_args__ = (UniqueConstraint("poll_id", "voter_mark"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"))
    voter_mark: Mapped[str] = mapped_column(String(64))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    choice: Mapped[list[str]] = mapped_column(JSON)
    most_wanted: Mapped[str | None] = mapped_column(String(60))
    is_paper: Mapped[bool] = mapped_column(default=False)

    school: Mapped[School | None] = relationship()


class Participation(Model):
    """That somebody voted: no time, no answer."""

    __tablename__ = "participation"

    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, index=True)


class PaperBatch(Model):
    """A file of paper ballots that was counted in; the same file is not counted twice."""

    __tablename__ = "paper_batches"
    __table_args__ = (UniqueConstraint("poll_id", "file_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("polls.id"))
    file_hash: Mapped[str] = mapped_column(String(64))
    ballots: Mapped[int]
    imported_at: Mapped[datetime]


class Interest(Model):
    """That somebody asks to be invited first if an option is offered; said by the person, not read from a ballot."""

    __tablename__ = "interests"

    option_id: Mapped[int] = mapped_column(ForeignKey("poll_options.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, index=True)
    invited_at: Mapped[datetime | None]

    person: Mapped[Account] = relationship()
