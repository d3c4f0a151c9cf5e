"""What a version of a rubric shows: levels reached, agreement from ten on, criteria that tell nothing apart."""

from datetime import timedelta

from microcred.catalog.models import Rubric
from microcred.db import db, utcnow
from microcred.scoring import actions
from microcred.scoring.insight import Agreement, agreement, criterion_figures, understanding
from tests.cast import Cast
from tests.scoring.reviewing import BEYOND, MET, NOT_MET, Course, HandIn, decided, finish, seated


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
    shown = [
        (row.criterion.code, row.first_tries.pieces, row.resubmissions.pieces, row.tries)
        for row in criterion_figures(course.rubric)
    ]
    assert shown == [
        ("plan", [0, 0, 1], [0, 0, 0], ([0, 0, 1], [0, 0, 1], 1)),
        ("ask", [1, 0, 0], [0, 1, 0], ([1, 1, 0], [1, 1, 0], 1)),
        ("extra", [0, 1, 0], [0, 0, 0], ([0, 1, 0], [0, 1, 0], 1)),
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
    # By hand: kappa 1 - 3 / 7.8, AC1 of the sides (0.9 - 0.455) / (1 - 0.455), alpha 1 - 19 * 165.5 / 10530.
    assert [round(value or 0, 4) for value in shown[2:]] == [0.6154, 0.8165, 0.7014]
    assert shown.in_table == (0.9, 0.7, shown.ac1, shown.kappa, shown.alpha)


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


def test_a_criterion_that_everybody_or_nobody_meets_tells_nothing_apart(
    cast: Cast, hand_in: HandIn, course: Course
) -> None:
    for turn in range(5):
        decided(hand_in(cast.people[turn]), (BEYOND if turn else MET, MET if turn else NOT_MET, NOT_MET))
    shown = [(row.criterion.code, row.met_by_all_or_none) for row in understanding(course.rubric).never_discriminating]
    assert shown == [("plan", True), ("extra", False)]


def test_of_fewer_than_five_people_it_is_not_said_that_a_criterion_tells_nothing_apart(
    cast: Cast, hand_in: HandIn, course: Course
) -> None:
    first = decided(hand_in(cast.amara), (MET, NOT_MET, MET))
    for submission in [hand_in(cast.amara, previous=first), *(hand_in(cast.people[turn]) for turn in (1, 2, 3))]:
        decided(submission, (MET, MET, MET))
    assert sum(understanding(course.rubric).criteria[0].tries.pieces) == 5
    assert understanding(course.rubric).never_discriminating == []


def test_versions_are_not_mixed(cast: Cast, hand_in: HandIn, course: Course) -> None:
    decided(hand_in(cast.amara), (MET, MET, MET), reviewers=[cast.rita, cast.ravi])
    other = Rubric(
        micro_credential_id=course.micro_credential.id,
        version=2,
        hash="1" * 64,
        created_at=utcnow() + timedelta(days=1),
        criteria=[],
    )
    db.session.add(other)
    db.session.flush()
    assert (understanding(other), understanding(other).has_decided) == (([], []), False)
    shown = understanding(course.rubric)
    assert ([each.reviewer for each in shown.severities], shown.has_decided) == (["Ravi Shah", "Rita Moreau"], True)


def test_pictures_share_the_names_of_the_levels_and_what_is_asked_for_is_said_once(course: Course) -> None:
    assert understanding(course.rubric).asked_for == ["Proficient"]
    assert understanding(course.rubric).level_names == ["Beginning", "Proficient", "Advanced"]
