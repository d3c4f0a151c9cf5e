"""The coordinator decides, the suggestion does not; and everyone who voted is told."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from microcred.catalog.models import MicroCredential
from microcred.db import db
from microcred.errors import Refused
from microcred.noticeboard.models import Announcement
from microcred.outbox import Mail
from microcred.pilots.actions import offer, withdraw_offer
from microcred.pilots.queries import standing_offers
from microcred.polls import actions, counting, deciding, queries
from microcred.polls.models import Poll
from microcred.polls.voting import cast_ballot
from tests.cast import Cast

Draft = Callable[..., Poll]


@pytest.fixture
def closed(poll: Poll, cast: Cast) -> Poll:
    """A poll that suggests A and B."""
    cast_ballot(poll, cast.amara, ["A"])
    cast_ballot(poll, cast.bruno, ["B", "A"])
    counting.close_poll(poll, by=cast.cora)
    return poll


def _offered(poll: Poll) -> list[str]:
    return [made.micro_credential.title for made in standing_offers(poll.pilot)]


def test_the_suggestion_is_decided_without_a_reason(closed: Poll, cast: Cast) -> None:
    assert closed.suggested == ["A", "B"]
    deciding.decide(closed, ["B", "A"], "", by=cast.cora)
    assert (closed.state, closed.decided_by, closed.decision_reason) == ("decided", cast.cora, None)
    assert [option.code for option in closed.chosen] == ["A", "B"]
    assert _offered(closed) == ["Exit tickets", "Number talks"]


@pytest.mark.parametrize("codes", [["A"], ["A", "C"], ["A", "B", "C"]])
def test_another_choice_needs_a_reason(closed: Poll, cast: Cast, codes: list[str]) -> None:
    with pytest.raises(Refused, match="tell people why") as refused:
        deciding.decide(closed, codes, " ", by=cast.cora)
    assert refused.value.field == "reason"
    deciding.decide(closed, codes, "There is a coach for these.", by=cast.cora)
    assert [option.code for option in closed.chosen] == codes


@pytest.mark.parametrize("codes", [[], ["Z"], ["A", "Z"]])
def test_a_choice_is_of_the_polls_options(closed: Poll, cast: Cast, codes: list[str]) -> None:
    with pytest.raises(Refused, match="at least one of the poll") as refused:
        deciding.decide(closed, codes, "Because.", by=cast.cora)
    assert refused.value.field == "codes"
    assert _offered(closed) == []


def test_an_open_poll_is_not_decided_and_a_decided_one_not_again(poll: Poll, cast: Cast) -> None:
    with pytest.raises(Refused, match="not closed yet"):
        deciding.decide(poll, ["A"], "Because.", by=cast.cora)
    counting.close_poll(poll, by=cast.cora)
    deciding.decide(poll, ["A"], "Because.", by=cast.cora)
    with pytest.raises(Refused, match="has been decided"):
        deciding.decide(poll, ["B"], "Because.", by=cast.cora)
    assert _offered(poll) == ["Exit tickets"]


def test_a_stack_offers_all_of_its_micro_credentials(draft: Draft, courses: list[MicroCredential], cast: Cast) -> None:
    poll = actions.open_poll(draft(micro_credentials=courses[:1], stacks=[courses[2].stack], seats=1), by=cast.cora)
    counting.close_poll(poll, by=cast.cora)
    deciding.decide(poll, ["B"], "All of it.", by=cast.cora)
    assert _offered(poll) == ["Reading conferences", "Wait time"]


def test_what_is_offered_already_stays_and_what_was_withdrawn_comes_back(
    closed: Poll, courses: list[MicroCredential], cast: Cast
) -> None:
    offer(closed.pilot, courses[0], by=cast.cora)
    withdraw_offer(offer(closed.pilot, courses[1], by=cast.cora), by=cast.cora)
    deciding.decide(closed, ["A", "B"], "", by=cast.cora)
    assert _offered(closed) == ["Exit tickets", "Number talks"]


def test_everyone_who_voted_is_told_the_same_and_nobody_else(poll: Poll, cast: Cast) -> None:
    cast_ballot(poll, cast.amara, ["A"])
    cast_ballot(poll, cast.chloe, ["D"])
    counting.close_poll(poll, by=cast.cora)
    deciding.decide(poll, ["A", "C"], "There is a coach for these.", by=cast.cora)
    told = db.session.scalars(select(Mail).where(Mail.text.contains("coach")).order_by(Mail.id)).all()
    assert [mail.person_id for mail in told] == [cast.amara.id, cast.chloe.id]
    assert "- Exit tickets\n- Reading conferences" in told[0].text
    assert told[0].text.replace(cast.amara.name, "") == told[1].text.replace(cast.chloe.name, "")


def test_the_decision_is_announced(closed: Poll, cast: Cast) -> None:
    deciding.decide(closed, ["A", "C"], "There is a coach for these.", by=cast.cora)
    announced = db.session.scalars(select(Announcement.text)).all()
    assert announced == ["The poll is decided: Exit tickets, Reading conferences."]


def test_a_suggestion_holds_what_a_course_builds_on_unless_it_is_offered(
    poll: Poll, courses: list[MicroCredential], cast: Cast
) -> None:
    courses[1].requires_id = courses[3].id
    db.session.flush()
    assert queries.prerequisites(poll) == {"B": "D"}
    offer(poll.pilot, courses[3], by=cast.cora)
    assert queries.prerequisites(poll) == {}


def test_a_stack_in_the_poll_provides_what_a_course_builds_on(
    draft: Draft, courses: list[MicroCredential], cast: Cast
) -> None:
    courses[1].requires_id = courses[3].id
    poll = draft(micro_credentials=courses[:2], stacks=[courses[3].stack])
    assert queries.prerequisites(poll) == {"B": "C"}
