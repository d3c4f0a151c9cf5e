"""What principals and their deputies answer to volunteers: yes, no with a reason, and for a moment never mind."""

from collections.abc import Sequence

from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.outbox import take_back_mail, write_mail
from microcred.volunteers.models import ANSWER_WAITS, Volunteer, VolunteerState
from microcred.volunteers.places import expire_offers, fill_places, has_free_place, hold, move
from microcred.volunteers.queries import has_another, has_ended, position

S = VolunteerState


def approve(volunteer: Volunteer, *, by: Account | None) -> Volunteer:
    """Say yes: the person joins while there is a place, else waits in the queue, and is told in ten minutes.

    Refused when answered, after the pilot's end, and for the own entry.
    """
    _hold_unanswered(volunteer, by)
    expire_offers(volunteer.pilot)
    if has_ended(volunteer.pilot):
        raise Refused(_("This pilot has ended."))
    joins = has_free_place(volunteer)
    move(volunteer, S.APPLIED, S.JOINED if joins else S.WAITING)
    volunteer.answered_at = volunteer.approved_at = utcnow()
    volunteer.answered_by = by
    volunteer.joined_at = volunteer.approved_at if joins else None
    record(by, "approved", volunteer)
    _write_answer(volunteer, "volunteer_joined" if joins else "volunteer_waiting")
    return volunteer


def decline(volunteer: Volunteer, reason: str, *, by: Account | None) -> Volunteer:
    """Say no, with a reason that is sent to the person in ten minutes. Refused when answered, and for the own entry."""
    _hold_unanswered(volunteer, by)
    move(volunteer, S.APPLIED, S.DECLINED)
    volunteer.answered_at = volunteer.ended_at = utcnow()
    volunteer.answered_by, volunteer.reason = by, reason
    record(by, "declined", volunteer)
    _write_answer(volunteer, "volunteer_declined")
    return volunteer


def _write_answer(volunteer: Volunteer, letter: str) -> None:
    leaves_at = utcnow() + ANSWER_WAITS
    mail = write_mail(volunteer.person, letter, leaves_at=leaves_at, volunteer=volunteer, position=position(volunteer))
    db.session.flush()
    volunteer.answer_mail_id = mail.id


def answer_several(applicants: Sequence[Volunteer], reason: str | None, *, by: Account | None) -> Sequence[Volunteer]:
    """Say yes to each, who waits longest first, or no for one reason to all; all or none, refused as for one."""
    for entry in applicants:
        if reason is None:
            approve(entry, by=by)
        else:
            decline(entry, reason, by=by)
    return applicants


def take_back_answer(volunteer: Volunteer, *, by: Account | None) -> Volunteer:
    """Undo an approval or a decline before the person is told: nothing was ever said.

    Refused once the message has left, or the person has moved on, and for the own entry.
    """
    hold(volunteer)
    _refuse_own(volunteer, by)
    mail_id = volunteer.answer_mail_id
    if mail_id is None or volunteer.is_told or has_another(volunteer) or not take_back_mail(mail_id):
        raise Refused(_("This answer cannot be taken back any more: the person knows it, or has moved on."))
    move(volunteer, VolunteerState(volunteer.state), S.APPLIED, Volunteer.may_return_to)
    volunteer.answered_at = volunteer.approved_at = volunteer.joined_at = volunteer.ended_at = None
    volunteer.answered_by = volunteer.reason = volunteer.release_note = None
    record(by, "took back the answer", volunteer)
    fill_places(volunteer.pilot)
    return volunteer


def note_told(volunteer: Volunteer) -> Volunteer:
    """Note that the person knows the answer; what follows from it may be shown."""
    volunteer.answer_mail_id = None
    return volunteer


def note_release(volunteer: Volunteer, note: str, *, by: Account | None) -> Volunteer:
    """Keep who covers the lessons and when, for the person and the coordinator; an empty note takes it away.

    Refused before a yes, and for the own entry.
    """
    hold(volunteer)
    _refuse_own(volunteer, by)
    # Whether somebody with a yes has left since is not told: the note is kept all the same.
    if volunteer.approved_at is None:
        raise Refused(_("The note comes after a yes."))
    volunteer.release_note = note or None
    record(by, "noted the release time", volunteer)
    return volunteer


def _hold_unanswered(volunteer: Volunteer, by: Account | None) -> None:
    """Hold an entry that waits for an answer. What became of any other is not told: nobody learns of a no."""
    hold(volunteer)
    _refuse_own(volunteer, by)
    if volunteer.state != S.APPLIED:
        raise Refused(_("This entry does not wait for an answer any more."))


def _refuse_own(volunteer: Volunteer, by: Account | None) -> None:
    if by and by.id == volunteer.person_id:
        raise Refused(_("Nobody answers their own application: somebody else of the school, or the coordinator, does."))
