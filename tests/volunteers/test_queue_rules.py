"""The rules of the queue as pure choices: nobody too many, nobody passed over, no place idle."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from microcred.volunteers.rules import QUEUE_RULES, order, reserved
from microcred.volunteers.rules.contenders import Contender, Kept

NORTH, SOUTH = 1, 2
GROUPS = (Kept(0, NORTH), Kept(0, SOUTH), Kept(0, None, "Art"), Kept(0, None, "Music"))


@some.composite
def lines(draw: some.DrawFn) -> tuple[list[Contender], int, list[Contender], list[Kept]]:
    """Who waits, how many places are free, who holds one, and what is kept; never more kept than there are places."""
    numbers = iter(range(1, 1000))

    def people(most: int) -> list[Contender]:
        subjects = some.frozensets(some.sampled_from(["Art", "Music"]))
        kinds = draw(some.lists(some.tuples(some.integers(1, 3), subjects), max_size=most))
        return [Contender(next(numbers), *kind) for kind in kinds]

    waiting, free, held = people(8), draw(some.integers(0, 5)), people(5)
    left, kept = free + len(held), []
    for group in draw(some.permutations(GROUPS)):
        places = draw(some.integers(0, left))
        left -= places
        kept += [group._replace(places=places)] if places else []
    return waiting, free, held, kept


def can_sit(people: list[Contender], places: int, kept: list[Kept]) -> bool:
    """Whether everybody finds a place that suits, found out by trying every one."""
    seats: list[Kept | None] = [each for each in kept for _place in range(each.places)]
    seats += [None] * (places - len(seats))

    def sit(number: int, taken: frozenset[int]) -> bool:
        if number == len(people):
            return True
        free = [at for at, kept_for in enumerate(seats) if at not in taken and _suits(kept_for, people[number])]
        return any(sit(number + 1, taken | {at}) for at in free)

    return sit(0, frozenset())


def _suits(kept_for: Kept | None, person: Contender) -> bool:
    return kept_for is None or kept_for.suits(person)


@settings(deadline=None)
@given(lines())
def test_never_over_and_each_once(line: tuple[list[Contender], int, list[Contender], list[Kept]]) -> None:
    waiting, free, held, kept = line
    for rule in QUEUE_RULES.values():
        chosen = rule.pick(waiting, free, held, kept)
        assert len(chosen) <= free
        assert [each for each in waiting if each in chosen] == chosen


@settings(deadline=None)
@given(lines())
def test_no_kept_place_goes_to_another_and_no_open_one_lies_idle(
    line: tuple[list[Contender], int, list[Contender], list[Kept]],
) -> None:
    waiting, free, held, kept = line
    places = free + len(held)
    if can_sit(held, places, kept):
        chosen = reserved.pick(waiting, free, held, kept)
        assert can_sit(held + chosen, places, kept)
        passed_over = [each for each in waiting if each not in chosen]
        assert len(chosen) == free or not any(can_sit([*held, *chosen, each], places, kept) for each in passed_over)


@settings(deadline=None)
@given(lines())
def test_nobody_is_passed_over_for_a_later_one_of_the_same_groups(
    line: tuple[list[Contender], int, list[Contender], list[Kept]],
) -> None:
    waiting, free, held, kept = line
    chosen = reserved.pick(waiting, free, held, kept)
    groups = {each: frozenset(group for group in kept if group.suits(each)) for each in waiting}
    overtaken = [
        (earlier, later)
        for at, earlier in enumerate(waiting)
        for later in waiting[at + 1 :]
        if earlier not in chosen and later in chosen and groups[earlier] >= groups[later]
    ]
    assert overtaken == []


@settings(deadline=None)
@given(lines())
def test_without_kept_places_it_is_the_order_of_application(
    line: tuple[list[Contender], int, list[Contender], list[Kept]],
) -> None:
    waiting, free, held, _kept = line
    assert reserved.pick(waiting, free, held, []) == order.pick(waiting, free, held, []) == waiting[:free]


def art(number: int, school: int = 3) -> Contender:
    return Contender(number, school, frozenset({"Art"}))


def test_who_holds_a_place_uses_up_a_kept_one_of_the_own_group_first() -> None:
    held, waiting = [Contender(1, NORTH)], [Contender(2, NORTH), Contender(3, SOUTH)]
    assert reserved.pick(waiting, 1, held, [Kept(1, NORTH)]) == [waiting[0]]
    assert reserved.pick(waiting[1:], 1, held, [Kept(1, NORTH)]) == [waiting[1]]


def test_a_kept_place_waits_for_its_group() -> None:
    assert reserved.pick([Contender(1, SOUTH), art(2)], 1, [], [Kept(1, NORTH)]) == []
    assert reserved.pick([Contender(1, SOUTH), art(2)], 1, [], [Kept(1, None, "Art")]) == [art(2)]


@pytest.mark.parametrize("kept", list(permutations([Kept(1, NORTH), Kept(1, None, "Art")])))
def test_who_counts_for_two_groups_makes_room_for_who_counts_for_one(kept: tuple[Kept, ...]) -> None:
    both, north = art(1, NORTH), Contender(2, NORTH)
    assert reserved.pick([both, north], 2, [], kept) == [both, north]
    assert reserved.pick([both, art(3)], 2, [], kept) == [both, art(3)]


def test_places_that_others_hold_already_are_not_given_again() -> None:
    held = [Contender(number, SOUTH) for number in range(1, 4)]
    assert reserved.pick([Contender(9, NORTH), Contender(10, NORTH)], 1, held, [Kept(4, NORTH)]) == [
        Contender(9, NORTH)
    ]
