"""Pages of anchors: asking for one, keeping them, lending one, and the examples that teachers see."""

from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.evidence.models import Submission
from microcred.evidence.queries import storage
from microcred.evidence.serving import file_response
from microcred.paging import page_of
from microcred.permissions import may_keep_anchors, may_lend_evidence, may_see_examples
from microcred.scoring import anchors, scoring
from microcred.scoring.anchor_forms import LendingForm, UsesForm, levels_form
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.anchor_queries import (
    Example,
    ExampleFile,
    anchor_to_keep,
    example_file,
    own_anchor,
    visible_example,
)
from microcred.scoring.anchor_queries import anchors as every_anchor
from microcred.scoring.board import case_of
from microcred.scoring.calibration import calibrated_ids
from microcred.scoring.people import reviewers
from microcred.web import Answer, Form, attempt, get, me, post


@post(scoring, "/scoring/<code_name>/anchor", may=may_keep_anchors, load=case_of)
def propose_anchor(submission: Submission) -> Response:
    """Ask the author of decided evidence to lend it."""
    to = url_for("scoring.show_case", code_name=submission.code_name)
    answer = Answer(to=to, said=_("Its author is asked. Nothing is copied before they agree."))
    return attempt(Form(), lambda: anchors.propose_anchor(submission, by=me()), answer)


@get(scoring, "/anchors", may=may_keep_anchors)
def keep_anchors() -> str:
    """Every anchor, and where it stands."""
    page = page_of(every_anchor(), request.args.get("page"), url_for("scoring.keep_anchors"))
    return render_template("scoring/anchors.html", page=page)


@get(scoring, "/anchors/<int:anchor_id>", may=may_keep_anchors, load=anchor_to_keep)
def edit_anchor(anchor: Anchor) -> str:
    """One anchor: what its author allows, its evidence, its levels and what it is used for."""
    return render_template("scoring/anchor.html", **_context(anchor))


def _context(anchor: Anchor, **refused: Form) -> dict[str, Any]:
    rubric = anchor.source.rubric
    uses = UsesForm(None, data={"training": anchor.trains, "example": anchor.is_shown})
    example = visible_example(me(), anchor.submission.code_name) if anchor.submission else None
    shown = {"levels": levels_form(rubric, kept=anchor), "uses": uses} | refused
    is_complete = anchor.has_all_levels(rubric.criteria)
    return {"anchor": anchor, "rubric": rubric, "example": example, "is_complete": is_complete} | shown


@post(scoring, "/anchors/<int:anchor_id>/levels", may=may_keep_anchors, load=anchor_to_keep)
def write_levels(anchor: Anchor) -> Response:
    """Keep what counts as right, and why."""
    form = levels_form(anchor.source.rubric)
    answer = Answer(
        to=_page(anchor),
        said=_("The levels and explanations are kept."),
        page="scoring/anchor.html",
        context=lambda: _context(anchor, levels=form),
    )
    return attempt(form, lambda: anchors.write_levels(anchor, form.references, by=me()), answer)


@post(scoring, "/anchors/<int:anchor_id>/uses", may=may_keep_anchors, load=anchor_to_keep)
def change_uses(anchor: Anchor) -> Response:
    """Switch training and the example on or off."""
    form = UsesForm()
    answer = Answer(
        to=_page(anchor),
        said=_said_of_the_uses,
        page="scoring/anchor.html",
        context=lambda: _context(anchor, uses=form),
    )
    wanted = {"training": form.training.data, "example": form.example.data}
    return attempt(form, lambda: anchors.change_uses(anchor, **wanted, by=me()), answer)


def _said_of_the_uses(anchor: Anchor) -> str:
    said: str = _("The anchor is used like that from now on.")
    if not anchor.trains:
        return said
    able, every = len(calibrated_ids(anchor.source.micro_credential_id) or ()), len(reviewers())
    who: str = ngettext(
        "%(num)s of %(every)s reviewers may score this micro-credential now.",
        "%(num)s of %(every)s reviewers may score this micro-credential now.",
        able,
        every=every,
    )
    return f"{said} {who}"


@post(scoring, "/anchors/<int:anchor_id>/end", may=may_keep_anchors, load=anchor_to_keep)
def retire_anchor(anchor: Anchor) -> Response:
    """End an anchor for good."""
    answer = Answer(to=url_for("scoring.keep_anchors"), said=_said_at_the_end)
    return attempt(Form(), lambda: anchors.retire_anchor(anchor, by=me()), answer)


def _said_at_the_end(anchor: Anchor) -> str:
    said: str = _("The anchor has ended, and its copy is removed.")
    without_copy: str = _("The question to its author is withdrawn. Nothing was copied.")
    return said if anchor.submission_id else without_copy


def _page(anchor: Anchor) -> str:
    return url_for("scoring.edit_anchor", anchor_id=anchor.id)


@post(scoring, "/anchors/<int:anchor_id>/answer", may=may_lend_evidence, load=own_anchor)
def answer_proposal(anchor: Anchor) -> Response:
    """Say what others may do with one's own evidence."""
    form = LendingForm()
    answer = Answer(to=_own_page(anchor), said=_("Your answer is noted. Thank you."))
    wanted = {"training": form.training.data, "example": form.example.data}
    return attempt(form, lambda: anchors.answer_proposal(anchor, **wanted, by=me()), answer)


@post(scoring, "/anchors/<int:anchor_id>/return", may=may_lend_evidence, load=own_anchor)
def take_back_anchor(anchor: Anchor) -> Response:
    """Take one's own evidence back."""
    answer = Answer(to=_own_page(anchor), said=_said_when_taken_back)
    return attempt(Form(), lambda: anchors.retire_anchor(anchor, by=me()), answer)


def _said_when_taken_back(anchor: Anchor) -> str:
    said: str = _("Your evidence is lent no more: the copy is removed, and nobody is shown it.")
    without_copy: str = _("You are not asked any more. Nothing was copied.")
    return said if anchor.submission_id else without_copy


def _own_page(anchor: Anchor) -> str:
    return url_for("evidence.show", submission_id=anchor.source_id, _anchor="lending")


@get(scoring, "/examples/<code_name>", may=may_see_examples, load=visible_example)
def show_example(example: Example) -> str:
    """Evidence that was lent, with the levels it shows, and why."""
    return render_template("scoring/example.html", example=example)


@get(scoring, "/examples/<code_name>/artefacts/<int:number>", may=may_see_examples, load=example_file)
def example_artefact(found: ExampleFile) -> Response:
    """A file of an example, under its code name."""
    return file_response(storage(), found.stored_name, media_type=found.media_type, file_name=found.file_name)
