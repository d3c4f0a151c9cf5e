"""Who stands in line for a pilot's places, and who is next by its rule."""

from sqlalchemy import Select, select

from microcred.accounts.models import Account, TaughtSubject
from microcred.db import db
from microcred.pilots.models import Pilot
from microcred.volunteers.models import HOLDS_PLACE, Call, Volunteer, VolunteerState
from microcred.volunteers.queries import call_of, has_ended
from microcred.volunteers.rules import QUEUE_RULES
from microcred.volunteers.rules.contenders import Contender, Kept
from microcred.volunteers.rules.reserved import is_released


def next_in_line(pilot: Pilot, newcomer: Volunteer | None = None) -> list[int]:
    """The entries that get the pilot's free places now, by their ids in the order of their turns.

    A `newcomer` who does not wait for a place yet is seen as waiting.
    """
    if has_ended(pilot) or pilot.places_left <= 0:
        return []
    call = call_of(pilot)
    rule = QUEUE_RULES[call.rule]
    if not rule.gives_places(call):
        return []
    kept = kept_places(call)
    waiting = _contenders(_waiting(pilot, newcomer).limit(None if kept else pilot.places_left))
    held = _contenders(_entries(pilot).where(Volunteer.state.in_(HOLDS_PLACE))) if kept else []
    return [each.volunteer_id for each in rule.pick(waiting, pilot.places_left, held, kept)]


def kept_places(call: Call) -> list[Kept]:
    """The places that are kept for somebody now; none for a school that does not take part any more."""
    if call.rule != "reserved" or is_released(call):
        return []
    standing = [each for each in call.reservations if each.subject or call.pilot.has_school(each.school_id)]
    return [Kept(each.places, each.school_id, each.subject) for each in standing]


def _waiting(pilot: Pilot, newcomer: Volunteer | None) -> Select[int, int, int]:
    waits = Volunteer.state == VolunteerState.WAITING
    entries = _entries(pilot).where(waits | (Volunteer.id == newcomer.id) if newcomer else waits)
    return entries.where(Volunteer.person.has(Account.disabled_at.is_(None)))


def _entries(pilot: Pilot) -> Select[int, int, int]:
    columns = select(Volunteer.id, Volunteer.school_id, Volunteer.person_id)
    return columns.where(Volunteer.pilot_id == pilot.id).order_by(Volunteer.turn, Volunteer.id)


def _contenders(entries: Select[int, int, int]) -> list[Contender]:
    rows = db.session.execute(entries).all()
    taught: dict[int, set[str]] = {}
    people = entries.with_only_columns(Volunteer.person_id)
    for person_id, subject in db.session.execute(
        select(TaughtSubject.account_id, TaughtSubject.subject).where(TaughtSubject.account_id.in_(people))
    ):
        taught.setdefault(person_id, set()).add(subject)
    return [Contender(row.id, row.school_id, frozenset(taught.get(row.person_id, ()))) for row in rows]
