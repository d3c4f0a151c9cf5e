"""The principal's pages: the applicants of their school, answered one by one or several at once."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from microcred.paging import page_of
from microcred.permissions import may_answer_volunteer, may_answer_volunteers
from microcred.pilots.models import Pilot
from microcred.pilots.queries import visible_pilot
from microcred.volunteers import answers, queries, volunteers
from microcred.volunteers.forms import AnswersForm, ReasonForm
from microcred.volunteers.models import Volunteer, VolunteerState
from microcred.web import Answer, Form, attempt, get, me, post


@get(volunteers, "/pilots/<int:pilot_id>/applicants", may=may_answer_volunteers, load=visible_pilot)
def applicants(pilot: Pilot) -> str:
    """Who of the principal’s school waits for an answer, and who has got one."""
    return render_template("volunteers/applicants.html", **_applicants(pilot))


def _applicants(pilot: Pilot, several: AnswersForm | None = None, one: ReasonForm | None = None) -> dict[str, Any]:
    unanswered = queries.to_answer(me(), pilot)
    reasons = {each.id: ReasonForm(each, formdata=None) for each in unanswered}
    if one:
        reasons[one.volunteer.id] = one
    address = url_for("volunteers.applicants", pilot_id=pilot.id)
    return {
        "pilot": pilot,
        "applicants": unanswered,
        "reasons": reasons,
        "refused": one if one and one.volunteer not in unanswered else None,
        "several": several or AnswersForm(unanswered, formdata=None),
        "page": page_of(queries.answered(me(), pilot), request.args.get("page"), address),
    }


@post(volunteers, "/volunteers/<int:volunteer_id>/approval", may=may_answer_volunteer, load=queries.volunteer_to_answer)
def approve(volunteer: Volunteer) -> Response:
    """Say yes."""
    return attempt(Form(), lambda: answers.approve(volunteer, by=me()), _answer(volunteer, _approved))


@post(volunteers, "/volunteers/<int:volunteer_id>/decline", may=may_answer_volunteer, load=queries.volunteer_to_answer)
def decline(volunteer: Volunteer) -> Response:
    """Say no, with the reason."""
    form = ReasonForm(volunteer)
    said = _("%(name)s is told your reason.", name=volunteer.person.name)
    return attempt(
        form, lambda: answers.decline(volunteer, form.reason.data or "", by=me()), _answer(volunteer, said, form)
    )


@post(
    volunteers, "/volunteers/<int:volunteer_id>/retraction", may=may_answer_volunteer, load=queries.volunteer_to_answer
)
def take_back_answer(volunteer: Volunteer) -> Response:
    """Undo the answer that was just given."""
    answer = Answer(
        to=url_for("volunteers.applicants", pilot_id=volunteer.pilot_id),
        said=_("Taken back: %(name)s waits for an answer again, and is told so.", name=volunteer.person.name),
    )
    return attempt(Form(), lambda: answers.take_back_answer(volunteer, by=me()), answer)


@post(volunteers, "/pilots/<int:pilot_id>/applicants/answers", may=may_answer_volunteers, load=visible_pilot)
def answer_several(pilot: Pilot) -> Response:
    """Give everyone who is ticked the same answer."""
    form = AnswersForm(queries.to_answer(me(), pilot))
    reason = None if form.is_yes else form.reason.data
    answer = Answer(
        to=url_for("volunteers.applicants", pilot_id=pilot.id),
        said=lambda answered: ngettext("%(num)s answer is sent.", "%(num)s answers are sent.", len(answered)),
        page="volunteers/applicants.html",
        context=lambda: _applicants(pilot, several=form),
    )
    return attempt(form, lambda: answers.answer_several(form.ticked, reason, by=me()), answer)


def _approved(entry: Volunteer) -> str:
    name = entry.person.name
    if entry.state == VolunteerState.JOINED:
        return _("%(name)s has joined the pilot.", name=name)
    return _("%(name)s is approved, and waits for a place: every one is taken.", name=name)


def _answer(volunteer: Volunteer, said: Any, form: ReasonForm | None = None) -> Answer:
    shown = {"volunteer": volunteer, "form": form or ReasonForm(volunteer, formdata=None)}
    return Answer(
        to=url_for("volunteers.applicants", pilot_id=volunteer.pilot_id),
        said=said,
        undo=url_for("volunteers.take_back_answer", volunteer_id=volunteer.id),
        page="volunteers/applicants.html" if form else None,
        fragment="volunteers/_applicant.html",
        context=lambda: _applicants(volunteer.pilot, one=form) | shown,
    )
