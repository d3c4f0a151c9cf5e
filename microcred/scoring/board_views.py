"""Pages of the coordinator: the board, and one submission with its reviewers."""

from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.accounts.models import Account
from microcred.db import db
from microcred.evidence.models import STATES, Submission
from microcred.fields import choices
from microcred.permissions import may_run_scoring
from microcred.pilots.models import Pilot
from microcred.pilots.queries import visible_pilots
from microcred.scoring import actions, profile_views, scoring
from microcred.scoring.anchor_queries import anchor_from
from microcred.scoring.board import board, card, case_of, loads, review_of
from microcred.scoring.forms import DenyForm, IncompleteForm, ReassignForm
from microcred.scoring.models import STATES as REVIEW_STATES
from microcred.scoring.models import Review
from microcred.web import Answer, Form, attempt, get, me, post

__all__ = ["profile_views"]


@get(scoring, "/scoring", may=may_run_scoring)
def overview() -> str:
    """The board of a pilot: where every submission is, and who has how much to do."""
    pilot = _pilot()
    return render_template("scoring/overview.html", pilot=pilot, board=pilot and board(pilot), loads=loads())


def _pilot() -> Pilot | None:
    """The pilot that the address names, or else the one that runs, or else the last one."""
    wanted, pilots = request.args.get("pilot"), visible_pilots(me())
    if wanted is None:
        return next((pilot for pilot in pilots if not pilot.ended_at), pilots[0] if pilots else None)
    return next((pilot for pilot in pilots if str(pilot.id) == wanted), None) or abort(404)


@get(scoring, "/scoring/<code_name>", may=may_run_scoring, load=case_of)
def show_case(submission: Submission) -> str:
    """One submission: its reviewers, and what can be done about them."""
    return render_template("scoring/case.html", **_context(submission))


def _context(submission: Submission, **refused: Any) -> dict[str, Any]:
    shown = {"incomplete": None, "denial": None, "reassign": None, "reassigned_id": None} | refused
    shown["incomplete"] = shown["incomplete"] or IncompleteForm(None)
    shown["denial"] = shown["denial"] or DenyForm(None)
    words = {"states": STATES, "review_states": REVIEW_STATES}
    about = {"card": card(submission), "rubric": submission.rubric, "anchor": anchor_from(submission.id)}
    return about | {"choices": _choices()} | words | shown


def _choices() -> list[tuple[int, str]]:
    return [
        (
            load.account_id,
            ngettext(
                "%(name)s (%(num)s open review)", "%(name)s (%(num)s open reviews)", load.open_count, name=load.name
            ),
        )
        for load in loads()
    ]


@post(scoring, "/scoring/<code_name>/assignment", may=may_run_scoring, load=case_of)
def assign_reviewers(submission: Submission) -> Response:
    """Look for reviewers again."""
    answer = Answer(to=_page(submission), said=_said)
    return attempt(Form(), lambda: actions.assign_reviewers(submission, by=me()), answer)


def _said(offered: list[Review]) -> str:
    if not offered:
        nobody: str = _("There are still too few reviewers without a conflict of interest. Nobody was asked.")
        return nobody
    asked: str = ngettext("%(num)s reviewer is asked.", "%(num)s reviewers are asked.", len(offered))
    return asked


@post(scoring, "/scoring/<code_name>/incompleteness", may=may_run_scoring, load=case_of)
def give_back(submission: Submission) -> Response:
    """Give evidence back, because something is missing."""
    form = IncompleteForm()
    answer = Answer(
        to=_page(submission),
        said=_("The evidence went back to its author, who reads what is missing."),
        page="scoring/case.html",
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
        page="scoring/case.html",
        context=lambda: _context(submission, denial=form),
    )
    return attempt(form, lambda: actions.deny(submission, form.denied_reason.data or "", by=me()), answer)


@post(scoring, "/scoring/reviews/<int:review_id>/reassignment", may=may_run_scoring, load=review_of)
def reassign_review(review: Review) -> Response:
    """Give a seat to somebody else."""
    form = ReassignForm()
    form.reviewer.choices = choices({str(account_id): name for account_id, name in _choices()})
    answer = Answer(
        to=_page(review.submission),
        said=_("The review is offered to somebody else now."),
        page="scoring/case.html",
        context=lambda: _context(review.submission, reassign=form, reassigned_id=review.id),
    )
    return attempt(form, lambda: _reassign(review, form.reviewer.data), answer)


def _reassign(review: Review, account_id: int) -> Review:
    return actions.reassign_review(review, db.session.get_one(Account, account_id), by=me())


def _page(submission: Submission) -> str:
    return url_for("scoring.show_case", code_name=submission.code_name)
