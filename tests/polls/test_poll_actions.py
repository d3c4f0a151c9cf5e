"""Polls open, take each voter's ballot once, and close."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from microcred.catalog.models import MicroCredential
from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.polls import actions, counting, queries
from microcred.polls.models import Ballot, Participation, Poll
from microcred.polls.voting import cast_ballot
from tests.cast import Cast

Draft = Callable[..., Poll]


def _count(table: type[Ballot] | type[Participation]) -> int | None:
    return db.session.scalar(select(func.count()).select_from(table))


def test_options_get_short_codes_in_their_order(draft: Draft, courses: list[MicroCredential]) -> None:
    poll = draft(micro_credentials=courses[:2], stacks=[courses[2].stack])
    assert [(option.code, option.title) for option in poll.options] == [
        ("A", "Exit tickets"),
        ("B", "Number talks"),
        ("C", "Asking"),
    ]


def test_codes_go_on_after_the_alphabet() -> None:
    assert [actions.code_at(place) for place in (0, 25, 26, 51, 52, 702)] == ["A", "Z", "AA", "AZ", "BA", "AAA"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"max_approvals": 0}, "max_approvals"),
        ({"seats": 0}, "seats"),
        ({"seats": 5}, "seats"),
        ({"micro_credentials": []}, "micro_credentials"),
        ({"closes_at": utcnow() - timedelta(days=1)}, "closes_at"),
    ],
)
def test_an_unusable_poll_is_refused(draft: Draft, change: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        draft(**change)
    assert refused.value.field == field


def test_a_draft_can_be_changed(draft: Draft, courses: list[MicroCredential], cast: Cast) -> None:
    poll = draft()
    actions.change_poll(
        poll,
        question="And now?",
        micro_credentials=courses[1:3],
        stacks=[],
        max_approvals=1,
        seats=1,
        closes_at=poll.closes_at,
        shows_standings_to="voters",
        by=cast.cora,
    )
    db.session.commit()
    db.session.expire_all()
    assert [(option.code, option.title) for option in poll.options] == [
        ("A", "Number talks"),
        ("B", "Reading conferences"),
    ]
    assert (poll.question, poll.max_approvals, poll.seats, poll.state) == ("And now?", 1, 1, "draft")


def test_a_poll_opens_once(poll: Poll, cast: Cast) -> None:
    with pytest.raises(Refused, match="has been opened"):
        actions.open_poll(poll, by=cast.cora)


def test_opening_draws_the_lots_and_makes_a_key(poll: Poll) -> None:
    assert sorted(poll.lots) == ["A", "B", "C", "D"]
    assert poll.key is not None
    assert len(poll.key) == 32


def test_a_poll_whose_time_is_up_does_not_open(draft: Draft, cast: Cast) -> None:
    poll = draft()
    with at(poll.closes_at), pytest.raises(Refused, match="in the past"):
        actions.open_poll(poll, by=cast.cora)


def test_a_change_of_mind_replaces_the_choice(poll: Poll, cast: Cast) -> None:
    cast_ballot(poll, cast.amara, ["A", "B"])
    cast_ballot(poll, cast.amara, ["D", "C"])
    assert queries.own_choice(poll, cast.amara) == ["C", "D"]
    assert (_count(Ballot), _count(Participation)) == (1, 1)


def test_a_blank_ballot_is_taking_part(poll: Poll, cast: Cast) -> None:
    cast_ballot(poll, cast.amara, [])
    assert queries.own_choice(poll, cast.amara) == []
    assert queries.has_voted(poll, cast.amara)
    assert not queries.has_voted(poll, cast.bruno)
    assert queries.own_choice(poll, cast.bruno) is None


@pytest.mark.parametrize(
    ("codes", "sentence"),
    [(["A", "B", "C"], "at most 2"), (["A", "Z"], "not in this poll"), (["a"], "not in this poll")],
)
def test_a_ballot_that_the_method_does_not_take_is_refused(
    poll: Poll, cast: Cast, codes: list[str], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        cast_ballot(poll, cast.amara, codes)
    assert (_count(Ballot), _count(Participation)) == (0, 0)


def test_a_code_ticked_twice_counts_once(poll: Poll, cast: Cast) -> None:
    cast_ballot(poll, cast.amara, ["A", "A", "B"])
    assert queries.own_choice(poll, cast.amara) == ["A", "B"]


def test_a_late_ballot_is_refused(poll: Poll, cast: Cast) -> None:
    with at(poll.closes_at), pytest.raises(Refused, match="not taken any more"):
        cast_ballot(poll, cast.amara, ["A"])
    counting.close_poll(poll, by=cast.cora)
    with pytest.raises(Refused, match="not taken any more"):
        cast_ballot(poll, cast.amara, ["A"])
    assert _count(Ballot) == 0


def test_a_draft_takes_no_ballot(draft: Draft, cast: Cast) -> None:
    with pytest.raises(Refused, match="not been opened yet"):
        cast_ballot(draft(), cast.amara, ["A"])


def test_only_teachers_of_the_pilots_schools_vote(poll: Poll, cast: Cast) -> None:
    poll.pilot.schools.remove(cast.south)
    for person in (cast.chloe, cast.pia, cast.rita, cast.cora):
        with pytest.raises(Refused, match="asks others"):
            cast_ballot(poll, person, ["A"])
    assert _count(Ballot) == 0


def test_a_poll_closes_once(poll: Poll, draft: Draft, cast: Cast) -> None:
    cast_ballot(poll, cast.amara, ["A"])
    closed = counting.close_poll(poll, by=cast.cora)
    standings, ids = closed.standings, set(db.session.scalars(select(Ballot.id)))
    with pytest.raises(Refused, match="closed already"):
        counting.close_poll(poll, by=cast.cora)
    assert (poll.standings, set(db.session.scalars(select(Ballot.id)))) == (standings, ids)
    with pytest.raises(Refused, match="not been opened"):
        counting.close_poll(draft(), by=cast.cora)


def test_due_polls_are_closed_by_the_clock(poll: Poll, draft: Draft, cast: Cast) -> None:
    later = actions.open_poll(draft(closes_at=utcnow() + timedelta(days=9)), by=cast.cora)
    assert counting.close_due_polls() == []
    with at(poll.closes_at):
        assert poll.is_counting
        assert counting.close_due_polls() == [poll]
    assert (poll.state, later.state) == ("closed", "open")


def test_polls_to_vote_in_are_open_and_unanswered(poll: Poll, draft: Draft, cast: Cast) -> None:
    draft()
    assert queries.polls_to_vote_in(cast.amara) == [poll]
    assert queries.polls_to_vote_in(cast.pia) == []
    cast_ballot(poll, cast.amara, ["A"])
    assert queries.polls_to_vote_in(cast.amara) == []


def test_drafts_and_others_polls_are_not_visible(poll: Poll, draft: Draft, cast: Cast) -> None:
    unopened = draft()
    assert queries.visible_polls(cast.cora, poll.pilot) == [poll, unopened]
    assert queries.visible_polls(cast.amara, poll.pilot) == [poll]
    assert queries.visible_poll(cast.amara, unopened.id) is None
    poll.pilot.schools.remove(cast.south)
    db.session.flush()
    assert queries.visible_poll(cast.chloe, poll.id) is None


def test_turnout_counts_those_who_may_and_those_who_did(poll: Poll, cast: Cast) -> None:
    cast_ballot(poll, cast.amara, ["A"])
    assert queries.turnout(poll) == [(cast.north, 2, 1), (cast.south, 1, 0)]


def test_a_ballot_takes_four_statements(
    poll: Poll, cast: Cast, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    db.session.commit()
    assert count_queries(lambda: cast_ballot(poll, cast.amara, ["A"])) == 4
    assert count_queries(lambda: cast_ballot(poll, cast.amara, ["B"])) == 4
