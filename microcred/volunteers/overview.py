"""The coordinator's pages: every volunteer of a pilot, as a list, as a file, and one by one."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.db import db
from microcred.fields import one_line
from microcred.history import record
from microcred.paging import page_of
from microcred.permissions import may_see_volunteers
from microcred.pilots.models import Pilot
from microcred.pilots.queries import visible_pilot
from microcred.tables import DownloadForm, TableAnswer
from microcred.volunteers import actions, queries, volunteers
from microcred.volunteers.forms import ReasonForm
from microcred.volunteers.models import STATES, Volunteer, VolunteerState
from microcred.web import Answer, Form, attempt, get, me, post

LONGEST = 100


@get(volunteers, "/pilots/<int:pilot_id>/volunteers", may=may_see_volunteers, load=visible_pilot)
def index(pilot: Pilot) -> str:
    """The volunteers of every school, narrowed by name, school and state."""
    wanted = _wanted()
    address = url_for("volunteers.index", pilot_id=pilot.id, **wanted)
    page = page_of(_narrowed(pilot, wanted), request.args.get("page"), address)
    return render_template("volunteers/index.html", pilot=pilot, page=page, states=STATES, **wanted)


@post(volunteers, "/pilots/<int:pilot_id>/volunteers/downloads", may=may_see_volunteers, load=visible_pilot)
def download(pilot: Pilot) -> Response:
    """The list as a file, narrowed in the same way; the download is in the history."""
    wanted = _wanted()
    form = DownloadForm()
    answer = TableAnswer(
        to=url_for("volunteers.index", pilot_id=pilot.id, **wanted),
        name=f"volunteers-{pilot.id}",
        columns=_columns(),
        rows=lambda: [_row(each) for each in db.session.scalars(_narrowed(pilot, wanted))],
        format=form.format.data,
    )
    return attempt(form, lambda: record(me(), "downloaded the volunteers", pilot), answer)


def _wanted() -> dict[str, Any]:
    """What the address narrows the list to, short enough to be kept with the key of a form."""
    return {name: one_line(request.args.get(name, "")[:LONGEST]) or "" for name in ("q", "school", "state")}


def _narrowed(pilot: Pilot, wanted: dict[str, Any]) -> Any:
    school = wanted["school"]
    school_id = int(school) if school.isascii() and school.isdecimal() and len(school) < 9 else None
    return queries.volunteers_of(pilot, school_id=school_id, state=wanted["state"], search=wanted["q"])


def _columns() -> list[str]:
    times = [_("Applied"), _("Answered"), _("Joined"), _("Ended")]
    return [_("Name"), _("E-mail address"), _("School"), _("State"), _("Why"), *times, _("Reason")]


def _row(entry: Volunteer) -> list[Any]:
    times = [entry.applied_at, entry.answered_at, entry.joined_at, entry.ended_at]
    return [entry.person.name, entry.person.email, entry.school.name, entry.title, entry.why, *times, entry.reason]


@get(volunteers, "/volunteers/<int:volunteer_id>", may=may_see_volunteers, load=queries.volunteer_to_mark)
def show_one(volunteer: Volunteer) -> str:
    """One volunteer: what has happened, and who took part."""
    return render_template("volunteers/show_one.html", **_one(volunteer, ReasonForm(volunteer)))


def _one(volunteer: Volunteer, form: Form) -> dict[str, Any]:
    position = queries.position(volunteer)
    return {"volunteer": volunteer, "form": form, "position": position, "story": _story(volunteer)}


def _story(volunteer: Volunteer) -> list[tuple[Any, ...]]:
    """What has happened, for a time line: moment, title, text, tone."""
    by = volunteer.answered_by.name if volunteer.answered_by else ""
    answer = _("Declined") if volunteer.state == VolunteerState.DECLINED else _("Approved")
    moments = [
        (volunteer.applied_at, _("Applied"), volunteer.why, "info"),
        (volunteer.answered_at, answer, by, "bad" if volunteer.state == VolunteerState.DECLINED else "good"),
        (volunteer.joined_at, _("Joined"), "", "good"),
        (volunteer.ended_at, _("Ended"), volunteer.reason or "", "neutral"),
        (volunteer.offer_ends_at, _("A place is kept until then"), "", "wait"),
    ]
    return [each for each in moments if each[0]]


@post(volunteers, "/volunteers/<int:volunteer_id>/completion", may=may_see_volunteers, load=queries.volunteer_to_mark)
def complete(volunteer: Volunteer) -> Response:
    """Note that somebody has taken part to the end."""
    said = _("%(name)s has completed the pilot.", name=volunteer.person.name)
    return attempt(Form(), lambda: actions.complete(volunteer, by=me()), _marked(volunteer, said))


@post(volunteers, "/volunteers/<int:volunteer_id>/absence", may=may_see_volunteers, load=queries.volunteer_to_mark)
def note_absence(volunteer: Volunteer) -> Response:
    """Note that somebody did not take part, with the reason."""
    form = ReasonForm(volunteer)
    said = _("%(name)s is told your reason.", name=volunteer.person.name)
    return attempt(
        form, lambda: actions.note_absence(volunteer, form.reason.data or "", by=me()), _marked(volunteer, said, form)
    )


@post(volunteers, "/volunteers/<int:volunteer_id>/mark-undone", may=may_see_volunteers, load=queries.volunteer_to_mark)
def take_back_mark(volunteer: Volunteer) -> Response:
    """Undo the mark at the end."""
    answer = Answer(
        to=url_for("volunteers.show_one", volunteer_id=volunteer.id),
        said=_("Undone: %(name)s takes part again.", name=volunteer.person.name),
    )
    return attempt(Form(), lambda: actions.take_back_mark(volunteer, by=me()), answer)


def _marked(volunteer: Volunteer, said: str, form: Form | None = None) -> Answer:
    return Answer(
        to=url_for("volunteers.show_one", volunteer_id=volunteer.id),
        said=said,
        undo=url_for("volunteers.take_back_mark", volunteer_id=volunteer.id),
        page="volunteers/show_one.html" if form else None,
        context=lambda: _one(volunteer, form or ReasonForm(volunteer, formdata=None)),
    )
