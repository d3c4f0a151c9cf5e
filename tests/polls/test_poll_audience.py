"""Whom a poll asks: they see it, vote and are counted; nobody else votes."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from microcred.accounts.models import Account, School, TaughtSubject
from microcred.db import db
from microcred.errors import Refused
from microcred.polls import actions, queries
from microcred.polls.audience import asked, asks, is_wider
from microcred.polls.models import Poll
from microcred.volunteers import actions as volunteers
from microcred.volunteers import answers
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
Draft = Callable[..., Poll]


@pytest.fixture
def teaching(cast: Cast) -> None:
    """Amara teaches mathematics, Bruno music, Chloé both."""
    for person, subject in ((cast.amara, "Math"), (cast.bruno, "Music"), (cast.chloe, "Math"), (cast.chloe, "Music")):
        db.session.add(TaughtSubject(account_id=person.id, subject=subject))
    db.session.flush()


@pytest.mark.usefixtures("teaching")
@pytest.mark.parametrize(
    ("audience", "names"),
    [
        ({}, ["amara", "bruno", "chloe"]),
        ({"audience": "everyone"}, ["amara", "bruno", "chloe", "selma"]),
        ({"audience": "subjects", "asked_subjects": ["Math"]}, ["amara", "chloe"]),
        ({"audience": "subjects", "asked_subjects": ["Math", "Music"]}, ["amara", "bruno", "chloe"]),
        ({"audience": "pilot"}, ["bruno"]),
    ],
)
def test_a_poll_asks_its_audience(
    draft: Draft, cast: Cast, staff: Callable[[School, int], list[Account]], audience: dict[str, Any], names: list[str]
) -> None:
    (selma,) = staff(_elsewhere(), 1)
    poll = draft(**audience)
    _join(poll, cast.bruno, cast)
    people = {"amara": cast.amara, "bruno": cast.bruno, "chloe": cast.chloe, "selma": selma}
    assert set(db.session.scalars(asked(poll))) == {people[name] for name in names}
    assert [name for name, person in people.items() if asks(poll, person)] == names
    assert not any(asks(poll, person) for person in (cast.pia, cast.cora, cast.rita))


def test_chosen_schools_are_asked(draft: Draft, cast: Cast) -> None:
    poll = draft(asked_school_ids=[cast.south.id])
    assert list(db.session.scalars(asked(poll))) == [cast.chloe]
    assert poll.asked_people == "the teachers of South school"
    assert not asks(poll, cast.amara)


def _elsewhere() -> School:
    school = School(name="West school")
    db.session.add(school)
    db.session.flush()
    return school


def _join(poll: Poll, person: Account, cast: Cast) -> None:
    answers.note_told(answers.approve(volunteers.volunteer(poll.pilot, person, "Yes."), by=cast.pia))


def test_whoever_does_not_know_yet_of_having_joined_is_not_asked(draft: Draft, cast: Cast) -> None:
    poll = draft(audience="pilot")
    entry = answers.approve(volunteers.volunteer(poll.pilot, cast.bruno, "Yes."), by=cast.pia)
    assert (asks(poll, cast.bruno), list(db.session.scalars(asked(poll)))) == (False, [])
    answers.note_told(entry)
    db.session.flush()
    assert (asks(poll, cast.bruno), list(db.session.scalars(asked(poll)))) == (True, [cast.bruno])


def test_a_poll_for_everyone_reaches_other_schools(
    draft: Draft, cast: Cast, browse: Browse, staff: Callable[[School, int], list[Account]]
) -> None:
    west = _elsewhere()
    (selma,) = staff(west, 1)
    ours = actions.open_poll(draft(), by=cast.cora)
    everyones = actions.open_poll(draft(audience="everyone"), by=cast.cora)
    assert queries.visible_polls(selma, everyones.pilot) == [everyones]
    assert queries.polls_to_vote_in(selma) == [everyones]
    page = browse(selma)
    assert page.get(f"/polls/{ours.id}").status_code == 404
    assert page.get("/polls").text.count(">Vote</a>") == 1
    assert page.send(f"/polls/{everyones.id}/ballot", choice=["A"]).status_code == 303
    assert (west, 1, 1) in queries.turnout(everyones)
    assert queries.turnout(ours) == [(cast.north, 2, 0), (cast.south, 1, 0)]


def test_who_is_not_asked_reads_so_and_is_told_so(draft: Draft, cast: Cast, browse: Browse) -> None:
    poll, amara = actions.open_poll(draft(asked_school_ids=[cast.south.id]), by=cast.cora), browse(cast.amara)
    assert "It asks the teachers of South school." in amara.get(f"/polls/{poll.id}").text
    answer = amara.send(f"/polls/{poll.id}/ballot", choice=["A"])
    assert answer.status_code == 422
    assert "This poll asks others: your ballot is not taken." in answer.text
    assert not queries.has_voted(poll, cast.amara)


def test_a_ballot_cast_before_its_voter_moved_away_still_counts(poll: Poll, cast: Cast, browse: Browse) -> None:
    amara = browse(cast.amara)
    amara.send(f"/polls/{poll.id}/ballot", choice=["A"])
    cast.amara.school_id = _elsewhere().id
    db.session.flush()
    answer = amara.send(f"/polls/{poll.id}/ballot", choice=["B"])
    assert answer.status_code == 422
    assert "The ballot that you cast before still counts." in answer.text
    assert queries.own_choice(poll, cast.amara) == ["A"]


@pytest.mark.usefixtures("teaching")
@pytest.mark.parametrize(
    ("before", "after", "wider"),
    [
        (("schools", [], []), ("everyone", [], []), True),
        (("everyone", [], []), ("schools", [], []), False),
        (("schools", [], []), ("schools", ["north"], []), False),
        (("schools", ["north"], []), ("schools", [], []), True),
        (("schools", ["north"], []), ("schools", ["north", "south"], []), True),
        (("schools", ["north"], []), ("schools", ["south"], []), False),
        (("subjects", [], ["Math"]), ("subjects", [], ["Math", "Music"]), True),
        (("subjects", [], ["Math", "Music"]), ("subjects", [], ["Math"]), False),
        (("subjects", [], ["Math"]), ("schools", [], []), True),
        (("subjects", [], ["Math"]), ("schools", ["north"], []), False),
        (("pilot", [], []), ("schools", [], []), True),
        (("schools", [], []), ("pilot", [], []), False),
        (("pilot", [], []), ("pilot", [], []), True),
        (("pilot", [], []), ("subjects", [], ["Math"]), False),
    ],
)
def test_an_audience_is_wider_when_it_holds_the_other(
    draft: Draft,
    cast: Cast,
    before: tuple[str, list[str], list[str]],
    after: tuple[str, list[str], list[str]],
    wider: bool,
) -> None:
    def ids(names: Sequence[str]) -> list[int]:
        return [getattr(cast, name).id for name in names]

    poll = draft(audience=before[0], asked_school_ids=ids(before[1]), asked_subjects=before[2])
    assert is_wider(poll, after[0], ids(after[1]), after[2]) is wider


@pytest.mark.parametrize(
    ("audience", "field"),
    [
        ({"audience": "nobody"}, "audience"),
        ({"audience": "subjects"}, "asked_subjects"),
        ({"asked_school_ids": [999]}, "asked_school_ids"),
    ],
)
def test_an_unusable_audience_is_refused(draft: Draft, audience: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        draft(**audience)
    assert refused.value.field == field


def test_the_list_asks_as_often_for_one_poll_of_those_who_joined_as_for_three(
    draft: Draft, cast: Cast, browse: Browse, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    counts = []
    amara = browse(cast.amara)
    for more in (1, 2):
        for _ in range(more):
            actions.open_poll(draft(audience="pilot"), by=cast.cora)
        db.session.commit()
        counts.append(count_queries(lambda: amara.get("/polls")))
    assert counts[0] == counts[1]


def test_the_home_shows_the_polls_that_ask_one(
    draft: Draft, cast: Cast, browse: Browse, staff: Callable[[School, int], list[Account]]
) -> None:
    (selma,) = staff(_elsewhere(), 1)
    for question, audience in (
        ("For everyone?", {"audience": "everyone"}),
        ("For south?", {"asked_school_ids": [cast.south.id]}),
    ):
        actions.open_poll(draft(question=question, **audience), by=cast.cora)
    shown = {
        name: [question for question in ("For everyone?", "For south?") if question in browse(person).get("/").text]
        for name, person in (("selma", selma), ("amara", cast.amara), ("chloe", cast.chloe))
    }
    assert shown == {"selma": ["For everyone?"], "amara": ["For everyone?"], "chloe": ["For everyone?", "For south?"]}
