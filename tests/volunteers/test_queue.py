"""The queue: who is next, what becomes of an offer, and that a freed place never lies idle."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from microcred.accounts import actions as accounts
from microcred.accounts.models import Account
from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.pilots.actions import end_pilot
from microcred.pilots.models import Pilot
from microcred.volunteers import actions, answers, places, queries
from microcred.volunteers.models import Volunteer, VolunteerState
from tests.cast import Cast
from tests.volunteers.test_volunteering import newest_text, subjects, verbs

S = VolunteerState
LATER = timedelta(days=12)
"""Longer than an offer lasts."""


@pytest.fixture
def crowd(cast: Cast, approved: Callable[..., Volunteer], teacher: Callable[..., Account]) -> list[Volunteer]:
    """Two who have joined and three who wait, in this order."""
    people = [cast.amara, cast.chloe, *(teacher(name, cast.north) for name in ("Tess Ng", "Udo Roy", "Vera Lam"))]
    return [approved(person) for person in people]


def states(entries: list[Volunteer]) -> list[str]:
    return [str(entry.state) for entry in entries]


def test_a_freed_place_is_offered_to_the_next_in_line(pilot: Pilot, crowd: list[Volunteer]) -> None:
    actions.withdraw(crowd[0], by=crowd[0].person)
    assert states(crowd) == ["withdrawn", "joined", "offered", "waiting", "waiting"]
    assert [queries.position(entry) for entry in crowd[2:]] == [None, 1, 2]
    assert pilot.places_taken == 2
    assert subjects(crowd[2].person)[-1] == "A place in “Feedback that lands” is free for you"


def test_an_offer_lasts_three_school_days_to_the_end_of_the_day(pilot: Pilot, crowd: list[Volunteer]) -> None:
    toronto = ZoneInfo("America/Toronto")
    pilot.ends_on = datetime(2027, 6, 30).date()  # noqa: DTZ001 — a day, without a time
    db.session.flush()
    with at(datetime(2026, 12, 3, 16, tzinfo=toronto)):
        actions.withdraw(crowd[0], by=crowd[0].person)
    assert crowd[2].offer_ends_at == datetime(2026, 12, 8, 23, 59, 59, tzinfo=toronto)
    assert "Tuesday" in newest_text(crowd[2].person)


def test_who_accepts_has_joined(pilot: Pilot, crowd: list[Volunteer]) -> None:
    actions.withdraw(crowd[0], by=crowd[0].person)
    entry = actions.accept_offer(crowd[2], by=crowd[2].person)
    assert (entry.state, entry.offer_ends_at) == (S.JOINED, None)
    assert entry.joined_at is not None
    assert pilot.places_taken == 2


def test_no_thanks_ends_the_entry_and_the_next_is_asked(pilot: Pilot, crowd: list[Volunteer]) -> None:
    actions.withdraw(crowd[0], by=crowd[0].person)
    actions.decline_offer(crowd[2], by=crowd[2].person)
    assert states(crowd) == ["withdrawn", "joined", "withdrawn", "offered", "waiting"]
    assert pilot.places_taken == 2


def test_an_offer_that_ran_out_goes_to_the_next_and_the_person_to_the_end_of_the_queue(
    pilot: Pilot, crowd: list[Volunteer]
) -> None:
    actions.withdraw(crowd[0], by=crowd[0].person)
    with at(utcnow() + LATER):
        assert places.expire_offers(pilot) == [crowd[2]]
    assert states(crowd) == ["withdrawn", "joined", "waiting", "offered", "waiting"]
    assert [queries.position(crowd[index]) for index in (4, 2)] == [1, 2]
    assert "You are still on the waiting list, now at its end." in newest_text(crowd[2].person)
    assert verbs(crowd[2]) == ["volunteered", "approved", "offered a place", "ended an offer"]


def test_who_lets_two_offers_run_out_is_asked_no_more(pilot: Pilot, crowd: list[Volunteer]) -> None:
    actions.withdraw(crowd[0], by=crowd[0].person)
    for times in range(1, 5):
        with at(utcnow() + LATER * times):
            places.expire_offers(pilot)
    assert states(crowd) == ["withdrawn", "joined", "withdrawn", "offered", "waiting"]
    assert "ask no more" in newest_text(crowd[2].person)
    assert pilot.places_taken == 2


def test_an_offer_in_time_does_not_run_out(pilot: Pilot, crowd: list[Volunteer]) -> None:
    actions.withdraw(crowd[0], by=crowd[0].person)
    assert places.expire_offers(pilot) == []
    assert crowd[2].state == S.OFFERED


def test_an_offer_that_ran_out_cannot_be_accepted(crowd: list[Volunteer]) -> None:
    actions.withdraw(crowd[0], by=crowd[0].person)
    with at(utcnow() + LATER), pytest.raises(Refused, match="has run out"):
        actions.accept_offer(crowd[2], by=crowd[2].person)


def test_run_out_offers_are_found_by_their_pilots(pilot: Pilot, crowd: list[Volunteer]) -> None:
    actions.withdraw(crowd[0], by=crowd[0].person)
    assert queries.pilots_with_run_out_offers() == []
    with at(utcnow() + LATER):
        assert queries.pilots_with_run_out_offers() == [pilot]


def test_an_approval_does_not_overtake_the_queue_for_a_place_whose_offer_ran_out(
    cast: Cast, crowd: list[Volunteer], applied: Callable[..., Volunteer]
) -> None:
    actions.withdraw(crowd[0], by=crowd[0].person)
    newest = applied(cast.bruno)
    with at(utcnow() + LATER):
        answers.approve(newest, by=cast.pia)
    assert states([*crowd, newest]) == ["withdrawn", "joined", "waiting", "offered", "waiting", "waiting"]


def test_more_places_are_offered_to_those_who_wait(pilot: Pilot, crowd: list[Volunteer]) -> None:
    pilot.places = 4
    db.session.flush()
    assert places.fill_places(pilot) == crowd[2:4]
    assert states(crowd) == ["joined", "joined", "offered", "offered", "waiting"]


def test_whoever_cannot_sign_in_any_more_is_passed_over(cast: Cast, crowd: list[Volunteer]) -> None:
    accounts.disable_person(crowd[2].person, by=cast.adam)
    assert queries.position(crowd[3]) == 1
    actions.withdraw(crowd[0], by=crowd[0].person)
    assert states(crowd) == ["withdrawn", "joined", "waiting", "offered", "waiting"]


def test_after_the_end_no_place_is_offered_or_accepted(cast: Cast, pilot: Pilot, crowd: list[Volunteer]) -> None:
    actions.withdraw(crowd[0], by=crowd[0].person)
    end_pilot(pilot, by=cast.cora)
    actions.withdraw(crowd[1], by=crowd[1].person)
    assert states(crowd) == ["withdrawn", "withdrawn", "offered", "waiting", "waiting"]
    with pytest.raises(Refused, match="has ended"):
        actions.accept_offer(crowd[2], by=crowd[2].person)


def test_a_place_is_free_again_after_completion(cast: Cast, pilot: Pilot, crowd: list[Volunteer]) -> None:
    entry = actions.complete(crowd[0], by=cast.cora)
    assert entry.ended_at is not None
    assert states(crowd) == ["completed", "joined", "offered", "waiting", "waiting"]


def test_who_did_not_take_part_is_told_why(cast: Cast, crowd: list[Volunteer]) -> None:
    actions.note_absence(crowd[0], "We did not see you in October.", by=cast.cora)
    assert states(crowd)[:3] == ["did not take part", "joined", "offered"]
    assert "We did not see you in October." in newest_text(cast.amara)


def test_a_mark_is_taken_back_while_there_is_a_place(
    cast: Cast, pilot: Pilot, approved: Callable[..., Volunteer]
) -> None:
    entry = actions.note_absence(approved(cast.amara), "A slip.", by=cast.cora)
    assert pilot.places_taken == 0
    actions.take_back_mark(entry, by=cast.cora)
    assert (entry.state, entry.reason, entry.ended_at) == (S.JOINED, None, None)
    assert pilot.places_taken == 1


def test_a_mark_stands_once_the_place_is_offered_to_another(cast: Cast, crowd: list[Volunteer]) -> None:
    actions.complete(crowd[0], by=cast.cora)
    with pytest.raises(Refused, match="Every place is taken"):
        actions.take_back_mark(crowd[0], by=cast.cora)


def test_a_mark_stands_once_the_person_has_applied_again(
    cast: Cast, approved: Callable[..., Volunteer], applied: Callable[..., Volunteer]
) -> None:
    entry = actions.complete(approved(cast.amara), by=cast.cora)
    applied(cast.amara)
    with pytest.raises(Refused, match="applied again"):
        actions.take_back_mark(entry, by=cast.cora)
