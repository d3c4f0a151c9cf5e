"""Whether every school gets its share: who is eligible, what was given and owed, how long people wait, value a head."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, case, func, literal_column, select

from microcred.accounts.models import Account, School
from microcred.db import db, utcnow
from microcred.history import Head
from microcred.recognition.models import Entitlement, HandOut
from microcred.recognition.small_cells import FEWEST, shielded
from microcred.schooldays import local

STATES = ("given", "owed", "due")
MOST_KEPT = 50
"""How many answers a worker keeps."""


@dataclass
class Share:
    """What a school got: people, pieces by state, cents given, and how many pieces waited so many days.

    Eligible is who was due something and did not say no to it; what somebody said no to is in no number.
    """

    school_id: int | None
    people: int = 0
    pieces: Counter[str] = field(default_factory=Counter)
    people_by_state: Counter[str] = field(default_factory=Counter)
    cents: int = 0
    waits: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True)
class Line:
    """A school as it is shown; None is a number that is not shown because it is of too few people."""

    school: str | None
    people: int | None
    pieces: int | None
    given: int | None
    owed: int | None
    due: int | None
    days: float | None
    cents: int | None
    cents_a_head: int | None

    @property
    def cells(self) -> tuple[Any, ...]:
        """Every number, in the order of the columns."""
        return (
            self.people,
            self.pieces,
            self.given,
            self.owed,
            self.due,
            self.days,
            self.cents,
            self.cents_a_head,
        )


def lines(user: Account, giveaway_id: int | None = None) -> list[Line]:
    """One line for each school in the reader's reach, and for the coordinator one for the whole district last."""
    shares = _shares(giveaway_id)
    names = {school.id: school.name for school in db.session.scalars(select(School).order_by(School.name))}
    if not user.is_coordinator:
        return [_line(names[each], shares[each]) for each in names if each in user.led_school_ids and each in shares]
    shown = [_line(names.get(each or 0), shares[each]) for each in [*names, None] if each in shares]
    return [*shown, _sum(shares.values(), shown)] if len(shown) > 1 else shown


def _line(name: str | None, share: Share) -> Line:
    if share.people < FEWEST:
        return Line(name, *[None] * 8)
    given, owed, due = shielded(
        [share.pieces[each] for each in STATES], [share.people_by_state[each] for each in STATES]
    )
    cents = None if given is None else share.cents
    a_head = None if cents is None else round(cents / share.people)
    return Line(name, share.people, sum(share.pieces.values()), given, owed, due, _median(share), cents, a_head)


def _median(share: Share) -> float | None:
    """The day in the middle, or between the two in the middle; found by counting, for there may be many pieces."""
    count = share.waits.total()
    return (_at(share, (count - 1) // 2) + _at(share, count // 2)) / 2 if count else None


def _at(share: Share, place: int) -> int:
    days = sorted(share.waits)
    upto = list(accumulate(share.waits[each] for each in days))
    return days[bisect_right(upto, place)]


def _sum(shares: Iterable[Share], shown: list[Line]) -> Line:
    """The whole district: a number that is hidden at any school is not shown in the sum either."""
    whole = Share(None)
    for share in shares:
        whole.people += share.people
        whole.cents += share.cents
        for mine, theirs in ((whole.pieces, share.pieces), (whole.people_by_state, share.people_by_state)):
            mine.update(theirs)
        whole.waits.update(share.waits)
    sums = _line("", whole).cells
    columns = zip(sums, *(line.cells for line in shown), strict=True)
    return Line("", *(None if any(cell is None for cell in column) else column[0] for column in columns))


def _shares(giveaway_id: int | None) -> dict[int | None, Share]:
    """The shares by the id of the school, counted anew whenever anything has changed since they were counted last."""
    kept: dict[Any, dict[int | None, Share]] = current_app.extensions.setdefault("fairness", {})
    key = (giveaway_id, *_version())
    if key not in kept:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[key] = _counted(giveaway_id)
    return kept[key]


def _version() -> tuple[Any, ...]:
    """Another one after any change: the head of the history, the newest entitlement, and the day."""
    newest = select(func.max(Entitlement.id)).scalar_subquery()
    return (*db.session.execute(select(select(Head.seal).scalar_subquery(), newest)).one(), local(utcnow()).date())


def _counted(giveaway_id: int | None) -> dict[int | None, Share]:
    shares: dict[int | None, Share] = {}
    given: ColumnElement[str] = literal_column("'given'")
    owed: ColumnElement[str] = literal_column("'owed'")
    due: ColumnElement[str] = literal_column("'due'")
    state = case((HandOut.id.is_not(None), given), (Entitlement.owed_at.is_not(None), owed), else_=due)
    people = func.count(Entitlement.person_id.distinct())
    cents = func.coalesce(func.sum(HandOut.value_cents).filter(HandOut.currency.in_(["", _currency()])), 0)
    for school_id, number in _rows(giveaway_id, people):
        shares[school_id] = Share(school_id, people=number)
    for school_id, name, pieces, number, worth in _rows(giveaway_id, state, func.count(), people, cents, by=1):
        shares[school_id].pieces[name], shares[school_id].people_by_state[name] = pieces, number
        shares[school_id].cents += worth
    for school_id, since, until, pieces in _waits(giveaway_id):
        shares[school_id].waits[max(0, (until - since).days)] += pieces
    return shares


def _currency() -> str:
    return str(current_app.config["MICROCRED_CURRENCY"])


def _rows(giveaway_id: int | None, *columns: Any, by: int = 0) -> Iterator[Any]:
    """What counts, by school and by the first so many columns."""
    given = (HandOut.entitlement_id == Entitlement.id) & HandOut.undone_at.is_(None)
    rows: Select[Any] = select(Account.school_id, *columns).select_from(Entitlement).join(Entitlement.person)
    rows = rows.outerjoin(HandOut, given).where(Entitlement.declined_at.is_(None), Account.disabled_at.is_(None))
    if giveaway_id is not None:
        rows = rows.where(Entitlement.giveaway_id == giveaway_id)
    return iter(db.session.execute(rows.group_by(Account.school_id, *columns[:by])))


def _waits(giveaway_id: int | None) -> Iterator[tuple[int | None, date, date, int]]:
    """How many pieces were due since a day and given on another; those that still wait, until today."""
    today = local(utcnow()).date()
    given_on = func.date(HandOut.given_at)
    for school_id, since, given, pieces in _rows(giveaway_id, Entitlement.due_at, given_on, func.count(), by=2):
        yield school_id, local(since).date(), _day(given) or today, pieces


def _day(given: Any) -> date | None:
    """SQLite tells a day as text."""
    if isinstance(given, datetime):
        return given.date()
    return date.fromisoformat(given) if isinstance(given, str) else given
