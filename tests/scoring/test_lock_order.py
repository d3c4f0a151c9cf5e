"""People, then submissions, then reviews: whoever locks in another order waits crosswise for somebody some day."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState

from microcred.accounts.models import Account
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.scoring import actions
from microcred.scoring.models import Review
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.acting import ACTIONS
from tests.scoring.reviewing import MET, HandIn, begin, score, seated
from tests.scoring.stages import STAGES, Maker
from tests.scoring.test_state_machine import make

__all__ = ["make"]

ORDER = (Account, Submission, Review)


@pytest.fixture
def locked(cast: Cast) -> Iterator[list[type]]:
    """Notes what is locked of these, each when it is first."""
    found: list[type] = []

    def note(state: ORMExecuteState) -> None:
        mapper = state.bind_mapper
        is_lock = getattr(state.statement, "_for_update_arg", None) is not None
        if is_lock and mapper and mapper.class_ in ORDER and mapper.class_ not in found:
            found.append(mapper.class_)

    event.listen(db.session, "do_orm_execute", note)
    try:
        yield found
    finally:
        event.remove(db.session, "do_orm_execute", note)


IN_REVIEW = ["reassign_review", "pass_on_by_click", "accept_review", "save_comment", "finish_review", "deny"]


@pytest.mark.parametrize("name", [*IN_REVIEW, "decline_review", "mark_incomplete"])
def test_a_submission_is_locked_before_its_reviews(make: Maker, locked: list[type], name: str) -> None:
    stage = make(STAGES["in review"])
    locked.clear()
    ACTIONS[name](stage)
    assert locked == [Submission, Review]


def test_who_keeps_a_conflict_is_locked_first(make: Maker, locked: list[type]) -> None:
    stage = make(STAGES["in review"])
    locked.clear()
    actions.decline_review(stage.review, "conflict", by=stage.review.reviewer)
    assert locked == [Account, Submission, Review]


def test_the_button_that_makes_a_review_final_locks_its_submission_first(
    browse: Callable[[Account], Browser], cast: Cast, hand_in: HandIn, locked: list[type]
) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    review = score(begin(seated(submission, 1)), {"plan": MET, "ask": MET, "extra": MET})
    browser = browse(review.reviewer)
    locked.clear()
    assert browser.send(f"/reviews/{review.id}/final", comment="Good.").status_code == 303
    assert locked == [Submission, Review]
