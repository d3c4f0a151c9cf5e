"""Pages of the author: an appeal against an answer of "not yet"."""

from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext as _

from microcred.errors import Refused
from microcred.evidence.models import Submission
from microcred.evidence.queries import own_submission
from microcred.permissions import may_appeal
from microcred.scoring import scoring
from microcred.scoring.appeal_forms import AppealForm, appeal_form, lines
from microcred.scoring.appeals import file_appeal as file
from microcred.scoring.appeals import last_moment_to_appeal, unmet_outcomes, why_not_appeal
from microcred.scoring.models import Appeal
from microcred.web import Answer, attempt, get, me, post


@get(scoring, "/submissions/<int:submission_id>/appeal", may=may_appeal, load=own_submission)
def appeal(submission: Submission) -> str:
    """What an appeal is, and the form for it; or why there can be none."""
    form = appeal_form(unmet_outcomes(submission))
    return render_template("scoring/appeal.html", **_context(submission, form(formdata=None)))


def _context(submission: Submission, form: AppealForm) -> dict[str, Any]:
    return {
        "submission": submission,
        "why_not": why_not_appeal(submission),
        "until": last_moment_to_appeal(submission),
        "form": form,
        "lines": lines(form, unmet_outcomes(submission)),
        "traces": form.traces_of(me()),
    }


@post(scoring, "/submissions/<int:submission_id>/appeal", may=may_appeal, load=own_submission)
def file_appeal(submission: Submission) -> Response:
    """File the appeal; what tells who the author is is pointed out first."""
    form = appeal_form(unmet_outcomes(submission))()
    answer = Answer(
        to=url_for("evidence.show", submission_id=submission.id),
        said=_("Your appeal is filed. You will be told by mail when it is answered."),
        page="scoring/appeal.html",
        context=lambda: _context(submission, form),
    )
    return attempt(form, lambda: _file(submission, form), answer)


def _file(submission: Submission, form: AppealForm) -> list[Appeal]:
    if form.traces_of(me()) and not form.keeps_traces.data:
        raise Refused(_("Your reasons tell who you are. Change them, or say that you have looked."))
    return file(submission, form.reasons, by=me())
