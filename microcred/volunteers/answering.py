"""The pages of those who answer for a school: its applicants, one by one or several at once, and release time."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from microcred.paging import page_of
from microcred.permissions import may_answer_volunteer, may_answer_volunteers
from microcred.pilots.models import Pilot
from microcred.pilots.queries import visible_pilot
from microcred.schooldays import holidays, school_days_since
from microcred.volunteers import answers, queries, volunteers
from microcred.volunteers.forms import AnswersForm, ReasonForm, ReleaseForm
from microcred.volunteers.models import Volunteer, VolunteerState
from microcred.volunteers.overview import one
from microcred.volunteers.rules import QUEUE_RULES
from microcred.web import Answer, Form, attempt, get, me, post

ANSWER = "/volunteers/<int:volunteer_id>"


@get(volunteers, "/pilots/<int:pilot_id>/applicants", may=may_answer_volunteers, load=visible_pilot)
def applicants(pilot: Pilot) -> str:
    """Who of the school waits for an answer, and who has got one."""
    return render_template("volunteers/applicants.html", **_applicants(pilot))


def _applicants(
    pilot: Pilot, several: AnswersForm | None = None, one: ReasonForm | None = None, note: ReleaseForm | None = None
) -> dict[str, Any]:
    unanswered, out, call = queries.to_answer(me(), pilot), holidays(), queries.call_of(pilot)
    page = page_of(queries.answered(me(), pilot), request.args.get("page"), _here(pilot))
    reasons = {each.id: ReasonForm(each, formdata=None) for each in unanswered}
    notes = {each.id: ReleaseForm(each, formdata=None, note=each.release_note) for each in page.rows}
    return {
        "pilot": pilot,
        "applicants": unanswered,
        "own": queries.own_applicant(me(), pilot),
        "days": {each.id: school_days_since(each.applied_at, out) for each in unanswered},
        "reasons": reasons | ({one.volunteer.id: one} if one else {}),
        "notes": notes | ({note.volunteer.id: note} if note else {}),
        "refused": note or (one if one and one.volunteer not in unanswered else None),
        "several": several or AnswersForm(unanswered, formdata=None),
        "page": page,
        "explanation": QUEUE_RULES[call.rule].explanation(call),
    }


def _here(pilot: Pilot) -> str:
    return url_for("volunteers.applicants", pilot_id=pilot.id)


@post(volunteers, f"{ANSWER}/approval", may=may_answer_volunteer, load=queries.volunteer_to_answer)
def approve(volunteer: Volunteer) -> Response:
    """Say yes."""
    return attempt(Form(), lambda: answers.approve(volunteer, by=me()), _answer(volunteer, _approved))


@post(volunteers, f"{ANSWER}/decline", may=may_answer_volunteer, load=queries.volunteer_to_answer)
def decline(volunteer: Volunteer) -> Response:
    """Say no, with the reason."""
    form = ReasonForm(volunteer)
    said = _("%(name)s is told your reason in ten minutes.", name=volunteer.person.name)
    return attempt(
        form, lambda: answers.decline(volunteer, form.reason.data or "", by=me()), _answer(volunteer, said, form)
    )


@post(volunteers, f"{ANSWER}/retraction", may=may_answer_volunteer, load=queries.volunteer_to_answer)
def take_back_answer(volunteer: Volunteer) -> Response:
    """Undo the answer that was just given."""
    said = _("Taken back: %(name)s waits for an answer again, and has heard nothing.", name=volunteer.person.name)
    answer = Answer(to=_back(volunteer), said=said)
    return attempt(Form(), lambda: answers.take_back_answer(volunteer, by=me()), answer)


@post(volunteers, f"{ANSWER}/release-note", may=may_answer_volunteer, load=queries.volunteer_to_answer)
def note_release(volunteer: Volunteer) -> Response:
    """Keep who covers the lessons, and when."""
    form = ReleaseForm(volunteer)
    answer = Answer(
        to=_back(volunteer),
        said=_("Kept. %(name)s and the coordinator see it.", name=volunteer.person.name),
        page="volunteers/applicants.html" if _is_of_my_school(volunteer) else None,
        context=lambda: _applicants(volunteer.pilot, note=form),
    )
    return attempt(form, lambda: answers.note_release(volunteer, form.note.data or "", by=me()), answer)


@post(volunteers, "/pilots/<int:pilot_id>/applicants/answers", may=may_answer_volunteers, load=visible_pilot)
def answer_several(pilot: Pilot) -> Response:
    """Give everyone who is ticked the same answer."""
    form = AnswersForm(queries.to_answer(me(), pilot))
    reason = None if form.is_yes else form.reason.data
    answer = Answer(
        to=_here(pilot),
        said=lambda answered: ngettext(
            "%(num)s answer is sent in ten minutes.", "%(num)s answers are sent in ten minutes.", len(answered)
        ),
        page="volunteers/applicants.html",
        context=lambda: _applicants(pilot, several=form),
    )
    return attempt(form, lambda: answers.answer_several(form.ticked, reason, by=me()), answer)


def _approved(entry: Volunteer) -> str:
    name = entry.person.name
    if entry.state == VolunteerState.JOINED:
        return _("%(name)s has joined the pilot, and is told so in ten minutes.", name=name)
    return _("%(name)s is approved, and waits for a place: every one is taken.", name=name)


def _is_of_my_school(volunteer: Volunteer) -> bool:
    return me().answers_for(volunteer.school_id)


def _back(volunteer: Volunteer) -> str:
    """To the list of the school; the coordinator, who answers in somebody's place, to the entry."""
    if _is_of_my_school(volunteer):
        return _here(volunteer.pilot)
    return url_for("volunteers.show_one", volunteer_id=volunteer.id)


def _answer(volunteer: Volunteer, said: Any, form: ReasonForm | None = None) -> Answer:
    undo = url_for("volunteers.take_back_answer", volunteer_id=volunteer.id)
    shown = form or ReasonForm(volunteer, formdata=None)
    if not _is_of_my_school(volunteer):
        page = "volunteers/show_one.html" if form else None
        return Answer(_back(volunteer), said, page, context=lambda: one(volunteer, shown), undo=undo)
    return Answer(
        to=_back(volunteer),
        said=said,
        undo=undo,
        page="volunteers/applicants.html" if form else None,
        fragment="volunteers/_applicant.html" if volunteer.person_id != me().id else None,
        context=lambda: _applicants(volunteer.pilot, one=form) | {"volunteer": volunteer, "form": shown},
    )
