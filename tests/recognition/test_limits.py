"""How many become due: limits per person, per period and in all; days; rules together; and what people read of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from microcred.accounts.models import Account
from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.recognition import actions, queries, switching
from microcred.recognition.coming import to_come
from microcred.recognition.conditions import LIMITS, Also, set_conditions
from microcred.recognition.eligibility import why
from microcred.recognition.models import Entitlement, Giveaway
from microcred.recognition.reach import AtSchool, reach
from microcred.schooldays import local
from microcred.volunteers.models import VolunteerState
from tests.recognition.conftest import World


def limit(world: World, giveaway: Giveaway, also: list[Also] | None = None, **limits: int) -> Giveaway:
    asked = {name: limits.get(name) for name in LIMITS}
    return set_conditions(giveaway, also=also or [], limits=asked, starts={}, by=world.cast.cora)


def due(giveaway: Giveaway) -> int:
    return db.session.scalar(select(func.count()).where(Entitlement.giveaway_id == giveaway.id)) or 0


def why_not(person: Account) -> list[str]:
    return [coming.why_not for coming in to_come(person, queries.entitlements_of(person))]


def vote_often(world: World, person: Account, times: int) -> list[Entitlement]:
    for number in range(times):
        world.vote(person, poll=world.another_poll(f"Poll {number}?"))
    return actions.thank(world.pilot, person)


def test_no_more_become_due_in_all_than_the_limit_says(world: World) -> None:
    giveaway = limit(world, world.giveaway(), in_total=2)
    for person in (world.cast.amara, world.cast.bruno, world.cast.chloe):
        world.vote(person)
        actions.thank(world.pilot, person)
    assert due(giveaway) == 2
    assert why_not(world.cast.chloe) == ["All of them are taken."]
    assert why_not(world.cast.amara) == []


def test_where_all_are_looked_at_together_lots_decide_and_the_limit_holds(world: World) -> None:
    giveaway = limit(world, world.giveaway(is_on=False), in_total=2)
    world.vote(world.cast.amara, world.cast.bruno, world.cast.chloe)
    switching.switch_on(giveaway, by=world.cast.cora)
    assert due(giveaway) == 2
    assert actions.thank_all() == []


def test_one_person_has_no_more_than_the_limit_says(world: World) -> None:
    giveaway = limit(world, world.giveaway(), per_person=2)
    assert len(vote_often(world, world.cast.amara, 3)) == 2
    assert due(giveaway) == 2
    assert why_not(world.cast.amara) == ["There are at most 2 for each person, and that is reached."]


def test_what_a_period_keeps_back_comes_when_the_period_is_over(world: World) -> None:
    giveaway = limit(world, world.giveaway(), per_period=1, period_days=10)
    assert len(vote_often(world, world.cast.amara, 2)) == 1
    assert why_not(world.cast.amara) == [
        "There is at most 1 within 10 days, and that is reached: the next may come later."
    ]
    with at(utcnow() + timedelta(days=9)):
        assert actions.thank_all() == []
    with at(utcnow() + timedelta(days=11)):
        assert len(actions.thank_all()) == 1
    assert due(giveaway) == 2


def test_raising_a_limit_makes_due_what_it_kept_back(world: World) -> None:
    giveaway = limit(world, world.giveaway(), in_total=1)
    vote_often(world, world.cast.amara, 3)
    limit(world, giveaway, in_total=3)
    assert due(giveaway) == 3


def test_lowering_a_limit_takes_nothing_away(world: World) -> None:
    giveaway = world.giveaway()
    vote_often(world, world.cast.amara, 3)
    limit(world, giveaway, in_total=1)
    assert due(giveaway) == 3


def test_a_giveaway_that_is_off_makes_nobody_due_until_it_is_on(world: World) -> None:
    world.vote(world.cast.amara)
    giveaway = world.giveaway(is_on=False)
    assert (actions.thank(world.pilot, world.cast.amara), why_not(world.cast.amara), due(giveaway)) == ([], [], 0)
    switching.switch_on(giveaway, by=world.cast.cora)
    assert due(giveaway) == 1


def test_switching_off_keeps_what_is_due_and_adds_nothing(world: World) -> None:
    giveaway = world.giveaway()
    world.due(world.cast.amara, giveaway)
    switching.switch_off(giveaway, by=world.cast.cora)
    world.vote(world.cast.bruno)
    assert (actions.thank(world.pilot, world.cast.bruno), due(giveaway)) == ([], 1)


def test_nothing_becomes_due_after_the_last_day(world: World) -> None:
    giveaway = world.giveaway(until_on=local(utcnow()).date())
    world.vote(world.cast.amara)
    with at(utcnow() + timedelta(days=1)):
        assert actions.thank(world.pilot, world.cast.amara) == []
        assert why_not(world.cast.bruno)[0].startswith("Comes with taking part in a poll. It was offered until ")
    assert len(actions.thank(world.pilot, world.cast.amara)) == 1
    assert due(giveaway) == 1


def test_each_school_starts_on_its_own_day_and_one_without_a_day_waits(world: World) -> None:
    giveaway, today = world.giveaway(), local(utcnow()).date()
    limits = dict.fromkeys(LIMITS)
    soon = today + timedelta(days=3)
    set_conditions(giveaway, also=[], limits=limits, starts={world.cast.north.id: soon}, by=world.cast.cora)
    for person in (world.cast.amara, world.cast.chloe):
        world.vote(person)
        assert actions.thank(world.pilot, person) == []
    assert why_not(world.cast.amara)[0].startswith("At this school it is offered from ")
    assert queries.thanks_for_voting(world.cast.amara, world.pilot) == []
    assert why_not(world.cast.chloe) == ["It is not offered at this school yet."]
    with at(utcnow() + timedelta(days=3)):
        assert [each.person_id for each in actions.thank_all()] == [world.cast.amara.id]
        assert queries.thanks_for_voting(world.cast.amara, world.pilot) == [giveaway]
        assert queries.thanks_for_voting(world.cast.chloe, world.pilot) == []


def test_all_that_is_asked_has_to_be_met_and_the_reason_tells_all(world: World) -> None:
    giveaway = limit(world, world.giveaway(), also=[Also("joined"), Also("shared_win", needed=2)])
    world.vote(world.cast.amara)
    assert actions.thank(world.pilot, world.cast.amara) == []
    assert why_not(world.cast.amara) == [
        "Comes with a place in the pilot. Comes with sharing 2 wins on the noticeboard. So far: 0."
    ]
    world.volunteer(world.cast.amara, VolunteerState.JOINED)
    limit(world, giveaway, also=[Also("joined")])
    (entitlement,) = queries.entitlements_of(world.cast.amara)
    assert why(entitlement) == "Voted in the poll “Which courses?” · joined"
    limit(world, giveaway, also=[])
    assert why(entitlement).endswith(" · joined")


def test_several_are_counted_and_thanked_once(world: World) -> None:
    world.giveaway("voted_often", needed=3)
    assert vote_often(world, world.cast.amara, 2) == []
    assert why_not(world.cast.amara) == ["Comes with taking part in 3 polls. So far: 2."]
    (entitlement,) = vote_often(world, world.cast.amara, 2)
    assert why(entitlement) == "Took part in 3 polls"
    assert vote_often(world, world.cast.amara, 4) == []


def test_who_is_disabled_becomes_due_nothing_before_they_are_back(world: World) -> None:
    world.vote(world.cast.dora)
    world.giveaway()
    assert actions.thank_all() == []
    world.cast.dora.disabled_at = None
    db.session.flush()
    assert [each.person_id for each in actions.thank_all()] == [world.cast.dora.id]


def test_another_rule_takes_nothing_away_and_the_old_reason_is_still_told(world: World) -> None:
    giveaway = world.giveaway()
    entitlement = world.due(world.cast.amara, giveaway)
    actions.change_giveaway(giveaway, rule="earned", by=world.cast.cora)
    assert why(entitlement) == "Voted in the poll “Which courses?”"
    assert due(giveaway) == 1


def test_the_preview_counts_whom_it_would_reach_and_what_it_costs(world: World) -> None:
    world.vote(world.cast.amara, world.cast.bruno, world.cast.chloe)
    giveaway = limit(world, world.giveaway(is_on=False, stock=1), in_total=2)
    reached = reach(giveaway)
    assert (reached.people_count, reached.pieces, reached.kept_back) == (2, 2, 1)
    assert (reached.cost_cents, reached.spare, reached.missing, reached.left_cents) == (1700, 1, 1, None)
    assert due(giveaway) == 0


def test_the_preview_tells_schools_apart(world: World) -> None:
    world.vote(world.cast.amara, world.cast.bruno, world.cast.chloe)
    reached = reach(world.giveaway(is_on=False))
    assert reached.schools == [AtSchool("North school", 2, 2), AtSchool("South school", 1, 1)]
    assert [person.name for person in reached.people] == ["Amara Okafor", "Bruno Tremblay", "Chloe Nguyen"]


def test_people_are_told_once_and_only_of_what_is_on(world: World) -> None:
    giveaway = world.giveaway(is_on=False)
    with pytest.raises(Refused, match="Switch it on first"):
        switching.note_announced(giveaway, by=world.cast.cora)
    switching.switch_on(giveaway, by=world.cast.cora)
    assert (why_not(world.cast.amara), queries.thanks_for_voting(world.cast.amara, world.pilot)) == ([], [])
    switching.announce(giveaway, "A mug", "For whoever votes.", by=world.cast.cora)
    assert why_not(world.cast.amara) == ["Comes with taking part in a poll."]
    with pytest.raises(Refused, match="told of it already"):
        switching.note_announced(giveaway, by=world.cast.cora)


@pytest.mark.parametrize("limits", [{"per_period": 2}, {"period_days": 9}])
def test_a_number_and_its_days_belong_together(world: World, limits: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="belong together"):
        limit(world, world.giveaway(), **limits)
