"""Calibration: who agrees with the anchors often enough to score a micro-credential."""

from collections.abc import Iterator, Mapping

import pytest
from flask import Flask

from microcred.db import db, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Artefact, CoAuthor
from microcred.scoring import actions, anchors
from microcred.scoring.assigning import assign_reviewers
from microcred.scoring.barring import barred
from microcred.scoring.calibration import (
    Agreement,
    Look,
    Standing,
    agreement,
    calibrated_ids,
    counting,
    latest,
    together,
)
from microcred.scoring.models import Review
from microcred.scoring.reviewer_models import Conflict, ConflictSource
from microcred.scoring.training import courses, practise_again, start_training
from tests.cast import Cast
from tests.scoring.anchoring import in_training, practised
from tests.scoring.reviewing import Course, HandIn, decided, finish, seated


@pytest.fixture
def needed(app: Flask) -> Iterator[None]:
    """Two of three criteria suffice."""
    kept = app.config["MICROCRED_CALIBRATION_PERCENT"]
    app.config["MICROCRED_CALIBRATION_PERCENT"] = 66
    yield
    app.config["MICROCRED_CALIBRATION_PERCENT"] = kept


@pytest.mark.parametrize(
    ("reference", "seen", "expected"),
    [
        ({}, {}, Agreement(0, 0)),
        ({1: 0, 2: 1}, {1: 0, 2: 1}, Agreement(2, 2)),
        ({1: 0, 2: 1}, {1: 1, 2: 0}, Agreement(0, 2)),
        ({1: 0, 2: 1, 3: 2}, {1: 0, 2: 1, 3: 1}, Agreement(2, 3)),
        ({1: 0, 2: 1}, {1: 0}, Agreement(1, 1)),
        ({1: 0}, {1: 0, 9: 0}, Agreement(1, 1)),
    ],
)
def test_agreement_is_the_share_of_criteria_with_the_very_same_level(
    reference: Mapping[int, int], seen: Mapping[int, int], expected: Agreement
) -> None:
    assert agreement(reference, seen) == expected


def test_every_criterion_weighs_the_same_whatever_anchor_it_is_of() -> None:
    assert together([Agreement(1, 1), Agreement(0, 3)]) == Agreement(1, 4)
    assert together([]) == Agreement(0, 0)


@pytest.mark.parametrize(
    ("agreed", "needed_percent", "suffices"),
    [
        (Agreement(0, 0), 0, False),
        (Agreement(0, 5), 0, True),
        (Agreement(4, 5), 80, True),
        (Agreement(3, 5), 80, False),
        (Agreement(5, 5), 100, True),
        (Agreement(2, 3), 67, False),
        (Agreement(2, 3), 66, True),
    ],
)
def test_it_suffices_from_the_needed_share_on_and_never_of_nothing(
    agreed: Agreement, needed_percent: int, suffices: bool
) -> None:
    assert agreed.suffices(needed_percent) is suffices


def test_percent_is_rounded_down_and_none_of_nothing() -> None:
    assert [Agreement(2, 3).percent, Agreement(199, 200).percent, Agreement().percent] == [66, 99, None]


def look(anchor_id: int, same: int, micro_credential_id: int = 7) -> Look:
    """A look of reviewer 1 at an anchor of three criteria."""
    return Look(0, 1, anchor_id, micro_credential_id, None, Agreement(same, 3))


def same_in(looks: list[Look], to_practise: set[int]) -> list[int]:
    """In how many criteria of each anchor the looks that count saw the same."""
    return sorted(each.agreement.same for each in counting(looks, {(1, 7): to_practise})[1, 7])


def test_the_latest_look_at_each_anchor_is_found() -> None:
    looks = [look(1, 0), look(2, 2), look(1, 3)]
    assert [each.agreement.same for each in latest(looks).values()] == [3, 2]


def test_the_first_look_counts_until_every_anchor_is_seen_and_then_the_latest() -> None:
    looks = [look(1, 0), look(2, 2), look(1, 3)]
    assert same_in(looks, {1, 2, 3}) == [0, 2]
    assert same_in(looks, {1, 2}) == [2, 3]
    assert same_in(looks, set()) == [2, 3]


def test_each_micro_credential_counts_for_itself() -> None:
    looks = [look(1, 0), look(1, 3), look(3, 1, micro_credential_id=8), look(3, 2, micro_credential_id=8)]
    counted = counting(looks, {(1, 7): {1}, (1, 8): {3, 4}, (2, 7): {1}})
    assert {desk: [each.agreement.same for each in own] for desk, own in counted.items()} == {(1, 7): [3], (1, 8): [1]}


def test_copying_from_the_comparison_opens_no_gate(cast: Cast, course: Course, hand_in: HandIn, needed: None) -> None:
    anchor = in_training(cast, hand_in(cast.amara))
    other = in_training(cast, hand_in(cast.chloe))
    first = practised(cast.rita, anchor, (0, 0, 0))
    practised(cast.rita, anchor, (1, 1, 1), again=first)
    assert calibrated_ids(course.micro_credential.id) == frozenset()
    practised(cast.rita, other, (1, 1, 0))
    assert calibrated_ids(course.micro_credential.id) == frozenset({cast.rita.id})


def test_without_an_anchor_in_training_there_is_no_gate(cast: Cast, course: Course, hand_in: HandIn) -> None:
    assert calibrated_ids(course.micro_credential.id) is None
    anchor = in_training(cast, hand_in(cast.amara))
    assert calibrated_ids(course.micro_credential.id) == frozenset()
    anchors.change_uses(anchor, training=False, example=True, by=cast.cora)
    assert calibrated_ids(course.micro_credential.id) is None


def test_a_reviewer_joins_once_they_agree_often_enough(
    cast: Cast, course: Course, hand_in: HandIn, needed: None
) -> None:
    anchor = in_training(cast, hand_in(cast.amara))
    practised(cast.rita, anchor, (1, 1, 0))
    practised(cast.ravi, anchor, (1, 0, 0))
    assert calibrated_ids(course.micro_credential.id) == frozenset({cast.rita.id})


def test_practising_again_counts_for_better_and_for_worse(
    cast: Cast, course: Course, hand_in: HandIn, needed: None
) -> None:
    anchor = in_training(cast, hand_in(cast.amara))
    first = practised(cast.rita, anchor, (0, 0, 0))
    assert calibrated_ids(course.micro_credential.id) == frozenset()
    practised(cast.rita, anchor, (1, 1, 1), again=first)
    assert calibrated_ids(course.micro_credential.id) == frozenset({cast.rita.id})
    practised(cast.rita, anchor, (0, 1, 0), again=first)
    assert calibrated_ids(course.micro_credential.id) == frozenset()


def test_an_unfinished_look_counts_nothing(cast: Cast, course: Course, hand_in: HandIn) -> None:
    in_training(cast, hand_in(cast.amara))
    start_training(course.micro_credential, by=cast.rita)
    assert calibrated_ids(course.micro_credential.id) == frozenset()


def test_the_gate_is_not_held_against_who_can_practise_on_nothing(cast: Cast, course: Course, hand_in: HandIn) -> None:
    source = decided(hand_in(cast.amara), (1, 1, 1), [cast.rita, cast.ravi])
    in_training(cast, source)
    assert calibrated_ids(course.micro_credential.id) == frozenset({cast.rita.id, cast.ravi.id})
    in_training(cast, hand_in(cast.chloe))
    assert calibrated_ids(course.micro_credential.id) == frozenset()


@pytest.mark.parametrize("why", ["scored the source", "wrote it", "in conflict"])
def test_some_never_get_an_anchor(cast: Cast, course: Course, hand_in: HandIn, why: str) -> None:
    person = {"scored the source": cast.rita, "wrote it": cast.amara, "in conflict": cast.rosa}[why]
    decided(source := hand_in(cast.amara), (1, 1, 1), [cast.rita, cast.ravi])
    db.session.add(
        Conflict(reviewer_id=cast.rosa.id, person_id=cast.amara.id, source=ConflictSource.NAMED, declared_at=utcnow())
    )
    in_training(cast, source)
    with pytest.raises(Refused, match="no further anchor"):
        start_training(course.micro_credential, by=person)
    assert [each.standing.is_barred for each in courses(person)] == [True]


def test_who_made_something_with_the_author_is_barred_as_from_real_evidence(
    cast: Cast, course: Course, hand_in: HandIn
) -> None:
    anchor, theirs = in_training(cast, hand_in(cast.amara)), hand_in(cast.rita)
    artefact = Artefact(part=course.micro_credential.parts[1], number=1, stored_name="a" * 32, added_at=utcnow())
    artefact.co_authors = [CoAuthor(person=cast.amara, named_at=utcnow())]
    theirs.artefacts.append(artefact)
    db.session.flush()
    assert barred([anchor], [cast.rita, cast.ravi]) == {(anchor.id, cast.rita.id)}
    theirs.submitted_at = None
    db.session.flush()
    assert barred([anchor], [cast.rita, cast.ravi]) == set(), "anybody can write any name into a draft"


def test_starting_twice_gives_the_one_that_lies_there(cast: Cast, course: Course, hand_in: HandIn) -> None:
    in_training(cast, hand_in(cast.amara))
    first, second = (start_training(course.micro_credential, by=cast.rita) for _ in range(2))
    assert first is second


def test_each_anchor_comes_once_and_then_again_only_when_asked(cast: Cast, course: Course, hand_in: HandIn) -> None:
    both = [in_training(cast, hand_in(person)) for person in (cast.amara, cast.chloe)]
    looks = [practised(cast.rita, both[0]) for _ in range(2)]
    assert {look.submission_id for look in looks} == {anchor.submission_id for anchor in both}
    with pytest.raises(Refused, match="no further anchor"):
        start_training(course.micro_credential, by=cast.rita)
    assert practise_again(looks[0], by=cast.rita).submission_id == looks[0].submission_id
    anchors.retire_anchor(both[0], by=cast.cora)
    anchors.retire_anchor(both[1], by=cast.cora)
    with pytest.raises(Refused, match="Nobody practises"):
        practise_again(looks[0], by=cast.rita)


def test_a_course_tells_where_one_stands(cast: Cast, course: Course, hand_in: HandIn) -> None:
    anchor = in_training(cast, hand_in(cast.amara))
    in_training(cast, hand_in(cast.chloe))
    practised(cast.rita, anchor, (1, 1, 0))
    begun = start_training(course.micro_credential, by=cast.rita)
    [found] = courses(cast.rita)
    assert (found.standing, found.standing.is_calibrated) == (Standing(Agreement(2, 3), is_barred=False), False)
    assert (found.open_review, found.has_another, len(found.looks)) == (begun, False, 1)


def test_finishing_an_anchor_decides_nothing(cast: Cast, hand_in: HandIn) -> None:
    anchor = in_training(cast, hand_in(cast.amara))
    practised(cast.rita, anchor)
    assert anchor.submission is not None
    assert (anchor.submission.state, anchor.submission.decided_at) == ("anchor", None)
    assert {review.seat for review in db.session.query(Review)} == {0}


def test_only_the_calibrated_are_offered_evidence(cast: Cast, hand_in: HandIn) -> None:
    anchor = in_training(cast, hand_in(cast.amara))
    submission = hand_in(cast.chloe)
    assert assign_reviewers(submission) == []
    for reviewer in (cast.rita, cast.rosa):
        practised(reviewer, anchor)
    assert {review.reviewer for review in assign_reviewers(submission)} == {cast.rita, cast.rosa}


def test_an_anchor_that_is_declined_is_offered_to_nobody_else(cast: Cast, hand_in: HandIn) -> None:
    in_training(cast, hand_in(cast.amara))
    review = start_training(decided(hand_in(cast.chloe), (1, 1, 1)).micro_credential, by=cast.rita)
    actions.decline_review(review, "no time", by=cast.rita)
    assert [each.state for each in db.session.query(Review)] == ["declined"]


def test_an_anchor_that_is_taken_for_incomplete_goes_back_to_nobody(cast: Cast, hand_in: HandIn) -> None:
    anchor = in_training(cast, hand_in(cast.amara))
    review = start_training(anchor.source.micro_credential, by=cast.rita)
    assert anchor.submission is not None
    with pytest.raises(Refused, match="Accept the review first"):
        actions.mark_incomplete(anchor.submission, "A photo", by=cast.ravi)
    with pytest.raises(Refused, match="what is missing"):
        actions.mark_incomplete(anchor.submission, " ", by=cast.rita)
    actions.mark_incomplete(anchor.submission, "A photo", by=cast.rita)
    assert (review.state, anchor.submission.state, anchor.submission.missing) == ("set aside", "anchor", None)


def test_what_was_scored_of_real_evidence_is_no_look_at_an_anchor(cast: Cast, course: Course, hand_in: HandIn) -> None:
    submission = hand_in(cast.chloe)
    assign_reviewers(submission)
    for seat in (1, 2):
        finish(seated(submission, seat), plan=1, ask=1, extra=1)
    in_training(cast, hand_in(cast.amara))
    assert calibrated_ids(course.micro_credential.id) == frozenset()
