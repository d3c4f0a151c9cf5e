"""The coordinator's pages: every volunteer of a pilot, as a list, as a file, and one by one."""

from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from microcred.db import db
from microcred.fields import one_line
from microcred.history import record
from microcred.paging import page_of
from microcred.permissions import may_see_volunteers
from microcred.pilots.models import Pilot
from microcred.pilots.queries import visible_pilot
from microcred.schooldays import holidays, school_days_since
from microcred.tables import DownloadForm, TableAnswer
from microcred.volunteers import actions, queries, volunteers
from microcred.volunteers.forms import MoveForm, PlacesForm, ReasonForm
from microcred.volunteers.models import STATES, Volunteer, VolunteerState
from microcred.volunteers.silence import silent_since
from microcred.volunteers.steering import ASKED, MOVED
from microcred.web import Answer, Form, attempt, get, me, post

LONGEST = 60
FILTERS = ("q", "school", "state", "risk", "sort")
SORTS = {"name": _l("by name"), "turn": _l("by place in the queue"), "waiting": _l("who waits longest first")}


@get(volunteers, "/pilots/<int:pilot_id>/volunteers", may=may_see_volunteers, load=visible_pilot)
def index(pilot: Pilot) -> str:
    """The volunteers of every school, narrowed by name, school, state and silence, and sorted."""
    return render_template("volunteers/index.html", **listed(pilot))


def listed(pilot: Pilot, move: MoveForm | None = None, places: PlacesForm | None = None) -> dict[str, Any]:
    """What the list shows."""
    wanted, out = narrowing(), holidays()
    silent = silent_since(pilot, out)
    address = url_for("volunteers.index", pilot_id=pilot.id, **wanted)
    page = page_of(_narrowed(pilot, wanted, silent), request.args.get("page"), address)
    turns = queries.turns(pilot)
    unanswered = [each for each in page.rows if each.state == VolunteerState.APPLIED]
    return wanted | {
        "pilot": pilot,
        "page": page,
        "states": STATES,
        "sorts": SORTS,
        "wanted": wanted,
        "silent": silent,
        "days": {each.id: school_days_since(each.applied_at, out) for each in unanswered},
        "turns": turns,
        "moves": _moves(page.rows, move),
        "refused": None if move and move.volunteer in page.rows and move.volunteer.id in turns else move,
        "places": places or PlacesForm(formdata=None, places=pilot.places),
    }


def _moves(rows: Any, refused: MoveForm | None) -> dict[int, MoveForm]:
    """A form for each who waits for a place; the one that was refused keeps what was typed."""
    waiting = [each for each in rows if each.state == VolunteerState.WAITING]
    moves = {each.id: MoveForm(each, formdata=None) for each in waiting}
    return moves | ({refused.volunteer.id: refused} if refused else {})


@post(volunteers, "/pilots/<int:pilot_id>/volunteers/downloads", may=may_see_volunteers, load=visible_pilot)
def download(pilot: Pilot) -> Response:
    """The list as a file, narrowed in the same way; the download is in the history."""
    wanted, form = narrowing(), DownloadForm()
    answer = TableAnswer(
        to=url_for("volunteers.index", pilot_id=pilot.id, **wanted),
        name=f"volunteers-{pilot.id}",
        columns=_columns(),
        rows=lambda: _rows(pilot, wanted),
        format=form.format.data,
    )
    return attempt(form, lambda: record(me(), "downloaded the volunteers", pilot), answer)


def narrowing() -> dict[str, Any]:
    """What the address narrows the list to, short enough to be kept with the key of a form."""
    return {name: one_line(request.args.get(name, "")[:LONGEST]) or "" for name in FILTERS}


def _narrowed(pilot: Pilot, wanted: dict[str, Any], silent: dict[int, datetime]) -> Any:
    school = wanted["school"]
    school_id = int(school) if school.isascii() and school.isdecimal() and len(school) < 9 else None
    only = silent if wanted["risk"] else None
    narrowed = {"school_id": school_id, "state": wanted["state"], "search": wanted["q"]}
    return queries.volunteers_of(pilot, **narrowed, only=only, sort=wanted["sort"])


def _columns() -> list[str]:
    times = [_("Applied"), _("Answered"), _("Joined"), _("Ended")]
    more = [_("Reason"), _("Place in the queue"), _("Silent since"), _("Entered by"), _("Who covers the lessons")]
    return [_("Name"), _("E-mail address"), _("School"), _("State"), _("Why"), *times, *more]


def _rows(pilot: Pilot, wanted: dict[str, Any]) -> list[list[Any]]:
    silent, turns = silent_since(pilot), queries.turns(pilot)
    found = db.session.scalars(_narrowed(pilot, wanted, silent))
    return [[*_row(each), turns.get(each.id), silent.get(each.id), *_notes(each)] for each in found]


def _row(entry: Volunteer) -> list[Any]:
    times = [entry.applied_at, entry.answered_at, entry.joined_at, entry.ended_at]
    return [entry.person.name, entry.person.email, entry.school.name, entry.title, entry.why, *times, entry.reason]


def _notes(entry: Volunteer) -> list[Any]:
    return [entry.added_by and entry.added_by.name, entry.release_note]


@get(volunteers, "/volunteers/<int:volunteer_id>", may=may_see_volunteers, load=queries.volunteer_to_mark)
def show_one(volunteer: Volunteer) -> str:
    """One volunteer: what has happened, and who took part."""
    return render_template("volunteers/show_one.html", **one(volunteer, ReasonForm(volunteer, formdata=None)))


def one(volunteer: Volunteer, form: Form) -> dict[str, Any]:
    """What the page of one volunteer shows."""
    return {
        "volunteer": volunteer,
        "form": form,
        "position": queries.position(volunteer),
        "silent": silent_since(volunteer.pilot).get(volunteer.id),
        "story": _story(volunteer),
    }


def _story(volunteer: Volunteer) -> list[tuple[Any, ...]]:
    """What has happened, for a time line: moment, title, text, tone."""
    by = volunteer.answered_by.name if volunteer.answered_by else ""
    added = _("Entered by %(name)s", name=volunteer.added_by.name) if volunteer.added_by else _("Applied")
    answer, tone = (_("Approved"), "good") if volunteer.approved_at else (_("Declined"), "bad")
    moments = [
        (volunteer.applied_at, added, volunteer.why, "info"),
        (volunteer.answered_at, answer, by, tone),
        (volunteer.joined_at, _("Joined"), "", "good"),
        *_steered(volunteer),
        (volunteer.ended_at, _("Ended"), volunteer.reason or "", "neutral"),
        (volunteer.offer_ends_at, _("A place is kept until then"), "", "wait"),
    ]
    return sorted((each for each in moments if each[0]), key=lambda each: each[0])


def _steered(volunteer: Volunteer) -> list[tuple[Any, ...]]:
    entries = queries.history_of(volunteer, MOVED, ASKED)
    return [(entry.happened_at, *_told(entry.verb, entry.details or {}), "neutral") for entry in entries]


def _told(verb: str, details: dict[str, Any]) -> tuple[str, str]:
    """What the time line says of a move or a question; erased details leave nothing but that it happened."""
    if verb == ASKED:
        return _("Asked how it goes"), ""
    before, after = details.get("place_before", "?"), details.get("place_after", "?")
    return _("Moved from place %(before)s to %(after)s", before=before, after=after), details.get("reason", "")


@post(volunteers, "/volunteers/<int:volunteer_id>/absence", may=may_see_volunteers, load=queries.volunteer_to_mark)
def note_absence(volunteer: Volunteer) -> Response:
    """Note that somebody did not take part, with the reason."""
    form = ReasonForm(volunteer)
    said = _("%(name)s is told your reason.", name=volunteer.person.name)
    return attempt(
        form, lambda: actions.note_absence(volunteer, form.reason.data or "", by=me()), marked(volunteer, said, form)
    )


@post(volunteers, "/volunteers/<int:volunteer_id>/mark-undone", may=may_see_volunteers, load=queries.volunteer_to_mark)
def take_back_mark(volunteer: Volunteer) -> Response:
    """Undo the mark at the end."""
    answer = Answer(
        to=url_for("volunteers.show_one", volunteer_id=volunteer.id),
        said=_("Undone: %(name)s takes part again.", name=volunteer.person.name),
    )
    return attempt(Form(), lambda: actions.take_back_mark(volunteer, by=me()), answer)


def marked(volunteer: Volunteer, said: str, form: Form | None = None) -> Answer:
    """The answer to a mark at the end, which can be undone."""
    return Answer(
        to=url_for("volunteers.show_one", volunteer_id=volunteer.id),
        said=said,
        undo=url_for("volunteers.take_back_mark", volunteer_id=volunteer.id),
        page="volunteers/show_one.html" if form else None,
        context=lambda: one(volunteer, form or ReasonForm(volunteer, formdata=None)),
    )
