"""What reviewers say of themselves, and that naming a colleague tells them nothing."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.errors import Refused
from microcred.schooldays import local
from microcred.scoring import actions, profiles
from microcred.scoring.reviewer_models import Absence, Conflict, ConflictSource, ReviewerProfile
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.reviewing import MET, Course, HandIn, score, seated

Browse = Callable[[Account], Browser]
PAGE = "/reviews/profile"


def test_a_reviewer_says_what_they_teach_and_how_much_they_take_on(browse: Browse, cast: Cast) -> None:
    browser = browse(cast.rita)
    assert browser.send(PAGE, subjects="Science,  science, Art", most_open="0").status_code == 303
    page = browser.get(PAGE).text
    assert (cast.rita.subjects, db.session.get_one(ReviewerProfile, cast.rita.id).most_open) == (["Art", "Science"], 0)
    assert "You take on no reviews for now" in page
    assert 'value="Art, Science"' in page
    for wrong in ("", "51", "-1", "two"):
        assert browser.send(PAGE, subjects="Art", most_open=wrong).status_code == 422
    assert browser.send(PAGE, subjects=", ".join(map(str, range(13))), most_open="5").status_code == 422
    assert db.session.get_one(ReviewerProfile, cast.rita.id).most_open == 0


def test_days_away_are_added_undone_removed_and_put_back(browse: Browse, cast: Cast) -> None:
    browser, first = browse(cast.rita), local(utcnow()).date() + timedelta(days=7)
    last = first + timedelta(days=3)
    browser.send("/reviews/absences", starts_on=first.isoformat(), ends_on=last.isoformat())
    absence = db.session.query(Absence).one()
    assert (absence.starts_on, absence.ends_on) == (first, last)
    assert f"/reviews/absences/{absence.id}/removal" in browser.get(PAGE).text
    browser.send(f"/reviews/absences/{absence.id}/removal")
    assert db.session.query(Absence).count() == 0
    assert f"/reviews/absences?starts_on={first}&amp;ends_on={last}" in browser.get(PAGE).text
    browser.send(f"/reviews/absences?starts_on={first}&ends_on={last}")
    assert [(each.starts_on, each.ends_on) for each in profiles.absences_of(cast.rita)] == [(first, last)]


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ((3, 9), (3, 8), "comes before the first"),
        ((3, 2), (3, 5), "over already"),
        ((3, 17), (3, 18), "named these days already"),
    ],
)
def test_days_that_say_nothing_are_refused(
    cast: Cast, first: tuple[int, int], last: tuple[int, int], sentence: str
) -> None:
    with time_machine.travel(datetime(2026, 3, 6, 15, tzinfo=UTC), tick=False):
        profiles.add_absence(cast.rita, date(2026, 3, 16), date(2026, 3, 20))
        with pytest.raises(Refused, match=sentence):
            profiles.add_absence(cast.rita, date(2026, *first), date(2026, *last))
        assert profiles.add_absence(cast.rita, date(2026, 3, 6), date(2026, 3, 6)).reviewer_id == cast.rita.id


def test_days_that_are_over_go(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 3, 6, 15, tzinfo=UTC), tick=False) as clock:
        profiles.add_absence(cast.rita, date(2026, 3, 6), date(2026, 3, 8))
        kept = profiles.add_absence(cast.ravi, date(2026, 3, 6), date(2026, 3, 9))
        clock.move_to(datetime(2026, 3, 9, 4, tzinfo=UTC))
        assert profiles.absences_of(cast.rita) == []
        profiles.forget_past_absences()
        db.session.flush()
        assert db.session.query(Absence).all() == [kept]


@pytest.mark.parametrize("typed", ["amara@school.local", " AMARA@school.local ", "Amara Okafor", "amara  okafor"])
def test_a_colleague_is_named_by_address_or_name(browse: Browse, cast: Cast, typed: str) -> None:
    browser = browse(cast.rita)
    assert browser.send("/reviews/conflicts", colleague=typed).status_code == 303
    assert [each.name for each in profiles.named_by(cast.rita)] == [cast.amara.name]
    assert "You will not be asked about evidence of Amara Okafor." in browser.get(PAGE).text


def test_who_cannot_be_told_apart_is_not_guessed(browse: Browse, cast: Cast) -> None:
    browser = browse(cast.rita)
    cast.bruno.name = cast.amara.name
    for typed, sentence in (
        ("Amara Okafor", "Several people have this name"),
        ("nobody@school.local", "Nobody here has this e-mail address or name."),
        ("Rita Moreau", "That is you."),
        ("", "Please fill this in."),
    ):
        answer = browser.send("/reviews/conflicts", colleague=typed)
        assert (answer.status_code, sentence in answer.text) == (422, True)
    assert db.session.query(Conflict).count() == 0


def test_a_named_colleague_is_taken_back_and_named_again(browse: Browse, cast: Cast) -> None:
    named = profiles.name_conflict(cast.rita, cast.amara.email)
    browser = browse(cast.rita)
    browser.send(f"/reviews/conflicts/{named.id}/retraction")
    assert profiles.named_by(cast.rita) == []
    page, undo = browser.get(PAGE).text, f"/reviews/conflicts/people/{cast.amara.id}"
    assert (f'action="{undo}"' in page, cast.amara.email in page) == (True, False)
    assert browser.send(undo).status_code == 303
    assert browser.send(f"/reviews/conflicts/people/{cast.bruno.id}").status_code == 404
    assert [each.name for each in profiles.named_by(cast.rita)] == [cast.amara.name]


def test_what_a_declined_review_tells_is_on_no_page_and_changes_no_answer(browse: Browse, cast: Cast) -> None:
    for source in (ConflictSource.RECUSED, ConflictSource.COACHED):
        row = Conflict(reviewer_id=cast.rita.id, person_id=cast.amara.id, source=source, declared_at=utcnow())
        db.session.add(row)
    db.session.flush()
    recused = db.session.query(Conflict).order_by(Conflict.id).first()
    assert recused is not None
    knowing, fresh = browse(cast.rita), browse(cast.ravi)
    assert "Amara" not in knowing.get(PAGE).text
    assert knowing.send(f"/reviews/conflicts/{recused.id}/retraction").status_code == 404
    answers = [each.send("/reviews/conflicts", colleague=cast.amara.email) for each in (knowing, fresh)]
    assert [answer.status_code for answer in answers] == [303, 303]
    said = ["You will not be asked about evidence of Amara Okafor." in each.get(PAGE).text for each in (knowing, fresh)]
    assert said == [True, True]


def test_naming_the_author_ends_the_own_review_at_once(cast: Cast, hand_in: HandIn, course: Course) -> None:
    course.pilot.reviewers_per_submission = 1
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    review = score(seated(submission, 1), {"plan": MET})
    profiles.name_conflict(review.reviewer, cast.chloe.email)
    assert review.state == "draft"
    profiles.name_conflict(review.reviewer, cast.amara.email)
    assert (review.state, len(review.scores), seated(submission, 1).state) == ("set aside", 1, "offered")


def test_naming_somebody_twice_is_naming_them_once(cast: Cast) -> None:
    first = profiles.name_conflict(cast.rita, cast.amara.email)
    assert profiles.name_conflict(cast.rita, cast.amara.name) == first
    assert db.session.query(Conflict).count() == 1


def test_a_profile_is_its_reviewers_alone(browse: Browse, cast: Cast) -> None:
    absence = profiles.add_absence(cast.rita, local(utcnow()).date(), local(utcnow()).date())
    named = profiles.name_conflict(cast.rita, cast.amara.email)
    urls = (f"/reviews/absences/{absence.id}/removal", f"/reviews/conflicts/{named.id}/retraction")
    assert {browse(each).send(url).status_code for url in urls for each in (cast.ravi, cast.cora, cast.amara)} == {404}
    assert {browse(each).get(PAGE).status_code for each in (cast.cora, cast.amara, cast.pia)} == {403}


def test_the_profile_takes_the_same_few_statements_however_much_is_in_it(
    browse: Browse, cast: Cast, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    browser, today = browse(cast.rita), local(utcnow()).date()

    def statements(count: int) -> int:
        for number in range(count):
            profiles.add_absence(cast.rita, today + timedelta(days=9 * number), today + timedelta(days=9 * number))
        for person in (cast.amara, cast.bruno, cast.chloe)[:count]:
            profiles.name_conflict(cast.rita, person.email)
        db.session.commit()
        return count_queries(lambda: browser.get(PAGE))

    few = statements(1)
    db.session.query(Absence).delete()
    assert (statements(3), few <= 7) == (few, True)
