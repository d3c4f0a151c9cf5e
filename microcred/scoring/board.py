"""The coordinator's board: where every submission is, under its code name, and what each reviewer has to do."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, select

from microcred.accounts.models import Account, Role, RoleName
from microcred.catalog.models import MicroCredential
from microcred.db import db, utcnow
from microcred.evidence.models import DECIDED, MOVES, Submission, SubmissionState
from microcred.pilots.models import Pilot
from microcred.scoring.decision import THIRD
from microcred.scoring.models import LIVE, OPEN, Review, ReviewState

ON_THE_BOARD = (
    SubmissionState.SUBMITTED,
    SubmissionState.IN_REVIEW,
    SubmissionState.TO_BE_AGREED,
    SubmissionState.INCOMPLETE,
)


class Seat(NamedTuple):
    """One review on the board."""

    review_id: int
    submission_id: int
    seat: int
    state: str
    due_at: datetime
    reviewer: str

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its reviewer."""
        return self.state in OPEN

    @property
    def is_late(self) -> bool:
        """Whether it is open after its due date."""
        return self.is_open and self.due_at < utcnow()


class Card(NamedTuple):
    """One submission on the board; whose it is is not there, for a coordinator may be a reviewer too."""

    id: int
    code_name: str
    title: str
    attempt: int
    state: str
    submitted_at: datetime | None
    answer_due_at: datetime | None
    reviewers_wanted: int
    seats: list[Seat]

    @property
    def is_waiting(self) -> bool:
        """Whether a reviewer is still to be found for it."""
        held = {seat.seat for seat in self.seats if seat.state in LIVE}
        if self.state == SubmissionState.TO_BE_AGREED:
            return THIRD not in held
        opened = {seat.seat for seat in self.seats if seat.state == ReviewState.DECLINED}
        needed = set(range(1, self.reviewers_wanted + 1)) | (opened - {THIRD})
        return self.state in (SubmissionState.SUBMITTED, SubmissionState.IN_REVIEW) and not needed <= held

    @property
    def is_late(self) -> bool:
        """Whether its author was promised an answer earlier."""
        return self.state in ON_THE_BOARD and self.answer_due_at is not None and self.answer_due_at < utcnow()

    @property
    def may_be_given_back(self) -> bool:
        """Whether it can still turn out to be incomplete."""
        in_time = self.state in (SubmissionState.SUBMITTED, SubmissionState.IN_REVIEW)
        return in_time and all(seat.state != ReviewState.FINAL for seat in self.seats)

    @property
    def may_be_denied(self) -> bool:
        """Whether it can still turn out to break the rules."""
        return SubmissionState.DENIED in MOVES[SubmissionState(self.state)]


class Board(NamedTuple):
    """Submissions by what they wait for, and how many are decided, by state."""

    waiting: list[Card]
    in_review: list[Card]
    to_be_agreed: list[Card]
    incomplete: list[Card]
    decided: dict[str, int]


def board(pilot: Pilot) -> Board:
    """The board of a pilot; what waits longest comes first."""
    cards = _cards(Submission.pilot_id == pilot.id, Submission.state.in_(ON_THE_BOARD))
    placed = [card for card in cards if not card.is_waiting]

    def at(state: SubmissionState) -> list[Card]:
        return [card for card in placed if card.state == state]

    return Board(
        waiting=[card for card in cards if card.is_waiting],
        in_review=at(SubmissionState.IN_REVIEW),
        to_be_agreed=at(SubmissionState.TO_BE_AGREED),
        incomplete=at(SubmissionState.INCOMPLETE),
        decided=_decided(pilot),
    )


def _decided(pilot: Pilot) -> dict[str, int]:
    statement = (
        select(Submission.state, func.count())
        .where(Submission.pilot_id == pilot.id, Submission.state.in_(DECIDED))
        .group_by(Submission.state)
    )
    counts = {row[0]: row[1] for row in db.session.execute(statement)}
    return {state: counts.get(state, 0) for state in DECIDED}


def _cards(*conditions: ColumnElement[bool]) -> list[Card]:
    statement = (
        select(
            Submission.id,
            Submission.code_name,
            MicroCredential.title,
            Submission.attempt,
            Submission.state,
            Submission.submitted_at,
            Submission.answer_due_at,
            Pilot.reviewers_per_submission,
        )
        .join(MicroCredential, MicroCredential.id == Submission.micro_credential_id)
        .join(Pilot, Pilot.id == Submission.pilot_id)
        .where(*conditions)
        .order_by(Submission.submitted_at, Submission.id)
    )
    seats = _seats(select(Submission.id).where(*conditions))
    return [Card(*row, seats.get(row.id, [])) for row in db.session.execute(statement)]


def _seats(submission_ids: Select[Any]) -> dict[int, list[Seat]]:
    statement = (
        select(Review.id, Review.submission_id, Review.seat, Review.state, Review.due_at, Account.name)
        .join(Account, Account.id == Review.reviewer_id)
        .where(Review.submission_id.in_(submission_ids))
        .order_by(Review.seat, Review.id)
    )
    seats: dict[int, list[Seat]] = {}
    for row in db.session.execute(statement):
        seats.setdefault(row.submission_id, []).append(Seat._make(row))
    return seats


def card(submission: Submission) -> Card:
    """The card of one submission, decided or not."""
    return _cards(Submission.id == submission.id)[0]


class Load(NamedTuple):
    """What one reviewer has to do and has done."""

    account_id: int
    name: str
    open_count: int
    late_count: int
    final_count: int


def loads() -> list[Load]:
    """Every reviewer who can sign in, by name, with open, late and final reviews."""

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(case((condition, 1)))

    is_open = Review.state.in_(OPEN)
    held = select(Role.account_id).where(Role.name == RoleName.REVIEWER)
    statement = (
        select(
            Account.id,
            Account.name,
            count(is_open),
            count(is_open & (Review.due_at < utcnow())),
            count(Review.state == ReviewState.FINAL),
        )
        .outerjoin(Review, Review.reviewer_id == Account.id)
        .where(Account.id.in_(held), Account.disabled_at.is_(None))
        .group_by(Account.id, Account.name)
        .order_by(Account.name, Account.id)
    )
    return [Load._make(row) for row in db.session.execute(statement)]


def case_of(user: Account, code_name: str) -> Submission | None:
    """A submission by its code name, for the coordinator; drafts are their author's alone."""
    statement = select(Submission).where(
        Submission.code_name == code_name, Submission.state.in_((*ON_THE_BOARD, *DECIDED))
    )
    return db.session.scalar(statement) if user.is_coordinator else None


def review_of(user: Account, review_id: int) -> Review | None:
    """Any review, for the coordinator."""
    return db.session.get(Review, review_id) if user.is_coordinator else None
