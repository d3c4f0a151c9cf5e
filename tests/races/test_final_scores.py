"""Many make reviews final, release answers and return reviews at the same moment: one decision, one badge, no fault."""

import secrets
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Select, func, select, text

from microcred.badges.models import Award
from microcred.db import db, utcnow, writing
from microcred.evidence.models import Submission, SubmissionState
from microcred.history import Entry
from microcred.jobs import give_due_answers
from microcred.outbox import Mail
from microcred.scoring.models import Outcome, Return, Review, ReviewState
from tests.races import making
from tests.races.clicks_on_releases import held_reviews
from tests.races.conftest import Stage
from tests.server import Reply, Session, at_once, faults_in

HANDS = 20
ROUNDS = 10

S = SubmissionState


@pytest.fixture(autouse=True)
def _no_fault(stage: Stage) -> Iterator[None]:
    before = faults_in(stage.field.folder)
    yield
    assert faults_in(stage.field.folder) == before


def final(session: Session, review: Review) -> Any:
    """Makes a review final, with a form of its own."""
    return lambda: session.post(f"/reviews/{review.id}/final", secrets.token_hex(8), comment="Good.")


def statuses(replies: list[Reply]) -> Counter[int]:
    return Counter(reply.status for reply in replies)


def count(statement: Select[Any]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0


def answers(submission: Submission) -> dict[str, int]:
    """How often it was decided, told, awarded, and how many outcomes stand."""
    told = select(Mail.id).where(Mail.person_id == submission.person_id, Mail.subject.startswith("Your evidence is"))
    decided = select(Entry.id).where(Entry.verb == "decided", Entry.thing == "Submission")
    return {
        "decided": count(decided.where(Entry.thing_id == str(submission.id))),
        "told": count(told),
        "awarded": count(select(Award.id).where(Award.submission_id == submission.id)),
        "outcomes": count(select(Outcome.id).where(Outcome.submission_id == submission.id)),
    }


ONCE = {"decided": 1, "told": 1, "awarded": 1, "outcomes": 2}
NONE = {"decided": 0, "told": 0, "awarded": 0, "outcomes": 0}


def state_of(submission: Submission) -> SubmissionState:
    db.session.rollback()
    db.session.refresh(submission)
    return S(submission.state)


def test_of_twenty_final_scores_on_one_seat_one_counts(stage: Stage) -> None:
    with writing():
        first, last = making.scored_reviews(stage.world)
        sessions = [stage.session(review.reviewer) for review in (first, last)]
    assert final(sessions[0], first)().status == 303
    assert statuses(at_once([final(sessions[1], last)] * HANDS, HANDS)) == {303: 1, 422: HANDS - 1}
    assert (state_of(last.submission), answers(last.submission)) == (S.EARNED, ONCE)


def test_both_seats_at_once_decide_once_in_every_round(stage: Stage) -> None:
    with writing():
        rounds = [making.scored_reviews(stage.world) for _round in range(ROUNDS)]
        calls = [[final(stage.session(review.reviewer), review) for review in reviews] for reviews in rounds]
    found = [
        (statuses(at_once(each * 2, 4)), reviews[0].submission) for each, reviews in zip(calls, rounds, strict=True)
    ]
    assert [counted for counted, _submission in found] == [{303: 2, 422: 2}] * ROUNDS
    assert [(state_of(each), answers(each)) for _counted, each in found] == [(S.EARNED, ONCE)] * ROUNDS


def test_two_who_differ_at_once_ask_one_third(stage: Stage) -> None:
    with writing():
        making.reviewer()
        rounds = [_in_dispute(stage) for _round in range(ROUNDS)]
        calls = [[final(stage.session(review.reviewer), review) for review in reviews] for reviews in rounds]
    for each in calls:
        assert statuses(at_once(each, 2)) == {303: 2}
    thirds = [count(select(Review.id).filter_by(submission_id=each[0].submission_id, seat=3)) for each in rounds]
    assert thirds == [1] * ROUNDS
    assert {state_of(reviews[0].submission) for reviews in rounds} == {S.TO_BE_AGREED}


def _in_dispute(stage: Stage) -> list[Review]:
    first, second = making.scored_reviews(stage.world)
    for kept in second.scores:
        kept.level_position = 0
    return [first, second]


def test_the_job_the_button_and_a_return_at_once_leave_one_of_two_ends(stage: Stage) -> None:
    """Either the answer is given, once, or the review is back, once; both never."""
    with writing():
        rounds = [held_reviews(stage.world, lead_looks=False) for _round in range(ROUNDS)]
        for reviews in rounds:
            reviews[0].submission.release_at = utcnow()
        lead = stage.session(stage.world.cast.cora)
    ends = Counter(_race(stage, lead, reviews) for reviews in rounds)
    assert sum(ends.values()) == ROUNDS
    assert set(ends) <= {("earned", 1, 0), ("in review", 0, 1)}


def _race(stage: Stage, lead: Session, reviews: list[Review]) -> tuple[str, int, int]:
    submission, code_name, review_id = reviews[0].submission, reviews[0].submission.code_name, reviews[0].id
    giving = [lambda: lead.post(f"/scoring/releases/{code_name}/answer", secrets.token_hex(8))] * 2
    returning = [lambda: lead.post(f"/scoring/reviews/{review_id}/return", secrets.token_hex(8), note="Again.")] * 2
    replies = at_once([*giving, lambda: _job(stage), *returning], 5)
    assert {reply.status for reply in replies if reply} <= {303, 422}
    found, back = answers(submission), count(select(Return.id).where(Return.review_id == review_id))
    assert found in (ONCE, NONE)
    return str(state_of(submission)), found["awarded"], back


def _job(stage: Stage) -> None:
    with stage.field.app.app_context(), writing():
        give_due_answers()


def test_two_jobs_at_once_give_each_answer_once(stage: Stage) -> None:
    with writing():
        held = [held_reviews(stage.world, lead_looks=False)[0].submission for _each in range(ROUNDS)]
        for submission in held:
            submission.release_at = utcnow()
    at_once([lambda: _job(stage)] * 4, 4)
    assert [(state_of(each), answers(each)) for each in held] == [(S.EARNED, ONCE)] * ROUNDS


def test_a_route_that_looks_and_then_writes_decides_twice(stage: Stage) -> None:
    """The same race against a route without the lock: were it not caught, the tests above would show nothing."""
    with writing():
        first, last = making.scored_reviews(stage.world)
        session = stage.session(last.reviewer)
        db.session.execute(text("CREATE TABLE planted_decisions (review_id INTEGER)"))
    calls = [lambda: session.post(f"/planted/reviews/{last.id}/final", secrets.token_hex(8))] * HANDS
    assert statuses(at_once(calls, HANDS)) == {200: HANDS}
    with writing():
        assert (db.session.scalar(text("SELECT count(*) FROM planted_decisions")) or 0) > 1
    assert db.session.get_one(Review, first.id).state == ReviewState.DRAFT
