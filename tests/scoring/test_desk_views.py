"""The desk's answers: nothing newer is overwritten, the overall comment saves itself, finishing leads to the next."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from microcred.accounts.models import Account
from microcred.catalog.models import Criterion, Level
from microcred.db import db
from microcred.scoring import actions
from microcred.scoring.actions import mark_of
from microcred.scoring.models import Review, ScoringRules
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.reviewing import MET, NOT_MET, Course, HandIn, begin, finish, score, seated

Browse = Callable[[Account], Browser]
LARGEST_PAGE = 64_000
"""Bytes of a desk with ten criteria of three levels, with feedback on each."""

QUERIES = 13


@pytest.fixture
def review(cast: Cast, hand_in: HandIn) -> Review:
    """A review in seat 1 that its reviewer has accepted."""
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    begun = begin(seated(submission, 1))
    db.session.commit()
    return begun


def _kept(review: Review) -> list[tuple[int | None, str, int]]:
    return [(row.level_position, row.feedback, row.revision) for row in review.scores]


def test_a_save_counts_the_revision_and_the_same_again_changes_nothing(
    browse: Browse, review: Review, course: Course
) -> None:
    browser, url = browse(review.reviewer), f"/reviews/{review.id}/scores/{course.criteria[0].id}"
    assert 'name="revision" value="1"' in browser.send(url, htmx=True, level="1", feedback="A", revision="0").text
    assert browser.send(url, htmx=True, level="1", feedback="A", revision="0").status_code == 200
    assert _kept(review) == [(MET, "A", 1)]


@pytest.mark.parametrize("htmx", [True, False])
def test_what_is_newer_is_shown_beside_what_was_sent_and_stays(
    browse: Browse, review: Review, course: Course, htmx: bool
) -> None:
    browser, url = browse(review.reviewer), f"/reviews/{review.id}/scores/{course.criteria[0].id}"
    browser.send(url, level="2", feedback="The newer one", revision="0")
    answer = browser.send(url, htmx=htmx, level="1", feedback="Typed before", revision="0")
    assert answer.status_code == 422
    assert "Something newer was saved elsewhere." in answer.text
    assert "The newer one" in answer.text
    assert "Typed before" in answer.text or htmx
    assert 'name="replaces" value="1"' in answer.text
    assert _kept(review) == [(2, "The newer one", 1)]


def test_what_was_seen_can_be_replaced_and_what_came_after_it_cannot(
    browse: Browse, review: Review, course: Course
) -> None:
    browser, url = browse(review.reviewer), f"/reviews/{review.id}/scores/{course.criteria[0].id}"
    browser.send(url, level="2", feedback="Newer", revision="0")
    assert browser.send(url, level="1", feedback="Mine", revision="0", replaces="1").status_code == 303
    assert _kept(review) == [(MET, "Mine", 2)]
    assert browser.send(url, level="0", feedback="Late", revision="0", replaces="1").status_code == 422
    assert _kept(review) == [(MET, "Mine", 2)]


def test_the_overall_comment_is_saved_by_itself(browse: Browse, review: Review) -> None:
    browser, url = browse(review.reviewer), f"/reviews/{review.id}/comment"
    answer = browser.send(url, htmx=True, comment="All in all", over=mark_of(""))
    assert answer.status_code == 200
    assert "Saved at" in answer.text
    assert mark_of("All in all") in answer.text
    assert (review.comment, review.state) == ("All in all", "draft")
    assert browser.send(url, comment="Plainly", over=mark_of("All in all")).location.endswith(
        f"/reviews/{review.id}#review-{review.id}-finish"
    )
    assert "Plainly</textarea>" in browser.get(f"/reviews/{review.id}").text


def test_a_newer_comment_is_not_overwritten_unless_it_was_seen(browse: Browse, review: Review) -> None:
    browser, url = browse(review.reviewer), f"/reviews/{review.id}/comment"
    browser.send(url, comment="The newer one", over=mark_of(""))
    for path in (url, f"/reviews/{review.id}/final"):
        answer = browser.send(path, comment="Typed before", over=mark_of(""))
        assert answer.status_code == 422
        assert "The newer one" in answer.text
        assert "Typed before</textarea>" in answer.text
    assert review.comment == "The newer one"
    seen: dict[str, Any] = {"over": mark_of(""), "replaces": mark_of("The newer one")}
    assert browser.send(url, comment="Mine", **seen).status_code == 303
    assert review.comment == "Mine"


def test_nothing_is_saved_after_final_and_the_page_says_why(browse: Browse, review: Review, course: Course) -> None:
    finish(review, plan=MET, ask=MET, extra=MET)
    browser = browse(review.reviewer)
    sent = {"level": "2", "feedback": "Late", "revision": "1"}
    for path in (f"scores/{course.criteria[0].id}", f"scores/{course.criteria[0].id}/phrases"):
        answer = browser.send(f"/reviews/{review.id}/{path}", htmx=True, **sent)
        assert (answer.status_code, "This review is final." in answer.text) == (422, True)
    answer = browser.send(f"/reviews/{review.id}/comment", htmx=True, comment="Late")
    assert (answer.status_code, "This review is final." in answer.text) == (422, True)
    assert (review.comment, [row[1] for row in _kept(review)]) == (
        "All in all",
        [f"Feedback on {code}" for code in ("plan", "ask", "extra")],
    )


def test_a_criterion_of_another_rubric_is_not_there(browse: Browse, review: Review) -> None:
    answer = browse(review.reviewer).send(f"/reviews/{review.id}/scores/99999", level="1", feedback="x")
    assert answer.status_code == 404


def test_the_summary_links_to_what_lacks(browse: Browse, review: Review, course: Course) -> None:
    browser = browse(review.reviewer)
    score(review, {"plan": MET})
    actions.save_score(review, course.criteria[1], MET, "", by=review.reviewer)
    db.session.commit()
    text = " ".join(browser.get(f"/reviews/{review.id}/summary").text.split())
    assert "<html" not in text
    lacks = [(course.criteria[1], "feedback"), (course.criteria[2], "level and feedback")]
    assert [f'<a href="#criterion-{one.id}">{one.name}</a>: {what}' in text for one, what in lacks] == [True, True]
    assert course.criteria[0].name not in text


def test_finishing_leads_to_the_next_open_review_and_what_was_begun_goes_first(
    browse: Browse, cast: Cast, hand_in: HandIn, course: Course
) -> None:
    cast.ravi.roles.clear()
    cast.rosa.roles.clear()
    course.pilot.reviewers_per_submission = 1
    reviews = []
    for person in (cast.amara, cast.bruno, cast.chloe):
        submission = hand_in(person)
        actions.assign_reviewers(submission)
        reviews.append(seated(submission, 1))
    last = begin(reviews[2])
    score(reviews[0], {"plan": MET, "ask": MET, "extra": MET})
    db.session.commit()
    browser = browse(cast.rita)
    assert browser.send(f"/reviews/{reviews[0].id}/final", comment="").location == f"/reviews/{last.id}"
    page = browser.get(f"/reviews/{last.id}").text
    assert "Your review is final. Thank you. Here is the next one." in page


@pytest.fixture
def pair(cast: Cast, hand_in: HandIn, course: Course) -> list[Review]:
    """Two reviews of the same evidence, scored and not final, in a pilot that shows how others did."""
    db.session.add(ScoringRules(pilot_id=course.pilot.id, shows_others=True))
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    first, second = seated(submission, 1), seated(submission, 2)
    score(first, {"plan": MET, "ask": MET, "extra": MET})
    score(second, {"plan": MET, "ask": MET, "extra": NOT_MET})
    db.session.commit()
    return [first, second]


def _shows_others(browse: Browse, review: Review) -> bool:
    return "The other reviewer saw:" in browse(review.reviewer).get(f"/reviews/{review.id}").text


def test_how_the_other_did_is_shown_once_both_are_final_and_without_a_name(browse: Browse, pair: list[Review]) -> None:
    first, second = pair
    assert not _shows_others(browse, first)
    actions.finish_review(first, "One", by=first.reviewer)
    assert [_shows_others(browse, review) for review in pair] == [False, False]
    actions.finish_review(second, "Two", by=second.reviewer)
    assert [_shows_others(browse, review) for review in pair] == [True, True]
    page = browse(first.reviewer).get(f"/reviews/{first.id}").text
    assert second.reviewer.name not in page
    assert "Two" not in page
    assert page.count("the same as you") == 2


@pytest.mark.parametrize("changes", [{"shows_others": False}, {"lead_looks": True}])
def test_how_the_other_did_is_kept_back_where_the_pilot_or_a_look_says_so(
    browse: Browse, pair: list[Review], course: Course, changes: dict[str, bool]
) -> None:
    rules = db.session.get_one(ScoringRules, course.pilot.id)
    for name, value in changes.items():
        setattr(rules, name, value)
    for review in pair:
        actions.finish_review(review, "", by=review.reviewer)
    assert [_shows_others(browse, review) for review in pair] == [False, False]


def test_a_desk_of_ten_criteria_takes_the_queries_of_three_and_few_bytes(
    browse: Browse, review: Review, course: Course, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    get = partial(browse(review.reviewer).get, f"/reviews/{review.id}")
    with_three = count_queries(get)
    course.rubric.criteria += [_criterion(number) for number in range(3, 10)]
    db.session.commit()
    assert (count_queries(get), with_three) == (QUERIES, QUERIES)
    assert len(get().data) < LARGEST_PAGE


def _criterion(number: int) -> Criterion:
    levels = [
        Level(position=n, code=f"{n}", name=f"Level {n}", points=n, descriptor="Seen often. " * 9) for n in (0, 1)
    ]
    return Criterion(
        position=number, code=f"c{number}", name=f"C {number}", is_required=True, required_position=1, levels=levels
    )
