"""Teachers' subjects: one spelling for the district, few and short, shown where the person is."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from microcred.accounts import actions, queries
from microcred.accounts.models import Account
from microcred.db import db
from microcred.errors import Refused
from microcred.history import Entry
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]


def test_subjects_are_trimmed_said_once_and_sorted(cast: Cast) -> None:
    actions.set_subjects(cast.amara, [" Science", "Math", "", "math ", "Visual \x07 arts"], by=cast.adam)
    assert cast.amara.subjects == ["Math", "Science", "Visual arts"]


def test_the_spelling_that_came_first_is_kept_for_everyone(cast: Cast) -> None:
    actions.set_subjects(cast.amara, ["Math", "Éducation physique"], by=cast.adam)
    actions.set_subjects(cast.chloe, ["MATH", "éducation physique", "art"], by=cast.adam)
    assert cast.chloe.subjects == ["Math", "art", "Éducation physique"]
    assert queries.subjects() == ["art", "Math", "Éducation physique"]


def test_a_subject_that_nobody_teaches_any_more_is_not_known(cast: Cast) -> None:
    actions.set_subjects(cast.amara, ["math"], by=cast.adam)
    actions.set_subjects(cast.amara, [], by=cast.adam)
    actions.set_subjects(cast.amara, ["Math"], by=cast.adam)
    assert (cast.amara.subjects, queries.subjects()) == (["Math"], ["Math"])


@pytest.mark.parametrize("names", [["x" * 61], list("abcdefghijklm")])
def test_too_long_and_too_many_are_refused(cast: Cast, names: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        actions.set_subjects(cast.amara, names, by=cast.adam)
    assert (refusal.value.field, cast.amara.subjects) == ("subjects", [])


def test_the_longest_and_the_most_are_kept(cast: Cast) -> None:
    names = [letter * 60 for letter in "abcdefghijkl"]
    assert actions.set_subjects(cast.amara, names, by=cast.adam).subjects == names


def test_only_a_change_is_on_record_and_without_the_words(cast: Cast) -> None:
    for _each in range(2):
        actions.set_subjects(cast.amara, ["Math", "art"], by=cast.adam)
    db.session.commit()
    entries = db.session.scalars(select(Entry).where(Entry.verb == "set subjects")).all()
    assert [(each.actor_id, each.thing_id, each.details) for each in entries] == [
        (cast.adam.id, str(cast.amara.id), {})
    ]


def test_the_form_sets_them_and_the_pages_show_them(cast: Cast, browse: Browse) -> None:
    adam, north = browse(cast.adam), str(cast.north.id)
    fields: dict[str, Any] = {"name": "Amara", "email": "amara@school.local", "school": north, "roles": "teacher"}
    reply = adam.send(f"/people/{cast.amara.id}", subjects="Math, <b>Art</b>", **fields)
    assert (reply.status_code, cast.amara.subjects) == (303, ["<b>Art</b>", "Math"])
    for page in (adam.get(f"/people/{cast.amara.id}").text, browse(cast.amara).get("/me").text):
        assert "&lt;b&gt;Art&lt;/b&gt;, Math" in page
    assert 'value="&lt;b&gt;Art&lt;/b&gt;, Math"' in adam.get(f"/people/{cast.amara.id}/edit").text
    assert "Known so far: &lt;b&gt;Art&lt;/b&gt;, Math" in adam.get("/people/new").text


def test_a_new_person_gets_them_too_or_is_not_added(cast: Cast, browse: Browse) -> None:
    adam, north = browse(cast.adam), str(cast.north.id)
    fields: dict[str, Any] = {"name": "Nadia Roy", "email": "nadia@school.local", "school": north, "roles": "teacher"}
    refused = adam.send("/people", subjects="x" * 61, **fields)
    assert (refused.status_code, queries.account_by_email("nadia@school.local")) == (422, None)
    assert "is longer than 60 characters" in refused.text
    adam.send("/people", subjects="French,", **fields)
    person = queries.account_by_email("nadia@school.local")
    assert person is not None
    assert person.subjects == ["French"]
