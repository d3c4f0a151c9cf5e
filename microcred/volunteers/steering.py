"""What the coordinator does to the entries of others: enter somebody, move in the queue, ask how it goes."""

from flask import current_app
from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.db import db, lock
from microcred.errors import Refused
from microcred.history import record
from microcred.outbox import take_back_mail, write_mail
from microcred.pilots.models import Pilot
from microcred.schooldays import has_run_out, holidays
from microcred.volunteers.actions import volunteer as enter
from microcred.volunteers.models import Volunteer, VolunteerState
from microcred.volunteers.places import hold
from microcred.volunteers.queries import active_volunteer, gives_places, history_of, queue

MOVED, ASKED = "moved in the queue", "asked how it goes"


def add_volunteer(pilot: Pilot, person: Account | None, why: str, *, by: Account) -> Volunteer:
    """Enter a teacher on their behalf; the person is told, and can withdraw.

    The rules are those for everyone: refused before sign-up opens, after the end, to who does not teach at one of the
    pilot's schools, and while an entry of the person is under way.
    """
    lock(pilot)
    if person is None or not person.is_active:
        raise Refused(_("Nobody here has that address."), field="email")
    if not (person.is_teacher and pilot.has_school(person.school_id)):
        raise Refused(_("%(name)s does not teach at a school of this pilot.", name=person.name), field="email")
    if active_volunteer(pilot, person):
        raise Refused(_("%(name)s has volunteered for this pilot already.", name=person.name), field="email")
    entry = enter(pilot, person, why)
    entry.added_by = by
    record(by, "added a volunteer", entry)
    write_mail(person, "volunteer_added", volunteer=entry)
    return entry


def move_in_queue(volunteer: Volunteer, place: int, reason: str, *, by: Account) -> Volunteer:
    """Put somebody who waits on another place, from 1, in the queue; the person is told why.

    Those who wait exchange their turns, so that nobody else overtakes anybody. Refused without a reason, for a place
    that does not exist or is the same, before the lots are drawn, and unless the person waits for a place.
    """
    hold(volunteer)
    if not reason.strip():
        raise Refused(_("Please give a reason: it is kept."), field="reason")
    before, entries = _line(volunteer)
    if not 1 <= place <= len(entries):
        raise Refused(_("There is no such place: %(count)s wait.", count=len(entries)), field="place")
    if place == before:
        raise Refused(_("That is the place already."), field="place")
    turns = _distinct([entry.turn for entry in entries])
    entries.insert(place - 1, entries.pop(before - 1))
    for entry, turn in zip(entries, turns, strict=True):
        entry.turn = turn
    record(by, MOVED, volunteer, reason=reason, place_before=before, place_after=place)
    _tell_move(volunteer, before, place, reason)
    return volunteer


def _line(volunteer: Volunteer) -> tuple[int, list[Volunteer]]:
    """The place of an entry in the queue, and everyone in it."""
    waiting = queue(volunteer.pilot).execution_options(populate_existing=True)
    entries = list(db.session.scalars(waiting)) if volunteer.state == VolunteerState.WAITING else []
    if volunteer not in entries or not gives_places(volunteer.pilot):
        raise Refused(
            _("Only who has a place in the queue is moved. This entry is now: %(state)s.", state=volunteer.title)
        )
    return entries.index(volunteer) + 1, entries


def _distinct(turns: list[int]) -> list[int]:
    """The same turns in order; of equal ones each later one is a little larger."""
    distinct: list[int] = []
    for turn in turns:
        distinct.append(max(turn, distinct[-1] + 1) if distinct else turn)
    return distinct


def _tell_move(volunteer: Volunteer, before: int, after: int, reason: str) -> None:
    """Tell the person; what still waits to be told of the answer is in it."""
    if volunteer.answer_mail_id and not volunteer.is_told:
        take_back_mail(volunteer.answer_mail_id)
        volunteer.answer_mail_id = None
    write_mail(volunteer.person, "volunteer_moved", volunteer=volunteer, before=before, after=after, reason=reason)


def ask_how_it_goes(volunteer: Volunteer, *, by: Account) -> Volunteer:
    """Send somebody who takes part a friendly question; refused when one was sent some school days ago or less."""
    hold(volunteer)
    if volunteer.state != VolunteerState.JOINED or not volunteer.is_told:
        raise Refused(_("Only who takes part is asked. This entry is now: %(state)s.", state=volunteer.title))
    days, out = current_app.config["MICROCRED_SILENT_SCHOOL_DAYS"], holidays()
    asked = history_of(volunteer, ASKED)
    if asked and not has_run_out(asked[-1].happened_at, days, out):
        raise Refused(_("%(name)s was asked a few days ago. Give it some time.", name=volunteer.person.name))
    record(by, ASKED, volunteer)
    write_mail(volunteer.person, "volunteer_asked", volunteer=volunteer, coordinator=by)
    return volunteer
