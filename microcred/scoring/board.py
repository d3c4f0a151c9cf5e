"""The coordinator's board: where every submission is and since when, under its code name, and who holds its reviews."""

from collections.abc import Callable, Iterable, Set
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select

from microcred.accounts.models import Account
from microcred.catalog.models import MicroCredential
from microcred.db import db, utcnow
from microcred.evidence.models import DECIDED, MOVES, Submission, SubmissionState
from microcred.pilots.models import Pilot
from microcred.pilots.queries import visible_to
from microcred.schooldays import holidays, school_days_since
from microcred.scoring.decision import AN_ANCHORS
from microcred.scoring.models import LIVE, OPEN, Review, ReviewState
from microcred.scoring.vacancy import vacant

S = SubmissionState
ON_THE_BOARD = (S.SUBMITTED, S.IN_REVIEW, S.TO_BE_AGREED, S.TO_BE_RELEASED, S.UNDER_APPEAL, S.INCOMPLETE)


class Seat(NamedTuple):
    """One review on the board."""

    review_id: int
    seat: int
    state: str
    answer_by: datetime | None
    due_at: datetime
    reviewer: str

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its reviewer."""
        return self.state in OPEN

    @property
    def is_live(self) -> bool:
        """Whether it stands."""
        return self.state in LIVE

    @property
    def is_unanswered(self) -> bool:
        """Whether its reviewer has let the time to say yes or no go by."""
        return self.state == ReviewState.OFFERED and self.answer_by is not None and self.answer_by < utcnow()

    @property
    def is_late(self) -> bool:
        """Whether it is open after its due date, or unanswered."""
        return self.is_unanswered or (self.is_open and self.due_at < utcnow())


class Card(NamedTuple):
    """One submission on the board; whose it is is not there, for a coordinator may be a reviewer too."""

    id: int
    code_name: str
    title: str
    state: str
    moved_at: datetime
    submitted_at: datetime | None
    answer_due_at: datetime | None
    reviewers_wanted: int
    seats: list[Seat]
    school_days: int

    @property
    def live_seats(self) -> list[Seat]:
        """The reviews that stand."""
        return [seat for seat in self.seats if seat.is_live]

    @property
    def is_waiting(self) -> bool:
        """Whether a reviewer is still to be found for it."""
        return bool(vacant(self.state, self.reviewers_wanted, ((seat.seat, seat.state) for seat in self.seats)))

    @property
    def is_promise_broken(self) -> bool:
        """Whether its author was promised an answer earlier."""
        return self.state in ON_THE_BOARD and self.answer_due_at is not None and self.answer_due_at < utcnow()

    @property
    def is_late(self) -> bool:
        """Whether its author or the board waits too long for somebody."""
        return self.is_promise_broken or any(seat.is_late for seat in self.seats)

    @property
    def may_be_given_back(self) -> bool:
        """Whether it can still turn out to be incomplete."""
        in_time = self.state in (S.SUBMITTED, S.IN_REVIEW)
        return in_time and all(seat.state != ReviewState.FINAL for seat in self.seats)

    @property
    def may_be_denied(self) -> bool:
        """Whether it can still turn out to break the rules."""
        return SubmissionState.DENIED in MOVES[SubmissionState(self.state)]


class Column(NamedTuple):
    """What waits for the same thing."""

    slug: str
    title: Any
    tone: str
    cards: list[Card]


def _at(state: SubmissionState) -> Callable[[Card], bool]:
    return lambda card: card.state == state and not card.is_waiting


COLUMNS: tuple[tuple[str, Any, str, Callable[[Card], bool]], ...] = (
    ("waiting", _l("Waiting for a reviewer"), "bad", lambda card: card.is_waiting),
    ("in-review", _l("In review"), "info", _at(S.IN_REVIEW)),
    ("third", _l("With a third reviewer"), "wait", _at(S.TO_BE_AGREED)),
    ("release", _l("Scored, and not released yet"), "good", _at(S.TO_BE_RELEASED)),
    ("appeal", _l("Under appeal"), "wait", _at(S.UNDER_APPEAL)),
    ("incomplete", _l("Incomplete, with the author"), "neutral", _at(S.INCOMPLETE)),
)
"""The columns of the board, what each is called, its tone, and which cards lie there: each in one."""


def board(pilot_id: int, out: Set[date], *, user: Account, late_only: bool = False) -> list[Column]:
    """The board of a pilot without what the person wrote; in each column what waits longest comes first.

    `out` are the days off.
    """
    not_own = Submission.person_id != user.id
    cards = _cards(out, Submission.pilot_id == pilot_id, Submission.state.in_(ON_THE_BOARD), not_own)
    shown = [card for card in cards if card.is_late or not late_only]
    return [Column(slug, title, tone, [card for card in shown if holds(card)]) for slug, title, tone, holds in COLUMNS]


class PilotRow(NamedTuple):
    """A pilot whose board can be looked at, and how many of its submissions are decided, by state."""

    id: int
    title: str
    ended_at: datetime | None
    decided: dict[str, int]


def boards(user: Account) -> list[PilotRow]:
    """The pilots that the person may see, the newest first."""
    counts = [
        select(func.count(Submission.id))
        .where(Submission.pilot_id == Pilot.id, Submission.state == state)
        .correlate(Pilot)
        .scalar_subquery()
        for state in DECIDED
    ]
    statement = visible_to(user).with_only_columns(Pilot.id, Pilot.title, Pilot.ended_at, *counts)
    rows = db.session.execute(statement).all()
    return [PilotRow(row[0], row[1], row[2], dict(zip(DECIDED, row[3:], strict=True))) for row in rows]


def card(submission: Submission) -> Card:
    """The card of one submission, decided or not."""
    return _cards(holidays(), Submission.id == submission.id)[0]


def _cards(out: Set[date], *conditions: ColumnElement[bool]) -> list[Card]:
    """In one statement: a row for each review, and one for what has none."""
    statement = (
        select(
            Submission.id,
            Submission.code_name,
            MicroCredential.title,
            Submission.state,
            Submission.moved_at,
            Submission.submitted_at,
            Submission.answer_due_at,
            func.coalesce(Submission.reviewers_wanted, Pilot.reviewers_per_submission),
            Review.id,
            Review.seat,
            Review.state,
            Review.answer_by,
            Review.due_at,
            Account.name,
        )
        .join(MicroCredential, MicroCredential.id == Submission.micro_credential_id)
        .join(Pilot, Pilot.id == Submission.pilot_id)
        .outerjoin(Review, Review.submission_id == Submission.id)
        .outerjoin(Account, Account.id == Review.reviewer_id)
        .where(*conditions)
        .order_by(Submission.moved_at, Submission.id, Review.seat, Review.id)
    )
    rows = db.session.execute(statement).all()
    return [_card(list(found), out) for _id, found in groupby(rows, key=lambda row: row[0])]


def _card(rows: list[Any], out: Set[date]) -> Card:
    fields = rows[0][: len(Card._fields) - 2]
    seats = _seats(row[len(fields) :] for row in rows)
    return Card._make([*fields, seats, school_days_since(rows[0].moved_at, out)])


def _seats(rows: Iterable[Any]) -> list[Seat]:
    return [Seat._make(row) for row in rows if row[0] is not None]


def case_of(user: Account, code_name: str) -> Submission | None:
    """A submission by its code name, for a coordinator who did not write it; drafts are their author's alone."""
    statement = select(Submission).where(
        Submission.code_name == code_name,
        Submission.state.in_((*ON_THE_BOARD, *DECIDED)),
        Submission.person_id != user.id,
    )
    return db.session.scalar(statement) if user.is_coordinator else None


def review_of(user: Account, review_id: int) -> Review | None:
    """A review of somebody else's evidence, for the coordinator; an anchor's is given to nobody else."""
    others = select(Review).join(Submission, Submission.id == Review.submission_id)
    wanted = others.where(Review.id == review_id, Review.seat != AN_ANCHORS, Submission.person_id != user.id)
    return db.session.scalar(wanted) if user.is_coordinator else None
