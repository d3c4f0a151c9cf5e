"""Anchors that come unannounced: when, for whom, how they look, and what is seen of them afterwards."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from microcred.accounts.models import Account, Role, RoleName
from microcred.catalog.models import MicroCredential
from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.outbox import Mail
from microcred.scoring import actions, anchors
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.assigning import assign_reviewers, mix_in_anchor, offer_by_hand, reassign_review
from microcred.scoring.calibration import Agreement, calibrated_ids
from microcred.scoring.candidates import open_loads
from microcred.scoring.drift import FORGOTTEN_AFTER, anchor_to_mix_in, drifts, hold_in_training, is_drawn
from microcred.scoring.models import Review
from microcred.scoring.passing_on import pass_on_by_click
from microcred.scoring.queries import queue
from microcred.scoring.reviewer_models import ReviewerProfile
from microcred.scoring.training import practise_again
from tests.cast import Cast
from tests.scoring.anchoring import in_training, practised
from tests.scoring.reviewing import Course, HandIn, finish

SEED = "5eed"
LATER = FORGOTTEN_AFTER + timedelta(days=1)


@pytest.fixture(autouse=True)
def always(app: Flask) -> Iterator[None]:
    """With every review comes an anchor, if there is one."""
    kept = app.config["MICROCRED_DRIFT_PERCENT"]
    app.config["MICROCRED_DRIFT_PERCENT"] = 100
    yield
    app.config["MICROCRED_DRIFT_PERCENT"] = kept


@pytest.fixture
def anchor(cast: Cast, hand_in: HandIn) -> Anchor:
    """An anchor that rita has practised on, and with which she agrees."""
    made = in_training(cast, hand_in(cast.amara))
    practised(cast.rita, made)
    return made


@pytest.fixture
def unseen(cast: Cast, hand_in: HandIn, anchor: Anchor) -> Anchor:
    """Another one, that nobody has had."""
    return in_training(cast, hand_in(cast.chloe))


def mixed_in(reviewer: Account, seed: str = SEED) -> Review:
    """The anchor that comes with a review."""
    review = mix_in_anchor(reviewer, seed)
    assert review is not None
    return review


def test_the_same_seed_draws_the_same_and_the_rate_is_kept() -> None:
    seeds = [f"{number:016x}" for number in range(2000)]
    drawn = [is_drawn(seed, 7, 5) for seed in seeds]
    assert drawn == [is_drawn(seed, 7, 5) for seed in seeds]
    assert 60 < sum(drawn) < 140
    assert (sum(is_drawn(seed, 7, 0) for seed in seeds), sum(is_drawn(seed, 7, 100) for seed in seeds)) == (0, 2000)


def test_an_anchor_nobody_has_had_comes_first(cast: Cast, anchor: Anchor, unseen: Anchor) -> None:
    assert anchor_to_mix_in(cast.rita, SEED) is unseen.submission
    with at(utcnow() + LATER):
        assert anchor_to_mix_in(cast.rita, SEED) is unseen.submission


def test_an_anchor_comes_again_only_when_it_is_forgotten(cast: Cast, anchor: Anchor) -> None:
    assert anchor_to_mix_in(cast.rita, SEED) is None
    with at(utcnow() + LATER):
        assert anchor_to_mix_in(cast.rita, SEED) is anchor.submission


def test_only_the_calibrated_get_one(cast: Cast, anchor: Anchor, unseen: Anchor) -> None:
    practised(cast.ravi, anchor, (0, 0, 0))
    assert [anchor_to_mix_in(person, SEED) for person in (cast.ravi, cast.rosa)] == [None, None]


def test_none_comes_at_a_rate_of_nothing(cast: Cast, app: Flask, unseen: Anchor) -> None:
    app.config["MICROCRED_DRIFT_PERCENT"] = 0
    assert anchor_to_mix_in(cast.rita, SEED) is None


def test_an_example_is_no_secret_and_so_never_comes(cast: Cast, unseen: Anchor) -> None:
    anchors.change_uses(unseen, training=True, example=True, by=cast.cora)
    assert anchor_to_mix_in(cast.rita, SEED) is None


def test_whoever_keeps_the_anchors_gets_none(cast: Cast, unseen: Anchor) -> None:
    cast.rita.roles.append(Role(name=RoleName.COORDINATOR))
    assert anchor_to_mix_in(cast.rita, SEED) is None


def test_none_comes_beyond_what_somebody_takes_on(cast: Cast, unseen: Anchor) -> None:
    db.session.add(ReviewerProfile(reviewer_id=cast.rita.id, most_open=0))
    db.session.flush()
    assert anchor_to_mix_in(cast.rita, SEED) is None


def test_one_comes_at_a_time(cast: Cast, hand_in: HandIn, unseen: Anchor) -> None:
    in_training(cast, hand_in(cast.bruno))
    mixed_in(cast.rita)
    assert anchor_to_mix_in(cast.rita, SEED) is None


def test_it_comes_with_a_review_and_looks_like_it(cast: Cast, hand_in: HandIn, unseen: Anchor) -> None:
    unseen.source.pilot.reviewers_per_submission = 1
    submission = hand_in(cast.bruno)
    [real] = assign_reviewers(submission)
    [mixed] = db.session.query(Review).filter_by(state="offered", seat=0)
    for name in ("reviewer_id", "state", "due_at", "answer_by", "comment", "declined_reason", "started_at"):
        assert getattr(mixed, name) == getattr(real, name), name
    told = db.session.query(Mail).filter_by(person_id=cast.rita.id).order_by(Mail.id).all()[-2:]
    texts = [
        mail.text.replace(review.submission.code_name, "") for mail, review in zip(told, (real, mixed), strict=True)
    ]
    assert texts[0] == texts[1]
    assert {row.code_name for row in queue(cast.rita)} == {submission.code_name, mixed.submission.code_name}
    assert mixed.submission.answer_due_at is None


def test_it_comes_with_an_offer_by_hand_as_well(cast: Cast, hand_in: HandIn, unseen: Anchor) -> None:
    offer_by_hand(hand_in(cast.bruno), cast.rita, by=cast.cora)
    assert [each.reviewer for each in db.session.query(Review).filter_by(anchor_use="drift")] == [cast.rita]


@pytest.mark.parametrize("way", ["passed on", "reassigned"])
def test_it_comes_with_what_somebody_else_had(cast: Cast, hand_in: HandIn, anchor: Anchor, way: str) -> None:
    practised(cast.ravi, anchor)
    review = offer_by_hand(hand_in(cast.bruno), cast.ravi, by=cast.cora)
    in_training(cast, hand_in(cast.chloe))
    if way == "passed on":
        pass_on_by_click(review, by=cast.cora)
    else:
        reassign_review(review, cast.rita, by=cast.cora)
    assert [each.reviewer for each in db.session.query(Review).filter_by(anchor_use="drift")] == [cast.rita]


def test_it_counts_as_work_and_practising_does_not(cast: Cast, course: Course, unseen: Anchor) -> None:
    mixed_in(cast.rita)
    from_training = actions.accept_review(mixed_in_by_hand(cast.rita, unseen), by=cast.rita)
    assert from_training.anchor_use == "training"
    assert open_loads() == {cast.rita.id: 1}


def mixed_in_by_hand(reviewer: Account, anchor: Anchor) -> Review:
    """An open look for training."""
    review = Review(
        submission_id=anchor.submission_id, reviewer=reviewer, seat=0, anchor_use="training", state="offered",
        offered_at=utcnow(), due_at=utcnow(),
    )  # fmt: skip
    db.session.add(review)
    db.session.flush()
    return review


def test_declined_it_is_offered_to_nobody_else_and_not_again(cast: Cast, anchor: Anchor, unseen: Anchor) -> None:
    practised(cast.rosa, anchor)
    review = mixed_in(cast.rita)
    actions.decline_review(review, "conflict", by=cast.rita)
    assert [each.reviewer_id for each in db.session.query(Review).filter_by(state="offered")] == []
    assert anchor_to_mix_in(cast.rita, SEED) is None


def test_it_is_seen_at_first_and_lately_and_opens_or_shuts_no_gate(cast: Cast, course: Course, unseen: Anchor) -> None:
    finish(mixed_in(cast.rita), plan=1, ask=1, extra=1)
    with at(utcnow() + LATER):
        finish(mixed_in(cast.rita), plan=0, ask=0, extra=1)
    [drift] = drifts()
    assert (drift.first.agreement, drift.latest.agreement, drift.tries) == (Agreement(3, 3), Agreement(1, 3), 2)
    assert drift.change == -67
    assert calibrated_ids(course.micro_credential.id) == frozenset({cast.rita.id})
    assert drifts(cast.ravi) == []


def test_taken_back_it_is_set_aside_like_any_other(cast: Cast, unseen: Anchor) -> None:
    review = mixed_in(cast.rita)
    anchors.retire_anchor(unseen, by=cast.chloe)
    assert review.state == "set aside"
    newest = db.session.query(Mail).filter_by(person_id=cast.rita.id).order_by(Mail.id.desc()).first()
    assert newest is not None
    assert review.submission.code_name in newest.text


def test_only_what_still_trains_is_held_to_be_mixed_in(cast: Cast, unseen: Anchor) -> None:
    assert unseen.submission is not None
    assert hold_in_training(unseen.submission)
    anchors.change_uses(unseen, training=False, example=False, by=cast.cora)
    assert not hold_in_training(unseen.submission)


def test_practising_again_opens_no_unannounced_look_and_tells_of_none(
    cast: Cast, hand_in: HandIn, anchor: Anchor
) -> None:
    [look] = db.session.query(Review).filter_by(reviewer_id=cast.rita.id)
    anchor.source.pilot.reviewers_per_submission = 1
    with at(utcnow() + LATER):
        mixed = mixed_in(cast.rita)
        with pytest.raises(Refused, match="First finish the reviews") as with_anchor:
            practise_again(look, by=cast.rita)
        actions.decline_review(mixed, "no time", by=cast.rita)
        begun = practise_again(look, by=cast.rita)
        assert (begun.anchor_use, begun.state) == ("training", "accepted")
        actions.decline_review(begun, "no time", by=cast.rita)
        assign_reviewers(hand_in(cast.bruno))
        with pytest.raises(Refused) as with_evidence:
            practise_again(look, by=cast.rita)
    assert str(with_anchor.value) == str(with_evidence.value)


def test_the_gate_of_every_course_is_asked_for_once(
    cast: Cast, hand_in: HandIn, unseen: Anchor, count_queries: Callable[[Callable[[], Any]], int]
) -> None:
    def ask() -> None:
        db.session.expire_all()
        anchor_to_mix_in(cast.rita, SEED)

    practised(cast.rita, unseen)
    in_one_course = count_queries(ask)
    elsewhere = MicroCredential(
        code="other", stack_id=unseen.source.micro_credential.stack_id, title="Another", skill="Other", why="Why",
        effort_hours=8, reviewer_hours=1, alignment=[],
    )  # fmt: skip
    db.session.add(elsewhere)
    for each in (unseen.submission, unseen.source):
        assert each is not None
        each.micro_credential = elsewhere
    db.session.commit()
    assert count_queries(ask) == in_one_course
