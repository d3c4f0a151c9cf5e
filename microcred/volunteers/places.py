"""The queue for places: who is next, what becomes of an offer, and the one way from state to state.

Every action on a volunteer holds the pilot first, then the entry: places and queue of one pilot change one after the
other. `move` is the one place where places are taken and freed.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, select

from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.outbox import take_back_mail, write_mail
from microcred.pilots.actions import free_place, take_place
from microcred.pilots.models import Pilot
from microcred.schooldays import due_after
from microcred.volunteers.line import next_in_line
from microcred.volunteers.models import HOLDS_PLACE, Volunteer, VolunteerState
from microcred.volunteers.queries import run_out_offers

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

OFFERS_PER_PERSON = 2
"""Who lets that many offers run out is taken to have said no."""

S = VolunteerState


def turn_at(moment: datetime) -> int:
    """The turn of who enters the queue at that moment: whole microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def fill_places(pilot: Pilot) -> Sequence[Volunteer]:
    """Offer every free place to who is next by the rule of the queue, for some school days; returns whom.

    Nothing happens after the pilot's end, and before the lots are drawn.
    """
    return _fill(lock(pilot))


def _fill(pilot: Pilot) -> Sequence[Volunteer]:
    following = next_in_line(pilot)
    if not following:
        return []
    offered = _fresh(select(Volunteer).where(Volunteer.id.in_(following)).order_by(Volunteer.turn, Volunteer.id))
    for entry in offered:
        move(entry, S.WAITING, S.OFFERED)
        entry.offer_ends_at = due_after(utcnow(), current_app.config["MICROCRED_OFFER_SCHOOL_DAYS"])
        record(None, "offered a place", entry)
        write_mail(entry.person, "volunteer_offered", volunteer=entry)
    return offered


def has_free_place(volunteer: Volunteer) -> bool:
    """Whether a place is free that is this person's by the rule of the queue, as soon as the principal says yes.

    The pilot is held, and what is free has been offered to those who wait.
    """
    return volunteer.id in next_in_line(volunteer.pilot, volunteer)


def expire_offers(pilot: Pilot) -> Sequence[Volunteer]:
    """End the offers that ran out and fill the places; returns whose they were.

    The first time, the person goes to the end of the queue: one may be ill for a week. The second time the entry ends
    as if the person had said no, so that nobody is asked for ever.
    """
    lock(pilot)
    run_out = _fresh(run_out_offers(pilot))
    for entry in run_out:
        _expire(entry)
    _fill(pilot)
    return run_out


def _expire(entry: Volunteer) -> None:
    entry.offers_expired += 1
    is_last = entry.offers_expired >= OFFERS_PER_PERSON
    move(entry, S.OFFERED, S.WITHDRAWN if is_last else S.WAITING)
    entry.offer_ends_at = None
    if is_last:
        entry.ended_at = utcnow()
    else:
        entry.turn = turn_at(utcnow())
    record(None, "ended an offer", entry)
    write_mail(entry.person, "volunteer_offer_ended", volunteer=entry, is_last=is_last)


def hold(volunteer: Volunteer) -> None:
    lock(volunteer.pilot)
    lock(volunteer)


def _fresh(statement: Select[Any]) -> Sequence[Volunteer]:
    return db.session.scalars(statement.execution_options(populate_existing=True)).all()


def move(
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
    _withhold_answer(volunteer, after)
    volunteer.state = after


def _withhold_answer(volunteer: Volunteer, after: VolunteerState) -> None:
    """Whoever moves on before an answer was told isn't told it any more; one who leaves then never knew of a place."""
    if volunteer.is_told or volunteer.answer_mail_id is None:
        return
    take_back_mail(volunteer.answer_mail_id)
    volunteer.answer_mail_id = None
    if after == S.WITHDRAWN:
        volunteer.joined_at = None
