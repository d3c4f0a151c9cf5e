"""Phrases of feedback: everybody's and one's own, each kept by whom it belongs to, and put back when wanted."""

from collections.abc import Callable
from typing import Any

import pytest

from microcred.accounts.models import Account
from microcred.db import db
from microcred.errors import Refused
from microcred.history import Entry
from microcred.scoring import actions, phrases
from microcred.scoring.models import Phrase, Review
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.reviewing import Course, HandIn, begin, seated

Browse = Callable[[Account], Browser]


@pytest.fixture
def review(cast: Cast, hand_in: HandIn) -> Review:
    """A review in seat 1 that its reviewer has accepted."""
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    begun = begin(seated(submission, 1))
    db.session.commit()
    return begun


@pytest.fixture
def shared(course: Course, cast: Cast) -> Phrase:
    """A phrase of everybody's about the first criterion."""
    phrase = phrases.add_phrase(course.micro_credential, "plan", "Seen twice.", owner=None, by=cast.cora)
    db.session.commit()
    return phrase


def _texts(code: str = "plan", reviewer: Account | None = None) -> list[str]:
    one = db.session.query(Phrase).first()
    found = phrases.phrases_for(one.micro_credential_id, reviewer and reviewer.id) if one else {}
    return [phrase.text for phrase in found.get(code, [])]


def test_everybody_s_come_first_and_nobody_sees_those_of_another(course: Course, cast: Cast, shared: Phrase) -> None:
    for owner in (cast.rita, cast.ravi):
        phrases.add_phrase(course.micro_credential, "plan", f"Of {owner.name}", owner=owner, by=owner)
    assert _texts(reviewer=cast.rita) == ["Seen twice.", f"Of {cast.rita.name}"]
    assert _texts() == ["Seen twice."]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" ", "Write the phrase first."),
        ("x" * 501, "A phrase has at most 500 characters."),
        (" Seen twice. ", "This phrase is there already."),
    ],
)
def test_a_phrase_is_something_short_and_new(
    course: Course, cast: Cast, shared: Phrase, text: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        phrases.add_phrase(course.micro_credential, "plan", text, owner=cast.rita, by=cast.rita)


def test_there_are_no_more_than_are_read(course: Course, cast: Cast) -> None:
    for number in range(phrases.MOST_PHRASES):
        phrases.add_phrase(course.micro_credential, "plan", f"{number}", owner=cast.rita, by=cast.rita)
    with pytest.raises(Refused, match="There are 30 phrases already"):
        phrases.add_phrase(course.micro_credential, "plan", "One more", owner=cast.rita, by=cast.rita)
    phrases.add_phrase(course.micro_credential, "ask", "One more", owner=cast.rita, by=cast.rita)


def test_a_reviewer_keeps_what_was_written_or_the_part_that_was_selected(
    browse: Browse, review: Review, course: Course
) -> None:
    browser, url = browse(review.reviewer), f"/reviews/{review.id}/scores/{course.criteria[0].id}/phrases"
    sent: dict[str, Any] = {"level": "1", "feedback": "Clear, and seen twice.", "revision": "0"}
    assert browser.send(url, **sent).location == f"/reviews/{review.id}#criterion-{course.criteria[0].id}"
    answer = browser.send(url, htmx=True, phrase="seen twice", **sent)
    assert answer.status_code == 200
    assert "2 phrases" in answer.text
    assert _texts(reviewer=review.reviewer) == ["Clear, and seen twice.", "seen twice"]
    assert [(row.level_position, row.feedback) for row in review.scores] == [(1, "Clear, and seen twice.")]


@pytest.mark.parametrize("htmx", [True, False])
def test_a_phrase_that_is_refused_says_why_and_keeps_what_was_typed(
    browse: Browse, review: Review, course: Course, htmx: bool
) -> None:
    url = f"/reviews/{review.id}/scores/{course.criteria[0].id}/phrases"
    answer = browse(review.reviewer).send(url, htmx=htmx, feedback="y" * 600, revision="0")
    assert answer.status_code == 422
    assert "A phrase has at most 500 characters." in answer.text
    assert htmx or f"{'y' * 600}</textarea>" in answer.text


def test_the_coordinator_adds_changes_and_removes_for_everybody(
    browse: Browse, cast: Cast, course: Course, review: Review
) -> None:
    page, browser = f"/catalog/{course.micro_credential.id}/phrases", browse(cast.cora)
    assert "No phrases yet" in browser.get(page).text
    assert browser.send(page, criterion="plan", text="Seen once.").location == page
    (phrase,) = db.session.query(Phrase)
    assert browser.send(f"/phrases/{phrase.id}/text", text="Seen thrice.").location == page
    assert "Seen thrice." in browser.get(page).text
    assert "Seen thrice." in browse(review.reviewer).get(f"/reviews/{review.id}").text
    assert browser.send(f"/phrases/{phrase.id}/removal").status_code == 303
    assert _texts() == []


def test_a_refused_change_keeps_what_was_typed(browse: Browse, cast: Cast, course: Course, shared: Phrase) -> None:
    phrases.add_phrase(course.micro_credential, "plan", "Seen thrice.", owner=None, by=cast.cora)
    answer = browse(cast.cora).send(f"/phrases/{shared.id}/text", text="Seen thrice.")
    assert answer.status_code == 422
    assert "This phrase is there already." in answer.text
    answer = browse(cast.cora).send(f"/catalog/{course.micro_credential.id}/phrases", criterion="nothing", text="Typed")
    assert (answer.status_code, "Typed</textarea>" in answer.text) == (422, True)


def test_a_removed_phrase_is_put_back_by_whoever_removed_it(browse: Browse, cast: Cast, review: Review) -> None:
    own_id = phrases.keep_phrase(
        review.submission.rubric.criteria[0], review.submission.micro_credential, "Mine", by=review.reviewer
    ).id
    db.session.commit()
    browser = browse(review.reviewer)
    answer = browser.send(f"/phrases/{own_id}/removal", htmx=True)
    assert f'action="/phrases/{own_id}/restoration"' in answer.text
    assert browse(cast.cora).send(f"/phrases/{own_id}/restoration").status_code == 404
    assert _texts(reviewer=review.reviewer) == []
    assert '<input type="hidden" name="text" value="Mine">' in answer.text
    assert "Mine" in browser.send(f"/phrases/{own_id}/restoration", htmx=True, text="Mine").text
    assert _texts(reviewer=review.reviewer) == ["Mine"]
    assert browser.send(f"/phrases/{own_id}/restoration", text="Mine").status_code == 422


def test_what_was_removed_comes_back_from_the_sentence_that_tells_of_it(
    browse: Browse, cast: Cast, shared: Phrase
) -> None:
    browser, phrase_id = browse(cast.cora), shared.id
    assert browser.send(f"/phrases/{phrase_id}/removal").status_code == 303
    page = browser.get("/scoring").text
    undo = page[page.index(f'action="/phrases/{phrase_id}/restoration"') :].partition("</form>")[0]
    assert '<input type="hidden" name="text" value="Seen twice.">' in undo
    assert browser.send(f"/phrases/{phrase_id}/restoration", text="Seen twice.").status_code == 303
    assert _texts() == ["Seen twice."]


def test_a_phrase_is_there_for_nobody_whose_it_is_not(browse: Browse, cast: Cast, shared: Phrase) -> None:
    assert {browse(person).send(f"/phrases/{shared.id}/removal").status_code for person in (cast.rita, cast.amara)} == {
        404
    }
    assert browse(cast.rita).get(f"/catalog/{shared.micro_credential_id}/phrases").status_code == 403


def test_the_history_tells_who_removed_a_phrase_and_not_what_it_said(cast: Cast, shared: Phrase) -> None:
    phrases.remove_phrase(shared, by=cast.cora)
    db.session.commit()
    (entry,) = db.session.query(Entry).filter_by(verb="removed", thing="Phrase")
    told = {"micro_credential_id": shared.micro_credential_id, "criterion_code": "plan", "owner_id": None}
    assert (entry.actor_id, entry.details) == (cast.cora.id, told)


def test_the_page_takes_the_same_queries_for_one_and_for_three(
    browse: Browse, cast: Cast, course: Course, shared: Phrase, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    browser, url = browse(cast.cora), f"/catalog/{course.micro_credential.id}/phrases"
    with_one = count_queries(lambda: browser.get(url))
    for text in ("Two", "Three"):
        phrases.add_phrase(course.micro_credential, "ask", text, owner=None, by=cast.cora)
    db.session.commit()
    assert count_queries(lambda: browser.get(url)) == with_one
