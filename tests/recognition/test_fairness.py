"""Fair shares by school: what is counted, what is hidden, who sees which school, and what is taken along."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from microcred.accounts.actions import create_person
from microcred.accounts.models import Account, RoleName, School
from microcred.db import at, db, utcnow
from microcred.history import Entry
from microcred.recognition import actions
from microcred.recognition.fairness import Line, lines
from microcred.recognition.small_cells import shielded
from tests.conftest import Browser
from tests.recognition.conftest import World

Browse = Callable[[Account], Browser]


def teachers(school: School, count: int) -> list[Account]:
    start = f"{school.name[0]}{count}"
    return [
        create_person(f"{start} {n}", f"{start}{n}@school.local", school=school, roles=[RoleName.TEACHER], by=None)
        for n in range(count)
    ]


def busy(world: World, school: School, voters: int, given: int) -> list[Account]:
    """So many who voted, of whom so many received their thank-you three days later."""
    people = teachers(school, voters)
    world.vote(*people)
    due = [new for person in people for new in actions.thank(world.pilot, person)]
    with at(utcnow() + timedelta(days=3)):
        for entitlement in due[:given]:
            actions.give(entitlement, by=world.cast.cora)
    return people


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([7, 9, 0], [7, 9, 0]),
        ([7, 4, 9], [None, None, 9]),
        ([7, 4, 0], [None, None, 0]),
        ([2, 4, 9], [None, None, 9]),
        ([0, 0, 3], [None, 0, None]),
        ([0, 0, 0], [0, 0, 0]),
    ],
)
def test_a_small_number_is_never_the_rest_of_a_sum(counts: list[int], shown: list[int | None]) -> None:
    assert shielded(counts, counts) == shown


def test_a_school_is_told_with_its_denominator(world: World) -> None:
    world.giveaway(stock=20)
    busy(world, world.cast.north, voters=12, given=7)
    with at(utcnow() + timedelta(days=4)):
        (north,) = lines(world.cast.cora)
    assert north == Line("North school", 12, 12, 7, 0, 5, 3.0, 5950, 496)


def test_what_somebody_said_no_to_is_in_no_number(world: World) -> None:
    world.giveaway(stock=20)
    people = busy(world, world.cast.north, voters=7, given=0)
    (entitlement,) = world_entitlements(people[0])
    actions.decline(entitlement, by=people[0])
    assert [(line.people, line.pieces, line.due) for line in lines(world.cast.cora)] == [(6, 6, 6)]


def world_entitlements(person: Account) -> list[Any]:
    from microcred.recognition.queries import entitlements_of

    return entitlements_of(person)


def test_a_small_school_is_hidden_also_in_the_sum(world: World) -> None:
    world.giveaway(stock=30)
    busy(world, world.cast.north, voters=12, given=6)
    busy(world, world.cast.south, voters=4, given=4)
    north, south, everyone = lines(world.cast.cora)
    assert north.people == 12
    assert south.cells == (None,) * 8
    assert everyone.cells == (None,) * 8


def test_large_schools_are_summed(world: World) -> None:
    world.giveaway(stock=30)
    busy(world, world.cast.north, voters=12, given=6)
    busy(world, world.cast.south, voters=10, given=5)
    assert [line.given for line in lines(world.cast.cora)] == [6, 5, 11]
    assert [line.cents_a_head for line in lines(world.cast.cora)] == [425, 425, 425]


def test_a_change_is_seen_at_once(world: World) -> None:
    world.giveaway(stock=30)
    people = busy(world, world.cast.north, voters=12, given=6)
    db.session.commit()
    assert lines(world.cast.cora)[0].given == 6
    (entitlement,) = world_entitlements(people[-1])
    actions.give(entitlement, by=world.cast.cora)
    db.session.commit()
    assert lines(world.cast.cora)[0].given == 7


def test_one_giveaway_can_be_looked_at_alone(world: World) -> None:
    giveaway = world.giveaway(stock=30)
    world.giveaway(stock=30, name="Another")
    busy(world, world.cast.north, voters=6, given=0)
    assert [line.pieces for line in lines(world.cast.cora)] == [12]
    assert [line.pieces for line in lines(world.cast.cora, giveaway.id)] == [6]


def test_a_principal_sees_the_own_school_only(world: World, browse: Browse) -> None:
    world.giveaway(stock=30)
    busy(world, world.cast.north, voters=12, given=6)
    busy(world, world.cast.south, voters=10, given=5)
    assert [line.school for line in lines(world.cast.pia)] == ["North school"]
    page = browse(world.cast.pia).get("/thank-yous/fairness").text
    assert ("North school" in page, "South school" in page, "All schools" in page) == (True, False, False)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_it_is_taken_along_and_that_is_on_record(world: World, browse: Browse, format: str) -> None:  # noqa: A002
    world.giveaway(stock=30)
    busy(world, world.cast.north, voters=12, given=6)
    answer = browse(world.cast.cora).send("/thank-yous/fairness/downloads", format=format)
    assert answer.status_code == 200
    assert len(list(db.session.scalars(select(Entry).where(Entry.verb == "downloaded fairness")))) == 1
    if format == "csv":
        assert answer.text.splitlines()[1] == "North school,12,12,6,0,6,1.5,51.0,4.25"


def test_two_schools_cost_as_many_queries_as_one(
    world: World, browse: Browse, count_queries: Callable[[Callable[[], Any]], int]
) -> None:
    world.giveaway(stock=30)
    cora = browse(world.cast.cora)
    busy(world, world.cast.north, voters=6, given=0)
    db.session.commit()
    one = count_queries(lambda: cora.get("/thank-yous/fairness"))
    busy(world, world.cast.south, voters=6, given=0)
    db.session.commit()
    assert count_queries(lambda: cora.get("/thank-yous/fairness")) == one <= 10


def test_teachers_see_no_shares(world: World, browse: Browse) -> None:
    assert browse(world.cast.amara).get("/thank-yous/fairness").status_code == 403
