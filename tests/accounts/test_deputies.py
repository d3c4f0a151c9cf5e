"""Principals name deputies of their own school; deputies answer volunteers and get nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from microcred import permissions
from microcred.accounts import actions, queries
from microcred.accounts.deputies import end_deputy, name_deputy
from microcred.accounts.models import Account, RoleName
from microcred.db import db
from microcred.errors import Refused
from microcred.history import Entry
from microcred.outbox import Mail
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]


def subjects_of_mail(person: Account) -> list[str]:
    """What was written to somebody."""
    return list(db.session.scalars(select(Mail.subject).where(Mail.person_id == person.id).order_by(Mail.id)))


def test_a_deputy_is_named_told_and_on_record(cast: Cast) -> None:
    name_deputy(cast.north, cast.amara, by=cast.pia)
    db.session.commit()
    assert (cast.amara.answered_school_ids, cast.amara.led_school_ids) == ({cast.north.id}, set())
    assert subjects_of_mail(cast.amara) == ["You are deputy at North school"]
    entry = db.session.scalars(select(Entry).where(Entry.verb == "named deputy")).one()
    assert (entry.actor_id, entry.thing_id, entry.details) == (
        cast.pia.id,
        str(cast.amara.id),
        {"school": cast.north.id},
    )


def test_several_answer_for_a_school_and_only_those_who_can_sign_in(cast: Cast) -> None:
    for person in (cast.bruno, cast.amara):
        name_deputy(cast.north, person, by=cast.pia)
    assert queries.answerers_of(cast.north.id) == [cast.amara, cast.bruno, cast.pia]
    actions.disable_person(cast.bruno, by=cast.adam)
    assert queries.answerers_of(cast.north.id) == [cast.amara, cast.pia]
    assert queries.answerers_of(cast.south.id) == [cast.pavel]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("dora", "This person is disabled."),
        ("chloe", "A deputy works at the school: choose somebody from the list."),
        ("rita", "A deputy works at the school: choose somebody from the list."),
        ("pia", "Whoever leads the school needs no deputy’s role."),
        ("bruno", "Bruno Tremblay is deputy already."),
    ],
)
def test_who_cannot_stand_in_is_refused(cast: Cast, name: str, sentence: str) -> None:
    name_deputy(cast.north, cast.bruno, by=cast.pia)
    with pytest.raises(Refused) as refusal:
        name_deputy(cast.north, getattr(cast, name), by=cast.pia)
    assert refusal.value.sentence == sentence


def test_who_can_stand_in_is_offered(cast: Cast) -> None:
    assert queries.possible_deputies(cast.north.id) == [cast.amara, cast.bruno]
    name_deputy(cast.north, cast.amara, by=cast.pia)
    assert queries.possible_deputies(cast.north.id) == [cast.bruno]
    assert queries.deputies_of(cast.north.id) == [cast.amara]


def test_an_end_leaves_the_other_roles_and_is_told(cast: Cast) -> None:
    name_deputy(cast.north, cast.amara, by=cast.pia)
    end_deputy(cast.north, cast.amara, by=cast.pia)
    db.session.commit()
    assert (cast.amara.role_names, cast.amara.answered_school_ids) == ({RoleName.TEACHER}, set())
    assert subjects_of_mail(cast.amara)[1:] == ["You are no longer deputy at North school"]
    with pytest.raises(Refused):
        end_deputy(cast.north, cast.amara, by=cast.pia)


def test_a_disabled_deputy_is_ended_without_mail(cast: Cast) -> None:
    name_deputy(cast.north, cast.amara, by=cast.pia)
    actions.disable_person(cast.amara, by=cast.adam)
    end_deputy(cast.north, cast.amara, by=cast.pia)
    assert subjects_of_mail(cast.amara) == ["You are deputy at North school"]


def test_the_administrator_gives_the_role_with_the_form_and_it_is_told_once(cast: Cast, browse: Browse) -> None:
    adam = browse(cast.adam)
    fields: dict[str, Any] = {"name": "Amara", "email": "amara@school.local", "school": str(cast.north.id)}
    for _each in range(2):
        adam.send(f"/people/{cast.amara.id}", roles=["teacher", "deputy"], **fields)
    assert queries.deputies_of(cast.north.id) == [cast.amara]
    assert subjects_of_mail(cast.amara) == ["You are deputy at North school"]


def test_a_principal_names_and_ends_deputies_and_undoes_the_end(cast: Cast, browse: Browse) -> None:
    pia, page, amara = browse(cast.pia), f"/schools/{cast.north.id}/deputies", str(cast.amara.id)
    assert pia.send(page, person=amara).status_code == 303
    assert "Amara Okafor is deputy now, and is told so." in pia.get(page).text
    assert pia.send(f"{page}/endings", person=amara).status_code == 303
    assert queries.deputies_of(cast.north.id) == []
    assert f'action="{page}?person={amara}"' in pia.get(page).text
    assert pia.send(f"{page}?person={amara}").status_code == 303
    assert queries.deputies_of(cast.north.id) == [cast.amara]


@pytest.mark.parametrize("name", ["chloe", "pia", "dora", "rita"])
def test_the_form_takes_nobody_from_elsewhere(cast: Cast, browse: Browse, name: str) -> None:
    reply = browse(cast.pia).send(f"/schools/{cast.north.id}/deputies", person=str(getattr(cast, name).id))
    assert (reply.status_code, queries.deputies_of(cast.north.id)) == (422, [])


def test_nobody_but_the_principal_finds_the_page(cast: Cast, browse: Browse) -> None:
    name_deputy(cast.north, cast.amara, by=cast.pia)
    page = f"/schools/{cast.north.id}/deputies"
    for person in (cast.amara, cast.pavel, cast.cora, cast.adam, cast.rita):
        browser = browse(person)
        assert (browser.get(page).status_code, browser.send(page, person=str(cast.bruno.id)).status_code) == (404, 404)
        assert browser.send(f"{page}/endings", person=str(cast.amara.id)).status_code == 404
    assert queries.deputies_of(cast.north.id) == [cast.amara]


def test_a_deputy_gets_nothing_else_that_a_principal_has(cast: Cast) -> None:
    before = may_at_all(cast.rita)
    cast.rita.school = cast.north
    name_deputy(cast.north, cast.rita, by=cast.pia)
    assert may_at_all(cast.rita) - before <= {"may_answer_volunteers"}
    assert (cast.rita.is_principal, cast.rita.is_principal_of(cast.north.id)) == (False, False)


def may_at_all(person: Account) -> set[str]:
    """Every permission that asks about nothing in particular, and that the person has."""
    general = ("may_answer_volunteers", "may_hand_out", "may_see_reports", "may_see_volunteers", "may_manage_people")
    return {name for name in general if permissions.PERMISSIONS[name](person)}


def test_a_principal_of_two_schools_goes_from_one_to_the_other(cast: Cast, browse: Browse) -> None:
    cast.pia.roles.append(type(cast.pia.roles[0])(name=RoleName.PRINCIPAL, school_id=cast.south.id))
    pia = browse(cast.pia)
    page = pia.get(f"/schools/{cast.north.id}/deputies").text
    assert f'href="/schools/{cast.south.id}/deputies"' in page
    assert pia.get(f"/schools/{cast.south.id}/deputies").status_code == 200


def test_the_page_asks_the_same_number_of_questions_for_one_deputy_and_for_two(
    cast: Cast, browse: Browse, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    pia, page = browse(cast.pia), f"/schools/{cast.north.id}/deputies"
    name_deputy(cast.north, cast.amara, by=cast.pia)
    db.session.commit()
    one = count_queries(lambda: pia.get(page))
    name_deputy(cast.north, cast.bruno, by=cast.pia)
    db.session.commit()
    assert count_queries(lambda: pia.get(page)) == one


def test_a_deputy_who_moves_to_another_school_is_no_deputy_there(cast: Cast) -> None:
    name_deputy(cast.north, cast.bruno, by=cast.pia)
    roles = [RoleName.TEACHER, RoleName.DEPUTY]
    wanted: dict[str, Any] = {"name": cast.bruno.name, "email": cast.bruno.email, "roles": roles}
    actions.change_person(cast.bruno, school=cast.north, by=cast.adam, **wanted)
    assert cast.bruno.answered_school_ids == {cast.north.id}
    actions.change_person(cast.bruno, school=cast.south, by=cast.adam, **wanted)
    assert cast.bruno.answered_school_ids == set()
