"""What can be changed when: everything while nobody has voted, then only what takes nothing from a ballot."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from microcred.accounts.models import Account
from microcred.catalog.models import MicroCredential
from microcred.db import db, utcnow
from microcred.errors import Refused
from microcred.outbox import Mail
from microcred.pilots.actions import end_pilot
from microcred.polls import actions, counting, extending, queries
from microcred.polls.design import Design, design_of
from microcred.polls.models import Poll, PollOption
from microcred.polls.voting import cast_ballot
from microcred.recognition.actions import create_giveaway
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
Draft = Callable[..., Poll]


def _changed(poll: Poll, **changes: Any) -> Design:
    return design_of(poll) | changes  # type: ignore[return-value]


def _extension(poll: Poll, **changes: Any) -> dict[str, Any]:
    as_it_is: dict[str, Any] = {
        "closes_at": poll.closes_at,
        "audience": poll.audience,
        "asked_school_ids": poll.asked_school_ids,
        "asked_subjects": poll.asked_subjects,
    }
    return as_it_is | changes


def test_an_open_poll_without_a_ballot_is_changed_and_its_lots_are_drawn_anew(
    poll: Poll, courses: list[MicroCredential], cast: Cast
) -> None:
    old = poll.wording
    actions.change_poll(poll, **_changed(poll, method="rank", micro_credentials=courses[1:]), by=cast.cora)
    assert [option.title for option in poll.options] == ["Number talks", "Reading conferences", "Wait time"]
    assert (poll.state, sorted(poll.lots), poll.method) == ("open", ["A", "B", "C"], "rank")
    assert poll.wording != old


def test_once_somebody_has_voted_the_question_stays(poll: Poll, cast: Cast) -> None:
    cast_ballot(poll, cast.amara, [])
    with pytest.raises(Refused, match="Somebody has voted"):
        actions.change_poll(poll, **_changed(poll, question="?"), by=cast.cora)
    counting.close_poll(poll, by=cast.cora)
    with pytest.raises(Refused, match="is closed"):
        actions.change_poll(poll, **_changed(poll, question="?"), by=cast.cora)


def test_the_closing_moves_and_more_are_asked(poll: Poll, cast: Cast) -> None:
    cast_ballot(poll, cast.amara, ["A"])
    later = poll.closes_at + timedelta(days=2)
    extending.extend_poll(poll, **_extension(poll, closes_at=later, audience="everyone"), by=cast.cora)
    assert (poll.closes_at, poll.audience) == (later, "everyone")
    assert queries.own_choice(poll, cast.amara) == ["A"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"closes_at": utcnow() - timedelta(hours=1)}, "closes_at"), ({"audience": "pilot"}, "audience")],
)
def test_nobody_is_left_out_and_no_time_gone_by(poll: Poll, cast: Cast, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        extending.extend_poll(poll, **_extension(poll, **change), by=cast.cora)
    assert refused.value.field == field


def test_an_added_option_asks_again(draft: Draft, courses: list[MicroCredential], cast: Cast) -> None:
    poll = actions.open_poll(draft(micro_credentials=courses[:3], max_approvals=3, method="rank"), by=cast.cora)
    cast_ballot(poll, cast.amara, ["A", "C"])
    old_lots, old = list(poll.lots), poll.wording
    option = extending.add_option(poll, courses[3], by=cast.cora)
    assert (option.code, option.is_new, poll.max_approvals) == ("D", True, 4)
    assert [code for code in poll.lots if code != "D"] == old_lots
    assert poll.wording == old
    assert queries.own_choice(poll, cast.amara) == ["A", "C"]
    (mail,) = db.session.scalars(select(Mail))
    assert mail.person_id == cast.amara.id
    assert "“Wait time”" in mail.text
    cast_ballot(poll, cast.amara, ["D", "A"], wording=old)
    assert queries.own_choice(poll, cast.amara) == ["D", "A"]


def test_the_lot_of_an_added_option_falls_anywhere(draft: Draft, courses: list[MicroCredential], cast: Cast) -> None:
    places = set()
    for _ in range(40):
        poll = actions.open_poll(draft(micro_credentials=courses[:2]), by=cast.cora)
        extending.add_option(poll, courses[2], by=cast.cora)
        places.add(poll.lots.index("C"))
    assert places == {0, 1, 2}


def test_what_is_in_the_poll_is_not_added_again(poll: Poll, courses: list[MicroCredential], cast: Cast) -> None:
    with pytest.raises(Refused, match="in the poll already"):
        extending.add_option(poll, courses[0], by=cast.cora)
    courses[3].archived_at = utcnow()
    with pytest.raises(Refused, match="archived"):
        extending.add_option(poll, courses[3], by=cast.cora)
    counting.close_poll(poll, by=cast.cora)
    with pytest.raises(Refused, match="not open"):
        extending.add_option(poll, courses[2].stack, by=cast.cora)


def test_a_copy_is_a_draft_of_its_own(draft: Draft, courses: list[MicroCredential], cast: Cast) -> None:
    poll = actions.open_poll(
        draft(method="dots", max_approvals=6, dots_per_option=2, audience="everyone"), by=cast.cora
    )
    courses[0].archived_at = utcnow()
    copy = actions.copy_poll(poll, by=cast.cora)
    assert copy.id != poll.id
    assert (copy.state, copy.method, copy.dots_per_option, copy.audience) == ("draft", "dots", 2, "everyone")
    assert [option.title for option in copy.options] == ["Number talks", "Reading conferences", "Wait time"]
    assert timedelta(days=4) < copy.closes_at - utcnow() < timedelta(days=6)


def test_an_ended_pilot_gets_no_copy(poll: Poll, cast: Cast) -> None:
    end_pilot(poll.pilot, by=cast.cora)
    with pytest.raises(Refused, match="has ended"):
        actions.copy_poll(poll, by=cast.cora)


def test_only_a_draft_is_deleted(poll: Poll, draft: Draft, cast: Cast) -> None:
    gone = draft()
    actions.delete_draft(gone, by=cast.cora)
    db.session.commit()
    assert queries.visible_polls(cast.cora, poll.pilot) == [poll]
    assert db.session.scalar(select(func.count()).select_from(PollOption)) == 4
    with pytest.raises(Refused, match="it stays"):
        actions.delete_draft(poll, by=cast.cora)


def test_a_draft_that_a_thank_you_is_for_stays(draft: Draft, cast: Cast) -> None:
    poll = draft()
    create_giveaway(poll.pilot, name="Mug", value_cents=500, rule="voted", poll=poll, stock=3, by=cast.cora)
    with pytest.raises(Refused, match="thank-you"):
        actions.delete_draft(poll, by=cast.cora)
    db.session.commit()
    assert queries.visible_polls(cast.cora, poll.pilot) == [poll]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"seats": None}, "seats"),
        ({"budget_hours": 4}, "seats"),
        ({"seats": None, "budget_hours": 4, "method": "rank"}, "budget_hours"),
        ({"seats": None, "budget_hours": 1}, "budget_hours"),
        ({"method": "guess"}, "method"),
        ({"method": "dots", "max_approvals": 5, "dots_per_option": 1}, "dots_per_option"),
    ],
)
def test_an_unusable_design_is_refused(
    draft: Draft, courses: list[MicroCredential], change: dict[str, Any], field: str
) -> None:
    for course in courses:
        course.reviewer_hours = 2
    with pytest.raises(Refused) as refused:
        draft(**change)
    assert refused.value.field == field


def test_hours_are_those_of_the_courses_and_a_stack_costs_their_sum(
    draft: Draft, courses: list[MicroCredential]
) -> None:
    courses[2].reviewer_hours, courses[3].reviewer_hours = 3, 4
    poll = draft(micro_credentials=courses[1:3], stacks=[courses[3].stack])
    assert [option.reviewer_hours for option in poll.options] == [1, 3, 7]
    with pytest.raises(Refused, match="they share hours"):
        draft(micro_credentials=courses[1:3], stacks=[courses[3].stack], seats=None, budget_hours=4)


@pytest.mark.parametrize(("method", "usual"), [("approve", 4), ("rank", 4), ("dots", 5)])
def test_a_poll_that_does_not_say_how_many_takes_the_usual_number(draft: Draft, method: str, usual: int) -> None:
    assert draft(method=method, max_approvals=None).max_approvals == usual


def _form(courses: list[MicroCredential], **changes: str) -> dict[str, Any]:
    usual = {
        "question": "Which ones?",
        "micro_credentials": [course.id for course in courses],
        "seats": "1",
        "closes_at": (utcnow() + timedelta(days=3)).strftime("%Y-%m-%dT16:00"),
    }
    return usual | changes


def test_the_form_makes_every_kind_of_poll(
    poll: Poll, courses: list[MicroCredential], cast: Cast, browse: Browse
) -> None:
    cora, url = browse(cast.cora), f"/polls/{poll.id}"
    assert cora.send(url, **_form(courses, method="dots", max_approvals="4", dots_per_option="2")).status_code == 303
    assert (poll.method, poll.max_approvals, poll.dots_per_option) == ("dots", 4, 2)
    assert (
        cora.send(url, **_form(courses, method="approve", seats="", budget_hours="3", audience="everyone")).status_code
        == 303
    )
    assert (poll.method, poll.seats, poll.budget_hours, poll.audience) == ("approve", None, 3, "everyone")
    assert (
        cora.send(
            url, **_form(courses, budget_hours="", audience="schools", asked_school_ids=str(cast.south.id))
        ).status_code
        == 303
    )
    assert (poll.audience, poll.asked_school_ids) == ("schools", [cast.south.id])
    refused = cora.send(url, **_form(courses, method="rank", seats="", budget_hours="3"))
    assert refused.status_code == 422
    assert "Here, say how many you can offer." in refused.text


def test_a_poll_with_ballots_is_extended_on_its_page(
    draft: Draft, courses: list[MicroCredential], cast: Cast, browse: Browse
) -> None:
    poll = actions.open_poll(draft(micro_credentials=courses[:2]), by=cast.cora)
    cast_ballot(poll, cast.amara, ["A"])
    cora = browse(cast.cora)
    page = cora.get(f"/polls/{poll.id}/edit").text
    assert "People have voted." in page
    assert 'name="question"' not in page
    closes_at = (utcnow() + timedelta(days=9)).strftime("%Y-%m-%dT16:00")
    assert cora.send(f"/polls/{poll.id}/extensions", closes_at=closes_at, audience="everyone").status_code == 303
    assert poll.audience == "everyone"
    fewer = cora.send(f"/polls/{poll.id}/extensions", closes_at=closes_at, audience="pilot")
    assert (fewer.status_code, "Ask the same people or more" in fewer.text) == (422, True)
    assert cora.send(f"/polls/{poll.id}/options", added=f"course-{courses[2].id}").status_code == 303
    assert "new" in browse(cast.amara).get(f"/polls/{poll.id}").text
    again = cora.send(f"/polls/{poll.id}/options", added=f"course-{courses[2].id}")
    assert (again.status_code, "in the poll already" in again.text) == (422, True)
    assert cora.send(f"/polls/{poll.id}/options", added="junk").status_code == 422


def test_the_coordinator_copies_and_deletes(poll: Poll, cast: Cast, browse: Browse) -> None:
    cora = browse(cast.cora)
    to = cora.send(f"/polls/{poll.id}/copies").location
    assert to != f"/polls/{poll.id}"
    assert cora.get(to).status_code == 200
    assert cora.send(f"{to}/deletion").location == "/polls"
    assert cora.get(to).status_code == 404
    assert cora.send(f"/polls/{poll.id}/deletion").status_code == 422


def test_the_thank_you_for_voting_stands_on_the_form_and_the_ballot(poll: Poll, cast: Cast, browse: Browse) -> None:
    cora, amara = browse(cast.cora), browse(cast.amara)
    assert "A thank-you for taking part" not in amara.get(f"/polls/{poll.id}").text
    assert "Nothing is given for it so far." in cora.get(f"/polls/{poll.id}/edit").text
    create_giveaway(poll.pilot, name="Chalk mug", value_cents=500, rule="voted", stock=3, by=cast.cora)
    for page in (
        cora.get(f"/polls/{poll.id}/edit"),
        cora.get(f"/polls/{poll.id}/preview"),
        amara.get(f"/polls/{poll.id}"),
    ):
        assert "Chalk mug" in page.text


@pytest.mark.parametrize(("shown_to", "status"), [("all", 200), ("voters", 200), ("decided", 403)])
def test_a_result_for_the_coordinator_is_seen_by_others_once_it_is_decided(
    draft: Draft, cast: Cast, browse: Browse, shown_to: str, status: int
) -> None:
    poll = actions.open_poll(draft(shows_standings_to=shown_to), by=cast.cora)
    cast_ballot(poll, cast.amara, ["A"])
    counting.close_poll(poll, by=cast.cora)
    amara = browse(cast.amara)
    assert amara.get(f"/polls/{poll.id}/standings.json").status_code == status
    assert ("What the ballots suggest" in amara.get(f"/polls/{poll.id}").text) is (status == 200)
    assert browse(cast.cora).get(f"/polls/{poll.id}/standings.json").status_code == 200
    poll.decided_at = utcnow()
    db.session.flush()
    assert amara.get(f"/polls/{poll.id}/standings.json").status_code == 200
    assert "What the ballots suggest" in amara.get(f"/polls/{poll.id}").text
