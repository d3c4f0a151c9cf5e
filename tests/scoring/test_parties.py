"""A coordinator who wrote evidence, or was asked to review it, leaves running that case to another coordinator."""

from collections.abc import Callable
from typing import Any

import pytest

from microcred.accounts.models import Account, Role, RoleName
from microcred.db import db
from microcred.errors import Refused
from microcred.evidence.models import Submission
from microcred.scoring import actions
from microcred.scoring.assigning import offer_by_hand
from microcred.scoring.board import board, case_of, review_of
from microcred.scoring.models import Review
from microcred.scoring.passing_on import fill_waiting_seats
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.reviewing import Course, HandIn, begin, seated

Browse = Callable[[Account], Browser]
SENTENCE = "leaves this to another coordinator"
RUNNING = ("offer", "incompleteness", "denial")
FIELDS = {"missing": "A photo", "denied_reason": "Copied"}


@pytest.fixture
def reviewing(cast: Cast, hand_in: HandIn) -> Submission:
    """Amara's evidence, which Cora, who coordinates, is asked to review; the other seat is vacant."""
    cast.cora.roles.append(Role(name=RoleName.REVIEWER))
    submission = hand_in(cast.amara)
    second = Account(name="Otto Berg", email="otto@school.local", created_at=submission.submitted_at)
    second.roles = [Role(name=RoleName.COORDINATOR)]
    db.session.add(second)
    offer_by_hand(submission, cast.cora, by=second)
    db.session.commit()
    return submission


def _answers(browser: Browser, submission: Submission, reviewer: Account) -> list[tuple[int, bool]]:
    fields: dict[str, Any] = FIELDS | {"reviewer": str(reviewer.id)}
    sent = [browser.send(f"/scoring/{submission.code_name}/{what}", **fields) for what in RUNNING]
    for review in db.session.query(Review).filter_by(submission_id=submission.id).order_by(Review.id).all():
        url = f"/scoring/reviews/{review.id}"
        sent += [browser.send(f"{url}/reassignment", **fields), browser.send(f"{url}/next-reviewer")]
    return [(answer.status_code, SENTENCE in answer.text) for answer in sent]


def test_a_reviewer_of_a_case_does_not_run_it(browse: Browse, cast: Cast, reviewing: Submission) -> None:
    cast.bruno.roles.append(Role(name=RoleName.REVIEWER))
    db.session.commit()
    browser = browse(cast.cora)
    assert _answers(browser, reviewing, cast.bruno) == [(422, True)] * 5
    assert [review.state for review in db.session.query(Review)] == ["offered"]


def test_trying_out_people_tells_a_reviewer_nothing_of_the_author(
    browse: Browse, cast: Cast, reviewing: Submission
) -> None:
    for person in (cast.bruno, cast.chloe):
        person.roles.append(Role(name=RoleName.REVIEWER))
    db.session.commit()
    browser, url = browse(cast.cora), f"/scoring/{reviewing.code_name}/offer"
    pages = [browser.send(url, reviewer=str(person.id)).text for person in (cast.bruno, cast.chloe, cast.rita)]
    assert [(SENTENCE in page, "same school" in page) for page in pages] == [(True, False)] * 3


def test_the_page_offers_a_reviewer_of_it_nothing_but_the_lots(
    browse: Browse, cast: Cast, reviewing: Submission
) -> None:
    page = browse(cast.cora).get(f"/scoring/{reviewing.code_name}").text
    offered = (
        "Assign now",
        "Choose a reviewer by hand",
        "Give it to somebody else",
        "Ask the next",
        "Give it back",
        "Deny",
    )
    assert [what in page for what in offered] == [True, False, False, False, False, False]


def test_lots_are_drawn_though_the_only_coordinator_reviews(browse: Browse, cast: Cast, reviewing: Submission) -> None:
    assert browse(cast.cora).send(f"/scoring/{reviewing.code_name}/assignment").status_code == 303
    assert seated(reviewing, 2).state == "offered"


def test_a_reviewer_who_has_begun_gives_back_what_is_incomplete(cast: Cast, reviewing: Submission) -> None:
    with pytest.raises(Refused, match=SENTENCE):
        actions.mark_incomplete(reviewing, "A photo", by=cast.cora)
    begin(seated(reviewing, 1))
    assert actions.mark_incomplete(reviewing, "A photo", by=cast.cora).state == "incomplete"


def test_an_author_who_coordinates_finds_no_page_of_their_own_case(
    browse: Browse, cast: Cast, hand_in: HandIn, course: Course
) -> None:
    cast.amara.roles.append(Role(name=RoleName.COORDINATOR))
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    db.session.commit()
    browser, reviewer = browse(cast.amara), seated(submission, 1).reviewer
    answers = [browser.get(f"/scoring/{submission.code_name}").status_code]
    answers += [status for status, _told in _answers(browser, submission, reviewer)]
    answers.append(browser.send(f"/scoring/{submission.code_name}/assignment").status_code)
    assert answers == [404] * 9
    assert submission.code_name not in browser.get("/scoring").text
    codes = [[card.code_name for column in board(course.pilot.id, frozenset(), user=each) for card in column.cards]
             for each in (cast.amara, cast.cora)]  # fmt: skip
    assert codes == [[], [submission.code_name]]
    found = [(case_of(each, submission.code_name), review_of(each, seated(submission, 1).id)) for each in
             (cast.amara, cast.cora)]  # fmt: skip
    assert found == [(None, None), (submission, seated(submission, 1))]


def test_the_evidence_of_the_only_coordinator_gets_its_reviewers_by_itself(cast: Cast, hand_in: HandIn) -> None:
    cast.cora.roles.append(Role(name=RoleName.TEACHER, school_id=cast.north.id))
    cast.cora.school = cast.north
    submission = hand_in(cast.cora)
    assert [review.seat for review in fill_waiting_seats()] == [1, 2]
    with pytest.raises(Refused, match=SENTENCE):
        actions.deny(submission, "Copied", by=cast.cora)
