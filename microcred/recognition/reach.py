"""Whom a giveaway would reach today, and what that would cost, before it is switched on."""

from collections import Counter
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import lazyload

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.recognition.limits import within_limits
from microcred.recognition.models import Giveaway
from microcred.recognition.queries import waiting_for
from microcred.recognition.reasons import Due, everyone_due
from microcred.recognition.stock_models import Budget
from microcred.schooldays import local

MOST_NAMED = 200
"""How many people the preview names; the numbers are of all."""


class AtSchool(NamedTuple):
    """How many people of a school it would reach, and with how many pieces; a name of None is for no school."""

    school: str | None
    people: int
    pieces: int


class Reach(NamedTuple):
    """Whom it would reach today, and what that takes.

    `kept_back` is how many pieces the limits hold back, `spare` how many pieces in stock nobody waits for, and
    `left_cents` what remains of the budgets of today; None where there is none. Cents are of the giveaway's currency.
    """

    schools: list[AtSchool]
    people: list[Account]
    pieces: int
    kept_back: int
    cost_cents: int
    spare: int
    left_cents: int | None

    @property
    def people_count(self) -> int:
        """How many people it would reach."""
        return sum(school.people for school in self.schools)

    @property
    def missing(self) -> int:
        """How many pieces are to be bought for it."""
        return max(0, self.pieces - self.spare)


def reach(giveaway: Giveaway) -> Reach:
    """Whom the giveaway, as it is set up, would make due it today and is not due it yet.

    Where it is limited in all, lots decide who is among them: each look may name others, and the numbers stay.
    """
    reasons = everyone_due([giveaway])
    allowed = within_limits(reasons, [giveaway])
    people = _people(allowed)
    return Reach(
        schools=_by_school(allowed, people),
        people=people[:MOST_NAMED],
        pieces=len(allowed),
        kept_back=len(reasons) - len(allowed),
        cost_cents=len(allowed) * giveaway.value_cents,
        spare=max(0, giveaway.stock - waiting_for(giveaway)),
        left_cents=_left(),
    )


def _people(due: list[Due]) -> list[Account]:
    ids = {each.person_id for each in due}
    everybody = select(Account).options(lazyload(Account.roles))
    known = everybody.where(Account.id.in_(ids)) if len(ids) <= MOST_NAMED else everybody
    return sorted((each for each in db.session.scalars(known) if each.id in ids), key=_place)


def _place(person: Account) -> tuple[str, str, int]:
    return (person.school.name if person.school else "", person.name, person.id)


def _by_school(due: list[Due], people: list[Account]) -> list[AtSchool]:
    school_of = {person.id: person.school.name if person.school else None for person in people}
    heads = Counter(school_of.values())
    pieces = Counter(school_of[each.person_id] for each in due)
    return [AtSchool(school, heads[school], pieces[school]) for school in heads]


def _left() -> int | None:
    today = local(utcnow()).date()
    left = select(func.sum(Budget.amount_cents - Budget.spent_cents)).where(
        Budget.archived_at.is_(None), Budget.starts_on <= today, Budget.ends_on >= today
    )
    return db.session.scalar(left)
