"""How severe a reviewer is: the mean difference from the co-reviewer on the same evidence."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.scoring.double_scores import FEWEST, double_scores


class Severity(NamedTuple):
    """How many levels a reviewer gives more (above 0) or less than the co-reviewer on the same evidence, on average."""

    reviewer: str
    pieces: int
    difference: float | None


class _Shared:
    """What a reviewer scored together with others: the pieces of evidence, and the differences in levels."""

    def __init__(self) -> None:
        self.pieces: set[int] = set()
        self.differences: list[int] = []

    def add(self, piece: int, difference: int) -> None:
        self.pieces.add(piece)
        self.differences.append(difference)

    @property
    def mean(self) -> float | None:
        """The mean difference; None below ten shared pieces."""
        return sum(self.differences) / len(self.differences) if len(self.pieces) >= FEWEST else None


def own_severity(reviewer: Account) -> Severity:
    """How severe one reviewer is, over every rubric: a difference in levels means the same in each."""
    shared = _shared(db.session.execute(double_scores(reviewer.id))).get(reviewer.id, _Shared())
    return Severity(reviewer.name, len(shared.pieces), shared.mean)


def severities(scored_twice: Iterable[Any]) -> list[Severity]:
    """Everyone who scored together with another, by name."""
    shared = _shared(scored_twice)
    statement = select(Account.id, Account.name).where(Account.id.in_(shared)).order_by(Account.name, Account.id)
    found = [(name, shared[person_id]) for person_id, name in db.session.execute(statement)]
    return [Severity(name, len(each.pieces), each.mean) for name, each in found]


def _shared(scored_twice: Iterable[Any]) -> dict[int, _Shared]:
    shared: dict[int, _Shared] = defaultdict(_Shared)
    for row in scored_twice:
        shared[row.first_reviewer].add(row.submission_id, row.first - row.second)
        shared[row.second_reviewer].add(row.submission_id, row.second - row.first)
    return shared
