"""The coordinator's page of one submission: where it is, who holds its reviews, and what can be done about them."""

from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.accounts.models import Account
from microcred.accounts.queries import names
from microcred.db import db
from microcred.evidence.models import STATES, Submission
from microcred.fields import choices
from microcred.permissions import may_run_scoring
from microcred.schooldays import holidays
from microcred.scoring import actions, scoring
from microcred.scoring.anchor_queries import anchor_from
from microcred.scoring.assigning import offer_by_hand
from microcred.scoring.board import card, case_of, review_of
from microcred.scoring.drawing import drawings_of, is_as_drawn
from microcred.scoring.forms import DenyForm, IncompleteForm, ReassignForm
from microcred.scoring.holding_back import held_back
from microcred.scoring.late_conflicts import conflicting_finals
from microcred.scoring.loads import Load, loads
from microcred.scoring.models import STATES as REVIEW_STATES
from microcred.scoring.models import Review
from microcred.scoring.parties import is_party
from microcred.scoring.passing_on import pass_on_by_click
from microcred.scoring.reviewer_models import Assignment
from microcred.web import Answer, Form, attempt, get, me, post

PAGE = "scoring/case.html"


@get(scoring, "/scoring/<code_name>", may=may_run_scoring, load=case_of)
def show_case(submission: Submission) -> str:
    """One submission: its reviewers, and what can be done about them."""
    return render_template(PAGE, **_context(submission))


def _context(submission: Submission, **refused: Any) -> dict[str, Any]:
    shown = {"incomplete": None, "denial": None, "reassign": None, "reassigned_id": None, "offer": None} | refused
    shown["incomplete"] = shown["incomplete"] or IncompleteForm(None)
    shown["denial"] = shown["denial"] or DenyForm(None)
    at = card(submission)
    found = {"card": at, "rubric": submission.rubric, "anchor": anchor_from(submission.id)}
    why = {"held_back": held_back(submission.micro_credential_id) if at.is_waiting else None}
    drawn = {"drawings": _drawings(submission)} | _for_outsiders(submission)
    return {"states": STATES, "review_states": REVIEW_STATES, "choices": _choices()} | found | why | drawn | shown


def _for_outsiders(submission: Submission) -> dict[str, Any]:
    """A reviewer of it who names people as conflicts would find its author, if the page marked the one who is."""
    runs_it = not is_party(submission, me())
    return {"runs_it": runs_it, "late_conflicts": conflicting_finals(submission) if runs_it else set()}


def _choices() -> list[tuple[int, str]]:
    return [(load.account_id, _described(load)) for load in loads(holidays())]


def _described(load: Load) -> str:
    words = {"name": load.name, "most": load.most_open}
    described: str = ngettext(
        "%(name)s (%(num)s open review of at most %(most)s)",
        "%(name)s (%(num)s open reviews of at most %(most)s)",
        load.open_count,
        **words,
    )
    return described


def _drawings(submission: Submission) -> list[tuple[Assignment, list[str], bool]]:
    """Each drawing, whom it chose, and whether drawing again gives the same."""
    drawings = drawings_of(submission)
    called = names({chosen for drawn in drawings for chosen in drawn.chosen_ids})
    return [(drawn, [called[chosen] for chosen in drawn.chosen_ids], is_as_drawn(drawn)) for drawn in drawings]


@post(scoring, "/scoring/<code_name>/assignment", may=may_run_scoring, load=case_of)
def assign_reviewers(submission: Submission) -> Response:
    """Look for reviewers again."""
    answer = Answer(to=_page(submission), said=_said)
    return attempt(Form(), lambda: actions.assign_reviewers(submission, by=me()), answer)


def _said(offered: list[Review]) -> str:
    if not offered:
        nobody: str = _("There are still too few reviewers who may and can take it. Nobody was asked.")
        return nobody
    asked: str = ngettext("%(num)s reviewer is asked.", "%(num)s reviewers are asked.", len(offered))
    return asked


@post(scoring, "/scoring/<code_name>/offer", may=may_run_scoring, load=case_of)
def offer_seat(submission: Submission) -> Response:
    """Offer a vacant seat to somebody by hand."""
    form = _choosing()
    answer = Answer(
        to=_page(submission),
        said=lambda review: _("%(name)s is asked.", name=review.reviewer.name),
        page=_page_to_run(submission),
        context=lambda: _context(submission, offer=form),
    )
    return attempt(form, lambda: offer_by_hand(submission, _chosen(form), by=me()), answer)


def _choosing() -> ReassignForm:
    form = ReassignForm()
    form.reviewer.choices = choices({str(account_id): name for account_id, name in _choices()})
    return form


def _chosen(form: ReassignForm) -> Account:
    return db.session.get_one(Account, form.reviewer.data)


@post(scoring, "/scoring/<code_name>/incompleteness", may=may_run_scoring, load=case_of)
def give_back(submission: Submission) -> Response:
    """Give evidence back, because something is missing."""
    form = IncompleteForm()
    answer = Answer(
        to=_page(submission),
        said=_("The evidence went back to its author, who reads what is missing."),
        page=_page_to_run(submission),
        context=lambda: _context(submission, incomplete=form),
    )
    return attempt(form, lambda: actions.mark_incomplete(submission, form.missing.data or "", by=me()), answer)


@post(scoring, "/scoring/<code_name>/denial", may=may_run_scoring, load=case_of)
def deny(submission: Submission) -> Response:
    """Deny evidence that breaks the rules."""
    form = DenyForm()
    answer = Answer(
        to=_page(submission),
        said=_("The evidence is denied; its author reads why."),
        page=_page_to_run(submission),
        context=lambda: _context(submission, denial=form),
    )
    return attempt(form, lambda: actions.deny(submission, form.denied_reason.data or "", by=me()), answer)


@post(scoring, "/scoring/reviews/<int:review_id>/reassignment", may=may_run_scoring, load=review_of)
def reassign_review(review: Review) -> Response:
    """Give a seat to somebody else."""
    form = _choosing()
    answer = Answer(
        to=_page(review.submission),
        said=_("The review is offered to somebody else now."),
        page=_page_to_run(review.submission),
        context=lambda: _context(review.submission, reassign=form, reassigned_id=review.id),
    )
    return attempt(form, lambda: actions.reassign_review(review, _chosen(form), by=me()), answer)


@post(scoring, "/scoring/reviews/<int:review_id>/next-reviewer", may=may_run_scoring, load=review_of)
def pass_on_review(review: Review) -> Response:
    """Give a seat to the next reviewer, drawn by lot."""
    answer = Answer(
        to=_page(review.submission),
        said=lambda offered: _("%(name)s is asked instead.", name=offered.reviewer.name),
    )
    return attempt(Form(), lambda: pass_on_by_click(review, by=me()), answer)


def _page(submission: Submission) -> str:
    return url_for("scoring.show_case", code_name=submission.code_name)


def _page_to_run(submission: Submission) -> str | None:
    """The page with the forms, for whom it has them."""
    return None if is_party(submission, me()) else PAGE
