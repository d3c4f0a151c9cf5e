"""Pages of reviewers: the queue, and the desk."""

from collections.abc import Callable
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.db import utcnow
from microcred.evidence.models import Submission
from microcred.paging import page_of
from microcred.permissions import may_release, may_review, may_score
from microcred.recognition.rewarding import reward
from microcred.recognition.thanking import thank
from microcred.scoring import (
    actions,
    anchor_views,
    appeal_views,
    board_views,
    desk_views,
    phrase_views,
    queries,
    releasing,
    scoring,
    talk_views,
    training_views,
    understanding,
)
from microcred.scoring.decision import AN_ANCHORS
from microcred.scoring.desk import Line, desk
from microcred.scoring.forms import DeclineForm, FinishForm, IncompleteForm, ScoreForm
from microcred.scoring.looking import case_to_look_at, ready_for
from microcred.scoring.models import Review
from microcred.scoring.phrases import keep_phrase as keep
from microcred.scoring.queries import Sheet, own_review, own_sheet
from microcred.scoring.readings import severity_reading
from microcred.scoring.release_views import look_context
from microcred.scoring.returning import note_on
from microcred.scoring.severity import own_severity
from microcred.scoring.training_views import said_when_given_back
from microcred.web import Answer, Form, attempt, get, me, post

__all__ = [
    "anchor_views",
    "appeal_views",
    "board_views",
    "desk_views",
    "phrase_views",
    "talk_views",
    "training_views",
    "understanding",
]


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
    finish = FinishForm(formdata=None, comment=review.comment)
    shown = {"finish": finish, "decline": DeclineForm(None), "incomplete": IncompleteForm(None)}
    told = {"score": None, "scored_id": None, "keeps": False, "mark_of": actions.mark_of, "saved_at": None}
    return {"desk": desk(review.id), "note": note_on(review)} | told | shown | forms


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
        fragment="scoring/_score_answer.html",
        context=lambda: _sheet_context(sheet, form),
    )
    return attempt(form, lambda: _save(sheet, form), answer)


def _sheet_context(sheet: Sheet, form: ScoreForm, *, keeps: bool = False) -> dict[str, Any]:
    """The page, or a piece of it, after level and feedback on one criterion were sent."""
    shown, criterion_id = _context(sheet.review), sheet.criterion.id
    line = next((line for line in shown["desk"].lines if line.criterion.id == criterion_id), Line(sheet.criterion))
    return shown | {"score": form, "scored_id": criterion_id, "line": line, "keeps": keeps}


def _save(sheet: Sheet, form: ScoreForm) -> None:
    sent = form.level.data, form.feedback.data or ""
    actions.save_score(sheet.review, sheet.criterion, *sent, by=me(), revision=form.base)


@post(scoring, "/reviews/<int:review_id>/scores/<int:criterion_id>/phrases", may=may_score, load=own_sheet)
def keep_phrase(sheet: Sheet) -> Response:
    """Keep what was written on a criterion, or the selected part of it, as a phrase; and save it by the way."""
    form, (review, criterion) = ScoreForm(), sheet
    answer = Answer(
        to=f"{_page(review)}#criterion-{criterion.id}",
        said=_("Kept: you find it under the phrases of this criterion."),
        page="scoring/show.html",
        fragment="scoring/_phrases.html",
        context=lambda: _sheet_context(sheet, form, keeps=True),
    )

    def act() -> None:
        text = form.phrase.data or form.feedback.data or ""
        keep(criterion, review.submission.micro_credential, text, by=me())
        _save(sheet, form)

    return attempt(form, act, answer)


@post(scoring, "/reviews/<int:review_id>/comment", may=may_score, load=own_review)
def save_comment(review: Review) -> Response:
    """Keep the word on the whole, as one types or by the button."""
    form = FinishForm()
    answer = Answer(
        to=f"{_page(review)}#review-{review.id}-finish",
        page="scoring/show.html",
        fragment="scoring/_comment_saved.html",
        context=lambda: _context(review, finish=form) | {"saved_at": utcnow()},
    )
    return attempt(form, lambda: actions.save_comment(review, form.comment.data or "", by=me(), over=form.base), answer)


@get(scoring, "/reviews/<int:review_id>/summary", may=may_score, load=own_review)
def summary(review: Review) -> str:
    """What lacks before the review can be final: a piece of the desk, looked at again when the question is opened."""
    return render_template("scoring/_summary.html", desk=desk(review.id))


@post(scoring, "/reviews/<int:review_id>/final", may=may_score, load=own_review)
def finish_review(review: Review) -> Response:
    """Make the review final; what it earns is awarded, author and reviewer are thanked. Then to the next one."""
    form = FinishForm()
    answer = Answer(
        to=lambda _submission: _next_page(review),
        said=lambda _submission: _said_when_final(review),
        page="scoring/show.html",
        context=lambda: _context(review, finish=form),
    )
    return attempt(form, lambda: _finish(review, form), answer)


def _finish(review: Review, form: FinishForm) -> Submission:
    comment = form.comment.data or ""
    actions.save_comment(review, comment, by=me(), over=form.base)
    submission = reward(actions.finish_review(review, comment, by=me()))
    thank(submission.pilot, review.reviewer)
    return submission


def _next_page(review: Review) -> str:
    """The next review; of an anchor one first sees how it should have been scored."""
    if review.seat == AN_ANCHORS:
        return url_for("scoring.compare", review_id=review.id)
    following = queries.next_in_queue(me())
    return url_for("scoring.show", review_id=following) if following else url_for("scoring.index")


def _said_when_final(review: Review) -> str:
    has_next = review.seat != AN_ANCHORS and queries.next_in_queue(me()) is not None
    if has_next:
        return _("Your review is final. Thank you. Here is the next one.")
    return _("Your review is final. Thank you.")


@post(scoring, "/reviews/<int:review_id>/incompleteness", may=may_score, load=own_review)
def mark_incomplete(review: Review) -> Response:
    """Give the evidence back, because something is missing."""
    form = IncompleteForm()
    answer = Answer(
        to=url_for("scoring.index"),
        said=said_when_given_back,
        page="scoring/show.html",
        context=lambda: _context(review, incomplete=form),
    )
    return attempt(form, lambda: actions.mark_incomplete(review.submission, form.missing.data or "", by=me()), answer)


def _page(review: Review) -> str:
    return url_for("scoring.show", review_id=review.id)


@post(scoring, "/scoring/releases/<code_name>/look", may=may_release, load=case_to_look_at)
def look_at(submission: Submission) -> Response:
    """Note that a lead has looked: the answer is given at its moment, or at once if that has come."""
    return _released(submission, lambda: reward(releasing.look_at(submission, by=me())), _("Thank you for looking."))


@post(scoring, "/scoring/releases/<code_name>/answer", may=may_release, load=case_to_look_at)
def release(submission: Submission) -> Response:
    """Give an answer now."""
    return _released(submission, lambda: reward(releasing.release(submission, by=me())), _("The answer is given."))


def _released(submission: Submission, act: Callable[[], Submission], said: str) -> Response:
    form = Form()
    answer = Answer(
        to=url_for("scoring.release_list"),
        said=said,
        page="scoring/look.html",
        context=lambda: look_context(submission, problem=form),
    )
    return attempt(form, act, answer)


@post(scoring, "/scoring/releases/answers", may=may_release)
def release_all() -> Response:
    """Give every answer now that waits for nothing but its moment: all of them, or none."""
    answer = Answer(to=url_for("scoring.release_list"), said=_all_said)
    return attempt(Form(), _release_all, answer)


def _release_all() -> list[Submission]:
    return [reward(each) for each in releasing.release_all(ready_for(me()), by=me())]


def _all_said(released: list[Submission]) -> str:
    said: str = ngettext("%(num)s answer is given.", "%(num)s answers are given.", len(released))
    return said
