"""What happened around an incentive: weeks before and after, groups, averages, turnout, and what is hidden."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from microcred.accounts.models import Account, School
from microcred.db import at, db, utcnow
from microcred.recognition import actions
from microcred.recognition.effect import WEEKS, Activity, effect
from microcred.recognition.models import Giveaway, GiveawayStart
from microcred.schooldays import local
from tests.conftest import Browser
from tests.recognition.conftest import World
from tests.recognition.test_fairness import teachers

Browse = Callable[[Account], Browser]


def offered(world: World, weeks_ago: int) -> Giveaway:
    with at(utcnow() - timedelta(weeks=weeks_ago)):
        return world.giveaway("volunteered", stock=50)


def sign_up(world: World, people: list[Account], days_ago: int) -> None:
    for person in people:
        world.volunteer(person).applied_at = utcnow() - timedelta(days=days_ago)
    db.session.flush()


def first(world: World) -> Activity:
    return effect(world.pilot, "").activities[0]


def start(giveaway: Giveaway, school: School, days_ago: int) -> None:
    day = local(utcnow()).date() - timedelta(days=days_ago)
    giveaway.starts.append(GiveawayStart(school_id=school.id, starts_on=day))
    db.session.flush()


def test_people_are_counted_in_the_week_in_which_they_took_part(world: World) -> None:
    offered(world, weeks_ago=3)
    people = teachers(world.cast.north, 20)
    sign_up(world, people[:6], days_ago=3 * 7 + 1)
    sign_up(world, people[6:13], days_ago=3 * 7)
    sign_up(world, people[13:19], days_ago=3 * 7 - 7)
    weeks = list(first(world).having.weeks)
    assert weeks[WEEKS - 1 : WEEKS + 2] == [6, 7, 6]
    assert weeks[WEEKS + 3 :] == [None] * 5


def test_an_average_week_is_told_per_hundred_teachers(world: World) -> None:
    offered(world, weeks_ago=4)
    people = teachers(world.cast.north, 37)
    sign_up(world, people[:8], days_ago=40)
    sign_up(world, people[8:16], days_ago=20)
    having = first(world).having
    assert effect(world.pilot, "").having.teachers == 40
    assert (having.before, having.after) == (2.5, 5.0)


def test_fewer_than_five_are_hidden_also_as_the_rest_of_the_average(world: World) -> None:
    offered(world, weeks_ago=3)
    people = teachers(world.cast.north, 20)
    sign_up(world, people[:6], days_ago=3 * 7 + 1)
    sign_up(world, people[6:9], days_ago=3 * 7 + 8)
    weeks = list(first(world).having.weeks)
    assert weeks[WEEKS - 2 : WEEKS] == [None, None]
    sign_up(world, people[9:11], days_ago=7)
    assert first(world).having.after is None


def test_schools_that_start_later_are_shown_beside(world: World) -> None:
    giveaway = offered(world, weeks_ago=6)
    start(giveaway, world.cast.north, days_ago=14)
    start(giveaway, world.cast.south, days_ago=-14)
    sign_up(world, teachers(world.cast.north, 9), days_ago=13)
    sign_up(world, teachers(world.cast.south, 8), days_ago=15)
    found = effect(world.pilot, "")
    assert [school.name for school in found.having.schools] == ["North school"]
    assert [school.name for school in found.without.schools] == ["South school"]
    assert found.activities[0].having.weeks[WEEKS] == 9
    assert found.activities[0].without.weeks[WEEKS - 1] == 8


def test_a_group_of_too_few_teachers_shows_nothing(world: World) -> None:
    offered(world, weeks_ago=3)
    sign_up(world, [world.cast.amara, world.cast.bruno, world.cast.chloe], days_ago=10)
    having = first(world).having
    assert (list(having.weeks), having.before, having.after) == ([None] * 2 * WEEKS, None, None)


def test_of_a_closed_poll_the_turnout_is_told_and_no_day(world: World) -> None:
    offered(world, weeks_ago=3)
    people = teachers(world.cast.north, 20)
    world.vote(*people[:10])
    assert effect(world.pilot, "").turnouts == []
    world.poll.opened_at, world.poll.closed_at = utcnow() - timedelta(days=5), utcnow()
    db.session.flush()
    (turnout,) = effect(world.pilot, "").turnouts
    assert (turnout.had_it, turnout.had_not) == ((10, 23), None)


def test_a_turnout_that_tells_who_did_not_vote_is_hidden(world: World) -> None:
    offered(world, weeks_ago=3)
    world.vote(*teachers(world.cast.north, 20))
    world.poll.opened_at, world.poll.closed_at = utcnow() - timedelta(days=5), utcnow()
    db.session.flush()
    assert [turnout.had_it for turnout in effect(world.pilot, "").turnouts] == [None]


def test_the_days_of_the_incentive_are_told(world: World) -> None:
    giveaway = offered(world, weeks_ago=3)
    world.volunteer(world.cast.amara)
    (entitlement,) = actions.thank(world.pilot, world.cast.amara)
    actions.give(entitlement, by=world.cast.cora)
    found = effect(world.pilot, str(giveaway.id))
    assert (found.giveaway, found.first_given_on) == (giveaway, local(utcnow()).date())


def test_the_page_says_what_it_does_not_show_and_claims_no_cause(world: World, browse: Browse) -> None:
    cora = browse(world.cast.cora)
    assert "Nothing was offered yet" in cora.get("/thank-yous/effect").text
    offered(world, weeks_ago=3)
    sign_up(world, teachers(world.cast.north, 9), days_ago=13)
    page = cora.get("/thank-yous/effect").text
    assert page.count('role="img"') == 1
    assert "Start school by school next time" in page
    assert [word for word in ("cause", "effect of", "because of", "led to more") if word in page.lower()] == []


def test_more_polls_cost_as_many_queries(
    world: World, browse: Browse, count_queries: Callable[[Callable[[], Any]], int]
) -> None:
    offered(world, weeks_ago=3)
    cora = browse(world.cast.cora)
    world.poll.closed_at = utcnow()
    one = count_queries(lambda: cora.get("/thank-yous/effect"))
    for number in range(3):
        world.another_poll(f"Poll {number}?").closed_at = utcnow()
    assert count_queries(lambda: cora.get("/thank-yous/effect")) == one


def test_a_principal_does_not_see_it(world: World, browse: Browse) -> None:
    assert browse(world.cast.pia).get("/thank-yous/effect").status_code == 403
