"""What happened around an incentive: its days, and who took part before and after, beside the schools that had none.

Nothing here says that one thing led to another. Votes have no time, so that of a poll only its turnout is known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from microcred.accounts.models import Account, Role, RoleName, School
from microcred.db import db, utcnow
from microcred.evidence.models import Submission
from microcred.noticeboard.models import Post, PostKind
from microcred.pilots.models import Pilot
from microcred.polls.audience import school_ids
from microcred.polls.models import Participation, Poll
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from microcred.recognition.small_cells import FEWEST, is_small, shielded
from microcred.schooldays import local
from microcred.volunteers.models import Volunteer

WEEKS = 8
"""How many weeks are looked at before the first day, and as many from it on."""

MOST_POLLS = 6
PER = 100
"""Shares are told per hundred teachers."""


class Group(NamedTuple):
    """Schools that had the incentive, or had not, and how many teachers they have."""

    schools: list[School]
    teachers_at: dict[int, int]
    first_days: dict[int, date]

    @property
    def teachers(self) -> int:
        """How many teachers it has."""
        return sum(self.teachers_at.values())

    @property
    def is_shown(self) -> bool:
        """Whether it has enough teachers for its numbers to be shown."""
        return self.teachers >= FEWEST


class Series(NamedTuple):
    """How many people of a group took part in each week; None is not shown, or has not come yet.

    `before` and `after` are averages of a week, per hundred teachers.
    """

    weeks: Sequence[int | None]
    before: float | None
    after: float | None

    def bars(self, highest: int) -> list[tuple[int, float]]:
        """The place of each week that is shown, and its height in hundredths of the highest."""
        return [(at, PER * count / highest) for at, count in enumerate(self.weeks) if count and highest]


class Activity(NamedTuple):
    """One way of taking part, week by week: in the schools that had the incentive, and in those without."""

    title: LazyString
    having: Series
    without: Series

    @property
    def highest(self) -> int:
        """The largest number that is shown."""
        return max(filter(None, [*self.having.weeks, *self.without.weeks]), default=0)


class Turnout(NamedTuple):
    """Of a closed poll: how many were asked and voted in each group; None where that is not shown."""

    question: str
    closed_on: date
    had_it: tuple[int, int] | None
    had_not: tuple[int, int] | None


@dataclass
class Effect:
    """An incentive with its days, and what was done around them; `others` are all that can be looked at."""

    others: list[Giveaway]
    giveaway: Giveaway | None = None
    first_given_on: date | None = None
    having: Group = field(default_factory=lambda: Group([], {}, {}))
    without: Group = field(default_factory=lambda: Group([], {}, {}))
    activities: list[Activity] = field(default_factory=list)
    turnouts: list[Turnout] = field(default_factory=list)


def effect(pilot: Pilot, wanted: str) -> Effect:
    """What happened around the wanted incentive of a pilot, or around the first; nothing where none was offered."""
    offered = select(Giveaway).where(Giveaway.pilot_id == pilot.id, Giveaway.switched_on_at.is_not(None))
    giveaways = list(db.session.scalars(offered.order_by(Giveaway.id).options(selectinload(Giveaway.starts))))
    giveaway = next((each for each in giveaways if str(each.id) == wanted), giveaways[0] if giveaways else None)
    if giveaway is None:
        return Effect([])
    having, without = _groups(giveaway)
    return Effect(
        others=giveaways,
        giveaway=giveaway,
        first_given_on=_first_given_on(giveaway),
        having=having,
        without=without,
        activities=[_activity(title, statement, having, without) for title, statement in _ways(pilot)],
        turnouts=_turnouts(pilot, having, without),
    )


def first_day(giveaway: Giveaway) -> date:
    """When people knew of it; while they do not, when it was offered."""
    moment = giveaway.announced_at or giveaway.switched_on_at or utcnow()
    return local(moment).date()


def _first_given_on(giveaway: Giveaway) -> date | None:
    given = select(func.min(HandOut.given_at)).join(HandOut.entitlement)
    moment = db.session.scalar(given.where(Entitlement.giveaway_id == giveaway.id, HandOut.undone_at.is_(None)))
    return moment and local(moment).date()


def _groups(giveaway: Giveaway) -> tuple[Group, Group]:
    """The schools that have had it, each from its first day on, and the others, from the earliest of these on."""
    schools, today = giveaway.pilot.schools, local(utcnow()).date()
    days = {start.school_id: start.starts_on for start in giveaway.starts if start.starts_on <= today}
    if not giveaway.starts:
        days = dict.fromkeys((school.id for school in schools), first_day(giveaway))
    teachers = _teachers()
    earliest = min(days.values(), default=first_day(giveaway))
    had = [school for school in schools if school.id in days]
    rest = [school for school in schools if school.id not in days]
    return _group(had, days, teachers), _group(rest, dict.fromkeys((each.id for each in rest), earliest), teachers)


def _group(schools: list[School], days: dict[int, date], teachers: dict[int, int]) -> Group:
    return Group(schools, {school.id: teachers.get(school.id, 0) for school in schools}, days)


def _teachers() -> dict[int, int]:
    counts = select(Role.school_id, func.count(Role.account_id.distinct())).join(Account, Account.id == Role.account_id)
    active = counts.where(Role.name == RoleName.TEACHER, Account.disabled_at.is_(None)).group_by(Role.school_id)
    return {school_id: count for school_id, count in db.session.execute(active) if school_id}


def _ways(pilot: Pilot) -> list[tuple[LazyString, Select[Any, Any, Any]]]:
    """The ways of taking part whose moment is known: each selects the school, the person and the moment."""
    signed_up = select(Volunteer.school_id, Volunteer.person_id, Volunteer.applied_at).where(
        Volunteer.pilot_id == pilot.id
    )
    handed_in = select(Account.school_id, Account.id, Submission.submitted_at).join(
        Submission, Submission.person_id == Account.id
    )
    shared = select(Account.school_id, Account.id, Post.posted_at).join(Post, Post.author_id == Account.id)
    return [
        (_l("People who volunteered"), signed_up),
        (
            _l("People who handed in evidence"),
            handed_in.where(Submission.pilot_id == pilot.id, Submission.submitted_at.is_not(None)),
        ),
        (
            _l("People who shared a win"),
            shared.where(Post.pilot_id == pilot.id, Post.kind == PostKind.WIN, Post.taken_back_at.is_(None)),
        ),
    ]


def _activity(title: LazyString, statement: Select[Any, Any, Any], having: Group, without: Group) -> Activity:
    did = [(school_id, person, local(moment).date()) for school_id, person, moment in db.session.execute(statement)]
    return Activity(title, _series(did, having), _series(did, without))


def _series(did: Iterable[tuple[int | None, int, date]], group: Group) -> Series:
    if not group.is_shown:
        return Series([None] * 2 * WEEKS, None, None)
    who: list[set[int]] = [set() for _week in range(2 * WEEKS)]
    for school_id, person, day in did:
        first = group.first_days.get(school_id or 0)
        at = WEEKS + (day - first).days // 7 if first else -1
        if 0 <= at < 2 * WEEKS:
            who[at].add(person)
    come = WEEKS + _weeks_come(group)
    before, after = [len(each) for each in who[:WEEKS]], [len(each) for each in who[WEEKS:come]]
    shown = [*shielded(before, before), *shielded(after, after)]
    return Series(shown + [None] * (2 * WEEKS - len(shown)), _average(before, group), _average(after, group))


def _weeks_come(group: Group) -> int:
    """How many whole weeks have gone by since the first day, at the school that began last."""
    latest = max(group.first_days.values())
    return max(0, min(WEEKS, (local(utcnow()).date() - latest + timedelta(days=1)).days // 7))


def _average(counts: Sequence[int], group: Group) -> float | None:
    if not counts or is_small(sum(counts)):
        return None
    return round(PER * sum(counts) / len(counts) / group.teachers, 1)


def _turnouts(pilot: Pilot, having: Group, without: Group) -> list[Turnout]:
    """Of the last closed polls that asked whole schools; people of no school are in neither group."""
    closed = select(Poll).where(Poll.pilot_id == pilot.id, Poll.closed_at.is_not(None), Poll.audience == "schools")
    polls = db.session.scalars(closed.order_by(Poll.closed_at.desc()).limit(MOST_POLLS)).all()
    counts = select(Participation.poll_id, Account.school_id, func.count()).join(
        Account, Account.id == Participation.person_id
    )
    rows = db.session.execute(
        counts.where(Participation.poll_id.in_([poll.id for poll in polls])).group_by(
            Participation.poll_id, Account.school_id
        )
    )
    voted = {(poll_id, school_id): count for poll_id, school_id, count in rows}
    return [_turnout(poll, having, without, voted) for poll in polls]


def _turnout(poll: Poll, having: Group, without: Group, voted: dict[tuple[int, int | None], int]) -> Turnout:
    closed_on = local(poll.closed_at or utcnow()).date()
    asked, sums = set(school_ids(poll)), {True: [0, 0], False: [0, 0]}
    for group in (having, without):
        for school in group.schools:
            if school.id in asked:
                had_it = group is having and group.first_days[school.id] <= closed_on
                sums[had_it][0] += voted.get((poll.id, school.id), 0)
                sums[had_it][1] += group.teachers_at[school.id]
    return Turnout(poll.question, closed_on, _shown(*sums[True]), _shown(*sums[False]))


def _shown(voted: int, asked: int) -> tuple[int, int] | None:
    """None where the numbers would tell who voted or who did not."""
    return None if is_small(voted) or asked - voted < FEWEST else (voted, asked)
