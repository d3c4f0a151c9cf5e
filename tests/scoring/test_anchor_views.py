"""The pages of anchors and of calibration: the answers of their forms, who sees what, and what they say."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from microcred.accounts.models import Account, Role, RoleName
from microcred.catalog.models import Rubric
from microcred.db import at, db, utcnow
from microcred.evidence.models import Submission
from microcred.scoring import anchors
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.assigning import mix_in_anchor
from microcred.scoring.models import Review
from microcred.scoring.training import start_training
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.anchoring import in_training, lent, practised, proposed
from tests.scoring.reviewing import Course, HandIn, begin, decided, score

Browse = Callable[[Account], Browser]
Count = Callable[[Callable[[], Any]], int]


@pytest.fixture
def source(cast: Cast, hand_in: HandIn) -> Submission:
    """Evidence of amara's that is with the reviewers."""
    return hand_in(cast.amara)


@pytest.fixture
def always(app: Flask) -> Iterator[None]:
    """With every review comes an anchor, if there is one."""
    kept = app.config["MICROCRED_DRIFT_PERCENT"]
    app.config["MICROCRED_DRIFT_PERCENT"] = 100
    yield
    app.config["MICROCRED_DRIFT_PERCENT"] = kept


def typed(rubric: Rubric, level: object = 1, why: str = "Because") -> dict[str, Any]:
    """The same level and explanation for every criterion."""
    return {f"level_{each.id}": level for each in rubric.criteria} | {f"why_{each.id}": why for each in rubric.criteria}


def test_the_coordinator_asks_from_the_page_of_the_case(browse: Browse, cast: Cast, source: Submission) -> None:
    decided(source, (1, 1, 1))
    browser, url = browse(cast.cora), f"/scoring/{source.code_name}"
    assert "Ask its author" in browser.get(url).text
    answer = browser.send(f"{url}/anchor")
    assert (answer.status_code, answer.location) == (303, url)
    page = browser.get(url).text
    assert "Its author is asked. Nothing is copied before they agree." in page
    assert ("author asked on" in page, "Ask its author" in page) == (True, False)
    assert browser.send(f"{url}/anchor").status_code == 422


def test_evidence_in_review_cannot_be_asked_for(browse: Browse, cast: Cast, source: Submission) -> None:
    assert "Let others learn from it" not in browse(cast.cora).get(f"/scoring/{source.code_name}").text


def test_the_author_answers_on_their_own_page(browse: Browse, cast: Cast, source: Submission) -> None:
    anchor = proposed(cast, source)
    browser, url = browse(cast.amara), f"/submissions/{source.id}"
    assert "May others learn from it?" in browser.get(url).text
    answer = browser.send(f"/anchors/{anchor.id}/answer", example="y")
    assert (answer.status_code, answer.location) == (303, f"{url}#lending")
    assert (anchor.is_lent, anchor.allows_training, anchor.allows_example) == (True, False, True)
    assert browser.send(f"/anchors/{anchor.id}/answer").status_code == 422
    assert browser.send(f"/anchors/{anchor.id}/return").status_code == 303
    assert "Your evidence is lent no more: the copy is removed" in browser.get(url).text
    assert anchor.retired_at is not None


def test_nobody_is_asked_on_a_page_of_evidence_that_is_not_wanted(
    browse: Browse, cast: Cast, source: Submission
) -> None:
    assert "May others learn" not in browse(cast.amara).get(f"/submissions/{source.id}").text


def test_a_question_that_is_withdrawn_is_gone_from_the_page(browse: Browse, cast: Cast, source: Submission) -> None:
    anchors.retire_anchor(proposed(cast, source), by=cast.cora)
    assert 'id="lending"' not in browse(cast.amara).get(f"/submissions/{source.id}").text


def test_no_copy_is_said_to_be_removed_that_was_never_made(browse: Browse, cast: Cast, hand_in: HandIn) -> None:
    withdrawn, taken_back = (proposed(cast, hand_in(person)) for person in (cast.amara, cast.chloe))
    browser = browse(cast.cora)
    page = browser.get(browser.send(f"/anchors/{withdrawn.id}/end").location).text
    assert ("Nothing was copied" in page, "its copy is removed" in page) == (True, False)
    browser = browse(cast.chloe)
    page = browser.get(browser.send(f"/anchors/{taken_back.id}/return").location).text
    assert ("Nothing was copied" in page, "the copy is removed" in page) == (True, False)


def test_what_is_not_shown_yet_is_seen_by_coordinators_and_says_so(
    browse: Browse, cast: Cast, source: Submission
) -> None:
    copy = lent(cast, source).submission
    assert copy is not None
    assert "Only coordinators see this page" in browse(cast.cora).get(f"/examples/{copy.code_name}").text


def test_nobody_answers_for_somebody_else(browse: Browse, cast: Cast, source: Submission) -> None:
    anchor = proposed(cast, source)
    others = [person for person in cast.people if person.is_active and person.id != cast.amara.id]
    urls = [f"/anchors/{anchor.id}/answer", f"/anchors/{anchor.id}/return"]
    assert {browse(person).send(url, training="y").status_code for person in others for url in urls} == {404}


def test_levels_and_explanations_are_written_and_used(browse: Browse, cast: Cast, source: Submission) -> None:
    anchor = proposed(cast, source)
    browser, url = browse(cast.cora), f"/anchors/{anchor.id}"
    assert "Its author decides" in browser.get(url).text
    anchors.answer_proposal(anchor, training=True, example=True, by=cast.amara)
    assert "First write a level and an explanation" in browser.get(url).text
    refused = browser.send(f"{url}/uses", training="y")
    assert refused.status_code == 422
    assert browser.send(f"{url}/levels", **typed(source.rubric)).status_code == 303
    assert browser.send(f"{url}/uses", training="y").status_code == 303
    assert "0 of 3 reviewers may score this micro-credential now." in browser.get(url).text
    assert (anchor.trains, anchor.is_shown) == (True, False)
    assert browser.send(f"{url}/end").location == "/anchors"
    assert "This anchor has ended" in browser.get(url).text


@pytest.mark.parametrize("level", ["7", "x", "-1", "9" * 40])
def test_a_level_that_is_none_is_refused_and_what_was_typed_is_kept(
    browse: Browse, cast: Cast, source: Submission, level: str
) -> None:
    anchor = lent(cast, source)
    answer = browse(cast.cora).send(f"/anchors/{anchor.id}/levels", **typed(source.rubric, level, "Typed with care"))
    assert answer.status_code == 422
    assert answer.text.count("Typed with care</textarea>") == 3
    assert {each.level_position for each in anchor.levels} == {1}


def test_a_list_of_anchors_takes_the_same_queries_for_one_and_for_three(
    browse: Browse, cast: Cast, hand_in: HandIn, count_queries: Count
) -> None:
    browser = browse(cast.cora)
    for url in ("/anchors", "/scoring/calibration"):
        assert "no anchors yet" in browser.get(url).text or "Nobody has to practise yet" in browser.get(url).text
    in_training(cast, hand_in(cast.amara))
    one = {url: count_queries(lambda: browser.get(url)) for url in ("/anchors", "/scoring/calibration")}  # noqa: B023
    in_training(cast, hand_in(cast.bruno))
    in_training(cast, hand_in(cast.chloe))
    three = {url: count_queries(lambda: browser.get(url)) for url in one}  # noqa: B023
    assert one == three


def test_the_pages_of_the_keeper_are_nobody_elses(browse: Browse, cast: Cast, source: Submission) -> None:
    anchor = lent(cast, source)
    for person in (cast.amara, cast.rita, cast.pia, cast.adam):
        answers = [browse(person).get(url).status_code for url in ("/anchors", "/scoring/calibration")]
        assert (answers, browse(person).get(f"/anchors/{anchor.id}").status_code) == ([403, 403], 404)


def examples(cast: Cast, browse: Browse, anchor: Anchor) -> dict[str, int]:
    """What everyone is answered who looks at an example."""
    assert anchor.submission is not None
    url = f"/examples/{anchor.submission.code_name}"
    names = ("amara", "chloe", "rita", "cora", "pia", "adam")
    return {name: browse(getattr(cast, name)).get(url).status_code for name in names}


def test_an_example_is_there_once_it_is_shown_and_no_longer(browse: Browse, cast: Cast, source: Submission) -> None:
    anchor = lent(cast, source)
    hidden = dict.fromkeys(("amara", "chloe", "rita", "pia", "adam"), 404)
    assert examples(cast, browse, anchor) == hidden | {"cora": 200}
    anchors.change_uses(anchor, training=False, example=True, by=cast.cora)
    assert examples(cast, browse, anchor) == dict.fromkeys(hidden, 200) | {"cora": 200, "pia": 403, "adam": 403}
    anchors.retire_anchor(anchor, by=cast.amara)
    assert examples(cast, browse, anchor) == hidden | {"cora": 404}


def test_an_example_tells_levels_and_why_but_not_to_who_is_still_to_practise(
    browse: Browse, cast: Cast, source: Submission
) -> None:
    anchor = anchors.change_uses(lent(cast, source), training=True, example=True, by=cast.cora)
    assert anchor.submission is not None
    url = f"/examples/{anchor.submission.code_name}"
    told = {name: "Why plan" in browse(getattr(cast, name)).get(url).text for name in ("chloe", "cora", "rita")}
    assert told == {"chloe": True, "cora": True, "rita": False}
    practised(cast.rita, anchor)
    assert "Why plan" in browse(cast.rita).get(url).text


def test_an_example_tells_nothing_to_who_has_it_on_the_desk(
    browse: Browse, cast: Cast, source: Submission, always: None
) -> None:
    anchor = in_training(cast, source)
    with at(utcnow() - timedelta(days=200)):
        practised(cast.rita, anchor)
    mixed = mix_in_anchor(cast.rita, "5eed")
    assert mixed is not None
    anchors.change_uses(anchor, training=True, example=True, by=cast.cora)
    told, url = [], f"/examples/{mixed.submission.code_name}"
    told.append("Why plan" in browse(cast.rita).get(url).text)
    score(mixed, {"plan": 1, "ask": 1, "extra": 1})
    told.append("Why plan" in browse(cast.rita).get(url).text)
    browse(cast.rita).send(f"/reviews/{mixed.id}/final", comment="")
    told.append("Why plan" in browse(cast.rita).get(url).text)
    assert told == [False, False, True]


def test_practising_leads_to_the_desk_and_then_to_the_comparison(
    browse: Browse, cast: Cast, course: Course, source: Submission
) -> None:
    in_training(cast, source, (2, 1, 0))
    browser = browse(cast.rita)
    assert "not practised yet" in browser.get("/reviews/training").text
    started = browser.send(f"/catalog/{course.micro_credential.id}/training")
    desk = browser.get(started.location).text
    assert "Score it as you would score any other" in desk
    assert "Something is missing" not in desk
    review = db.session.query(Review).filter_by(seat=0).one()
    score(review, {"plan": 1, "ask": 1, "extra": 1})
    final = browser.send(f"/reviews/{review.id}/final", comment="")
    assert final.location == f"/reviews/{review.id}/comparison"
    page = browser.get(final.location).text
    assert [text for text in ("1 of 3", "33%", "Why plan", "Why ask", "Why extra") if text not in page] == []
    assert "This was an anchor" not in page
    training = browser.get("/reviews/training").text
    assert ("not calibrated yet" in training, "your first look counts" in training) == (True, True)
    assert browser.send(f"/reviews/{review.id}/repetition").status_code == 303


def test_what_is_practised_stands_in_no_queue_and_no_list_of_reviews(
    browse: Browse, cast: Cast, source: Submission
) -> None:
    anchor = in_training(cast, source)
    practised(cast.rita, anchor)
    start_training(source.micro_credential, by=cast.ravi)
    assert anchor.submission is not None
    for person in (cast.rita, cast.ravi):
        assert anchor.submission.code_name not in browse(person).get("/reviews").text


def test_without_anchors_there_is_nothing_to_practise_on(browse: Browse, cast: Cast, course: Course) -> None:
    assert "There is nothing to practise on" in browse(cast.rita).get("/reviews/training").text
    assert browse(cast.rita).send(f"/catalog/{course.micro_credential.id}/training").status_code == 422
    assert browse(cast.amara).send(f"/catalog/{course.micro_credential.id}/training").status_code == 403


def test_a_comparison_is_there_for_its_reviewer_alone_and_not_before_the_end(
    browse: Browse, cast: Cast, source: Submission
) -> None:
    anchor = in_training(cast, source)
    begun = start_training(source.micro_credential, by=cast.ravi)
    assert browse(cast.ravi).get(f"/reviews/{begun.id}/comparison").status_code == 404
    look = practised(cast.rita, anchor)
    answers = {person.name: browse(person).get(f"/reviews/{look.id}/comparison").status_code for person in cast.people}
    assert {name for name, status in answers.items() if status == 200} == {cast.rita.name}


def test_taken_back_the_comparison_keeps_levels_and_loses_explanations(
    browse: Browse, cast: Cast, source: Submission
) -> None:
    anchor = in_training(cast, source)
    look = practised(cast.rita, anchor)
    anchors.retire_anchor(anchor, by=cast.amara)
    page = browse(cast.rita).get(f"/reviews/{look.id}/comparison").text
    assert ("3 of 3" in page, "Why plan" in page, "Practise on it again" in page) == (True, False, False)
    assert "Text about Overview" not in browse(cast.rita).get(f"/reviews/{look.id}").text


def test_an_unannounced_anchor_looks_like_any_other_until_it_is_final(
    browse: Browse, cast: Cast, hand_in: HandIn, source: Submission, always: None
) -> None:
    practised(cast.rita, in_training(cast, source))
    in_training(cast, hand_in(cast.chloe))
    mixed = mix_in_anchor(cast.rita, "5eed")
    assert mixed is not None
    browser, url = browse(cast.rita), f"/reviews/{mixed.id}"
    begun = [browser.get(page).text for page in ("/reviews", url)]
    begin(mixed)
    begun += [browser.get(page).text for page in ("/reviews", url)]
    assert [word for page in begun for word in ("anchor", "decides nothing") if word in page.lower()] == []
    assert 'name="missing"' in begun[-1]
    score(mixed, {"plan": 1, "ask": 1, "extra": 0})
    final = browser.send(f"{url}/final", comment="")
    page = browser.get(final.location).text
    assert ("This was an anchor" in page, "2 of 3" in page) == (True, True)
    assert "When you did not know" in browser.get("/reviews/training").text
    table = browse(cast.cora).get("/scoring/calibration").text
    assert "66%" in table


def test_whoever_takes_an_anchor_for_incomplete_is_told(
    browse: Browse, cast: Cast, hand_in: HandIn, source: Submission, always: None
) -> None:
    practised(cast.rita, in_training(cast, source))
    in_training(cast, hand_in(cast.chloe))
    mixed = mix_in_anchor(cast.rita, "5eed")
    assert mixed is not None
    begin(mixed)
    browser = browse(cast.rita)
    assert browser.send(f"/reviews/{mixed.id}/incompleteness", missing="A photo").status_code == 303
    assert "It went back to nobody" in browser.get("/reviews").text


def test_nobody_gives_the_seat_of_an_anchor_to_somebody_else(
    browse: Browse, cast: Cast, hand_in: HandIn, source: Submission
) -> None:
    in_training(cast, source)
    begun = start_training(source.micro_credential, by=cast.rita)
    answer = browse(cast.cora).send(f"/scoring/reviews/{begun.id}/reassignment", reviewer=str(cast.ravi.id))
    assert answer.status_code == 404
    assert begun.state == "accepted"


def test_the_case_of_a_copy_is_no_case(browse: Browse, cast: Cast, source: Submission) -> None:
    copy = in_training(cast, source).submission
    assert copy is not None
    cast.cora.roles.append(Role(name=RoleName.REVIEWER))
    assert browse(cast.cora).get(f"/scoring/{copy.code_name}").status_code == 404
    assert browse(cast.amara).get(f"/submissions/{copy.id}").status_code == 404
