"""The reasons that people have for giveaways and are not due yet, found in one query."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, cast, exists, func, literal, or_, select, union_all

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.pilots.models import Pilot
from microcred.recognition.eligibility import Part, also_parts, main_part
from microcred.recognition.models import Entitlement, Giveaway, GiveawayStart
from microcred.schooldays import local


class Due(NamedTuple):
    """That a person has a reason for a giveaway: its key (such as `voted:7`) and the name of what it is about."""

    person_id: int
    giveaway_id: int
    reason: str
    name: str


def is_live() -> ColumnElement[bool]:
    """Whether a giveaway makes people due: switched on, still handed out, and its last day not over."""
    not_over = or_(Giveaway.until_on.is_(None), Giveaway.until_on >= local(utcnow()).date())
    return Giveaway.switched_on_at.is_not(None) & Giveaway.archived_at.is_(None) & not_over


def is_live_now(giveaway: Giveaway) -> bool:
    """The same, of one row."""
    is_over = giveaway.until_on is not None and giveaway.until_on < local(utcnow()).date()
    return giveaway.switched_on_at is not None and giveaway.archived_at is None and not is_over


def live_giveaways(pilot: Pilot | None = None) -> list[Giveaway]:
    """The giveaways (of one pilot) that make people due today."""
    live = select(Giveaway).where(is_live()).order_by(Giveaway.id)
    return list(db.session.scalars(live if pilot is None else live.where(Giveaway.pilot_id == pilot.id)))


def everyone_due(giveaways: Iterable[Giveaway], person: Account | None = None) -> list[Due]:
    """Each reason that anybody (or that one person) has for one of the giveaways and is not due yet, in one query.

    Whoever is disabled has none, nor has anybody before the day on which a giveaway starts at their school.
    """
    found = [_reasons(giveaway, person) for giveaway in giveaways]
    if not found:
        return []
    return sorted({Due(*row) for row in db.session.execute(union_all(*found))})


def _reasons(giveaway: Giveaway, person: Account | None) -> Select[Any]:
    who, reason, name = (facts := facts_of(main_part(giveaway))).c
    had = exists().where(
        Entitlement.person_id == who, Entitlement.giveaway_id == giveaway.id, Entitlement.reason == reason
    )
    reasons = select(who, literal(giveaway.id), reason, name).join_from(facts, Account, Account.id == who)
    reasons = reasons.where(~had, Account.disabled_at.is_(None), has_started(giveaway))
    for part in also_parts(giveaway):
        reasons = reasons.where(who.in_(select(facts_of(part).c[0])))
    return reasons if person is None else reasons.where(who == person.id)


def facts_of(part: Part) -> Any:
    """Who meets a part: the person, the key of the reason, and the name of what it is about."""
    who, about, name = (facts := part.rule.facts(part.asked).subquery()).c
    if not part.rule.counts:
        return (
            select(who, literal(f"{part.slug}:", String).concat(cast(about, String)), name)
            .select_from(facts)
            .subquery()
        )
    many = select(who, literal(f"{part.slug}:{part.asked.pilot_id}", String), literal("", String)).select_from(facts)
    return many.group_by(who).having(func.count(about.distinct()) >= part.asked.needed).subquery()


def has_started(giveaway: Giveaway) -> ColumnElement[bool]:
    """Whether a giveaway is offered at somebody's school: at once, or from a day on that has come.

    Whoever belongs to no school waits for no school's day.
    """
    starts = exists().where(GiveawayStart.giveaway_id == giveaway.id)
    today = local(utcnow()).date()
    own = starts.where(GiveawayStart.school_id == Account.school_id, GiveawayStart.starts_on <= today)
    return or_(Account.school_id.is_(None), ~starts, own.correlate(Account))
