"""The call: what it says, what it refuses, and that its rule does not change under those who are in the queue."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from microcred.accounts import actions as accounts
from microcred.accounts.models import Account, TaughtSubject
from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.jobs import fill_free_places
from microcred.pilots.actions import end_pilot
from microcred.pilots.models import Pilot
from microcred.schooldays import local
from microcred.volunteers import actions, answers, calls, queries
from microcred.volunteers.call import change_call, refuse_misfit
from microcred.volunteers.models import Volunteer, VolunteerState
from microcred.volunteers.places import expire_offers
from microcred.volunteers.rules.contenders import Kept
from tests.cast import Cast

S = VolunteerState
Change = Callable[..., Any]
RELEASE_IN = 30


@pytest.fixture
def change(cast: Cast, pilot: Pilot) -> Change:
    """Changes the call of the pilot, which has two places."""

    def change(**terms: Any) -> Any:
        given: dict[str, Any] = {"effort_hours": 12, "promise": "A day off.", "by": cast.cora} | terms
        return change_call(pilot, **given)

    return change


@pytest.fixture
def closed(pilot: Pilot) -> Pilot:
    """The pilot, with its sign-up opening tomorrow."""
    pilot.sign_up_opens_at = utcnow() + timedelta(days=1)
    db.session.flush()
    return pilot


def release(days: int = RELEASE_IN) -> Any:
    return local(utcnow()).date() + timedelta(days=days)


def states(entries: list[Volunteer]) -> list[str]:
    return [str(entry.state) for entry in entries]


def test_a_pilot_without_a_written_call_goes_by_the_order_of_application(pilot: Pilot) -> None:
    call = queries.call_of(pilot)
    assert (call.rule, call.promise, call.effort_hours, call.reservations) == ("order", "", None, [])
    assert queries.gives_places(pilot)


def test_a_call_is_written_and_changed(pilot: Pilot, change: Change) -> None:
    change()
    change(effort_hours=10, promise="Two days.")
    call = queries.call_of(pilot)
    assert (call.effort_hours, call.promise, call.rule) == (10, "Two days.", "order")


def test_what_a_rule_does_not_need_is_not_kept(cast: Cast, pilot: Pilot, change: Change) -> None:
    call = change(
        rule="order",
        draws_at=utcnow() + timedelta(days=3),
        released_on=release(),
        kept=[Kept(1, school_id=cast.north.id)],
    )
    assert (call.draws_at, call.released_on, call.reservations, call.seed) == (None, None, [], None)


def test_the_seed_of_a_draw_stays_when_the_call_is_saved_again(pilot: Pilot, change: Change) -> None:
    moment = utcnow() + timedelta(days=3)
    seed = change(rule="draw", draws_at=moment).seed
    assert change(rule="draw", draws_at=moment, promise="More.").seed == seed
    assert change(rule="draw", draws_at=moment + timedelta(hours=1)).seed == seed
    assert change(rule="order").seed is None


@pytest.mark.parametrize(
    ("terms", "field", "sentence"),
    [
        ({"rule": "lottery"}, "rule", "Choose one of the rules"),
        ({"rule": "draw"}, "draws_at", "Say when the lots are drawn"),
        ({"rule": "reserved", "days": 30}, "rule", "Keep at least one place"),
        ({"rule": "reserved", "places": 1}, "released_on", "from which day on"),
        ({"rule": "reserved", "places": 3, "days": 30}, "rule", "has 2 places: 3 cannot be kept"),
        ({"rule": "reserved", "places": 1, "days": 0}, "released_on", "before sign-up opens"),
        ({"rule": "reserved", "places": 1, "days": 91}, "released_on", "only after the pilot has ended"),
        ({"rule": "draw", "hours": -1}, "draws_at", "in the past"),
        ({"rule": "draw", "hours": 1}, "draws_at", "before sign-up opens"),
        ({"rule": "draw", "hours": 24 * 91}, "draws_at", "after the pilot has ended"),
    ],
)
def test_a_call_that_cannot_be_kept_is_refused(
    cast: Cast, closed: Pilot, change: Change, terms: dict[str, Any], field: str, sentence: str
) -> None:
    given = {
        "rule": terms["rule"],
        "draws_at": utcnow() + timedelta(hours=terms["hours"]) if "hours" in terms else None,
        "released_on": release(terms["days"]) if "days" in terms else None,
        "kept": [Kept(terms["places"], school_id=cast.north.id)] if "places" in terms else [],
    }
    with pytest.raises(Refused, match=sentence) as refused:
        change(**given)
    assert refused.value.field == field


def test_no_call_is_changed_after_the_end(cast: Cast, pilot: Pilot, change: Change) -> None:
    end_pilot(pilot, by=cast.cora)
    with pytest.raises(Refused, match="has ended"):
        change()


@pytest.mark.parametrize(
    "terms",
    [
        {"rule": "draw", "draws_at": 5},
        {"rule": "reserved", "released_on": 9},
        {"rule": "reserved", "kept": 2},
        {"rule": "order"},
    ],
)
def test_the_rule_does_not_change_under_those_who_are_in_the_queue(
    cast: Cast, change: Change, applied: Callable[..., Volunteer], terms: dict[str, Any]
) -> None:
    standing = {"rule": "reserved", "released_on": release(), "kept": [Kept(1, school_id=cast.north.id)]}
    change(**standing)
    applied(cast.amara)
    change(**standing, promise="A promise may grow.")
    new = standing | terms
    if "draws_at" in terms:
        new["draws_at"] = utcnow() + timedelta(days=terms["draws_at"])
    if "released_on" in terms:
        new["released_on"] = release(terms["released_on"])
    if "kept" in terms:
        new["kept"] = [Kept(terms["kept"], school_id=cast.north.id)]
    with pytest.raises(Refused, match="cannot change under those who wait"):
        change(**new)


def test_the_rule_changes_while_nobody_is_in_the_queue(
    cast: Cast, pilot: Pilot, change: Change, applied: Callable[..., Volunteer]
) -> None:
    actions.withdraw(applied(cast.amara), by=cast.amara)
    assert change(rule="draw", draws_at=utcnow() + timedelta(days=3)).rule == "draw"


@pytest.fixture
def kept_for_south(cast: Cast, pilot: Pilot, change: Change) -> Pilot:
    """The pilot, with one of its two places kept for South school."""
    change(rule="reserved", released_on=release(), kept=[Kept(1, school_id=cast.south.id)])
    return pilot


def test_a_kept_place_is_not_given_to_others(
    cast: Cast, kept_for_south: Pilot, approved: Callable[..., Volunteer]
) -> None:
    entries = [approved(person) for person in (cast.amara, cast.bruno, cast.chloe)]
    assert states(entries) == ["joined", "waiting", "joined"]
    assert queries.position(entries[1]) == 1


def test_kept_places_are_open_to_all_from_the_first_moment_of_the_day(
    cast: Cast, kept_for_south: Pilot, approved: Callable[..., Volunteer]
) -> None:
    entries = [approved(person) for person in (cast.amara, cast.bruno)]
    opens = local(utcnow()).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=RELEASE_IN)
    with at(opens - timedelta(seconds=1)):
        fill_free_places()
        assert states(entries) == ["joined", "waiting"]
    with at(opens):
        fill_free_places()
        assert states(entries) == ["joined", "offered"]
        fill_free_places()
    assert kept_for_south.places_taken == 2


def test_a_place_kept_for_a_subject_goes_to_who_teaches_it(
    cast: Cast, pilot: Pilot, change: Change, approved: Callable[..., Volunteer]
) -> None:
    db.session.add(TaughtSubject(account_id=cast.bruno.id, subject="Art"))
    change(rule="reserved", released_on=release(), kept=[Kept(2, subject="Art")])
    assert states([approved(cast.amara), approved(cast.bruno)]) == ["waiting", "joined"]


def test_a_place_given_back_goes_to_the_group_that_it_is_kept_for(
    cast: Cast, kept_for_south: Pilot, approved: Callable[..., Volunteer], teacher: Callable[..., Account]
) -> None:
    people = (cast.amara, cast.chloe, cast.bruno, teacher("Sam Ode", cast.south))
    entries = [approved(person) for person in people]
    actions.withdraw(entries[1], by=cast.chloe)
    assert states(entries) == ["joined", "withdrawn", "waiting", "offered"]


def test_a_place_kept_for_a_school_that_left_is_open_to_all(
    cast: Cast, kept_for_south: Pilot, approved: Callable[..., Volunteer]
) -> None:
    kept_for_south.schools = [cast.north]
    db.session.flush()
    assert states([approved(cast.amara), approved(cast.bruno)]) == ["joined", "joined"]


def test_fewer_places_than_are_kept_are_refused(cast: Cast, pilot: Pilot, change: Change) -> None:
    change(rule="reserved", released_on=release(), kept=[Kept(2, school_id=cast.south.id)])
    assert refuse_misfit(pilot) == pilot
    pilot.places = 1
    db.session.flush()
    with pytest.raises(Refused, match="has 1 places: 2 cannot be kept"):
        refuse_misfit(pilot)


def test_the_turn_counts_from_the_application_not_from_the_yes(
    cast: Cast, pilot: Pilot, applied: Callable[..., Volunteer], teacher: Callable[..., Account]
) -> None:
    entries = [applied(teacher(name, cast.north)) for name in ("Ann Ox", "Ben Oz", "Cat Ow", "Dan Oy")]
    for entry in reversed(entries):
        answers.approve(entry, by=cast.pia)
    assert states(entries) == ["waiting", "waiting", "joined", "joined"]
    assert [queries.position(entry) for entry in entries[:2]] == [1, 2]
    actions.withdraw(entries[3], by=entries[3].person)
    assert states(entries) == ["offered", "waiting", "joined", "withdrawn"]


def test_who_is_back_is_offered_what_is_free(cast: Cast, pilot: Pilot, approved: Callable[..., Volunteer]) -> None:
    entries = [approved(person) for person in (cast.amara, cast.chloe, cast.bruno)]
    accounts.disable_person(cast.bruno, by=cast.adam)
    actions.withdraw(entries[0], by=cast.amara)
    assert states(entries) == ["withdrawn", "joined", "waiting"]
    accounts.enable_person(cast.bruno, by=cast.adam)
    fill_free_places()
    assert states(entries) == ["withdrawn", "joined", "offered"]


def test_the_offers_that_ran_out_stay_on_record(cast: Cast, pilot: Pilot, approved: Callable[..., Volunteer]) -> None:
    entries = [approved(person) for person in (cast.amara, cast.chloe, cast.bruno)]
    actions.withdraw(entries[0], by=cast.amara)
    ran_out = utcnow() + timedelta(days=12)
    with at(ran_out):
        expire_offers(pilot)
    db.session.commit()
    assert calls.offers_ran_out(entries[2]) == [ran_out]
    assert calls.offers_ran_out(entries[1]) == []


def test_known_subjects_are_those_taught_at_the_schools_and_those_kept_for(
    cast: Cast, pilot: Pilot, change: Change
) -> None:
    for person, subject in ((cast.amara, "Music"), (cast.bruno, "Art"), (cast.chloe, "Art"), (cast.rita, "Latin")):
        db.session.add(TaughtSubject(account_id=person.id, subject=subject))
    call = change(rule="reserved", released_on=release(), kept=[Kept(1, subject="Woodwork")])
    assert calls.subjects_of(pilot, call) == ["Art", "Music", "Woodwork"]
