"""Volunteering, leaving, answering an offer, and how it ended."""

from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.outbox import write_mail
from microcred.pilots.models import Pilot
from microcred.volunteers.models import Volunteer, VolunteerState
from microcred.volunteers.places import fill_places, hold, move, turn_at
from microcred.volunteers.queries import answerers_for, has_another, has_ended, is_under_way, why_closed

S = VolunteerState


def volunteer(pilot: Pilot, person: Account, why: str) -> Volunteer:
    """Offer to take part; the principals of the school and their deputies are told.

    Refused before sign-up opens, after the pilot's end, to who does not teach at one of its schools, and while an entry
    of the same person is under way.
    """
    lock(pilot)
    if closed := why_closed(pilot):
        raise Refused(closed)
    if not (person.is_teacher and pilot.has_school(person.school_id)):
        raise Refused(_("This pilot is for the teachers of its schools."))
    if is_under_way(pilot, person):
        raise Refused(_("You have volunteered for this pilot already."))
    entry = Volunteer(pilot=pilot, person=person, school=person.school, why=why, state=S.APPLIED)
    entry.applied_at = utcnow()
    entry.turn = turn_at(entry.applied_at)
    db.session.add(entry)
    record(person, "volunteered", entry)
    for answerer in answerers_for(entry):
        write_mail(answerer, "volunteer_applied", volunteer=entry)
    return entry


def withdraw(volunteer: Volunteer, *, by: Account | None) -> Volunteer:
    """Leave; a place that was held goes to the next in line. Refused when the entry has ended already."""
    hold(volunteer)
    return _leave(volunteer, VolunteerState(volunteer.state), by, "withdrew")


def accept_offer(volunteer: Volunteer, *, by: Account | None) -> Volunteer:
    """Take an offered place. Refused when none is offered, or the offer has run out, or the pilot has ended."""
    hold(volunteer)
    if volunteer.state == S.OFFERED and not volunteer.is_offer_open:
        raise Refused(_("This offer has run out: the place goes to the next person."))
    if has_ended(volunteer.pilot):
        raise Refused(_("This pilot has ended."))
    move(volunteer, S.OFFERED, S.JOINED)
    volunteer.joined_at, volunteer.offer_ends_at = utcnow(), None
    record(by, "accepted a place", volunteer)
    return volunteer


def decline_offer(volunteer: Volunteer, *, by: Account | None) -> Volunteer:
    """Say "no, not this time" to an offered place: an answer that ends the entry. Refused when none is offered."""
    hold(volunteer)
    return _leave(volunteer, S.OFFERED, by, "said no to a place")


def complete(volunteer: Volunteer, *, by: Account | None) -> Volunteer:
    """Note that somebody has taken part to the end; the place goes to the next in line. Refused unless joined."""
    hold(volunteer)
    return _end(volunteer, S.COMPLETED, by, "completed")


def note_absence(volunteer: Volunteer, reason: str, *, by: Account | None) -> Volunteer:
    """Note that somebody did not take part, and tell the person why; the place goes to the next in line.

    Refused unless joined.
    """
    hold(volunteer)
    _end(volunteer, S.DID_NOT_TAKE_PART, by, "noted the absence")
    volunteer.reason = reason
    write_mail(volunteer.person, "volunteer_absent", volunteer=volunteer)
    return volunteer


def take_back_mark(volunteer: Volunteer, *, by: Account | None) -> Volunteer:
    """Undo "completed" or "did not take part". Refused when the place is gone, or the person has applied again."""
    hold(volunteer)
    if has_another(volunteer):
        raise Refused(_("The person has applied again since."))
    move(volunteer, VolunteerState(volunteer.state), S.JOINED, Volunteer.may_return_to)
    volunteer.ended_at = volunteer.reason = None
    record(by, "took back the mark", volunteer)
    return volunteer


def _leave(volunteer: Volunteer, before: VolunteerState, by: Account | None, verb: str) -> Volunteer:
    move(volunteer, before, S.WITHDRAWN)
    volunteer.ended_at, volunteer.offer_ends_at = utcnow(), None
    record(by, verb, volunteer)
    fill_places(volunteer.pilot)
    return volunteer


def _end(volunteer: Volunteer, state: VolunteerState, by: Account | None, verb: str) -> Volunteer:
    move(volunteer, S.JOINED, state)
    volunteer.ended_at = utcnow()
    record(by, verb, volunteer)
    fill_places(volunteer.pilot)
    return volunteer
