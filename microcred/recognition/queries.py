"""Finding who is due what, what was handed out, and what is there."""

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, lazyload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from microcred.accounts.models import Account, School
from microcred.catalog.models import MicroCredential
from microcred.db import db, utcnow
from microcred.pilots.models import Offer, Pilot
from microcred.polls.models import Poll
from microcred.recognition.models import Entitlement, Giveaway, GiveawayStart, HandOut, PersonalCode, ThankPreference
from microcred.recognition.stock_models import ShelfCode, StockMove
from microcred.schooldays import end_of_day, local, time_zone


def in_reach(user: Account) -> ColumnElement[bool]:
    """The people to whom somebody hands out: everyone for the coordinator, those of their school for a principal."""
    if user.is_coordinator:
        return true()
    return Account.school_id.in_(user.led_school_ids) if user.led_school_ids else false()


def visible_to(user: Account) -> ColumnElement[bool]:
    """The people whose thank-yous somebody sees: those in reach, and oneself."""
    return or_(in_reach(user), Account.id == user.id)


def colleagues(wanted: str) -> list[Account]:
    """Who is meant by a whole name, address or personal code, of everyone who can sign in."""
    by_code = select(PersonalCode.account_id).where(PersonalCode.code == wanted.upper().replace(" ", ""))
    meant = or_(func.lower(Account.name) == wanted.lower(), Account.email == wanted.lower(), Account.id.in_(by_code))
    return list(db.session.scalars(select(Account).where(meant, Account.disabled_at.is_(None)).limit(2)))


def wants_public_thanks(person: Account) -> bool:
    """Whether others may read that the person was thanked; not before the person has said so."""
    wish = select(ThankPreference.is_public).where(ThankPreference.account_id == person.id)
    return bool(db.session.scalar(wish))


def personal_code(person: Account) -> str | None:
    """The code under which a person is found; whoever was never due anything has none yet."""
    return db.session.scalar(select(PersonalCode.code).where(PersonalCode.account_id == person.id))


def _with_hand_outs() -> ORMOption:
    handed = selectinload(Entitlement.hand_outs)
    return handed.options(
        joinedload(HandOut.given_by, innerjoin=True).lazyload(Account.roles),
        joinedload(HandOut.collected_by).lazyload(Account.roles),
    )


def entitlements_of(person: Account) -> list[Entitlement]:
    """Everything that a person was ever due, with its hand-outs."""
    theirs = select(Entitlement).where(Entitlement.person_id == person.id).order_by(Entitlement.due_at, Entitlement.id)
    return list(db.session.scalars(theirs.options(_with_hand_outs()).execution_options(populate_existing=True)))


def _narrowing() -> list[ORMOption]:
    return [
        joinedload(Giveaway.poll).lazyload("*"),
        joinedload(Giveaway.micro_credential).lazyload("*"),
    ]


def visible_entitlement(user: Account, entitlement_id: int) -> Entitlement | None:
    """One entitlement, for the person and for those who hand out to that person."""
    statement = select(Entitlement).join(Entitlement.person).where(Entitlement.id == entitlement_id, visible_to(user))
    return db.session.scalar(statement)


def visible_hand_out(user: Account, hand_out_id: int) -> HandOut | None:
    """One hand-out, for the person and for those who hand out to that person."""
    statement = select(HandOut).join(HandOut.entitlement).join(Entitlement.person)
    return db.session.scalar(statement.where(HandOut.id == hand_out_id, visible_to(user)))


def hand_outs_to_undo(user: Account, person: Account, ids: Collection[int]) -> list[HandOut]:
    """Those of a person's hand-outs that somebody may undo: one's own, for the coordinator everybody's."""
    theirs = select(HandOut).join(HandOut.entitlement).where(Entitlement.person_id == person.id, HandOut.id.in_(ids))
    may_be_undone = theirs if user.is_coordinator else theirs.where(HandOut.given_by_id == user.id)
    return list(db.session.scalars(may_be_undone.order_by(HandOut.id)))


class Narrowed(NamedTuple):
    """What a list is narrowed to; None narrows nothing. Days are the school's, both included."""

    giveaway_id: int | None = None
    school_id: int | None = None
    first: date | None = None
    last: date | None = None


def unconfirmed(user: Account, narrowed: Narrowed) -> Select[Any]:
    """What people in reach were given and nobody confirmed yet, by school and name."""
    given = select(HandOut).join(HandOut.entitlement).join(Entitlement.giveaway).join(Entitlement.person)
    open_ones = given.where(in_reach(user), HandOut.undone_at.is_(None), HandOut.acknowledged_at.is_(None))
    in_order = open_ones.where(*_narrowing_of(narrowed)).outerjoin(Account.school)
    to_whom = contains_eager(HandOut.entitlement)
    return in_order.order_by(School.name, Account.name, Account.id, HandOut.id).options(
        to_whom.contains_eager(Entitlement.giveaway),
        to_whom.contains_eager(Entitlement.person).options(contains_eager(Account.school), lazyload(Account.roles)),
    )


def unconfirmed_of(user: Account, person: Account) -> list[HandOut]:
    """What one person was given and did not confirm yet, the newest first."""
    theirs = unconfirmed(user, Narrowed()).where(Entitlement.person_id == person.id)
    return list(db.session.scalars(theirs.order_by(None).order_by(HandOut.id.desc())))


def hand_outs(user: Account, narrowed: Narrowed) -> Select[Any]:
    """The log: hand-outs to people in reach, undone ones too, the newest first.

    Where nothing narrows it no other table is asked, so that a hundred thousand rows are counted quickly.
    """
    statement = select(HandOut).order_by(HandOut.given_at.desc(), HandOut.id.desc())
    narrowing = _narrowing_of(narrowed)
    if narrowing or not user.is_coordinator:
        wanted = select(Entitlement.id).join(Entitlement.giveaway).join(Entitlement.person)
        statement = statement.where(HandOut.entitlement_id.in_(wanted.where(in_reach(user), *narrowing)))
    if narrowed.first:
        statement = statement.where(HandOut.given_at >= datetime.combine(narrowed.first, time(), tzinfo=time_zone()))
    if narrowed.last:
        statement = statement.where(HandOut.given_at <= end_of_day(narrowed.last))
    who = (HandOut.given_by, HandOut.collected_by, HandOut.undone_by)
    return statement.options(
        joinedload(HandOut.entitlement, innerjoin=True).joinedload(Entitlement.person).lazyload(Account.roles),
        *(joinedload(each).lazyload(Account.roles) for each in who),
    )


def _narrowing_of(narrowed: Narrowed) -> list[ColumnElement[bool]]:
    wanted = {Giveaway.id: narrowed.giveaway_id, Account.school_id: narrowed.school_id}
    return [column == value for column, value in wanted.items() if value is not None]


def _is_given() -> ColumnElement[bool]:
    return exists().where(HandOut.entitlement_id == Entitlement.id, HandOut.undone_at.is_(None))


def _waits() -> ColumnElement[bool]:
    today = local(utcnow()).date()
    is_wanted_now = or_(Entitlement.later_until.is_(None), Entitlement.later_until <= today)
    return and_(Entitlement.declined_at.is_(None), is_wanted_now, ~_is_given())


def waiting(user: Account, narrowed: Narrowed) -> Select[Any]:
    """What people in reach are due or owed, by school and name."""
    return (
        select(Entitlement)
        .join(Entitlement.giveaway)
        .join(Entitlement.person)
        .outerjoin(Account.school)
        .where(in_reach(user), _waits(), Giveaway.archived_at.is_(None), Account.disabled_at.is_(None))
        .where(*_narrowing_of(narrowed))
        .order_by(School.name, Account.name, Account.id, Entitlement.id)
        .options(
            contains_eager(Entitlement.giveaway),
            contains_eager(Entitlement.person).options(contains_eager(Account.school), lazyload(Account.roles)),
        )
    )


def waiting_for(giveaway: Giveaway) -> int:
    """How many pieces of a giveaway people wait for who may still receive one."""
    waits = select(func.count(Entitlement.id)).join(Entitlement.person).where(_waits(), Account.disabled_at.is_(None))
    return db.session.scalar(waits.where(Entitlement.giveaway_id == giveaway.id)) or 0


class Shelf(NamedTuple):
    """A giveaway with its numbers: how many people's reasons wait, how many of those are owed, how many were given."""

    giveaway: Giveaway
    due: int
    owed: int
    given: int


def shelves(pilot: Pilot) -> list[Shelf]:
    """The giveaways of a pilot with their numbers, those that are still handed out first."""
    waits = and_(_waits(), Account.disabled_at.is_(None))
    numbers = [waits, and_(waits, Entitlement.owed_at.is_not(None)), _is_given()]
    counted = (
        select(
            Entitlement.giveaway_id, *(func.count().filter(number).label(f"n{at}") for at, number in enumerate(numbers))
        )
        .join(Entitlement.person)
        .group_by(Entitlement.giveaway_id)
        .subquery()
    )
    statement = (
        select(Giveaway, *(func.coalesce(counted.c[f"n{at}"], 0) for at in range(len(numbers))))
        .outerjoin(counted, counted.c.giveaway_id == Giveaway.id)
        .where(Giveaway.pilot_id == pilot.id)
        .order_by(Giveaway.archived_at.is_not(None), Giveaway.id)
        .options(*_narrowing())
    )
    return [Shelf(*row) for row in db.session.execute(statement)]


def is_promised() -> ColumnElement[bool]:
    """Whether people were told of a giveaway that is switched on and still handed out."""
    is_on = Giveaway.switched_on_at.is_not(None) & Giveaway.archived_at.is_(None)
    return is_on & Giveaway.announced_at.is_not(None)


def is_promised_to(user: Account) -> ColumnElement[bool]:
    """Whether somebody may read of it: not before its day where the schools start one by one; the coordinator may."""
    if user.is_coordinator or not user.school_id:
        return is_promised()
    starts = exists().where(GiveawayStart.giveaway_id == Giveaway.id).correlate(Giveaway)
    today = local(utcnow()).date()
    own = starts.where(GiveawayStart.school_id == user.school_id, GiveawayStart.starts_on <= today)
    return is_promised() & or_(~starts, own)


def giveaways_for(user: Account, pilot: Pilot, *rules: str) -> list[Giveaway]:
    """What the pilot thanks somebody for by one of these rules."""
    statement = select(Giveaway).where(Giveaway.pilot_id == pilot.id, Giveaway.rule.in_(rules))
    return list(db.session.scalars(statement.where(is_promised_to(user)).order_by(Giveaway.id)))


def visible_giveaways(user: Account) -> Select[Any]:
    """The giveaways that somebody may know of: the coordinator all, others those of their schools' pilots."""
    statement = select(Giveaway).order_by(Giveaway.id)
    if user.is_coordinator:
        return statement
    school_ids = {user.school_id, *user.led_school_ids}
    return statement.where(Giveaway.pilot.has(Pilot.schools.any(School.id.in_(school_ids))))


def visible_giveaway(user: Account, giveaway_id: int) -> Giveaway | None:
    """One giveaway that somebody may know of."""
    return db.session.scalar(visible_giveaways(user).where(Giveaway.id == giveaway_id).options(*_narrowing()))


def shown_giveaways() -> list[Giveaway]:
    """What is still handed out, in any pilot."""
    return list(db.session.scalars(select(Giveaway).where(Giveaway.archived_at.is_(None)).order_by(Giveaway.id)))


def giveaway_of(code: ShelfCode) -> Giveaway:
    """What lies on the shelf of a code."""
    return db.session.get_one(Giveaway, code.giveaway_id)


def people_of_school(user: Account, school_id: int | None) -> list[Account]:
    """Who can sign in and is in reach, at one school or at all, by school and name, with what they teach."""
    people = select(Account).outerjoin(Account.school).where(in_reach(user), Account.disabled_at.is_(None))
    wanted = people if school_id is None else people.where(Account.school_id == school_id)
    with_subjects = [contains_eager(Account.school), selectinload(Account.taught_subjects), lazyload(Account.roles)]
    return list(db.session.scalars(wanted.order_by(School.name, Account.name, Account.id).options(*with_subjects)))


def ledger(giveaway: Giveaway) -> Select[Any]:
    """The moves of a giveaway's stock, the newest first."""
    moves = select(StockMove).where(StockMove.giveaway_id == giveaway.id).order_by(StockMove.id.desc())
    return moves.options(joinedload(StockMove.by).lazyload(Account.roles))


def schools_in_reach(user: Account) -> list[School]:
    """The schools at which somebody hands out."""
    schools = select(School).order_by(School.name)
    if not user.is_coordinator:
        schools = schools.where(School.id.in_(user.led_school_ids))
    return list(db.session.scalars(schools))


def thanks_for_voting(user: Account, pilot: Pilot, poll: Poll | None = None) -> list[Giveaway]:
    """The giveaways that somebody who takes part in the poll, or in any, is due."""
    for_it = or_(Giveaway.poll_id.is_(None), Giveaway.poll_id == (poll and poll.id))
    of_pilot = select(Giveaway).where(Giveaway.pilot_id == pilot.id, is_promised_to(user))
    return list(db.session.scalars(of_pilot.where(Giveaway.rule == "voted", for_it).order_by(Giveaway.id)))


def polls_of(pilot: Pilot) -> list[Poll]:
    """The pilot's polls, which a giveaway can thank for."""
    return list(db.session.scalars(select(Poll).where(Poll.pilot_id == pilot.id).order_by(Poll.id)))


def micro_credentials_of(pilot: Pilot) -> list[MicroCredential]:
    """What the pilot offers or offered, which a giveaway can thank for."""
    offered = select(Offer.micro_credential_id).where(Offer.pilot_id == pilot.id)
    return list(
        db.session.scalars(select(MicroCredential).where(MicroCredential.id.in_(offered)).order_by(MicroCredential.id))
    )
