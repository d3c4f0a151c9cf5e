"""The call for volunteers: what it says, the rule of its queue, and the drawing of lots."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import and_, not_, or_, select

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.outbox import write_mail
from microcred.pilots.models import Pilot
from microcred.schooldays import local
from microcred.volunteers.drawing import drawn_order, hash_of, new_seed
from microcred.volunteers.models import ACTIVE, Call, Reservation, Volunteer, VolunteerState
from microcred.volunteers.places import fill_places
from microcred.volunteers.queries import call_of, has_ended, is_told
from microcred.volunteers.rules import QUEUE_RULES
from microcred.volunteers.rules.contenders import Kept
from microcred.words import moment

S = VolunteerState


class Terms(NamedTuple):
    """What decides who gets a place; it does not change under those who are in the queue."""

    rule: str = "order"
    draws_at: datetime | None = None
    released_on: date | None = None
    kept: frozenset[Kept] = frozenset()


def terms_of(call: Call) -> Terms:
    """The terms of a call as it stands."""
    kept = (Kept(each.places, each.school_id, each.subject) for each in call.reservations)
    return Terms(call.rule, call.draws_at, call.released_on, frozenset(kept))


def change_call(
    pilot: Pilot,
    *,
    effort_hours: int | None,
    promise: str,
    rule: str = "order",
    draws_at: datetime | None = None,
    released_on: date | None = None,
    kept: Collection[Kept] = (),
    by: Account | None,
) -> Call:
    """Write the pilot's call; what a rule does not need is not kept, and free places go to who is next by the new rule.

    Refused after the pilot's end, when the places and days of the rule do not fit the pilot, and when the rule would
    change while somebody is in the queue.
    """
    lock(pilot)
    if has_ended(pilot):
        raise Refused(_("This pilot has ended."))
    call, terms = call_of(pilot), _needed(rule, draws_at, released_on, kept)
    if terms != terms_of(call):
        _refuse_change_under_people(pilot, call)
        _refuse_past(call, terms)
        _write(call, terms)
    _refuse_unfit(pilot, terms)
    call.effort_hours, call.promise = effort_hours, promise
    db.session.add(call)
    record(by, "changed the call", pilot, rule=rule)
    fill_places(pilot)
    return call


def _needed(rule: str, draws_at: datetime | None, released_on: date | None, kept: Collection[Kept]) -> Terms:
    """The terms without what the rule does not ask for; refused for an unknown rule and without what it needs."""
    if rule not in QUEUE_RULES:
        raise Refused(_("Choose one of the rules."), field="rule")
    if rule == "draw" and not draws_at:
        raise Refused(_("Say when the lots are drawn."), field="draws_at")
    if rule == "reserved" and not kept:
        raise Refused(_("Keep at least one place for a school or a subject, or choose another rule."), field="rule")
    if rule == "reserved" and not released_on:
        raise Refused(_("Say from which day on these places are open to all."), field="released_on")
    is_reserved = rule == "reserved"
    return Terms(
        rule,
        draws_at if rule == "draw" else None,
        released_on if is_reserved else None,
        frozenset(kept) if is_reserved else frozenset(),
    )


def _refuse_change_under_people(pilot: Pilot, call: Call) -> None:
    if call.drawn_at:
        raise Refused(_("The lots are drawn: the rule cannot change any more."), field="rule")
    in_queue = Volunteer.state.in_((S.APPLIED, S.WAITING, S.OFFERED))
    somebody = select(Volunteer.id).where(Volunteer.pilot_id == pilot.id, in_queue).limit(1)
    if db.session.scalar(somebody):
        raise Refused(_("Somebody is in the queue already: its rule cannot change under those who wait."), field="rule")


def _refuse_past(call: Call, terms: Terms) -> None:
    if terms.draws_at and terms.draws_at != call.draws_at and terms.draws_at <= utcnow():
        raise Refused(_("The draw would be in the past."), field="draws_at")


def refuse_misfit(pilot: Pilot) -> Pilot:
    """Refuse a change of the pilot's places or days that its call does not fit; returns the pilot."""
    call = call_of(pilot)
    if not call.drawn_at:
        _refuse_unfit(pilot, terms_of(call))
    return pilot


def _refuse_unfit(pilot: Pilot, terms: Terms) -> None:
    _refuse_more_than_places(pilot, sum(each.places for each in terms.kept))
    opens_at, ends_on = pilot.sign_up_opens_at, pilot.ends_on
    if terms.draws_at and terms.draws_at <= opens_at:
        raise Refused(_("The lots would be drawn before sign-up opens."), field="draws_at")
    if terms.draws_at and local(terms.draws_at).date() > ends_on:
        raise Refused(_("The lots would be drawn after the pilot has ended."), field="draws_at")
    if terms.released_on and terms.released_on <= local(opens_at).date():
        raise Refused(_("These places would be open to all before sign-up opens."), field="released_on")
    if terms.released_on and terms.released_on > ends_on:
        raise Refused(_("These places would be open to all only after the pilot has ended."), field="released_on")


def _refuse_more_than_places(pilot: Pilot, count: int) -> None:
    if count > pilot.places:
        sentence = ngettext(
            "The pilot has %(places)s places: %(num)s cannot be kept.",
            "The pilot has %(places)s places: %(num)s cannot be kept.",
            count,
            places=pilot.places,
        )
        raise Refused(sentence, field="rule")


def _write(call: Call, terms: Terms) -> None:
    """Set the terms; a draw gets a seed that stays secret until then."""
    if terms.rule != "draw":
        call.seed = call.seed_hash = None
    elif not call.seed:
        call.seed = new_seed()
        call.seed_hash = hash_of(call.seed)
    call.rule, call.draws_at, call.released_on = terms.rule, terms.draws_at, terms.released_on
    _write_reservations(call, terms.kept)


def _write_reservations(call: Call, kept: Collection[Kept]) -> None:
    call.reservations = []
    db.session.flush()
    call.reservations = [
        Reservation(school_id=each.school_id, subject=each.subject, places=each.places)
        for each in sorted(kept, key=lambda each: (each.school_id is None, each.school_id, each.subject or ""))
    ]


def draw_lots(pilot: Pilot, *, by: Account | None) -> Call:
    """Draw the lots of everyone who applied before the published moment and is still there, and offer the places.

    Those whose principal has not answered yet take part too. Refused before that moment, after the pilot's end, and
    once the lots are drawn.
    """
    lock(pilot)
    call = call_of(pilot)
    _refuse_draw(pilot, call)
    entries = {entry.id: entry for entry in _who_draws(pilot, call)}
    for turn, ticket in enumerate(drawn_order(call.seed or "", entries), start=1):
        entries[ticket].turn = turn
    call.drawn_at = utcnow()
    record(by, "drew lots", pilot, seed_hash=call.seed_hash, tickets=sorted(entries))
    fill_places(pilot)
    for entry in entries.values():
        if entry.state != S.OFFERED:
            write_mail(entry.person, "volunteer_drawn", volunteer=entry, number=entry.turn, count=len(entries))
    return call


def _refuse_draw(pilot: Pilot, call: Call) -> None:
    if call.rule != "draw" or not call.draws_at:
        raise Refused(_("No lots are drawn in this pilot."))
    if call.drawn_at:
        raise Refused(_("The lots are drawn already: their order stands."))
    if has_ended(pilot):
        raise Refused(_("This pilot has ended."))
    if call.draws_at > utcnow():
        raise Refused(_("The lots are drawn on %(moment)s, not before.", moment=moment(call.draws_at)))


def _who_draws(pilot: Pilot, call: Call) -> list[Volunteer]:
    """Those in the queue, and whose no is not told yet: it may be taken back, and a missing ticket would tell it."""
    in_queue = Volunteer.state.in_([state for state in ACTIVE if state not in (S.JOINED, S.OFFERED)])
    may_return = and_(Volunteer.state == S.DECLINED, not_(is_told()))
    entries = select(Volunteer).where(Volunteer.pilot_id == pilot.id, or_(in_queue, may_return))
    entries = entries.where(Volunteer.applied_at < call.draws_at)
    return list(db.session.scalars(entries.execution_options(populate_existing=True)))
