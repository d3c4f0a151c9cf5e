"""Creating, changing and ending a pilot; its places; what it offers."""

from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, select, update

from microcred.accounts.models import Account, School
from microcred.catalog.models import MicroCredential
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.pilots.models import Offer, Pilot
from microcred.schooldays import local


def create_pilot(
    *,
    title: str,
    purpose: str,
    success: str,
    schools: Sequence[School],
    places: int,
    sign_up_opens_at: datetime,
    starts_on: date,
    ends_on: date,
    reviewers_per_submission: int,
    by: Account | None,
) -> Pilot:
    """Create a pilot; refused without a school or a place, and when its dates run backwards."""
    pilot = Pilot(created_at=utcnow(), places_taken=0)
    _write(pilot, title, purpose, success, schools, places, sign_up_opens_at, starts_on, ends_on)
    pilot.reviewers_per_submission = _reviewers(reviewers_per_submission)
    db.session.add(pilot)
    record(by, "created", pilot)
    return pilot


def change_pilot(
    pilot: Pilot,
    *,
    title: str,
    purpose: str,
    success: str,
    schools: Sequence[School],
    places: int,
    sign_up_opens_at: datetime,
    starts_on: date,
    ends_on: date,
    reviewers_per_submission: int,
    by: Account | None,
) -> Pilot:
    """Change a pilot; refused as for `create_pilot`, after its end, and when it takes away what people rely on."""
    lock(pilot)
    _refuse_ended(pilot)
    _refuse_fewer_than_taken(pilot, places)
    _refuse_opening_anew(pilot, sign_up_opens_at)
    _refuse_dropped_school(pilot, schools)
    before = pilot.places
    _write(pilot, title, purpose, success, schools, places, sign_up_opens_at, starts_on, ends_on)
    pilot.reviewers_per_submission = _reviewers(reviewers_per_submission)
    record(by, "changed", pilot, places_before=before, places_after=places)
    return pilot


def change_places(pilot: Pilot, places: int, *, by: Account | None) -> Pilot:
    """Have more places, or fewer; refused after the end, and below what is taken."""
    lock(pilot)
    _refuse_ended(pilot)
    _refuse_fewer_than_taken(pilot, places)
    before, pilot.places = pilot.places, places
    record(by, "changed", pilot, places_before=before, places_after=places)
    return pilot


def _write(
    pilot: Pilot,
    title: str,
    purpose: str,
    success: str,
    schools: Sequence[School],
    places: int,
    sign_up_opens_at: datetime,
    starts_on: date,
    ends_on: date,
) -> None:
    _refuse_unusable(schools, places, sign_up_opens_at, starts_on, ends_on)
    pilot.title, pilot.purpose, pilot.success = title, purpose, success
    pilot.schools, pilot.places = list(schools), places
    pilot.sign_up_opens_at, pilot.starts_on, pilot.ends_on = sign_up_opens_at, starts_on, ends_on


def _refuse_unusable(
    schools: Sequence[School], places: int, sign_up_opens_at: datetime, starts_on: date, ends_on: date
) -> None:
    if not schools:
        raise Refused(_("Choose at least one school."), field="schools")
    if places < 1:
        raise Refused(_("A pilot needs at least one place."), field="places")
    if ends_on < starts_on:
        raise Refused(_("The pilot would end before it starts."), field="ends_on")
    if local(sign_up_opens_at).date() > ends_on:
        raise Refused(_("Sign-up would open after the pilot has ended."), field="sign_up_opens_at")


def _reviewers(count: int) -> int:
    if count not in (1, 2):
        raise Refused(_("Choose one or two reviewers."), field="reviewers_per_submission")
    return count


def _refuse_ended(pilot: Pilot) -> None:
    if pilot.ended_at:
        raise Refused(_("This pilot has ended."))


def _refuse_fewer_than_taken(pilot: Pilot, places: int) -> None:
    if places < pilot.places_taken:
        sentence = ngettext(
            "%(num)s place is taken already: there cannot be fewer.",
            "%(num)s places are taken already: there cannot be fewer.",
            pilot.places_taken,
        )
        raise Refused(sentence, field="places")


def _refuse_opening_anew(pilot: Pilot, sign_up_opens_at: datetime) -> None:
    if pilot.sign_up_opens_at <= utcnow() < sign_up_opens_at:
        raise Refused(_("Sign-up has opened already: it cannot open later."), field="sign_up_opens_at")


def _refuse_dropped_school(pilot: Pilot, schools: Sequence[School]) -> None:
    kept = {school.id for school in schools}
    dropped = [school.name for school in pilot.schools if school.id not in kept]
    if dropped and pilot.sign_up_opens_at <= utcnow():
        raise Refused(
            _("Sign-up has opened: %(school)s cannot be left out any more.", school=dropped[0]), field="schools"
        )


def end_pilot(pilot: Pilot, *, by: Account | None) -> Pilot:
    """End a pilot: nobody joins, starts or is offered anything any more; refused when it has ended."""
    lock(pilot)
    _refuse_ended(pilot)
    pilot.ended_at = utcnow()
    record(by, "ended", pilot)
    return pilot


def reopen_pilot(pilot: Pilot, *, by: Account | None) -> Pilot:
    """Undo the end of a pilot; refused when it has not ended."""
    lock(pilot)
    if not pilot.ended_at:
        raise Refused(_("This pilot has not ended."))
    pilot.ended_at = None
    record(by, "reopened", pilot)
    return pilot


def offer(pilot: Pilot, micro_credential: MicroCredential, *, by: Account | None) -> Offer:
    """Offer a micro-credential in a pilot; what is offered already stays so.

    Refused after the pilot's end, for an archived micro-credential, and for one without a rubric.
    """
    lock(pilot)
    lock(micro_credential)
    _refuse_ended(pilot)
    if micro_credential.archived_at:
        raise Refused(_("“%(title)s” is archived.", title=micro_credential.title), field="micro_credential")
    if micro_credential.rubric_id is None:
        raise Refused(_("“%(title)s” has no rubric yet.", title=micro_credential.title), field="micro_credential")
    return _standing_offer(pilot, micro_credential, by)


def _standing_offer(pilot: Pilot, micro_credential: MicroCredential, by: Account | None) -> Offer:
    made = db.session.scalar(
        select(Offer).where(Offer.pilot_id == pilot.id, Offer.micro_credential_id == micro_credential.id)
    )
    if made and not made.withdrawn_at:
        return made
    made = made or Offer(pilot=pilot, micro_credential=micro_credential)
    made.offered_at, made.withdrawn_at = utcnow(), None
    db.session.add(made)
    record(by, "offered", made, micro_credential=micro_credential.code)
    return made


def withdraw_offer(offer: Offer, *, by: Account | None) -> Offer:
    """Withdraw an offer: nobody starts it any more, what was started goes on. Withdrawn twice is withdrawn once."""
    lock(offer)
    _refuse_ended(offer.pilot)
    if not offer.withdrawn_at:
        offer.withdrawn_at = utcnow()
        record(by, "withdrew", offer, micro_credential=offer.micro_credential.code)
    return offer


def take_place(pilot: Pilot) -> bool:
    """Take one of the pilot's places; False when every place is taken."""
    return _count_places(pilot, 1, Pilot.places_taken < Pilot.places)


def free_place(pilot: Pilot) -> bool:
    """Give one place back; False when none was taken."""
    return _count_places(pilot, -1, Pilot.places_taken > 0)


def _count_places(pilot: Pilot, change: int, condition: ColumnElement[bool]) -> bool:
    db.session.flush()
    statement = update(Pilot).where(Pilot.id == pilot.id, condition)
    counted = statement.values(places_taken=Pilot.places_taken + change).returning(Pilot.id)
    changed = db.session.execute(counted, execution_options={"synchronize_session": False}).first()
    db.session.refresh(pilot, ["places_taken"])
    return changed is not None
