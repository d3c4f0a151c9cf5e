"""The decision on a submission: once the last review that is needed is final, it follows by rule."""

from collections.abc import Sequence

from microcred.catalog.models import Criterion
from microcred.db import db, utcnow
from microcred.evidence.models import Submission, SubmissionState
from microcred.evidence.moves import move
from microcred.history import record
from microcred.outbox import write_mail
from microcred.scoring.assigning import fill_vacant_seats
from microcred.scoring.decision import Verdict, is_earned, to_be_agreed, verdict
from microcred.scoring.leads import LAID_BEFORE, SCORED
from microcred.scoring.models import Outcome
from microcred.scoring.release_days import next_release
from microcred.scoring.returning import reopen_third
from microcred.scoring.rules import rules_of
from microcred.scoring.seats import carried_outcomes, criteria_in_play, final_levels, first_seats


def settle(submission: Submission) -> None:
    """Decide a locked submission if the final reviews allow it, ask a third reviewer if they differ, or wait.

    What is decided is told at once, or held until its published moment, or until a lead has looked.
    """
    levels = final_levels(submission.id)
    if not first_seats(submission) <= set(levels):
        return
    criteria = criteria_in_play(submission.rubric_id, submission.previous_id)
    if open_criteria := to_be_agreed(criteria, levels):
        _ask_a_third(submission, open_criteria)
    else:
        _conclude(submission)


def _ask_a_third(submission: Submission, criteria: Sequence[Criterion]) -> None:
    """Nobody is told more than that there is something to agree: neither the first two nor the third see a score."""
    if submission.state == SubmissionState.TO_BE_AGREED:
        return
    move(submission, SubmissionState.TO_BE_AGREED)
    reopen_third(submission)
    fill_vacant_seats(submission, by=None)
    record(None, "found to be agreed", submission, criteria=[criterion.code for criterion in criteria])


def _conclude(submission: Submission) -> None:
    rules = rules_of(submission.pilot)
    release_at = next_release(rules, utcnow())
    if not rules.lead_looks and release_at is None:
        give_answer(submission)
        return
    move(submission, SubmissionState.TO_BE_RELEASED)
    submission.release_at = release_at
    submission.answer_due_at = release_at or submission.answer_due_at
    record(None, LAID_BEFORE if rules.lead_looks else SCORED, submission)


def verdicts(submission: Submission) -> dict[Criterion, Verdict]:
    """What follows by rule from the final reviews, for each criterion that is in play, in the rubric's order."""
    criteria, levels = criteria_in_play(submission.rubric_id, submission.previous_id), final_levels(submission.id)
    return {criterion: verdict(criterion, levels) for criterion in criteria}


def give_answer(submission: Submission) -> None:
    """Write what follows from the final reviews of a locked submission, and tell its author."""
    found = verdicts(submission)
    _write_outcomes(submission, found)
    earned = is_earned(found, {criterion.id: decided for criterion, decided in found.items()})
    move(submission, SubmissionState.EARNED if earned else SubmissionState.NOT_YET)
    submission.decided_at = submission.moved_at
    write_mail(submission.person, "evidence_decided", submission=submission)
    levels = {criterion.code: decided.level_position for criterion, decided in found.items()}
    record(None, "decided", submission, state=submission.state, levels=levels)


def _write_outcomes(submission: Submission, found: dict[Criterion, Verdict]) -> None:
    for criterion, decided in found.items():
        db.session.add(_outcome(submission, criterion.id, decided, None))
    for criterion_id, earlier in carried_outcomes(submission.previous_id).items():
        met_in = earlier.carried_from_id or earlier.submission_id
        db.session.add(_outcome(submission, criterion_id, Verdict(earlier.level_position, earlier.is_met), met_in))


def _outcome(submission: Submission, criterion_id: int, decided: Verdict, carried_from_id: int | None) -> Outcome:
    return Outcome(
        submission_id=submission.id,
        criterion_id=criterion_id,
        level_position=decided.level_position,
        is_met=decided.is_met,
        carried_from_id=carried_from_id,
    )
