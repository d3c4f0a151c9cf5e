"""Pages of reviewers: the queue, the desk, the files on it."""

from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from microcred.badges.actions import award_badge_if_possible
from microcred.evidence.models import Submission, SubmissionState
from microcred.evidence.queries import storage
from microcred.evidence.serving import file_response
from microcred.paging import page_of
from microcred.permissions import may_review, may_score
from microcred.recognition.actions import thank
from microcred.scoring import actions, board_views, queries, scoring, understanding
from microcred.scoring.desk import OwnArtefact, desk, own_artefact
from microcred.scoring.forms import DeclineForm, FinishForm, IncompleteForm, ScoreForm
from microcred.scoring.models import Review
from microcred.scoring.queries import Sheet, own_review, own_sheet
from microcred.scoring.readings import severity_reading
from microcred.scoring.severity import own_severity
from microcred.web import Answer, Form, attempt, get, me, post

__all__ = ["board_views", "understanding"]


@get(scoring, "/reviews", may=may_review)
def index() -> str:
    """The own queue: offers, what is under way, what is done."""
    page = page_of(queries.finished(me()), request.args.get("page"), url_for("scoring.index"))
    severity = {"severity": own_severity(me()), "severity_reading": severity_reading}
    return render_template("scoring/index.html", queue=queries.queue(me()), page=page, **severity)


@get(scoring, "/reviews/<int:review_id>", may=may_score, load=own_review)
def show(review: Review) -> str:
    """One review: the offer, the desk, or that it is closed."""
    return render_template("scoring/show.html", **_context(review))


def _context(review: Review, **forms: Form) -> dict[str, Any]:
    """What the page of a review needs; `forms` are those that were refused."""
    unsent = {"finish": FinishForm, "decline": DeclineForm, "incomplete": IncompleteForm}
    shown = {name: forms.get(name) or make(None) for name, make in unsent.items()}
    return {"desk": desk(review.id), "score": None, "scored_id": None} | shown | forms


@post(scoring, "/reviews/<int:review_id>/acceptance", may=may_score, load=own_review)
def accept_review(review: Review) -> Response:
    """Say yes."""
    answer = Answer(to=_page(review), said=_("It lies on your desk."))
    return attempt(Form(), lambda: actions.accept_review(review, by=me()), answer)


@post(scoring, "/reviews/<int:review_id>/refusal", may=may_score, load=own_review)
def decline_review(review: Review) -> Response:
    """Say no."""
    form = DeclineForm()
    answer = Answer(
        to=url_for("scoring.index"),
        said=_("Thank you for saying so. Somebody else is asked now."),
        page="scoring/show.html",
        context=lambda: _context(review, decline=form),
    )
    return attempt(form, lambda: actions.decline_review(review, form.reason.data or "", by=me()), answer)


@post(scoring, "/reviews/<int:review_id>/scores/<int:criterion_id>", may=may_score, load=own_sheet)
def save_score(sheet: Sheet) -> Response:
    """Keep level and feedback on one criterion."""
    form, (review, criterion) = ScoreForm(), sheet
    answer = Answer(
        to=f"{_page(review)}#criterion-{criterion.id}",
        page="scoring/show.html",
        fragment="scoring/_saved.html",
        context=lambda: _context(review) | {"score": form, "scored_id": criterion.id},
    )
    return attempt(form, lambda: _save(sheet, form), answer)


def _save(sheet: Sheet, form: ScoreForm) -> None:
    actions.save_score(sheet.review, sheet.criterion, form.level.data, form.feedback.data or "", by=me())


@post(scoring, "/reviews/<int:review_id>/final", may=may_score, load=own_review)
def finish_review(review: Review) -> Response:
    """Make the review final; what it earns is awarded, and author and reviewer are thanked, in the same transaction."""
    form = FinishForm()
    answer = Answer(
        to=url_for("scoring.index"),
        said=_("Your review is final. Thank you."),
        page="scoring/show.html",
        context=lambda: _context(review, finish=form),
    )
    return attempt(form, lambda: _finish(review, form.comment.data or ""), answer)


def _finish(review: Review, comment: str) -> Submission:
    submission = actions.finish_review(review, comment, by=me())
    if submission.state == SubmissionState.EARNED:
        award_badge_if_possible(submission)
        thank(submission.pilot, submission.person)
    thank(submission.pilot, review.reviewer)
    return submission


@post(scoring, "/reviews/<int:review_id>/incompleteness", may=may_score, load=own_review)
def mark_incomplete(review: Review) -> Response:
    """Give the evidence back, because something is missing."""
    form = IncompleteForm()
    answer = Answer(
        to=url_for("scoring.index"),
        said=_("The evidence went back. Its author reads what is missing, and hands in again without losing a try."),
        page="scoring/show.html",
        context=lambda: _context(review, incomplete=form),
    )
    return attempt(form, lambda: actions.mark_incomplete(review.submission, form.missing.data or "", by=me()), answer)


def _page(review: Review) -> str:
    return url_for("scoring.show", review_id=review.id)


@get(scoring, "/reviews/<int:review_id>/artefacts/<int:number>", may=may_score, load=own_artefact)
def artefact(found: OwnArtefact) -> Response:
    """A file of evidence under its code name; pictures are shown, everything else is only handed over."""
    return file_response(storage(), found.stored_name, media_type=found.media_type, file_name=found.file_name)
