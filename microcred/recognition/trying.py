"""What would happen to each if many were handed something at once: a dry run, which changes nothing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from microcred.accounts.models import Account, School
from microcred.db import db
from microcred.errors import Refused
from microcred.recognition.handing import refusals
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from microcred.recognition.queries import in_reach
from microcred.recognition.stock_models import Stock, Store, Variant
from microcred.recognition.whom import Meant
from microcred.words import day

MOST_PEOPLE = 1000


class Fate(StrEnum):
    """What would happen, the likeliest first; only the first two change anything."""

    GIVE = "give"
    OUT = "out"
    OVER = "over"
    HAS = "has"
    LATER = "later"
    DECLINED = "declined"
    NOT_DUE = "not due"
    DISABLED = "disabled"
    TWICE = "twice"
    SEVERAL = "several"
    UNKNOWN = "unknown"


@dataclass
class Line:
    """What would happen to one person and one reason, or why nothing does; `asked` is what the list says."""

    fate: Fate
    asked: str
    person: Account | None = None
    entitlement: Entitlement | None = None
    note: str = ""


def people_of(schools: Collection[int], by: Account) -> list[Meant]:
    """Everybody in reach who works at these schools; refused when these are too many, or nobody."""
    people = select(Account.id, Account.name).outerjoin(Account.school).where(Account.school_id.in_(schools))
    there = people.where(in_reach(by), Account.disabled_at.is_(None)).order_by(School.name, Account.name, Account.id)
    found = [Meant(name, [account_id]) for account_id, name in db.session.execute(there.limit(MOST_PEOPLE + 1))]
    if len(found) > MOST_PEOPLE:
        raise Refused(_("At most %(count)s people at once, please.", count=MOST_PEOPLE), field="schools")
    if not found:
        raise Refused(_("Choose a school, or name the people."), field="schools")
    return found


def dry_run(meant: Sequence[Meant], giveaways: Collection[int], store: Store | None, by: Account) -> list[Line]:
    """What would happen to each, in the order of the list; of no giveaways everything that is due is meant.

    What runs out within the list is said of the people at whom it does.
    """
    people, entitlements = _looked_up({each.account_ids[0] for each in meant if len(each.account_ids) == 1}, giveaways)
    left = _left(giveaways, store)
    seen: set[int] = set()
    lines: list[Line] = []
    for each in meant:
        lines += _fates(each, people, entitlements, seen, left, by)
        seen.update(each.account_ids)
    return lines


def _looked_up(
    ids: Collection[int], giveaways: Collection[int]
) -> tuple[dict[int, Account], dict[int, list[Entitlement]]]:
    people = select(Account).where(Account.id.in_(ids)).options(lazyload(Account.roles), joinedload(Account.school))
    due = select(Entitlement).join(Entitlement.giveaway).where(Entitlement.person_id.in_(ids))
    wanted = due.where(Giveaway.archived_at.is_(None), *([Giveaway.id.in_(giveaways)] if giveaways else []))
    handed = selectinload(Entitlement.hand_outs).options(joinedload(HandOut.given_by).lazyload(Account.roles))
    found: dict[int, list[Entitlement]] = {}
    for entitlement in db.session.scalars(wanted.order_by(Entitlement.id).options(handed)):
        found.setdefault(entitlement.person_id, []).append(entitlement)
    return {person.id: person for person in db.session.scalars(people)}, found


def _left(giveaways: Collection[int], store: Store | None) -> dict[int, int]:
    """How many pieces of each giveaway lie in the store, in whatever variant."""
    there = select(Variant.giveaway_id, Stock.quantity).join(Stock, Stock.variant_id == Variant.id)
    here = there.where(Stock.store_id == (store.id if store else 0), Variant.archived_at.is_(None))
    left: dict[int, int] = {}
    for giveaway_id, quantity in db.session.execute(here):
        left[giveaway_id] = left.get(giveaway_id, 0) + quantity
    return left


def _fates(
    each: Meant,
    people: dict[int, Account],
    entitlements: dict[int, list[Entitlement]],
    seen: set[int],
    left: dict[int, int],
    by: Account,
) -> Iterable[Line]:
    if len(each.account_ids) != 1:
        return [Line(Fate.SEVERAL if each.account_ids else Fate.UNKNOWN, each.line)]
    person = people[each.account_ids[0]]
    if person.id in seen:
        return [Line(Fate.TWICE, each.line, person)]
    if not person.is_active:
        return [Line(Fate.DISABLED, each.line, person)]
    due = entitlements.get(person.id, [])
    waiting = [Line(_fate(one, left), each.line, person, one) for one in due if one.is_waiting]
    for line in waiting:
        line.note = " ".join(refusals(line.entitlement)) if line.entitlement else ""
    return waiting or [_nothing(each.line, person, due, by)]


def _fate(entitlement: Entitlement, left: dict[int, int]) -> Fate:
    if refusals(entitlement):
        return Fate.OVER
    if left.get(entitlement.giveaway_id, 0) < 1:
        return Fate.OUT
    left[entitlement.giveaway_id] -= 1
    return Fate.GIVE


def _nothing(asked: str, person: Account, due: list[Entitlement], by: Account) -> Line:
    """Why there is nothing to give; that somebody said no is told to the coordinator only."""
    for entitlement in due:
        if hand_out := entitlement.hand_out:
            note = _("%(day)s, from %(name)s", day=day(hand_out.given_at), name=hand_out.given_by.name)
            return Line(Fate.HAS, asked, person, entitlement, note)
    if any(entitlement.is_postponed for entitlement in due):
        return Line(Fate.LATER, asked, person)
    if due and by.is_coordinator:
        return Line(Fate.DECLINED, asked, person)
    return Line(Fate.NOT_DUE, asked, person)
