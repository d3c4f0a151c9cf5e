"""Pages of calibration: practising, the comparison afterwards, and who agrees how far."""

from flask import Response, render_template, url_for
from flask_babel import gettext as _

from microcred.catalog.models import MicroCredential
from microcred.catalog.queries import visible_micro_credential
from microcred.evidence.models import Submission, SubmissionState
from microcred.permissions import may_keep_anchors, may_review, may_score
from microcred.scoring import scoring, training
from microcred.scoring.calibration import needed_percent
from microcred.scoring.drift import drifts
from microcred.scoring.models import Review
from microcred.scoring.training import Comparison, courses, own_comparison
from microcred.scoring.watching import watched_courses
from microcred.web import Answer, Form, attempt, get, me, post


@get(scoring, "/reviews/training", may=may_review)
def practise() -> str:
    """Where one stands, micro-credential by micro-credential, and the next anchor to practise on."""
    shown = {"courses": courses(me()), "drifts": drifts(me()), "needed": needed_percent()}
    return render_template("scoring/training.html", **shown)


@post(scoring, "/catalog/<int:micro_credential_id>/training", may=may_review, load=visible_micro_credential)
def start_training(micro_credential: MicroCredential) -> Response:
    """Put the next anchor on one's desk."""
    return attempt(Form(), lambda: training.start_training(micro_credential, by=me()), Answer(to=_desk))


@post(scoring, "/reviews/<int:review_id>/repetition", may=may_score, load=own_comparison)
def practise_again(comparison: Comparison) -> Response:
    """Put the same anchor on one's desk once more."""
    return attempt(Form(), lambda: training.practise_again(comparison.review, by=me()), Answer(to=_desk))


def _desk(review: Review) -> str:
    return url_for("scoring.show", review_id=review.id)


@get(scoring, "/reviews/<int:review_id>/comparison", may=may_score, load=own_comparison)
def compare(comparison: Comparison) -> str:
    """One's own levels beside those that count as right, with an explanation of each."""
    return render_template("scoring/comparison.html", comparison=comparison, needed=needed_percent())


@get(scoring, "/scoring/calibration", may=may_keep_anchors)
def calibration() -> str:
    """Who is calibrated for what, and whether scores drift."""
    return render_template("scoring/calibration.html", courses=watched_courses(), needed=needed_percent())


def said_when_given_back(submission: Submission) -> str:
    """What is told to whoever gave something back as incomplete."""
    if submission.state == SubmissionState.ANCHOR:
        told: str = _(
            "That was an anchor, mixed in to see whether scores drift. It went back to nobody, and counts nothing."
        )
        return told
    said: str = _("The evidence went back. Its author reads what is missing, and hands in again without losing a try.")
    return said
