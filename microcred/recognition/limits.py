"""How many of a giveaway become due at most: to one person, within a while, and in all."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from microcred.db import db, utcnow
from microcred.lots import in_random_order
from microcred.recognition.models import Entitlement, Giveaway
from microcred.recognition.reasons import Due
from microcred.schooldays import local

MOST_ASKED_FOR = 500
"""How many people are named in a query; for more of them it asks about everybody."""


class Had(NamedTuple):
    """How much of a giveaway was due so far: in all, and to each person, ever and within the period."""

    in_total: int
    ever: Counter[int]
    lately: Counter[int]


def is_limited(giveaway: Giveaway) -> bool:
    """Whether anything limits how many become due."""
    return any(limit is not None for limit in (giveaway.per_person, giveaway.per_period, giveaway.in_total))


def hold(giveaways: Iterable[Giveaway]) -> list[Giveaway]:
    """Lock those of the giveaways that are limited, in the order of their ids, and return them as they are now."""
    ids = [giveaway.id for giveaway in giveaways if is_limited(giveaway)]
    held = select(Giveaway).where(Giveaway.id.in_(ids)).order_by(Giveaway.id).with_for_update(key_share=True)
    return list(db.session.scalars(held.execution_options(populate_existing=True))) if ids else []


def within_limits(due: Sequence[Due], giveaways: Iterable[Giveaway]) -> list[Due]:
    """What of this may become due; where more people have a reason than are left, lots decide among them."""
    limited = [giveaway for giveaway in giveaways if is_limited(giveaway)]
    allowed = [each for each in due if each.giveaway_id not in {giveaway.id for giveaway in limited}]
    for giveaway in limited:
        wanted = [each for each in due if each.giveaway_id == giveaway.id]
        allowed += _allowed(giveaway, wanted, had(giveaway, {each.person_id for each in wanted}))
    return sorted(allowed)


def _allowed(giveaway: Giveaway, wanted: list[Due], had: Had) -> list[Due]:
    allowed: list[Due] = []
    is_scarce = giveaway.in_total is not None and had.in_total + len(wanted) > giveaway.in_total
    for each in in_random_order(wanted) if is_scarce else wanted:
        if exceeded(giveaway, had, each.person_id, len(allowed)) is None:
            allowed.append(each)
            had.ever[each.person_id] += 1
            had.lately[each.person_id] += 1
    return allowed


def exceeded(giveaway: Giveaway, had: Had, person_id: int, new: int = 0) -> str | None:
    """Which limit one more for the person would exceed: in_total, per_person or per_period; None if none would."""
    counts = {"in_total": had.in_total + new, "per_person": had.ever[person_id], "per_period": had.lately[person_id]}
    limits = {name: getattr(giveaway, name) for name in counts}
    return next((name for name, limit in limits.items() if limit is not None and counts[name] >= limit), None)


def totals_of(giveaways: Iterable[Giveaway]) -> dict[int, int]:
    """How much was due so far of each giveaway that is limited in all, by its id."""
    ids = [giveaway.id for giveaway in giveaways if giveaway.in_total is not None]
    counts = select(Entitlement.giveaway_id, func.count()).where(Entitlement.giveaway_id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(counts.group_by(Entitlement.giveaway_id))} if ids else {}


def had(giveaway: Giveaway, person_ids: Collection[int]) -> Had:
    """How much of a giveaway was due so far; what somebody said no to counts, for they may change their mind."""
    in_total = totals_of([giveaway]).get(giveaway.id, 0)
    if giveaway.per_person is None and giveaway.per_period is None:
        return Had(in_total, Counter(), Counter())
    is_recent = Entitlement.due_at > beginning_of(giveaway)
    counts = select(Entitlement.person_id, func.count(), func.count().filter(is_recent)).where(
        Entitlement.giveaway_id == giveaway.id
    )
    if len(person_ids) <= MOST_ASKED_FOR:
        counts = counts.where(Entitlement.person_id.in_(person_ids))
    rows = db.session.execute(counts.group_by(Entitlement.person_id)).all()
    ever, lately = ({row[0]: row[at] for row in rows} for at in (1, 2))
    return Had(in_total, Counter(ever), Counter(lately))


def beginning_of(giveaway: Giveaway) -> datetime:
    """When the period began that counts today; what was due before is not in it."""
    return local(utcnow()) - timedelta(days=giveaway.period_days or 1)
