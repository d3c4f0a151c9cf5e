"""The pages of a poll, as the people see them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from microcred.accounts.models import Account, School
from microcred.catalog.models import MicroCredential
from microcred.db import db, utcnow
from microcred.pilots.models import Pilot
from microcred.polls import actions, counting, queries
from microcred.polls.models import Poll
from microcred.polls.voting import cast_ballot
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
Draft = Callable[..., Poll]


@pytest.mark.parametrize(("htmx", "status"), [(False, 303), (True, 200)])
def test_a_ballot_is_cast(poll: Poll, cast: Cast, browse: Browse, htmx: bool, status: int) -> None:
    answer = browse(cast.amara).send(f"/polls/{poll.id}/ballot", htmx=htmx, choice=["A", "C"])
    assert answer.status_code == status
    assert queries.own_choice(poll, cast.amara) == ["A", "C"]
    if htmx:
        assert answer.text.strip().startswith(f'<section class="ballot" id="poll-{poll.id}-ballot">')
        assert "Your ballot is in" in answer.text
    else:
        assert answer.location == f"/polls/{poll.id}"


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"choice": ["A", "B", "C"]}, "Choose at most 2, please."),
        ({}, "Choose what you would take"),
        ({"choice": ["A"], "none": "1"}, "take back one or the other"),
        ({"choice": ["Z"]}, "not in this poll"),
    ],
)
def test_a_refused_ballot_keeps_the_ticks(
    poll: Poll, cast: Cast, browse: Browse, htmx: bool, fields: dict[str, Any], sentence: str
) -> None:
    answer = browse(cast.amara).send(f"/polls/{poll.id}/ballot", htmx=htmx, **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    ticked = answer.text.count("checked")
    assert ticked == len([code for code in fields.get("choice", []) if code != "Z"]) + ("none" in fields)
    assert ("<html" in answer.text) is not htmx
    assert not queries.has_voted(poll, cast.amara)


def test_a_blank_ballot_gets_a_receipt(poll: Poll, cast: Cast, browse: Browse) -> None:
    amara = browse(cast.amara)
    amara.send(f"/polls/{poll.id}/ballot", none="1")
    assert "You chose none of these" in amara.get(f"/polls/{poll.id}").text


def test_who_has_no_school_in_the_pilot_finds_no_poll(poll: Poll, cast: Cast, browse: Browse) -> None:
    poll.pilot.schools.remove(cast.south)
    chloe = browse(cast.chloe)
    assert chloe.get(f"/polls/{poll.id}").status_code == 404
    assert chloe.send(f"/polls/{poll.id}/ballot", choice=["A"]).status_code == 404


def test_who_may_not_vote_is_told_so(poll: Poll, cast: Cast, browse: Browse) -> None:
    pia = browse(cast.pia)
    assert "It asks the teachers of the pilot’s schools." in pia.get(f"/polls/{poll.id}").text
    assert pia.send(f"/polls/{poll.id}/ballot", choice=["A"]).status_code == 403


@pytest.mark.parametrize("htmx", [False, True])
def test_a_ballot_after_the_closing_gets_a_sentence(poll: Poll, cast: Cast, browse: Browse, htmx: bool) -> None:
    counting.close_poll(poll, by=cast.cora)
    answer = browse(cast.amara).send(f"/polls/{poll.id}/ballot", htmx=htmx, choice=["A"])
    assert answer.status_code == 422
    assert "ballots are not taken any more" in answer.text


def test_the_order_of_the_options_stays_on_reload(poll: Poll, cast: Cast, browse: Browse) -> None:
    def order(person: Account) -> list[str]:
        pieces = browse(person).get(f"/polls/{poll.id}").text.split('name="choice" value="')[1:]
        return [piece[0] for piece in pieces]

    assert order(cast.amara) == order(cast.amara)
    assert sorted(order(cast.amara)) == ["A", "B", "C", "D"]


def test_a_poll_past_its_time_is_counting(poll: Poll, cast: Cast, browse: Browse) -> None:
    poll.closes_at = utcnow() - timedelta(minutes=1)
    assert "being counted" in browse(cast.amara).get(f"/polls/{poll.id}").text
    cora = browse(cast.cora)
    assert "Count now" in cora.get(f"/polls/{poll.id}").text
    assert poll.closed_at is None
    assert cora.send(f"/polls/{poll.id}/closing").status_code == 303
    assert poll.state == "closed"


def test_standings_are_hidden_until_one_has_voted(
    draft: Draft, cast: Cast, browse: Browse, staff: Callable[[School, int], list[Account]]
) -> None:
    poll = actions.open_poll(draft(shows_standings_to="voters"), by=cast.cora)
    for teacher in staff(cast.north, 4):
        cast_ballot(poll, teacher, ["A"])
    amara, cora = browse(cast.amara), browse(cast.cora)
    assert "Approvals so far" not in amara.get(f"/polls/{poll.id}").text
    amara.send(f"/polls/{poll.id}/ballot", choice=["A"])
    assert "Approvals so far" in amara.get(f"/polls/{poll.id}").text
    assert "Approvals so far" not in cora.get(f"/polls/{poll.id}").text


def test_standings_of_few_are_not_shown(draft: Draft, cast: Cast, browse: Browse) -> None:
    poll = actions.open_poll(draft(shows_standings_to="voters"), by=cast.cora)
    amara = browse(cast.amara)
    amara.send(f"/polls/{poll.id}/ballot", choice=["A"])
    page = amara.get(f"/polls/{poll.id}").text
    assert "as soon as 5 have voted" in page
    assert "Approvals so far" not in page


def test_standings_stay_hidden_where_the_poll_says_so(
    poll: Poll, cast: Cast, browse: Browse, staff: Callable[[School, int], list[Account]]
) -> None:
    for teacher in staff(cast.north, 6):
        cast_ballot(poll, teacher, ["A"])
    amara = browse(cast.amara)
    amara.send(f"/polls/{poll.id}/ballot", choice=["A"])
    assert "Approvals so far" not in amara.get(f"/polls/{poll.id}").text
    assert amara.get(f"/polls/{poll.id}/standings.json").status_code == 404


def _fields(courses: list[MicroCredential]) -> dict[str, Any]:
    return {
        "question": "Which ones?",
        "micro_credentials": [course.id for course in courses],
        "max_approvals": "2",
        "seats": "1",
        "closes_at": (utcnow() + timedelta(days=3)).strftime("%Y-%m-%dT16:00"),
    }


def test_the_coordinator_drafts_changes_and_opens(
    pilot: Pilot, courses: list[MicroCredential], cast: Cast, browse: Browse
) -> None:
    cora = browse(cast.cora)
    assert cora.get(f"/pilots/{pilot.id}/polls/new").status_code == 200
    answer = cora.send(f"/pilots/{pilot.id}/polls", **_fields(courses))
    (poll,) = queries.visible_polls(cast.cora, pilot)
    assert (answer.status_code, answer.location) == (303, f"/polls/{poll.id}")
    assert cora.get(f"/polls/{poll.id}/edit").text.count("checked") == 7
    cora.send(f"/polls/{poll.id}", **_fields(courses[:3]))
    assert len(poll.options) == 3
    assert "This is a preview" in cora.get(f"/polls/{poll.id}/preview").text
    assert cora.send(f"/polls/{poll.id}/opening").location == f"/polls/{poll.id}"
    assert poll.state == "open"


@pytest.mark.parametrize(
    ("field", "value"),
    [("closes_at", "0001-01-01T00:00"), ("closes_at", "9999-12-31T23:59"), ("seats", "9" * 40), ("question", " ")],
)
def test_an_unusable_draft_is_refused(
    pilot: Pilot, courses: list[MicroCredential], cast: Cast, browse: Browse, field: str, value: str
) -> None:
    answer = browse(cast.cora).send(f"/pilots/{pilot.id}/polls", **_fields(courses) | {field: value})
    assert answer.status_code == 422
    assert queries.visible_polls(cast.cora, pilot) == []


def test_only_the_coordinator_runs_polls(poll: Poll, cast: Cast, browse: Browse) -> None:
    amara = browse(cast.amara)
    for part in ("edit", "preview", "turnout"):
        assert amara.get(f"/polls/{poll.id}/{part}").status_code == 403
    for part in ("opening", "closing", "decision"):
        assert amara.send(f"/polls/{poll.id}/{part}").status_code == 403
    assert poll.state == "open"


def test_the_turnout_is_a_piece_of_its_own(poll: Poll, cast: Cast, browse: Browse) -> None:
    cast_ballot(poll, cast.amara, ["A"])
    piece = browse(cast.cora).get(f"/polls/{poll.id}/turnout").text
    assert "1 of 2" in piece
    assert 'hx-trigger="every 10s"' in piece
    assert "<html" not in piece


def test_the_result_explains_itself(
    poll: Poll, cast: Cast, browse: Browse, staff: Callable[[School, int], list[Account]]
) -> None:
    for teacher in staff(cast.north, 5):
        cast_ballot(poll, teacher, ["A"])
    for teacher in staff(cast.south, 7):
        cast_ballot(poll, teacher, ["B"])
    counting.close_poll(poll, by=cast.cora)
    page = browse(cast.amara).get(f"/polls/{poll.id}").text
    assert "“Number talks” serves 7 teachers." in page
    assert "Adding “Exit tickets” serves 5 more whom nobody served yet." in page
    assert "no other is as good" in page
    assert "What if?" not in page
    assert "By school" in page


def test_the_coordinator_tries_an_exchange(poll: Poll, cast: Cast, browse: Browse) -> None:
    cast_ballot(poll, cast.amara, ["A"])
    cast_ballot(poll, cast.bruno, ["B"])
    counting.close_poll(poll, by=cast.cora)
    cora = browse(cast.cora)
    page = cora.get(f"/polls/{poll.id}?leave_out=A&take_in=D").text
    assert "1 teacher served" in page
    assert "1 fewer than suggested." in page
    assert "Choose one that is suggested" in cora.get(f"/polls/{poll.id}?leave_out=D&take_in=A").text


@pytest.mark.parametrize(("htmx", "status"), [(False, 303), (True, 200)])
def test_the_coordinator_decides(poll: Poll, cast: Cast, browse: Browse, htmx: bool, status: int) -> None:
    cast_ballot(poll, cast.amara, ["A", "B"])
    counting.close_poll(poll, by=cast.cora)
    cora = browse(cast.cora)
    refused = cora.send(f"/polls/{poll.id}/decision", htmx=htmx, codes=["C", "A"])
    assert refused.status_code == 422
    assert "tell people why" in refused.text
    done = cora.send(f"/polls/{poll.id}/decision", htmx=htmx, codes=["C", "A"], reason="We have a coach for it.")
    assert done.status_code == status
    page = browse(cast.amara).get(f"/polls/{poll.id}").text
    assert "We have a coach for it." in page
    assert "Decided by Cora Whitefeather" in page


def test_the_pages_speak_french(poll: Poll, cast: Cast, browse: Browse) -> None:
    bruno = browse(cast.bruno)
    assert '<html lang="fr"' in bruno.get(f"/polls/{poll.id}").text
    assert bruno.get("/polls").status_code == 200
    bruno.send(f"/polls/{poll.id}/ballot", choice=["B"])
    counting.close_poll(poll, by=cast.cora)
    assert bruno.get(f"/polls/{poll.id}").status_code == 200


def test_the_list_asks_as_often_for_one_poll_as_for_three(
    draft: Draft, cast: Cast, browse: Browse, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    actions.open_poll(draft(), by=cast.cora)
    amara = browse(cast.amara)
    db.session.commit()
    one = count_queries(lambda: amara.get("/polls"))
    for _ in range(2):
        actions.open_poll(draft(), by=cast.cora)
    db.session.commit()
    assert count_queries(lambda: amara.get("/polls")) == one


def test_a_ballot_asks_the_database_seldom(
    poll: Poll, cast: Cast, browse: Browse, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    amara = browse(cast.amara)
    amara.get(f"/polls/{poll.id}")
    db.session.commit()
    first = count_queries(lambda: amara.send(f"/polls/{poll.id}/ballot", choice=["A"]))
    again = count_queries(lambda: amara.send(f"/polls/{poll.id}/ballot", choice=["B"]))
    assert (first, again) == (16, 15)
