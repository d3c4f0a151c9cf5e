"""What a rubric shows: levels reached, agreement from ten on, severity."""

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.evidence.models import Submission, SubmissionState
from microcred.scoring import actions
from microcred.scoring.insight import Agreement, agreement, criterion_figures, severity
from microcred.scoring.models import Review, ReviewState, Score
from tests.cast import Cast
from tests.scoring.reviewing import BEYOND, MET, NOT_MET, Course, HandIn, finish, seated


def test_first_tries_and_later_ones_are_counted_apart_and_nothing_twice(
    cast: Cast, hand_in: HandIn, course: Course
) -> None:
    course.pilot.reviewers_per_submission = 1
    first = hand_in(cast.amara)
    actions.assign_reviewers(first)
    finish(seated(first, 1), plan=BEYOND, ask=NOT_MET, extra=MET)
    second = hand_in(cast.amara, previous=first)
    actions.assign_reviewers(second)
    finish(seated(second, 1), ask=MET)
    shown = [(row.criterion.code, row.first_tries, row.resubmissions) for row in criterion_figures(course.rubric)]
    assert shown == [
        ("plan", [0, 0, 1], [0, 0, 0]),
        ("ask", [1, 0, 0], [0, 1, 0]),
        ("extra", [0, 1, 0], [0, 0, 0]),
    ]


def test_no_agreement_is_shown_below_ten(course: Course) -> None:
    plan = course.criteria[0]
    assert agreement(plan, [(MET, MET), (NOT_MET, MET)] * 4 + [(MET, MET)]) is None
    assert agreement(plan, [(MET, MET), (NOT_MET, MET)] * 5) is not None


def test_agreement_knows_level_and_side_apart(course: Course) -> None:
    pairs = [(MET, MET)] * 4 + [(NOT_MET, NOT_MET)] * 3 + [(MET, BEYOND)] * 2 + [(MET, NOT_MET)]
    shown = agreement(course.criteria[0], pairs)
    assert shown is not None
    assert (shown.same_level, shown.same_side) == (0.7, 0.9)
    # By hand: kappa 1 - 3 / 7.8, AC1 (0.7 - 0.2825) / (1 - 0.2825), alpha 1 - 19 * 165.5 / 10530.
    assert [round(value or 0, 4) for value in shown[2:]] == [0.6154, 0.5819, 0.7014]


def test_perfect_agreement_is_one(course: Course) -> None:
    pairs = [(MET, MET), (NOT_MET, NOT_MET)] * 5
    assert agreement(course.criteria[0], pairs) == Agreement(1.0, 1.0, 1.0, 1.0, 1.0)


def test_only_final_scores_by_two_reviewers_are_double_scored(cast: Cast, hand_in: HandIn, course: Course) -> None:
    for person, both in ((cast.amara, True), (cast.chloe, False)):
        submission = hand_in(person)
        actions.assign_reviewers(submission)
        finish(seated(submission, 1), plan=MET, ask=MET, extra=MET)
        if both:
            finish(seated(submission, 2), plan=MET, ask=BEYOND, extra=NOT_MET)
    assert [row.double_scored for row in criterion_figures(course.rubric)] == [1, 1, 1]


def test_severity_is_the_mean_difference_from_the_co_reviewer(cast: Cast, hand_in: HandIn, course: Course) -> None:
    for turn in range(5):
        submission = hand_in(cast.people[turn])
        submission.state = SubmissionState.EARNED
        _final(submission, cast.rita, 1, (MET, MET))
        _final(submission, cast.ravi, 2, (BEYOND, MET))
    shown = [(row.reviewer, row.scores, row.difference) for row in severity()]
    assert shown == [("Ravi Shah", 10, 0.5), ("Rita Moreau", 10, -0.5)]


def test_no_severity_is_shown_below_ten_common_scores(cast: Cast, hand_in: HandIn, course: Course) -> None:
    submission = hand_in(cast.amara)
    _final(submission, cast.rita, 1, (MET, MET))
    _final(submission, cast.ravi, 2, (BEYOND, MET))
    assert [(row.scores, row.difference) for row in severity()] == [(2, None), (2, None)]


def _final(submission: Submission, reviewer: Account, seat: int, levels: tuple[int, int]) -> None:
    now = utcnow()
    review = Review(submission=submission, reviewer=reviewer, seat=seat, state=ReviewState.FINAL, comment="")
    review.offered_at = review.due_at = review.final_at = now
    review.scores = [
        Score(criterion=criterion, level_position=level, feedback="x", saved_at=now)
        for criterion, level in zip(submission.rubric.criteria, levels, strict=False)
    ]
    db.session.add(review)
    db.session.flush()
