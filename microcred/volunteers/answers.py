"""What principals answer to volunteers: yes, no with a reason, and for a moment never mind."""

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.db import utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.outbox import write_mail
from microcred.volunteers.models import Volunteer, VolunteerState
from microcred.volunteers.places import expire_offers, fill_places, has_free_place, hold, move
from microcred.volunteers.queries import has_another, has_ended, position

UNDO_MINUTES = 10
"""How long an answer can be taken back."""

S = VolunteerState


def approve(volunteer: Volunteer, *, by: Account | None) -> Volunteer:
    """Say yes: the person joins while there is a place, else waits in the queue. Refused when answered or ended."""
    _hold_unanswered(volunteer)
    expire_offers(volunteer.pilot)
    if has_ended(volunteer.pilot):
        raise Refused(_("This pilot has ended."))
    joins = has_free_place(volunteer)
    move(volunteer, S.APPLIED, S.JOINED if joins else S.WAITING)
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
    move(volunteer, S.APPLIED, S.DECLINED)
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
    hold(volunteer)
    if not is_answer_fresh(volunteer, by) or has_another(volunteer):
        raise Refused(_("This answer cannot be taken back any more."))
    move(volunteer, VolunteerState(volunteer.state), S.APPLIED, Volunteer.may_return_to)
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
    return is_recent and not followed and not volunteer.offers_expired and volunteer.may_return_to(S.APPLIED)


def _hold_unanswered(volunteer: Volunteer) -> None:
    """Hold an entry that waits for an answer. What became of any other is not told: nobody learns of a no."""
    hold(volunteer)
    if volunteer.state != S.APPLIED:
        raise Refused(_("This entry does not wait for an answer any more."))
