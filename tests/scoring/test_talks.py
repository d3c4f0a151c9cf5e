"""The talk after the third "not yet": asked for by its author, led by a coordinator, who has a conflict since."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from microcred.accounts.models import Account, Role, RoleName
from microcred.db import db, utcnow
from microcred.errors import Refused
from microcred.evidence import actions, talks
from microcred.evidence.models import CoachTalk, Submission, SubmissionState
from microcred.outbox import Mail
from microcred.schooldays import local
from microcred.scoring.candidates import candidates
from microcred.scoring.coaching import keep_coached
from microcred.scoring.models import Review, ReviewState
from microcred.scoring.reviewer_models import Conflict
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.reviewing import MET, NOT_MET, HandIn, decided

Browse = Callable[[Account], Browser]


def tried(hand_in: HandIn, person: Account, times: int) -> Submission:
    """Evidence that was answered with "not yet" so many times."""
    submission = decided(hand_in(person), (MET, NOT_MET, MET))
    for _again in range(times - 1):
        submission = decided(hand_in(person, previous=submission), (MET, NOT_MET, MET))
    db.session.commit()
    return submission


@pytest.fixture
def third(cast: Cast, hand_in: HandIn) -> Submission:
    """Amara's third try, answered with "not yet"."""
    return tried(hand_in, cast.amara, 3)


def today() -> str:
    return local(utcnow()).date().isoformat()


def conflicts() -> list[tuple[int, int, str]]:
    return [
        (row[0], row[1], row[2])
        for row in db.session.execute(select(Conflict.reviewer_id, Conflict.person_id, Conflict.source))
    ]


def subjects(person: Account) -> list[str]:
    return list(db.session.scalars(select(Mail.subject).where(Mail.person_id == person.id).order_by(Mail.id)))


@pytest.mark.parametrize(("times", "comes_first"), [(1, False), (2, False), (3, True), (4, True)])
def test_a_talk_comes_after_the_third_not_yet(cast: Cast, hand_in: HandIn, times: int, comes_first: bool) -> None:
    assert talks.comes_first(tried(hand_in, cast.amara, times)) is comes_first


def test_no_fourth_try_begins_before_the_talk(cast: Cast, third: Submission) -> None:
    with pytest.raises(Refused, match="A talk with a coach comes first"):
        actions.resubmit(third, by=third.person)
    talk = talks.ask_for_talk(third, by=third.person)
    with pytest.raises(Refused, match="A talk with a coach comes first"):
        actions.resubmit(third, by=third.person)
    talks.lead_talk(talk, by=cast.cora)
    talks.note_talk(talk, local(utcnow()).date(), by=cast.cora)
    assert actions.resubmit(third, by=third.person).attempt == 4


def test_who_asks_is_told_what_that_means_and_the_coordinator_by_mail(
    browse: Browse, cast: Cast, third: Submission
) -> None:
    browser = browse(cast.amara)
    page = browser.get(f"/submissions/{third.id}").text
    assert (
        "The coordinator then sees your name together with this micro-credential." in page,
        "Hand in again" in page,
    ) == (True, False)
    assert browser.send(f"/submissions/{third.id}/talk").status_code == 303
    assert subjects(cast.cora) == ["A teacher asks for a talk: Asking open questions"]
    mail = db.session.scalars(select(Mail).where(Mail.person_id == cast.cora.id)).one()
    assert cast.amara.name not in mail.subject + mail.text
    assert "You asked for a talk with a coach" in browser.get(f"/submissions/{third.id}").text


def test_a_talk_is_asked_for_once(browse: Browse, cast: Cast, third: Submission) -> None:
    browser = browse(cast.amara)
    statuses = [browser.send(f"/submissions/{third.id}/talk").status_code for _click in range(2)]
    assert (statuses, db.session.query(CoachTalk).count(), len(subjects(cast.cora))) == ([303, 422], 1, 1)


def test_no_talk_is_asked_for_where_none_is_due(browse: Browse, cast: Cast, hand_in: HandIn) -> None:
    second = tried(hand_in, cast.amara, 2)
    assert browse(cast.amara).send(f"/submissions/{second.id}/talk").status_code == 422
    assert db.session.query(CoachTalk).count() == 0


def asked(submission: Submission) -> CoachTalk:
    talk = talks.ask_for_talk(submission, by=submission.person)
    db.session.commit()
    return talk


def led(submission: Submission, coach: Account) -> CoachTalk:
    talk = talks.lead_talk(asked(submission), by=coach)
    keep_coached(coach, submission.person)
    db.session.commit()
    return talk


def told(page: str, person: Account) -> list[str]:
    """What a page says of somebody who asked for a talk."""
    assert "Asking open questions" in page
    words = (person.name, person.school.name if person.school else "", "try 3", "Try 3")
    return [word for word in words if word in page]


def test_only_who_leads_a_talk_sees_who_asks(browse: Browse, cast: Cast, third: Submission) -> None:
    assert "Nobody asks for a talk" in browse(cast.cora).get("/talks").text
    asked(third)
    browser, other = browse(cast.cora), browse(coordinator(cast.pavel))
    assert told(browser.get("/talks").text, cast.amara) == []
    assert conflicts() == []
    assert browser.send(f"/talks/{third.id}/leading").status_code == 303
    assert told(browser.get("/talks").text, cast.amara) == ["Amara Okafor", "North school"]
    assert conflicts() == [(cast.cora.id, cast.amara.id, "coached")]
    page = other.get("/talks").text
    assert (told(page, cast.amara), f"led by {cast.cora.name}" in page) == ([], True)


def coordinator(person: Account) -> Account:
    person.roles.append(Role(name=RoleName.COORDINATOR))
    db.session.commit()
    return person


def test_another_coordinator_may_take_a_talk_over(browse: Browse, cast: Cast, third: Submission) -> None:
    led(third, cast.cora)
    assert browse(coordinator(cast.pavel)).send(f"/talks/{third.id}/leading").status_code == 303
    assert told(browse(cast.cora).get("/talks").text, cast.amara) == []
    assert set(conflicts()) == {(who.id, cast.amara.id, "coached") for who in (cast.cora, cast.pavel)}


def test_a_talk_is_taken_on_once_and_noted_by_who_leads_it(browse: Browse, cast: Cast, third: Submission) -> None:
    asked(third)
    browser = browse(cast.cora)
    early = browser.send(f"/talks/{third.id}/holding", held_on=today())
    assert (early.status_code, "Only who leads this talk" in early.text) == (422, False)
    assert [browser.send(f"/talks/{third.id}/leading").status_code for _click in range(2)] == [303, 422]
    assert browser.send(f"/talks/{third.id}/holding", held_on=today()).status_code == 303
    assert browser.send(f"/talks/{third.id}/leading").status_code == 422


@pytest.mark.parametrize("what", ["leading", "holding", "undoing"])
def test_an_author_who_coordinates_does_nothing_about_their_own_talk(
    browse: Browse, cast: Cast, third: Submission, what: str
) -> None:
    talk = led(third, cast.cora)
    if what == "undoing":
        talks.note_talk(talk, local(utcnow()).date(), by=cast.cora)
    browser = browse(coordinator(cast.amara))
    answer = browser.send(f"/talks/{third.id}/{what}", held_on=today())
    assert (answer.status_code, "Undo" in browser.get("/talks").text) == (422, False)
    assert (talk.noted_by_id, talk.held_on is not None) == (cast.cora.id, what == "undoing")
    assert [row[:2] for row in conflicts()] == [(cast.cora.id, cast.amara.id)]


def test_a_case_tells_of_no_try(browse: Browse, cast: Cast, hand_in: HandIn, third: Submission) -> None:
    pages = [
        browse(cast.cora).get(f"/scoring/{each.code_name}").text
        for each in (hand_in(cast.amara, previous=third), hand_in(cast.chloe))
    ]
    assert [re.search(r"\bTry\b", page) for page in pages] == [None, None]


def test_nobody_but_coordinators_sees_the_talks(browse: Browse, cast: Cast, third: Submission) -> None:
    asked(third)
    for person in (cast.pia, cast.amara, cast.rita, cast.adam):
        assert browse(person).get("/talks").status_code == 403
        for what in ("leading", "holding"):
            assert browse(person).send(f"/talks/{third.id}/{what}", held_on=today()).status_code == 404


def test_a_noted_talk_opens_the_next_try_and_makes_a_conflict(browse: Browse, cast: Cast, third: Submission) -> None:
    led(third, cast.cora)
    assert browse(cast.cora).send(f"/talks/{third.id}/holding", held_on=today()).status_code == 303
    assert conflicts() == [(cast.cora.id, cast.amara.id, "coached")]
    assert subjects(cast.amara)[-1] == "You can hand in again: Asking open questions"
    assert "Hand in again" in browse(cast.amara).get(f"/submissions/{third.id}").text


def test_whoever_leads_it_does_not_review_the_next_try(browse: Browse, cast: Cast, third: Submission) -> None:
    cast.cora.roles.append(Role(name=RoleName.REVIEWER))
    asked(third)
    browse(cast.cora).send(f"/talks/{third.id}/leading")
    (cora,) = [one for one in candidates(third) if one.id == cast.cora.id]
    assert cora.has_declared_conflict is True


def test_what_the_coach_was_reviewing_of_theirs_goes_to_somebody_else(
    browse: Browse, cast: Cast, hand_in: HandIn, third: Submission
) -> None:
    cast.cora.roles.append(Role(name=RoleName.REVIEWER))
    other = hand_in(cast.amara)
    review = Review(submission=other, reviewer=cast.cora, seat=1, offered_at=utcnow(), due_at=utcnow())
    other.state = SubmissionState.IN_REVIEW
    db.session.add(review)
    asked(third)
    browse(cast.cora).send(f"/talks/{third.id}/leading")
    db.session.refresh(review)
    assert review.state == ReviewState.SET_ASIDE


def test_a_second_note_is_refused(browse: Browse, cast: Cast, third: Submission) -> None:
    led(third, cast.cora)
    browser = browse(cast.cora)
    statuses = [browser.send(f"/talks/{third.id}/holding", held_on=today()).status_code for _click in range(2)]
    assert (statuses, len(conflicts())) == ([303, 422], 1)


@pytest.mark.parametrize(
    ("days", "sentence"), [(1, "This day is still to come"), (-1, "This day is before the answer")]
)
def test_a_day_that_cannot_be_is_refused_beside_its_talk(
    browse: Browse, cast: Cast, third: Submission, days: int, sentence: str
) -> None:
    led(third, cast.cora)
    day = (local(utcnow()).date() + timedelta(days=days)).isoformat()
    answer = browse(cast.cora).send(f"/talks/{third.id}/holding", held_on=day)
    assert (answer.status_code, sentence in answer.text, f'value="{day}"' in answer.text) == (422, True, True)
    assert talks.comes_first(third) is True


def test_a_note_is_taken_back_and_who_led_the_talk_still_does(browse: Browse, cast: Cast, third: Submission) -> None:
    led(third, cast.cora)
    browser = browse(cast.cora)
    browser.send(f"/talks/{third.id}/holding", held_on=today())
    assert browser.send(f"/talks/{third.id}/undoing").status_code == 303
    assert (talks.comes_first(third), conflicts()) == (True, [(cast.cora.id, cast.amara.id, "coached")])
    assert browser.send(f"/talks/{third.id}/undoing").status_code == 422


def test_a_note_stays_once_the_next_try_has_begun(browse: Browse, cast: Cast, third: Submission) -> None:
    talks.note_talk(led(third, cast.cora), local(utcnow()).date(), by=cast.cora)
    actions.resubmit(third, by=cast.amara)
    db.session.commit()
    answer = browse(cast.cora).send(f"/talks/{third.id}/undoing")
    assert (answer.status_code, "The next try has begun" in answer.text) == (422, True)


def test_the_list_asks_as_much_for_one_row_as_for_three(
    browse: Browse, cast: Cast, hand_in: HandIn, count_queries: Callable[..., int]
) -> None:
    browser = browse(cast.cora)
    led(tried(hand_in, cast.amara, 3), cast.cora)
    one = count_queries(lambda: browser.get("/talks"))
    for person in (cast.bruno, cast.chloe):
        led(tried(hand_in, person, 3), cast.cora)
    assert count_queries(lambda: browser.get("/talks")) == one <= 7
