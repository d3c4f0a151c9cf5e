"""Submissions, the texts of their parts, and the artefacts attached to them."""

from datetime import date, datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microcred.accounts.models import Account
from microcred.catalog.models import EvidencePart, MicroCredential, Rubric
from microcred.db import Model, utcnow
from microcred.pilots.models import Pilot


class SubmissionState(StrEnum):
    """Where a submission stands; incomplete, not yet and denied are three different things."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    INCOMPLETE = "incomplete"
    IN_REVIEW = "in review"
    TO_BE_AGREED = "to be agreed"
    TO_BE_RELEASED = "to be released"
    EARNED = "earned"
    NOT_YET = "not yet"
    UNDER_APPEAL = "under appeal"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    ANCHOR = "anchor"


S = SubmissionState
MOVES: dict[SubmissionState, frozenset[SubmissionState]] = {
    S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.SUBMITTED: frozenset({S.IN_REVIEW, S.INCOMPLETE, S.DRAFT, S.DENIED}),
    S.INCOMPLETE: frozenset({S.SUBMITTED, S.WITHDRAWN}),
    S.IN_REVIEW: frozenset({S.TO_BE_AGREED, S.TO_BE_RELEASED, S.EARNED, S.NOT_YET, S.INCOMPLETE, S.DRAFT, S.DENIED}),
    S.TO_BE_AGREED: frozenset({S.TO_BE_RELEASED, S.EARNED, S.NOT_YET, S.DENIED}),
    S.TO_BE_RELEASED: frozenset({S.EARNED, S.NOT_YET, S.IN_REVIEW, S.TO_BE_AGREED, S.DENIED}),
    S.EARNED: frozenset(),
    S.NOT_YET: frozenset({S.UNDER_APPEAL}),
    S.UNDER_APPEAL: frozenset({S.EARNED, S.NOT_YET}),
    S.DENIED: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.ANCHOR: frozenset(),
}
STATES = {
    S.DRAFT: _l("draft"),
    S.SUBMITTED: _l("handed in"),
    S.INCOMPLETE: _l("incomplete"),
    S.IN_REVIEW: _l("in review"),
    S.TO_BE_AGREED: _l("with a third reviewer"),
    S.TO_BE_RELEASED: _l("scored, and not released yet"),
    S.EARNED: _l("earned"),
    S.NOT_YET: _l("not yet"),
    S.UNDER_APPEAL: _l("under appeal"),
    S.DENIED: _l("denied"),
    S.WITHDRAWN: _l("given up"),
    S.ANCHOR: _l("example"),
}
"""What each state is called."""

WRITABLE = (S.DRAFT, S.INCOMPLETE)
UNDER_WAY = (
    S.DRAFT,
    S.SUBMITTED,
    S.INCOMPLETE,
    S.IN_REVIEW,
    S.TO_BE_AGREED,
    S.TO_BE_RELEASED,
    S.UNDER_APPEAL,
)
DECIDED = (S.EARNED, S.NOT_YET, S.DENIED)
ONE_UNDER_WAY = text(
    "state IN ('draft', 'submitted', 'incomplete', 'in review', 'to be agreed', 'to be released', 'under appeal')"
)


class Submission(Model):
    """One try of one person at one micro-credential, known to reviewers by its code name only.

    `moved_at` is when it came to its state; `reviewers_wanted` is settled when reviewers are first looked for;
    `release_at` is the published moment at which its answer is given, where answers are given in batches.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        Index(
            "uq_submissions_one_under_way",
            "person_id",
            "micro_credential_id",
            unique=True,
            sqlite_where=ONE_UNDER_WAY,
            postgresql_where=ONE_UNDER_WAY,
        ),
        Index(
            "uq_submissions_earned_once",
            "person_id",
            "micro_credential_id",
            unique=True,
            sqlite_where=text("state = 'earned'"),
            postgresql_where=text("state = 'earned'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code_name: Mapped[str] = mapped_column(String(40), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id"), index=True)
    micro_credential_id: Mapped[int] = mapped_column(ForeignKey("micro_credentials.id"), index=True)
    rubric_id: Mapped[int] = mapped_column(ForeignKey("rubrics.id"))
    attempt: Mapped[int] = mapped_column(default=1)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    state: Mapped[SubmissionState] = mapped_column(String(20), default=SubmissionState.DRAFT, index=True)
    moved_at: Mapped[datetime] = mapped_column(default=utcnow)
    reviewers_wanted: Mapped[int | None]
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    answer_due_at: Mapped[datetime | None]
    release_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    missing: Mapped[str | None] = mapped_column(Text)
    denied_reason: Mapped[str | None] = mapped_column(Text)

    person: Mapped[Account] = relationship()
    pilot: Mapped[Pilot] = relationship()
    micro_credential: Mapped[MicroCredential] = relationship(lazy="joined", innerjoin=True)
    rubric: Mapped[Rubric] = relationship()
    previous: Mapped["Submission | None"] = relationship(remote_side="Submission.id")
    texts: Mapped[list["PartText"]] = relationship(cascade="all, delete-orphan")
    artefacts: Mapped[list["Artefact"]] = relationship(order_by="Artefact.position", cascade="all, delete-orphan")

    @property
    def is_writable(self) -> bool:
        """Whether its author may still change it."""
        return self.state in WRITABLE

    @property
    def shown_parts(self) -> list[EvidencePart]:
        """The parts that are asked for now, and retired ones for which something was written."""
        return [part for part in self.micro_credential.parts if part.retired_at is None or self.written_for(part)]

    @property
    def is_with_reviewers(self) -> bool:
        """Whether it was handed in and is on its way to its reviewers."""
        return self.state in (SubmissionState.SUBMITTED, SubmissionState.IN_REVIEW)

    @property
    def was_not_yet(self) -> bool:
        """Whether the answer was "not yet"."""
        return self.state == SubmissionState.NOT_YET

    def may_become(self, state: SubmissionState) -> bool:
        """Whether the table of moves allows it."""
        return state in MOVES[SubmissionState(self.state)]

    def written_for(self, part: EvidencePart) -> "PartText | None":
        """What was saved for a part, if anything was."""
        return next((text for text in self.texts if text.part_id == part.id), None)

    def text_of(self, part: EvidencePart) -> str:
        """The text of a part; empty when none was saved."""
        written = self.written_for(part)
        return written.text if written else ""

    def artefacts_of(self, part: EvidencePart) -> list["Artefact"]:
        """The files and links of a part, in the order that their author gave them."""
        return [artefact for artefact in self.artefacts if artefact.part_id == part.id]


class PartText(Model):
    """What was written for one part of the evidence."""

    __tablename__ = "part_texts"
    __table_args__ = (UniqueConstraint("submission_id", "part_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    part_id: Mapped[int] = mapped_column(ForeignKey("evidence_parts.id"))
    text: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime]

    part: Mapped[EvidencePart] = relationship(lazy="joined", innerjoin=True)


class Privacy(StrEnum):
    """What its author declares about the pupils in an artefact."""

    NO_PUPIL = "no pupil"
    CONSENT = "consent"


class Artefact(Model):
    """A cleaned file under a random name, or a link; never under the name it was uploaded with."""

    __tablename__ = "artefacts"
    __table_args__ = (
        CheckConstraint("(stored_name IS NULL) <> (link IS NULL)", name="file_or_link"),
        UniqueConstraint("submission_id", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("evidence_parts.id"))
    number: Mapped[int]
    position: Mapped[int] = mapped_column(default=1)
    stored_name: Mapped[str | None] = mapped_column(String(64), index=True)
    link: Mapped[str | None] = mapped_column(String(1000))
    caption: Mapped[str] = mapped_column(String(300), default="")
    media_type: Mapped[str | None] = mapped_column(String(100))
    extension: Mapped[str | None] = mapped_column(String(10))
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    privacy: Mapped[Privacy | None] = mapped_column(String(20))
    added_at: Mapped[datetime]

    submission: Mapped[Submission] = relationship(back_populates="artefacts")
    part: Mapped[EvidencePart] = relationship(lazy="joined", innerjoin=True)
    co_authors: Mapped[list["CoAuthor"]] = relationship(cascade="all, delete-orphan", order_by="CoAuthor.id")

    @property
    def person_id(self) -> int:
        """Whose it is."""
        return self.submission.person_id

    @property
    def file_name(self) -> str:
        """The name it is served under, which tells nothing but the submission's code name."""
        return f"{self.submission.code_name}-{self.number}{self.extension or ''}"

    @property
    def is_picture(self) -> bool:
        """Whether a page may show it."""
        return (self.media_type or "").startswith("image/")

    @property
    def has_pages(self) -> bool:
        """Whether its pages can be shown as pictures."""
        return self.media_type == "application/pdf"


class CoAuthor(Model):
    """A colleague who made an artefact together with its author, and so can't review what it is part of."""

    __tablename__ = "co_authors"
    __table_args__ = (UniqueConstraint("artefact_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    artefact_id: Mapped[int] = mapped_column(ForeignKey("artefacts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    named_at: Mapped[datetime]

    person: Mapped[Account] = relationship()


class CoachTalk(Model):
    """The talk with a coach that comes before another try, asked for by the author; `held_on` once it was held.

    `noted_by` is the coordinator who leads it, from the moment that they took it on: the only one who sees who asks.
    """

    __tablename__ = "coach_talks"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    asked_at: Mapped[datetime]
    held_on: Mapped[date | None]
    noted_at: Mapped[datetime | None]
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    submission: Mapped[Submission] = relationship()
    noted_by: Mapped[Account | None] = relationship()
