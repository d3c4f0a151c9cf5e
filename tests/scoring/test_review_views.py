"""The reviewer's pages: the queue, the offer, and the four answers of a desk that saves."""

from collections.abc import Callable
from functools import partial

import pytest

from microcred.accounts.models import Account
from microcred.badges.models import Award
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.scoring import actions
from microcred.scoring.models import Review
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.reviewing import BEYOND, MET, NOT_MET, Course, HandIn, begin, finish, score, seated

Browse = Callable[[Account], Browser]


@pytest.fixture
def review(cast: Cast, hand_in: HandIn) -> Review:
    """A review in seat 1 that its reviewer has accepted."""
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    begun = begin(seated(submission, 1))
    db.session.commit()
    return begun


def test_saving_a_score_sends_a_plain_browser_back_to_the_criterion(
    browse: Browse, review: Review, course: Course
) -> None:
    url = f"/reviews/{review.id}/scores/{course.criteria[0].id}"
    answer = browse(review.reviewer).send(url, level="1", feedback="Clear")
    assert answer.status_code == 303
    assert answer.location == f"/reviews/{review.id}#criterion-{course.criteria[0].id}"
    assert [(row.level_position, row.feedback) for row in review.scores] == [(MET, "Clear")]
    assert review.state == "draft"


def test_saving_a_score_tells_htmx_that_it_is_saved_and_how_many_are_met(
    browse: Browse, review: Review, course: Course
) -> None:
    url = f"/reviews/{review.id}/scores/{course.criteria[0].id}"
    answer = browse(review.reviewer).send(url, htmx=True, level="2", feedback="")
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert f'id="criterion-{course.criteria[0].id}-saved"' in answer.text
    assert "Saved at" in answer.text
    assert "1 of 2 required criteria met" in answer.text


def test_a_refused_score_is_a_page_that_keeps_what_was_typed(browse: Browse, review: Review, course: Course) -> None:
    url = f"/reviews/{review.id}/scores/{course.criteria[0].id}"
    answer = browse(review.reviewer).send(url, level="7", feedback="Typed with care")
    assert answer.status_code == 422
    assert "Choose one of the levels of this criterion." in answer.text
    assert "Typed with care</textarea>" in answer.text
    assert review.scores == []


def test_a_refused_score_tells_htmx_why_it_is_not_saved(browse: Browse, review: Review, course: Course) -> None:
    url = f"/reviews/{review.id}/scores/{course.criteria[0].id}"
    answer = browse(review.reviewer).send(url, htmx=True, level="7", feedback="x")
    assert answer.status_code == 422
    assert "<html" not in answer.text
    assert "Not saved: Choose one of the levels of this criterion." in answer.text


@pytest.mark.parametrize("level", ["x", "-1", "99999999999999999999999"])
def test_a_level_that_is_none_is_refused(browse: Browse, review: Review, course: Course, level: str) -> None:
    url = f"/reviews/{review.id}/scores/{course.criteria[0].id}"
    assert browse(review.reviewer).send(url, level=level, feedback="").status_code == 422
    assert review.scores == []


def test_a_review_is_there_for_its_reviewer_alone(browse: Browse, cast: Cast, review: Review) -> None:
    others = [person for person in cast.people if person.is_active and person.id != review.reviewer_id]
    assert {browse(person).get(f"/reviews/{review.id}").status_code for person in others} == {404}
    assert browse(review.reviewer).get(f"/reviews/{review.id}").status_code == 200


def test_evidence_is_not_shown_before_the_review_is_accepted(browse: Browse, cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    offered = seated(submission, 1)
    browser = browse(offered.reviewer)
    assert "Text about Overview" not in browser.get(f"/reviews/{offered.id}").text
    assert browser.send(f"/reviews/{offered.id}/acceptance").location == f"/reviews/{offered.id}"
    assert "Text about Overview" in browser.get(f"/reviews/{offered.id}").text


def test_evidence_is_gone_once_the_review_is_declined(browse: Browse, review: Review) -> None:
    browser = browse(review.reviewer)
    assert browser.send(f"/reviews/{review.id}/refusal", reason="conflict").status_code == 303
    page = browser.get(f"/reviews/{review.id}")
    assert "This review is not yours any more" in page.text
    assert "Text about Overview" not in page.text


def test_declining_needs_a_reason(browse: Browse, review: Review) -> None:
    answer = browse(review.reviewer).send(f"/reviews/{review.id}/refusal")
    assert (answer.status_code, review.state) == (422, "accepted")
    assert "Choose a reason." in answer.text


def test_a_review_that_lacks_something_is_not_final(browse: Browse, review: Review) -> None:
    answer = browse(review.reviewer).send(f"/reviews/{review.id}/final", comment="Nearly")
    assert answer.status_code == 422
    assert "Choose a level for “Plans questions” first." in answer.text
    assert "Nearly</textarea>" in answer.text


def test_the_last_review_awards_the_badge_in_the_same_transaction(browse: Browse, cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    finish(seated(submission, 1), plan=MET, ask=MET, extra=MET)
    last = score(seated(submission, 2), {"plan": MET, "ask": BEYOND, "extra": NOT_MET})
    answer = browse(last.reviewer).send(f"/reviews/{last.id}/final", comment="")
    assert answer.location == "/reviews"
    assert submission.state == "earned"
    assert db.session.query(Award).filter_by(submission_id=submission.id).count() == 1


def test_a_reviewer_gives_incomplete_evidence_back(browse: Browse, review: Review) -> None:
    browser = browse(review.reviewer)
    assert browser.send(f"/reviews/{review.id}/incompleteness", missing="").status_code == 422
    assert browser.send(f"/reviews/{review.id}/incompleteness", missing="The photo").status_code == 303
    assert (review.submission.state, review.submission.missing) == ("incomplete", "The photo")
    assert review.state == "set aside"


def test_the_queue_has_an_order_of_its_own_for_every_reviewer(
    browse: Browse, cast: Cast, hand_in: HandIn, course: Course
) -> None:
    for person in (cast.amara, cast.bruno, cast.chloe, cast.pia, cast.pavel, cast.adam):
        actions.assign_reviewers(hand_in(person))
    cast_reviewers = (cast.rita, cast.ravi, cast.rosa)
    orders = [[row.code_name for row in queue_of(browse, person)] for person in cast_reviewers]
    again = [[row.code_name for row in queue_of(browse, person)] for person in cast_reviewers]
    assert orders == again
    assert any(order != sorted(order) for order in orders)


def queue_of(browse: Browse, person: Account) -> list[Submission]:
    """The submissions in a reviewer's queue, in its order."""
    page = browse(person).get("/reviews").text
    waiting = db.session.query(Submission).join(Review).filter(Review.reviewer_id == person.id)
    return sorted(waiting, key=lambda row: page.index(f">{row.code_name}<"))


def test_queue_desk_board_and_case_need_the_same_number_of_queries_for_one_and_for_three(
    browse: Browse, cast: Cast, hand_in: HandIn, course: Course, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    course.pilot.reviewers_per_submission = 1
    reviewer, coordinator = browse(cast.rita), browse(cast.cora)
    cast.ravi.roles.clear()
    cast.rosa.roles.clear()
    first = hand_in(cast.amara)
    actions.assign_reviewers(first)
    review = begin(seated(first, 1))
    pages = {
        "/reviews": reviewer,
        f"/reviews/{review.id}": reviewer,
        "/scoring": coordinator,
        f"/scoring/{first.code_name}": coordinator,
    }
    with_one = {url: count_queries(partial(browser.get, url)) for url, browser in pages.items()}
    for person in (cast.bruno, cast.chloe):
        submission = hand_in(person)
        actions.assign_reviewers(submission)
        begin(seated(submission, 1))
    with_three = {url: count_queries(partial(browser.get, url)) for url, browser in pages.items()}
    assert with_one == with_three
    assert {url: count for url, count in with_one.items() if count > 14} == {}
