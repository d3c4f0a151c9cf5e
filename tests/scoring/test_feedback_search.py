"""What reviewers wrote can be searched, and tells of nobody."""

import pytest

from microcred.db import db
from microcred.scoring.feedback_search import Remark, remarks
from microcred.scoring.models import ReviewState
from tests.cast import Cast
from tests.scoring.reviewing import BEYOND, MET, NOT_MET, Course, HandIn, decided, reviewed


@pytest.fixture
def read(cast: Cast, hand_in: HandIn, course: Course) -> None:
    """Five people's evidence with a review each; the first one names everybody."""
    texts = ["Amara Okafor of North school, says Rita: Maple-1 waits.", "Waits long.", "Élèves first."]
    for turn, person in enumerate(cast.people[:5]):
        submission = decided(hand_in(person), (MET, NOT_MET, BEYOND))
        reviewed(submission, cast.rita, 1, (MET,), texts[min(turn, 2)])


def test_remarks_tell_the_criterion_the_level_and_a_text_without_names(read: None, course: Course) -> None:
    assert remarks(course.rubric) == [
        Remark("Plans questions", "Proficient", "Waits long."),
        Remark("Plans questions", "Proficient", "[…] of […], says […]: […] waits."),
        Remark("Plans questions", "Proficient", "Élèves first."),
    ]


@pytest.mark.parametrize(
    ("wanted", "count"),
    [("waits", 2), ("WAITS LONG", 1), ("eleves", 1), ("Amara", 0), ("mara", 0), ("rita", 0), ("Maple-1", 0), ("", 3)],
)
def test_one_looks_for_what_is_shown_and_finds_nobody(read: None, course: Course, wanted: str, count: int) -> None:
    assert len(remarks(course.rubric, wanted) or []) == count


def test_remarks_are_narrowed_to_a_criterion(read: None, course: Course) -> None:
    assert [len(remarks(course.rubric, "", each.id) or []) for each in course.criteria] == [3, 0, 0]


def test_nothing_is_shown_of_fewer_than_five_people(cast: Cast, hand_in: HandIn, course: Course) -> None:
    for person in cast.people[:4]:
        reviewed(decided(hand_in(person), (MET, MET, MET)), cast.rita, 1, (MET,))
    assert remarks(course.rubric) is None
    reviewed(decided(hand_in(cast.people[4]), (MET, MET, MET)), cast.rita, 1, (MET,))
    assert remarks(course.rubric) == [Remark("Plans questions", "Proficient", "Well done.")]


def test_drafts_and_evidence_that_is_not_decided_are_left_out(
    read: None, cast: Cast, hand_in: HandIn, course: Course
) -> None:
    reviewed(hand_in(cast.rosa), cast.rita, 1, (MET,), "Not decided")
    draft = reviewed(decided(hand_in(cast.cora), (MET, MET, MET)), cast.rita, 1, (MET,), "A draft")
    draft.state = ReviewState.DRAFT
    db.session.flush()
    assert remarks(course.rubric, "decided") == remarks(course.rubric, "draft") == []
