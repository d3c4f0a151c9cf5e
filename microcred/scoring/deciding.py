"""The decision on a submission: once the last review that is needed is final, it follows by rule."""

from collections.abc import Sequence

from microcred.catalog.models import Criterion
from microcred.db import db
from microcred.evidence.models import Submission, SubmissionState
from microcred.evidence.moves import move
from microcred.history import record
from microcred.outbox import write_mail
from microcred.scoring.assigning import fill_vacant_seats
from microcred.scoring.decision import THIRD, Verdict, disputed, is_earned, verdict
from microcred.scoring.models import Outcome
from microcred.scoring.seats import carried_outcomes, criteria_in_play, final_levels, first_seats


def settle(submission: Submission) -> None:
    """Decide a locked submission if the final reviews allow it, ask a third reviewer if they differ, or wait."""
    levels = final_levels(submission.id)
    if not first_seats(submission) <= set(levels):
        return
    criteria = criteria_in_play(submission.rubric_id, submission.previous_id)
    if THIRD not in levels and disputed(criteria, levels):
        _ask_a_third(submission, disputed(criteria, levels))
    else:
        _decide(submission, criteria, {criterion.id: verdict(criterion, levels) for criterion in criteria})


def _ask_a_third(submission: Submission, criteria: Sequence[Criterion]) -> None:
    """Nobody is told more than that there is something to agree: neither the first two nor the third see a score."""
    if submission.state == SubmissionState.TO_BE_AGREED:
        return
    move(submission, SubmissionState.TO_BE_AGREED)
    fill_vacant_seats(submission, by=None)
    record(None, "found to be agreed", submission, criteria=[criterion.code for criterion in criteria])


def _decide(submission: Submission, criteria: Sequence[Criterion], verdicts: dict[int, Verdict]) -> None:
    _write_outcomes(submission, verdicts)
    earned = is_earned(criteria, verdicts)
    move(submission, SubmissionState.EARNED if earned else SubmissionState.NOT_YET)
    submission.decided_at = submission.moved_at
    write_mail(submission.person, "evidence_decided", submission=submission)
    levels = {criterion.code: verdicts[criterion.id].level_position for criterion in criteria}
    record(None, "decided", submission, state=submission.state, levels=levels)


def _write_outcomes(submission: Submission, verdicts: dict[int, Verdict]) -> None:
    for criterion_id, decided in verdicts.items():
        db.session.add(_outcome(submission, criterion_id, decided, None))
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
