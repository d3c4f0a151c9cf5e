"""The administrator's pages: adding, changing, disabling, importing; and that no administrator is lost."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from microcred.accounts import actions, queries
from microcred.accounts.models import Account, RoleName
from microcred.db import db
from microcred.errors import Refused
from microcred.form_keys import FormKey
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]


def test_a_person_is_added_and_found(cast: Cast, browse: Browse) -> None:
    adam = browse(cast.adam)
    reply = adam.send(
        "/people", name="Nadia Roy", email="Nadia@School.local", school=str(cast.north.id), roles="teacher"
    )
    person = queries.account_by_email("nadia@school.local")
    assert person is not None
    assert (reply.status_code, reply.location) == (303, f"/people/{person.id}")
    assert "Nadia Roy" in adam.get("/people?q=nadi").text
    assert "Nadia Roy" not in adam.get("/people?q=amara").text


def test_a_taken_address_is_refused_beside_its_field_and_keeps_what_was_typed(cast: Cast, browse: Browse) -> None:
    reply = browse(cast.adam).send(
        "/people", name="Another Amara", email="AMARA@school.local", school="", roles="reviewer"
    )
    assert reply.status_code == 422
    assert "Somebody has that e-mail address already." in reply.text
    assert 'value="Another Amara"' in reply.text


def test_a_second_click_adds_nobody(cast: Cast, browse: Browse) -> None:
    adam = browse(cast.adam)
    fields: dict[str, Any] = {"name": "Nadia Roy", "email": "nadia@school.local", "school": "", "roles": "reviewer"}
    first, second = (adam.send("/people", key="one", **fields) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert len(db.session.scalars(select(Account).where(Account.email == "nadia@school.local")).all()) == 1


def test_a_form_key_of_somebody_else_is_refused(cast: Cast, browse: Browse) -> None:
    browse(cast.adam).send("/me/sign-outs", key="mine")
    reply = browse(cast.amara).send("/me/sign-outs", key="mine")
    assert (reply.status_code, "sent by somebody else" in reply.text) == (422, True)


def test_a_disabled_person_is_signed_out_at_once(cast: Cast, browse: Browse) -> None:
    amara = browse(cast.amara)
    assert amara.get("/me").status_code == 200
    browse(cast.adam).send(f"/people/{cast.amara.id}/disabling")
    assert amara.get("/me").status_code == 302


def test_the_last_administrator_stays(cast: Cast) -> None:
    with pytest.raises(Refused):
        actions.change_person(cast.adam, name="A", email="a@b.c", school=None, roles=[RoleName.REVIEWER], by=cast.adam)
    with pytest.raises(Refused):
        actions.disable_person(cast.adam, by=cast.cora)


def test_a_broken_people_file_adds_nobody(cast: Cast, browse: Browse) -> None:
    before = len(db.session.scalars(select(Account)).all())
    file = (io.BytesIO(b"name,e-mail,school,roles\nA,a@b.c,,reviewer\nB,nowhere,,reviewer\n"), "people.csv")
    reply = browse(cast.adam).send("/people/import", file=file)
    assert (reply.status_code, "Line 3: e-mail" in reply.text) == (422, True)
    assert len(db.session.scalars(select(Account)).all()) == before


def test_a_welcome_link_is_good_once(cast: Cast, browse: Browse, visitor: Browser) -> None:
    token = actions.welcome(cast.amara, by=cast.adam, link=lambda token: f"/welcome/{token}")
    assert visitor.get(f"/welcome/{token}").status_code == 200
    assert visitor.send(f"/welcome/{token}", password="password").status_code == 422
    assert visitor.send(f"/welcome/{token}", password="chalk dust in sunlight").status_code == 303
    assert visitor.get("/me").status_code == 200
    assert visitor.get(f"/welcome/{token}").status_code == 404


def test_a_list_page_asks_the_same_number_of_questions_for_one_row_and_for_many(
    cast: Cast, browse: Browse, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    adam = browse(cast.adam)
    many = count_queries(lambda: adam.get("/people"))
    one = count_queries(lambda: adam.get("/people?q=amara"))
    assert (many, one) == (many, many)
    assert many <= 7


def test_a_welcome_link_is_said_once_and_kept_as_a_hash_only(cast: Cast, browse: Browse) -> None:
    adam = browse(cast.adam)
    adam.send(f"/people/{cast.amara.id}/welcome", key="once")
    token = re.findall(r"/welcome/([\w-]+)", adam.get(f"/people/{cast.amara.id}").text)[0]
    assert db.session.get_one(FormKey, "once").said is None
    assert cast.amara.welcome_hash == queries.token_hash(token)
