"""Finding volunteers: one's own entry, those a principal answers for, the queue, the coordinator's list."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from microcred.accounts.models import Account, Role, RoleName, School
from microcred.accounts.queries import answerers_of
from microcred.db import db, utcnow
from microcred.history import Entry
from microcred.pilots.models import Pilot
from microcred.schooldays import local
from microcred.volunteers.models import ACTIVE, ANSWER_WAITS, Call, Volunteer, VolunteerState
from microcred.volunteers.rules import QUEUE_RULES
from microcred.words import moment

NAMES = (
    joinedload(Volunteer.person).lazyload(Account.roles),
    joinedload(Volunteer.added_by).lazyload(Account.roles),
    joinedload(Volunteer.school),
)
"""What a list shows of each entry's people and school: names, no roles."""


def has_ended(pilot: Pilot) -> bool:
    """Whether nobody joins any more."""
    return pilot.ended_at is not None or pilot.ends_on < local(utcnow()).date()


def why_closed(pilot: Pilot) -> str | None:
    """None while one can volunteer, else the reason why not."""
    if has_ended(pilot):
        return _("This pilot has ended.")
    if pilot.sign_up_opens_at > utcnow():
        return _("Sign-up opens on %(moment)s.", moment=moment(pilot.sign_up_opens_at))
    return None


def call_of(pilot: Pilot) -> Call:
    """The pilot's call as it is now; one that was never written goes by the order of application."""
    statement = select(Call).where(Call.pilot_id == pilot.id).options(selectinload(Call.reservations))
    written: Call | None = db.session.scalar(statement.execution_options(populate_existing=True))
    return written or Call(pilot_id=pilot.id, pilot=pilot, rule="order", promise="", reservations=[])


def gives_places(pilot: Pilot) -> bool:
    """Whether the rule gives places yet; before a draw nobody has a place in line."""
    call = call_of(pilot)
    return bool(QUEUE_RULES[call.rule].gives_places(call))


def active_volunteer(pilot: Pilot, person: Account) -> Volunteer | None:
    """The person's entry that is under way in the pilot, if there is one."""
    return db.session.scalar(_entries(pilot, person).where(Volunteer.state.in_(ACTIVE)))


def has_another(volunteer: Volunteer) -> bool:
    """Whether the same person has a newer entry under way."""
    active = active_volunteer(volunteer.pilot, volunteer.person)
    return active is not None and active.id != volunteer.id


def newest_entry(pilot: Pilot, person: Account) -> Volunteer | None:
    """The person's last entry in the pilot, also one that has ended."""
    return db.session.scalar(_entries(pilot, person).order_by(Volunteer.id.desc()).limit(1))


def is_under_way(pilot: Pilot, person: Account) -> bool:
    """Whether the person's last entry in the pilot is under way, as far as the person knows."""
    newest = newest_entry(pilot, person)
    return newest is not None and newest.told_state in ACTIVE


def answerers_for(volunteer: Volunteer) -> list[Account]:
    """Who answers for the entry's school and can still sign in: principals and deputies, but never the person."""
    return [person for person in answerers_of(volunteer.school_id) if person.id != volunteer.person_id]


def is_joined(pilot: Pilot, person: Account) -> bool:
    """Whether the person takes part in the pilot now, and knows it."""
    joined = _entries(pilot, person).where(Volunteer.state == VolunteerState.JOINED, is_told())
    return db.session.scalar(joined) is not None


def is_told() -> ColumnElement[bool]:
    """Whether the person of an entry knows where it stands: no message with an answer waits in the outbox."""
    return or_(Volunteer.answer_mail_id.is_(None), Volunteer.answered_at <= utcnow() - ANSWER_WAITS)


def told_state() -> ColumnElement[Any]:
    """Where an entry stands as far as its person knows."""
    return case((is_told(), Volunteer.state), else_=VolunteerState.APPLIED)


def just_told() -> Select[Any]:
    """The entries whose answer has left the outbox, and of which nobody has taken note."""
    return select(Volunteer).where(Volunteer.answer_mail_id.is_not(None), is_told()).order_by(Volunteer.id)


def _entries(pilot: Pilot, person: Account) -> Select[Any]:
    return select(Volunteer).where(Volunteer.pilot_id == pilot.id, Volunteer.person_id == person.id)


def queue(pilot: Pilot) -> Select[Any]:
    """Those who wait for a place and can still sign in, the next in line first."""
    return (
        select(Volunteer)
        .join(Volunteer.person)
        .where(Volunteer.pilot_id == pilot.id, Volunteer.state == VolunteerState.WAITING)
        .where(Account.disabled_at.is_(None))
        .order_by(Volunteer.turn, Volunteer.id)
    )


def position(volunteer: Volunteer) -> int | None:
    """The place in the queue, from 1; None for who does not wait for a place, and before the lots are drawn."""
    if volunteer.state != VolunteerState.WAITING or not gives_places(volunteer.pilot):
        return None
    same_turn = and_(Volunteer.turn == volunteer.turn, Volunteer.id < volunteer.id)
    ahead = queue(volunteer.pilot).where(or_(Volunteer.turn < volunteer.turn, same_turn))
    return (db.session.scalar(select(func.count()).select_from(ahead.order_by(None).subquery())) or 0) + 1


def queue_length(pilot: Pilot) -> int:
    """How many wait for a place."""
    return db.session.scalar(select(func.count()).select_from(queue(pilot).order_by(None).subquery())) or 0


def run_out_offers(pilot: Pilot) -> Select[Any]:
    """The offers of a place that nobody took in time, or that nobody can take, the oldest first."""
    statement = select(Volunteer).where(Volunteer.pilot_id == pilot.id, _has_run_out())
    return statement.order_by(Volunteer.offer_ends_at, Volunteer.id)


def _has_run_out() -> ColumnElement[bool]:
    is_over = or_(Volunteer.offer_ends_at <= utcnow(), Volunteer.person.has(Account.disabled_at.is_not(None)))
    return and_(Volunteer.state == VolunteerState.OFFERED, is_over)


def pilots_with_run_out_offers() -> list[Pilot]:
    """The pilots in which an offer of a place has run out."""
    run_out = select(Volunteer.pilot_id).where(_has_run_out())
    return list(db.session.scalars(select(Pilot).where(Pilot.id.in_(run_out)).order_by(Pilot.id)))


def own_volunteer(user: Account, volunteer_id: int) -> Volunteer | None:
    """One of the person's own entries."""
    return db.session.scalar(select(Volunteer).where(Volunteer.id == volunteer_id, Volunteer.person_id == user.id))


def volunteer_to_answer(user: Account, volunteer_id: int) -> Volunteer | None:
    """An entry from a school that the person answers for; any entry, for the coordinator."""
    if user.is_coordinator:
        return db.session.get(Volunteer, volunteer_id)
    return db.session.scalar(of_led_schools(user).where(Volunteer.id == volunteer_id))


def volunteer_to_mark(user: Account, volunteer_id: int) -> Volunteer | None:
    """Any entry, for the coordinator."""
    return db.session.get(Volunteer, volunteer_id) if user.is_coordinator else None


def of_led_schools(user: Account) -> Select[Any]:
    """What a principal or a deputy sees of their school's volunteers, the oldest first.

    Who left is not told: an entry withdrawn before joining stays as it was answered, any other one is not there.
    """
    left_unseen = and_(Volunteer.answered_at.is_not(None), Volunteer.joined_at.is_(None))
    return (
        select(Volunteer)
        .where(Volunteer.school_id.in_(user.answered_school_ids))
        .where(or_(Volunteer.state != VolunteerState.WITHDRAWN, left_unseen))
        .options(*NAMES)
        .order_by(Volunteer.applied_at, Volunteer.id)
    )


def own_applicant(user: Account, pilot: Pilot) -> Volunteer | None:
    """The own entry of somebody who answers for the school, while it waits for another's answer."""
    entry = newest_entry(pilot, user) if user.is_teacher else None
    return entry if entry and entry.told_state == VolunteerState.APPLIED else None


def unreminded() -> Select[Any]:
    """Those who wait for an answer of which nobody was reminded; two who look at once never find the same ones."""
    goes_on = Volunteer.pilot.has(and_(Pilot.ended_at.is_(None), Pilot.ends_on >= local(utcnow()).date()))
    can_sign_in = Volunteer.person.has(Account.disabled_at.is_(None))
    unanswered = select(Volunteer).where(Volunteer.state == VolunteerState.APPLIED, Volunteer.reminded_at.is_(None))
    found = unanswered.where(goes_on, can_sign_in).order_by(Volunteer.applied_at, Volunteer.id)
    return found.with_for_update(skip_locked=True).execution_options(populate_existing=True)


def to_answer(user: Account, pilot: Pilot | None = None) -> list[Volunteer]:
    """Whom the person has to answer, in one pilot or in all, who waits longest first; never the own entry."""
    can_sign_in = Volunteer.person.has(Account.disabled_at.is_(None))
    statement = of_led_schools(user).where(Volunteer.state == VolunteerState.APPLIED, can_sign_in)
    statement = statement.where(Volunteer.person_id != user.id)
    return list(db.session.scalars(statement.where(Volunteer.pilot_id == pilot.id) if pilot else statement))


def answered(user: Account, pilot: Pilot) -> Select[Any]:
    """Who of the school has an answer in a pilot, the newest answer first; the own entry is not among them."""
    statement = of_led_schools(user).where(Volunteer.pilot_id == pilot.id, Volunteer.state != VolunteerState.APPLIED)
    statement = statement.where(Volunteer.person_id != user.id)
    newest_first = statement.order_by(None).order_by(Volunteer.answered_at.desc(), Volunteer.id)
    return newest_first.options(joinedload(Volunteer.answered_by).lazyload(Account.roles))


SORTS = {
    "name": (Account.name, Volunteer.id),
    "turn": (Volunteer.state != VolunteerState.WAITING, Volunteer.turn, Volunteer.id),
    "waiting": (Volunteer.state != VolunteerState.APPLIED, Volunteer.applied_at, Volunteer.id),
}
"""How a list is sorted: by name; who waits for a place first, by turn; who waits for an answer first, the longest."""


def volunteers_of(
    pilot: Pilot,
    *,
    school_id: int | None = None,
    state: str = "",
    search: str = "",
    only: Collection[int] | None = None,
    sort: str = "name",
) -> Select[Any]:
    """The pilot's volunteers, narrowed by school, state, a piece of the name and `only` these entries, and sorted."""
    statement = select(Volunteer).join(Volunteer.person).where(Volunteer.pilot_id == pilot.id)
    if school_id:
        statement = statement.where(Volunteer.school_id == school_id)
    if state:
        statement = statement.where(Volunteer.state == state)
    if search:
        statement = statement.where(Account.name.icontains(search.strip(), autoescape=True))
    if only is not None:
        statement = statement.where(Volunteer.id.in_(only))
    return statement.options(*NAMES).order_by(*SORTS.get(sort, SORTS["name"]))


def turns(pilot: Pilot) -> dict[int, int]:
    """The places in the queue, from 1, of the entries that wait for one; none before the lots are drawn."""
    in_line = queue(pilot).outerjoin(Call, Call.pilot_id == Volunteer.pilot_id).with_only_columns(Volunteer.id, Call)
    rows = db.session.execute(in_line).all()
    call = rows[0][1] if rows else None
    if call and not QUEUE_RULES[call.rule].gives_places(call):
        return {}
    return {row[0]: place for place, row in enumerate(rows, start=1)}


def addable(pilot: Pilot) -> list[Row[str, str, str]]:
    """Name, address and school of the teachers of the pilot's schools who have no entry under way, by name."""
    under_way = select(Volunteer.person_id).where(Volunteer.pilot_id == pilot.id, Volunteer.state.in_(ACTIVE))
    teaches = select(Role.account_id).where(Role.name == RoleName.TEACHER, Role.school_id.in_(pilot.school_ids))
    people = select(Account.name, Account.email, School.name).join(School, School.id == Account.school_id)
    free = people.where(Account.id.in_(teaches), Account.id.not_in(under_way), Account.disabled_at.is_(None))
    return list(db.session.execute(free.order_by(Account.name, Account.id)))


def history_of(volunteer: Volunteer, *verbs: str) -> list[Entry]:
    """What was done to an entry by these verbs, the oldest first."""
    about = select(Entry).where(Entry.thing == Volunteer.__name__, Entry.thing_id == str(volunteer.id))
    return list(db.session.scalars(about.where(Entry.verb.in_(verbs)).order_by(Entry.id)))


def counts(pilot: Pilot) -> dict[VolunteerState, int]:
    """How many entries of the pilot stand in each state."""
    statement = select(Volunteer.state, func.count()).where(Volunteer.pilot_id == pilot.id).group_by(Volunteer.state)
    found = {VolunteerState(state): count for state, count in db.session.execute(statement)}
    return {state: found.get(state, 0) for state in VolunteerState}
