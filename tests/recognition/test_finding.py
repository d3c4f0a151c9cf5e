"""Whom the hand-out desk finds: by the beginning of a name or address, by a code, and nobody out of reach."""

from collections.abc import Callable

import pytest

from microcred.accounts import actions as accounts
from microcred.accounts.models import Account, RoleName
from microcred.db import db
from microcred.recognition import codes, finding
from tests.conftest import Browser
from tests.recognition.conftest import World

HOME = "https://credit.example/desk/codes/"


@pytest.fixture
def helene(world: World) -> Account:
    """Somebody whose name has accents, a dash and an apostrophe."""
    teacher = [RoleName.TEACHER]
    return accounts.create_person(
        "Hélène O’Brien-Çelik", "h.obrien@school.local", school=world.cast.north, roles=teacher, by=None
    )


def names(user: Account, search: str) -> list[str]:
    return [person.name for person in finding.people_at_desk(user, search, HOME).people]


@pytest.mark.parametrize("typed", ["hel", "Helene", "hélène", "brien", "celik", "o'b", "hel cel", "h.ob"])
def test_the_beginning_of_each_part_of_a_name_or_of_the_address_finds(
    world: World, helene: Account, typed: str
) -> None:
    assert names(world.cast.cora, typed) == [helene.name]


@pytest.mark.parametrize("typed", ["elene", "rien", "hel oka", "%", "_", "/", "brien@", "school.local"])
def test_a_piece_from_the_middle_finds_nobody(world: World, helene: Account, typed: str) -> None:
    assert names(world.cast.cora, typed) == []


def test_principals_find_their_own_school_and_teachers_nobody(world: World) -> None:
    assert names(world.cast.pia, "o") == ["Amara Okafor"]
    assert names(world.cast.pia, "chloe") == []
    assert names(world.cast.amara, "amara") == []
    assert names(world.cast.cora, "dora") == []


def test_a_handful_is_shown_of_many(world: World) -> None:
    for number in range(12):
        address = f"zoe{number}@school.local"
        accounts.create_person(f"Zoe {number}", address, school=world.cast.north, roles=[RoleName.TEACHER], by=None)
    assert len(names(world.cast.cora, "zoe")) == finding.AT_MOST


def test_a_code_finds_as_it_is_typed_or_scanned(world: World) -> None:
    code = codes.replace_code(world.cast.amara, by=world.cast.amara).code
    for typed in (code, code.lower(), f"{code[:4]} {code[4:]}", f"{HOME}{code}", f"{HOME}{code}/"):
        found = finding.people_at_desk(world.cast.pia, typed, HOME)
        assert ([person.id for person in found.people], found.is_by_code) == ([world.cast.amara.id], True)
    assert names(world.cast.pavel, code) == []
    assert names(world.cast.cora, code[:7]) == []


def test_a_code_of_another_district_is_told_apart(world: World) -> None:
    code = codes.replace_code(world.cast.amara, by=world.cast.amara).code
    found = finding.people_at_desk(world.cast.cora, f"https://elsewhere.example/desk/codes/{code}", HOME)
    assert found == finding.Found([], is_foreign=True)


def test_the_page_of_a_foreign_code_says_so(world: World, browse: Callable[[Account], Browser]) -> None:
    page = browse(world.cast.cora).get("/desk?q=https://elsewhere.example/desk/codes/ABCDEFGH").text
    assert "A code of another district" in page
    own = codes.replace_code(world.cast.amara, by=world.cast.amara).code
    db.session.commit()
    page = browse(world.cast.cora).get(f"/desk?q=http://localhost/desk/codes/{own}").text
    assert f'id="person-{world.cast.amara.id}-card"' in page


def test_who_is_found_by_name_is_to_be_checked_and_by_code_not(
    world: World, browse: Callable[[Account], Browser]
) -> None:
    world.due(world.cast.amara, world.giveaway())
    code = codes.replace_code(world.cast.amara, by=world.cast.amara).code
    cora = browse(world.cast.cora)
    assert "Check who it is before you give." in cora.get("/desk?q=amara").text
    assert "Check who it is" not in cora.get(f"/desk?q={code}").text
