"""Pages of leads: how a pilot scores, what is scored and not answered yet, and a look at it."""

from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext as _

from microcred.evidence.models import STATES, Submission
from microcred.permissions import may_release, may_set_scoring_rules
from microcred.pilots.models import Pilot
from microcred.pilots.queries import visible_pilot
from microcred.scoring import scoring
from microcred.scoring.looking import case_to_look_at, look, releases, review_to_return
from microcred.scoring.models import Review
from microcred.scoring.release_forms import ReturnForm, RulesForm
from microcred.scoring.returning import return_review as give_review_back
from microcred.scoring.rules import change_rules as set_rules
from microcred.scoring.rules import promise, rules_of
from microcred.web import Answer, Form, attempt, get, me, post


@get(scoring, "/pilots/<int:pilot_id>/scoring-rules", may=may_set_scoring_rules, load=visible_pilot)
def rules(pilot: Pilot) -> str:
    """How a pilot scores."""
    return render_template("scoring/rules.html", **_rules_context(pilot, RulesForm(None).show(rules_of(pilot))))


def _rules_context(pilot: Pilot, form: RulesForm) -> dict[str, Any]:
    return {"pilot": pilot, "form": form, "promise": promise(rules_of(pilot))}


@post(scoring, "/pilots/<int:pilot_id>/scoring-rules", may=may_set_scoring_rules, load=visible_pilot)
def change_rules(pilot: Pilot) -> Response:
    """Set how a pilot scores."""
    form = RulesForm()
    answer = Answer(
        to=url_for("scoring.rules", pilot_id=pilot.id),
        said=_("The rules hold from now on."),
        page="scoring/rules.html",
        context=lambda: _rules_context(pilot, form),
    )
    return attempt(form, lambda: set_rules(pilot, **_typed(form), by=me()), answer)


def _typed(form: RulesForm) -> dict[str, Any]:
    kept = {name: form[name].data for name in ("double_percent", "allows_same_school", "shows_others", "lead_looks")}
    return kept | {"release_weekday": form.weekday, "release_time": form.time}


@get(scoring, "/scoring/releases", may=may_release)
def release_list() -> str:
    """What is scored and not answered yet."""
    return render_template("scoring/releases.html", releases=releases(me()))


@get(scoring, "/scoring/releases/<code_name>", may=may_release, load=case_to_look_at)
def show_look(submission: Submission) -> str:
    """How one submission was scored, before its answer is given."""
    return render_template("scoring/look.html", **look_context(submission))


def look_context(
    submission: Submission, form: ReturnForm | None = None, returned_id: int = 0, problem: Form | None = None
) -> dict[str, Any]:
    """What the page of a look needs; `form` was refused about the review `returned_id`, or a `problem` is with all."""
    shown = {"form": form or ReturnForm(None), "returned_id": returned_id, "problem": problem}
    return {"submission": submission, "look": look(submission), "states": STATES} | shown


@post(scoring, "/scoring/reviews/<int:review_id>/return", may=may_release, load=review_to_return)
def return_review(review: Review) -> Response:
    """Give a final review back to its reviewer, with a note."""
    form = ReturnForm()
    answer = Answer(
        to=url_for("scoring.release_list"),
        said=_("The review is back with its reviewer, who reads your note. It comes to you again once it is final."),
        page="scoring/look.html",
        context=lambda: look_context(review.submission, form, review.id),
    )
    return attempt(form, lambda: give_review_back(review, form.note.data or "", by=me()), answer)
