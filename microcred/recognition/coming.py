"""What may still come to somebody, and why it is not due yet: for that person, and for the coordinator."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, Select, exists, literal, or_, select, union_all
from sqlalchemy.orm import joinedload

from microcred.accounts.models import Account, Role, RoleName, School
from microcred.db import db, utcnow
from microcred.pilots.models import Pilot
from microcred.recognition.eligibility import RULES, Part, parts
from microcred.recognition.limits import Had, beginning_of, exceeded, totals_of
from microcred.recognition.models import Entitlement, Giveaway, GiveawayStart
from microcred.recognition.queries import is_promised
from microcred.schooldays import local
from microcred.words import day


class ToCome(NamedTuple):
    """A giveaway that somebody is not due (again) yet, and why not."""

    giveaway: Giveaway
    why_not: str


class Offered(NamedTuple):
    """A giveaway as it is offered at one school: whether the schools start on days of their own, and on which."""

    giveaway: Giveaway
    is_staggered: bool
    starts_on: date | None


def to_come(person: Account, entitlements: Sequence[Entitlement]) -> list[ToCome]:
    """What people were told of and the person is not due, or is kept from having more of, with the reason.

    `entitlements` is all that the person was ever due.
    """
    offered = _offered_to(person)
    done = _done(person, [each.giveaway for each in offered])
    had = {each.giveaway_id for each in entitlements}
    reasons = {(each.giveaway_id, each.reason) for each in entitlements}
    kept_back = {
        each.giveaway.id
        for each in offered
        if {(each.giveaway.id, reason) for reason in _reasons(each.giveaway, done)} - reasons
    }
    totals = totals_of(each.giveaway for each in offered)
    return [
        ToCome(each.giveaway, _why_not(each, person, done, _had(each.giveaway, entitlements, totals)))
        for each in offered
        if each.giveaway.id not in had or each.giveaway.id in kept_back
    ]


def _had(giveaway: Giveaway, entitlements: Iterable[Entitlement], totals: dict[int, int]) -> Had:
    theirs = [each for each in entitlements if each.giveaway_id == giveaway.id]
    lately = [each for each in theirs if each.due_at > beginning_of(giveaway)]
    counts = (Counter(each.person_id for each in some) for some in (theirs, lately))
    return Had(totals.get(giveaway.id, 0), *counts)


def _offered_to(person: Account) -> list[Offered]:
    """What people were told of in the pilots that go on at the person's school, or anywhere for who has none."""
    at_school = Pilot.schools.any(School.id == person.school_id) if person.school_id else Pilot.id.is_not(None)
    pilots = select(Pilot.id).where(Pilot.ended_at.is_(None), at_school)
    is_staggered = exists().where(GiveawayStart.giveaway_id == Giveaway.id).correlate(Giveaway)
    own_start = (GiveawayStart.giveaway_id == Giveaway.id) & (GiveawayStart.school_id == person.school_id)
    giveaways = (
        select(Giveaway, is_staggered, GiveawayStart.starts_on)
        .outerjoin(GiveawayStart, own_start)
        .where(Giveaway.pilot_id.in_(pilots), is_promised(), _is_for(person))
        .order_by(Giveaway.id)
    )
    named = joinedload(Giveaway.poll).lazyload("*"), joinedload(Giveaway.micro_credential).lazyload("*")
    return [Offered(*row) for row in db.session.execute(giveaways.options(*named))]


def _is_for(person: Account) -> ColumnElement[bool]:
    """Whether a giveaway's rule can be fulfilled by somebody with the person's roles."""
    held = exists().where(Role.account_id == person.id)
    slugs: dict[frozenset[RoleName], list[str]] = {}
    for slug, rule in RULES.items():
        slugs.setdefault(rule.whose, []).append(slug)
    return or_(*(Giveaway.rule.in_(some) & held.where(Role.name.in_(whose)) for whose, some in slugs.items()))


def _done(person: Account, giveaways: Iterable[Giveaway]) -> dict[Part, list[int]]:
    """What the person did for each part that a giveaway asks for: the ids of the things, in one query."""
    asked = list({part: None for giveaway in giveaways for part in parts(giveaway)})
    done: dict[Part, list[int]] = {part: [] for part in asked}
    if asked:
        for at, about in db.session.execute(union_all(*(_facts(at, part, person) for at, part in enumerate(asked)))):
            done[asked[at]].append(about)
    return done


def _facts(at: int, part: Part, person: Account) -> Select[Any]:
    who, about, _name = part.rule.facts(part.asked).subquery().c
    return select(literal(at), about).where(who == person.id).distinct()


def _is_met(part: Part, done: dict[Part, list[int]]) -> bool:
    return len(done[part]) >= (part.asked.needed if part.rule.counts else 1)


def _reasons(giveaway: Giveaway, done: dict[Part, list[int]]) -> set[str]:
    """The keys of the reasons that the person has, once everything else that is asked is met."""
    main = parts(giveaway)[0]
    if not all(_is_met(part, done) for part in parts(giveaway)):
        return set()
    return {f"{main.slug}:{about}" for about in ([main.asked.pilot_id] if main.rule.counts else done[main])}


def _why_not(offered: Offered, person: Account, done: dict[Part, list[int]], had: Had) -> str:
    missing = [_missing(part, done) for part in parts(offered.giveaway) if not _is_met(part, done)]
    hindrance = _not_today(offered, person) or _limited(offered.giveaway, exceeded(offered.giveaway, had, person.id))
    return " ".join([*missing, *([hindrance] if hindrance else [])]) or str(_("It becomes due within the hour."))


def _missing(part: Part, done: dict[Part, list[int]]) -> str:
    if not part.rule.counts or part.asked.needed == 1:
        return part.not_yet
    return f"{part.not_yet} {_('So far: %(count)s.', count=len(done[part]))}"


def _not_today(offered: Offered, person: Account) -> str:
    """What keeps it back because of the day, whatever the person did."""
    until_on, today = offered.giveaway.until_on, local(utcnow()).date()
    if until_on and until_on < today:
        return _("It was offered until %(day)s.", day=day(until_on))
    if not (offered.is_staggered and person.school_id):
        return ""
    if offered.starts_on is None:
        return _("It is not offered at this school yet.")
    return (
        _("At this school it is offered from %(day)s on.", day=day(offered.starts_on))
        if offered.starts_on > today
        else ""
    )


def _limited(giveaway: Giveaway, limit: str | None) -> str:
    """What keeps it back because others, or the person, had so many."""
    if limit == "in_total":
        return _("All of them are taken.")
    if limit == "per_person":
        return ngettext(
            "There is at most %(num)s for each person, and that is reached.",
            "There are at most %(num)s for each person, and that is reached.",
            giveaway.per_person or 0,
        )
    if limit == "per_period":
        return ngettext(
            "There is at most %(num)s within %(days)s days, and that is reached: the next may come later.",
            "There are at most %(num)s within %(days)s days, and that is reached: the next may come later.",
            giveaway.per_period or 0,
            days=giveaway.period_days or 1,
        )
    return ""
