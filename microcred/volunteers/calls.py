"""Finding what belongs to calls: draws that are due or done, subjects, offers that ran out, places to be given."""

from datetime import datetime

from sqlalchemy import select

from microcred.accounts.models import Account, TaughtSubject
from microcred.db import db, utcnow
from microcred.history import Entry
from microcred.pilots.models import Pilot
from microcred.volunteers.models import Call, Volunteer, VolunteerState


def is_draw_due(call: Call) -> bool:
    """Whether the moment has come, and the lots are not drawn yet."""
    return call.rule == "draw" and not call.drawn_at and call.draws_at is not None and call.draws_at <= utcnow()


def pilots_with_due_draws() -> list[Pilot]:
    """The pilots whose lots are to be drawn now."""
    due = select(Call.pilot_id).where(Call.rule == "draw", Call.drawn_at.is_(None), Call.draws_at <= utcnow())
    return list(db.session.scalars(select(Pilot).where(Pilot.id.in_(due), Pilot.ended_at.is_(None)).order_by(Pilot.id)))


def pilots_with_free_places() -> list[Pilot]:
    """The pilots in which a place is free and somebody waits for one."""
    waits = select(Volunteer.pilot_id).where(Volunteer.state == VolunteerState.WAITING)
    has_room = Pilot.places_taken < Pilot.places
    pilots = select(Pilot).where(Pilot.id.in_(waits), has_room, Pilot.ended_at.is_(None))
    return list(db.session.scalars(pilots.order_by(Pilot.id)))


def drawn_tickets(pilot: Pilot) -> list[int]:
    """The tickets that took part in the draw, as the history keeps them."""
    drew = select(Entry.details).where(
        Entry.thing == "Pilot", Entry.thing_id == str(pilot.id), Entry.verb == "drew lots"
    )
    details = db.session.scalar(drew.order_by(Entry.id.desc()).limit(1))
    return list(details["tickets"]) if details else []


def offers_ran_out(volunteer: Volunteer) -> list[datetime]:
    """When offers of a place to this person ran out, the oldest first."""
    if not volunteer.offers_expired:
        return []
    ended = select(Entry.happened_at).where(Entry.thing == "Volunteer", Entry.thing_id == str(volunteer.id))
    return list(db.session.scalars(ended.where(Entry.verb == "ended an offer").order_by(Entry.id)))


def subjects_of(pilot: Pilot, call: Call) -> list[str]:
    """What is taught at the pilot's schools, and whatever places are kept for."""
    taught = select(TaughtSubject.subject).join(Account, Account.id == TaughtSubject.account_id).distinct()
    found = set(db.session.scalars(taught.where(Account.school_id.in_(pilot.school_ids))))
    return sorted(found | {each.subject for each in call.reservations if each.subject})
