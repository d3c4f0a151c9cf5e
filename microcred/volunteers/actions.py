"""Volunteering, answering, and the queue for places.

Every action locks the pilot first, then the entry: places and queue of one pilot change one after the other. `_move` is
the one way from state to state, and the one place where places are taken and freed.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select

from microcred.accounts.models import Account
from microcred.accounts.queries import principals_of
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.outbox import write_mail
from microcred.pilots.actions import free_place, take_place
from microcred.pilots.models import Pilot
from microcred.schooldays import due_after
from microcred.volunteers.models import HOLDS_PLACE, Volunteer, VolunteerState
from microcred.volunteers.queries import active_volunteer, has_ended, position, queue, run_out_offers, why_closed

OFFERS_PER_PERSON = 2
"""Who lets that many offers run out is taken to have said no."""

UNDO_MINUTES = 10
"""How long an answer can be taken back."""

S = VolunteerState


def volunteer(pilot: Pilot, person: Account, why: str) -> Volunteer:
    """Offer to take part; the principals of the school are told.

    Refused before sign-up opens, after the pilot's end, to who does not teach at one of its schools, and while an entry
    of the same person is under way.
    """
    lock(pilot)
    if closed := why_closed(pilot):
        raise Refused(closed)
    if not (person.is_teacher and pilot.has_school(person.school_id)):
        raise Refused(_("This pilot is for the teachers of its schools."))
    if active_volunteer(pilot, person):
        raise Refused(_("You have volunteered for this pilot already."))
    entry = Volunteer(pilot=pilot, person=person, school=person.school, why=why, state=S.APPLIED, applied_at=utcnow())
    db.session.add(entry)
    record(person, "volunteered", entry)
    for principal in principals_of(entry.school_id):
        write_mail(principal, "volunteer_applied", volunteer=entry)
    return entry


def approve(volunteer: Volunteer, *, by: Account | None) -> Volunteer:
    """Say yes: the person joins while there is a place, else waits in the queue. Refused when answered or ended."""
    _hold_unanswered(volunteer)
    expire_offers(volunteer.pilot)
    if has_ended(volunteer.pilot):
        raise Refused(_("This pilot has ended."))
    joins = volunteer.pilot.places_left > 0
    _move(volunteer, S.APPLIED, S.JOINED if joins else S.WAITING)
    volunteer.answered_at = volunteer.approved_at = utcnow()
    volunteer.answered_by = by
    volunteer.joined_at = volunteer.approved_at if joins else None
    record(by, "approved", volunteer)
    letter = "volunteer_joined" if joins else "volunteer_waiting"
    write_mail(volunteer.person, letter, volunteer=volunteer, position=position(volunteer))
    return volunteer


def decline(volunteer: Volunteer, reason: str, *, by: Account | None) -> Volunteer:
    """Say no, with a reason that is sent to the person. Refused when answered already."""
    _hold_unanswered(volunteer)
    _move(volunteer, S.APPLIED, S.DECLINED)
    volunteer.answered_at = volunteer.ended_at = utcnow()
    volunteer.answered_by, volunteer.reason = by, reason
    record(by, "declined", volunteer)
    write_mail(volunteer.person, "volunteer_declined", volunteer=volunteer)
    return volunteer


def answer_several(applicants: Sequence[Volunteer], reason: str | None, *, by: Account | None) -> Sequence[Volunteer]:
    """Say yes to each, who waits longest first, or no for one reason to all; all or none, refused as for one."""
    for entry in applicants:
        if reason is None:
            approve(entry, by=by)
        else:
            decline(entry, reason, by=by)
    return applicants


def take_back_answer(volunteer: Volunteer, *, by: Account) -> Volunteer:
    """Undo an approval or a decline: the person waits for an answer again, and is told.

    Refused after a few minutes, to anybody but who answered, and once the person has moved on.
    """
    _hold(volunteer)
    if not is_answer_fresh(volunteer, by) or _has_another(volunteer):
        raise Refused(_("This answer cannot be taken back any more."))
    _move(volunteer, VolunteerState(volunteer.state), S.APPLIED, Volunteer.may_return_to)
    volunteer.answered_at = volunteer.approved_at = volunteer.joined_at = volunteer.ended_at = None
    volunteer.answered_by = volunteer.reason = None
    record(by, "took back the answer", volunteer)
    write_mail(volunteer.person, "volunteer_answer_taken_back", volunteer=volunteer)
    fill_places(volunteer.pilot)
    return volunteer


def is_answer_fresh(volunteer: Volunteer, by: Account) -> bool:
    """Whether the answer was given by that person a moment ago, and nothing has followed from it."""
    answered_at = volunteer.answered_at
    if not answered_at or volunteer.answered_by_id != by.id:
        return False
    followed = {volunteer.approved_at, volunteer.joined_at, volunteer.ended_at} - {None, answered_at}
    is_recent = answered_at > utcnow() - timedelta(minutes=UNDO_MINUTES)
    return is_recent and not followed and volunteer.may_return_to(S.APPLIED)


def withdraw(volunteer: Volunteer, *, by: Account | None) -> Volunteer:
    """Leave; a place that was held goes to the next in line. Refused when the entry has ended already."""
    _hold(volunteer)
    return _leave(volunteer, VolunteerState(volunteer.state), by, "withdrew")


def accept_offer(volunteer: Volunteer, *, by: Account | None) -> Volunteer:
    """Take an offered place. Refused when none is offered, or the offer has run out, or the pilot has ended."""
    _hold(volunteer)
    if volunteer.state == S.OFFERED and not volunteer.is_offer_open:
        raise Refused(_("This offer has run out: the place goes to the next person."))
    if has_ended(volunteer.pilot):
        raise Refused(_("This pilot has ended."))
    _move(volunteer, S.OFFERED, S.JOINED)
    volunteer.joined_at, volunteer.offer_ends_at = utcnow(), None
    record(by, "accepted a place", volunteer)
    return volunteer


def decline_offer(volunteer: Volunteer, *, by: Account | None) -> Volunteer:
    """Say "no, not this time" to an offered place: an answer that ends the entry. Refused when none is offered."""
    _hold(volunteer)
    return _leave(volunteer, S.OFFERED, by, "said no to a place")


def fill_places(pilot: Pilot) -> Sequence[Volunteer]:
    """Offer every free place to the next in line, for some school days; returns whom. Nothing happens after the end."""
    lock(pilot)
    if has_ended(pilot) or not pilot.places_left:
        return []
    following = _fresh(queue(pilot).limit(pilot.places_left))
    for entry in following:
        _move(entry, S.WAITING, S.OFFERED)
        entry.offer_ends_at = due_after(utcnow(), current_app.config["MICROCRED_OFFER_SCHOOL_DAYS"])
        record(None, "offered a place", entry)
        write_mail(entry.person, "volunteer_offered", volunteer=entry)
    return following


def expire_offers(pilot: Pilot) -> Sequence[Volunteer]:
    """End the offers that ran out and fill the places; returns whose they were.

    The first time, the person goes to the end of the queue: one may be ill for a week. The second time the entry ends
    as if the person had said no, so that nobody is asked for ever.
    """
    lock(pilot)
    run_out = _fresh(run_out_offers(pilot))
    for entry in run_out:
        _expire(entry)
    fill_places(pilot)
    return run_out


def _expire(entry: Volunteer) -> None:
    entry.offers_expired += 1
    is_last = entry.offers_expired >= OFFERS_PER_PERSON
    _move(entry, S.OFFERED, S.WITHDRAWN if is_last else S.WAITING)
    entry.offer_ends_at = None
    if is_last:
        entry.ended_at = utcnow()
    else:
        entry.approved_at = utcnow()
    record(None, "ended an offer", entry)
    write_mail(entry.person, "volunteer_offer_ended", volunteer=entry, is_last=is_last)


def complete(volunteer: Volunteer, *, by: Account | None) -> Volunteer:
    """Note that somebody has taken part to the end; the place goes to the next in line. Refused unless joined."""
    _hold(volunteer)
    return _end(volunteer, S.COMPLETED, by, "completed")


def note_absence(volunteer: Volunteer, reason: str, *, by: Account | None) -> Volunteer:
    """Note that somebody did not take part, and tell the person why; the place goes to the next in line.

    Refused unless joined.
    """
    _hold(volunteer)
    _end(volunteer, S.DID_NOT_TAKE_PART, by, "noted the absence")
    volunteer.reason = reason
    write_mail(volunteer.person, "volunteer_absent", volunteer=volunteer)
    return volunteer


def take_back_mark(volunteer: Volunteer, *, by: Account | None) -> Volunteer:
    """Undo "completed" or "did not take part". Refused when the place is gone, or the person has applied again."""
    _hold(volunteer)
    if _has_another(volunteer):
        raise Refused(_("The person has applied again since."))
    _move(volunteer, VolunteerState(volunteer.state), S.JOINED, Volunteer.may_return_to)
    volunteer.ended_at = volunteer.reason = None
    record(by, "took back the mark", volunteer)
    return volunteer


def _leave(volunteer: Volunteer, before: VolunteerState, by: Account | None, verb: str) -> Volunteer:
    _move(volunteer, before, S.WITHDRAWN)
    volunteer.ended_at, volunteer.offer_ends_at = utcnow(), None
    record(by, verb, volunteer)
    fill_places(volunteer.pilot)
    return volunteer


def _end(volunteer: Volunteer, state: VolunteerState, by: Account | None, verb: str) -> Volunteer:
    _move(volunteer, S.JOINED, state)
    volunteer.ended_at = utcnow()
    record(by, verb, volunteer)
    fill_places(volunteer.pilot)
    return volunteer


def _hold(volunteer: Volunteer) -> None:
    lock(volunteer.pilot)
    lock(volunteer)


def _hold_unanswered(volunteer: Volunteer) -> None:
    """Hold an entry that waits for an answer. What became of any other is not told: nobody learns of a no."""
    _hold(volunteer)
    if volunteer.state != S.APPLIED:
        raise Refused(_("This entry does not wait for an answer any more."))


def _fresh(statement: Select[Any]) -> Sequence[Volunteer]:
    return db.session.scalars(statement.execution_options(populate_existing=True)).all()


def _has_another(volunteer: Volunteer) -> bool:
    active = active_volunteer(volunteer.pilot, volunteer.person)
    return active is not None and active.id != volunteer.id


def _move(
    volunteer: Volunteer,
    before: VolunteerState,
    after: VolunteerState,
    allows: Callable[[Volunteer, VolunteerState], bool] = Volunteer.may_become,
) -> None:
    """Move an entry and count its place; refused as the table of moves says, and when no place is left to take."""
    if volunteer.state != before or not allows(volunteer, after):
        raise Refused(_("That is not possible any more. This entry is now: %(state)s.", state=volunteer.title))
    if after in HOLDS_PLACE and before not in HOLDS_PLACE and not take_place(volunteer.pilot):
        raise Refused(_("Every place is taken."))
    if before in HOLDS_PLACE and after not in HOLDS_PLACE:
        free_place(volunteer.pilot)
    volunteer.state = after
