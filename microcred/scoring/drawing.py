"""Drawing reviewers by lot so that anybody can draw again from what is on record, and finds the same."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.evidence.models import Submission
from microcred.lots import lots
from microcred.scoring.assignment import Candidate, free, ranked
from microcred.scoring.candidates import author_of, candidates
from microcred.scoring.reviewer_models import Assignment

KEPT = ("id", "has_seen", "is_expert", "open_reviews", "most_open")
"""What the order of candidates rests on; nothing is kept of who was hindered, for that would tell of the author."""


def new_seed() -> str:
    """A seed that nobody has chosen."""
    return f"{lots().getrandbits(64):016x}"


def free_candidates(submission: Submission) -> list[Candidate]:
    """Those between whom lots are drawn."""
    return free(candidates(submission), author_of(submission))


def draw(between: Sequence[Candidate], count: int, seed: str) -> list[int]:
    """The ids of at most `count` reviewers, the first choice first."""
    return [one.id for one in ranked(between, seed)[:count]]


def keep_drawing(
    submission: Submission, seats: Sequence[int], between: Sequence[Candidate], seed: str, *, by: Account | None
) -> Assignment:
    """Put a drawing for these seats on record."""
    chosen = draw(between, len(seats), seed)
    drawn = Assignment(
        submission_id=submission.id,
        seed=seed,
        seats=list(seats)[: len(chosen)],
        candidates=[{name: getattr(one, name) for name in KEPT} for one in between],
        chosen_ids=chosen,
        drawn_at=utcnow(),
        drawn_by_id=by and by.id,
    )
    db.session.add(drawn)
    db.session.flush()
    return drawn


def is_as_drawn(drawn: Assignment) -> bool:
    """Whether drawing again from what is on record gives the same reviewers."""
    between = [Candidate(**kept) for kept in drawn.candidates]
    return draw(between, len(drawn.seats), drawn.seed) == drawn.chosen_ids


def drawings_of(submission: Submission) -> list[Assignment]:
    """Every drawing for a submission, in order."""
    statement = select(Assignment).where(Assignment.submission_id == submission.id)
    return list(db.session.scalars(statement.order_by(Assignment.id)))


def untrue_drawings() -> Iterator[int]:
    """The ids of drawings that do not draw the same again."""
    for drawn in db.session.scalars(select(Assignment).order_by(Assignment.id).execution_options(yield_per=500)):
        if not is_as_drawn(drawn):
            yield drawn.id
