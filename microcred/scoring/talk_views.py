"""Talks with a coach: an author asks, and the coordinator who leads one reviews nothing of that person from then on."""

from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from microcred.db import utcnow
from microcred.evidence import talks as actions
from microcred.evidence.models import CoachTalk, Submission
from microcred.evidence.queries import own_submission
from microcred.evidence.talks import led_by, talk_to_lead
from microcred.paging import page_of
from microcred.permissions import may_lead_talks, may_write_evidence
from microcred.schooldays import local
from microcred.scoring import scoring
from microcred.scoring.coaching import keep_coached
from microcred.scoring.talk_forms import TalkForm
from microcred.web import Answer, Form, attempt, get, me, post


@post(scoring, "/submissions/<int:submission_id>/talk", may=may_write_evidence, load=own_submission)
def ask_for_talk(submission: Submission) -> Response:
    """Ask the coordinator for the talk that comes before another try."""
    answer = Answer(
        to=url_for("evidence.show", submission_id=submission.id),
        said=_("You asked for a talk. The coordinator will be in touch with you."),
    )
    return attempt(Form(), lambda: actions.ask_for_talk(submission, by=me()), answer)


@get(scoring, "/talks", may=may_lead_talks)
def talks() -> str:
    """About what a talk is asked for, which talks were held, and who asks for those that one leads."""
    return render_template("scoring/talks.html", **_context())


def _context(talk: CoachTalk | None = None, refused: TalkForm | None = None) -> dict[str, Any]:
    """What the page needs; `refused` is the form of `talk`."""
    unsent = TalkForm(formdata=None, held_on=local(utcnow()).date())
    page = page_of(actions.talks(), request.args.get("page"), url_for("scoring.talks"))
    return {
        "page": page,
        "teachers": led_by(me(), [row.submission_id for row in page.rows]),
        "form": unsent,
        "refused": refused,
        "refused_id": talk.submission_id if talk else None,
    }


@post(scoring, "/talks/<int:submission_id>/leading", may=may_lead_talks, load=talk_to_lead)
def lead_talk(talk: CoachTalk) -> Response:
    """Take a talk on, and learn who asks."""
    said = _("You lead this talk: you see who asks, and review nothing of theirs from now on.")
    return attempt(Form(), lambda: _lead(talk), Answer(to=url_for("scoring.talks"), said=said))


def _lead(talk: CoachTalk) -> None:
    actions.lead_talk(talk, by=me())
    keep_coached(me(), talk.submission.person)


@post(scoring, "/talks/<int:submission_id>/holding", may=may_lead_talks, load=talk_to_lead)
def note_talk(talk: CoachTalk) -> Response:
    """Note that a talk was held."""
    form = TalkForm()
    answer = Answer(
        to=url_for("scoring.talks"),
        said=_("The talk is noted. The next try can begin, and its author is told."),
        page="scoring/talks.html",
        context=lambda: _context(talk, form),
        undo=url_for("scoring.undo_talk", submission_id=talk.submission_id),
    )
    return attempt(form, lambda: actions.note_talk(talk, form.day, by=me()), answer)


@post(scoring, "/talks/<int:submission_id>/undoing", may=may_lead_talks, load=talk_to_lead)
def undo_talk(talk: CoachTalk) -> Response:
    """Take back that a talk was held."""
    answer = Answer(to=url_for("scoring.talks"), said=_("The talk is still to be held."))
    return attempt(Form(), lambda: actions.undo_talk(talk, by=me()), answer)
