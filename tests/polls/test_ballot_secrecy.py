"""Once a poll is closed, nothing in the rows leads from a ballot to its voter; and small numbers stay hidden."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.inspection import inspect

from microcred.accounts.models import Account, School
from microcred.db import db
from microcred.history import Entry
from microcred.outbox import Mail
from microcred.polls import actions, counting, queries
from microcred.polls.inviting import ask_for_invitations
from microcred.polls.models import Ballot, Participation, Poll, PollOption
from microcred.polls.secrecy import in_own_order, schools_to_name, voter_mark, without_small_cells
from microcred.polls.voting import cast_ballot
from tests.cast import Cast

Staff = Callable[[School, int], list[Account]]


def _entries() -> int | None:
    db.session.commit()
    return db.session.scalar(select(func.count()).select_from(Entry))


def test_an_open_ballot_stands_under_the_mark_of_its_voter(poll: Poll, cast: Cast) -> None:
    cast_ballot(poll, cast.amara, ["A"])
    assert poll.key is not None
    assert db.session.scalars(select(Ballot.voter_mark)).all() == [voter_mark(poll.key, cast.amara.id)]


def test_closing_destroys_the_key_and_every_mark_made_with_it(poll: Poll, cast: Cast, staff: Staff) -> None:
    voters = [*staff(cast.north, 20), cast.amara]
    for voter in voters:
        cast_ballot(poll, voter, ["A"])
    key = poll.key
    assert key is not None
    known = {voter_mark(key, voter.id) for voter in voters}
    assert set(db.session.scalars(select(Ballot.voter_mark))) == known
    assert repr(key) in _everything_kept()
    counting.close_poll(poll, by=cast.cora)
    db.session.commit()
    db.session.expire_all()
    assert poll.key is None
    assert known.isdisjoint(db.session.scalars(select(Ballot.voter_mark)))
    assert queries.own_choice(poll, cast.amara) is None
    assert repr(key) not in _everything_kept()


BALLOTS: dict[str, dict[str, Any]] = {
    "approve": {"has_most_wanted": True, "max_approvals": 3},
    "rank": {"max_approvals": 4},
    "dots": {"max_approvals": 5},
}


@pytest.mark.parametrize("method", BALLOTS)
def test_after_closing_and_a_recount_nothing_leads_from_any_kind_of_ballot_to_its_voter(
    method: str, draft: Callable[..., Poll], cast: Cast, staff: Staff
) -> None:
    poll = actions.open_poll(draft(method=method, **BALLOTS[method]), by=cast.cora)
    voters = [*staff(cast.north, 12), cast.amara]
    for number, voter in enumerate(voters):
        choice = {"approve": ["A", "B"], "rank": ["C", "A"], "dots": ["D", "D", "A"]}[method]
        wanted = "AB"[number % 2] if method == "approve" else None
        cast_ballot(poll, voter, choice, wanted)
        ask_for_invitations(poll, voter, choice[:1])
    key = poll.key or b""
    known = [repr(key), *(voter_mark(key, voter.id) for voter in voters), *db.session.scalars(select(Ballot.id))]
    assert [trace for trace in known if trace not in _everything_kept()] == []
    counting.close_poll(poll, by=cast.cora)
    known += db.session.scalars(select(Ballot.id))
    counting.import_ballots(poll, b"B\nnone\nB\nA\nC\n", by=None)
    db.session.commit()
    assert [trace for trace in known if trace in _everything_kept()] == []
    columns = {column.key for column in inspect(Ballot).columns}
    assert columns == {"id", "poll_id", "voter_mark", "school_id", "choice", "most_wanted", "is_paper"}
    assert set(db.session.scalars(select(Ballot.is_paper))) == {False}
    assert len(set(db.session.scalars(select(Ballot.voter_mark)))) == len(voters) + 5


def test_the_wanted_are_mixed_by_closing(draft: Callable[..., Poll], cast: Cast, staff: Staff) -> None:
    poll = actions.open_poll(draft(has_most_wanted=True), by=cast.cora)
    for place, voter in enumerate(staff(cast.north, 40)):
        cast_ballot(poll, voter, ["A", "B"], "A" if place < 20 else "B")
    counting.close_poll(poll, by=cast.cora)
    assert Counter(_kept("most_wanted")) == {"A": 20, "B": 20}
    assert _kept("most_wanted") != ["A"] * 20 + ["B"] * 20


def test_no_number_by_school_is_of_what_people_want_most(draft: Callable[..., Poll], cast: Cast, staff: Staff) -> None:
    poll = actions.open_poll(draft(has_most_wanted=True), by=cast.cora)
    for voter in [*staff(cast.north, 6), *staff(cast.south, 6)]:
        cast_ballot(poll, voter, ["A", "B"], "A")
    counting.close_poll(poll, by=cast.cora)
    schools = (poll.standings or {})["schools"]
    assert [set(school) for school in schools] == [{"school_id", "may_vote", "votes", "served", "approvals"}] * 2


def _everything_kept() -> str:
    tables = [select(table) for table in db.metadata.sorted_tables]
    return "\n".join(str(tuple(row)) for table in tables for row in db.session.execute(table))


def test_closing_gives_each_ballot_another_id_and_place(poll: Poll, cast: Cast, staff: Staff) -> None:
    voters = staff(cast.north, 40)
    for place, voter in enumerate(voters):
        cast_ballot(poll, voter, ["A"] if place < 20 else ["B"])
    before = set(db.session.scalars(select(Ballot.id)))
    counting.close_poll(poll, by=cast.cora)
    after = db.session.scalars(select(Ballot.id)).all()
    assert before.isdisjoint(after)
    assert len(after) == 40
    assert sorted(map(tuple, _kept_choices())) == [("A",)] * 20 + [("B",)] * 20
    assert [list(choice) for choice in _kept_choices()] != [["A"]] * 20 + [["B"]] * 20
    by_id = db.session.scalars(select(Ballot.choice).order_by(Ballot.id)).all()
    assert by_id != [["A"]] * 20 + [["B"]] * 20


def _kept_choices() -> list[list[str]]:
    return _kept("choice")


def _kept(part: str) -> list[Any]:
    """A part of each ballot, in the order of storage as far as a database tells it."""
    place = "ctid" if db.engine.dialect.name == "postgresql" else "rowid"
    return list(db.session.scalars(select(getattr(Ballot, part)).order_by(db.text(place))))


def test_a_vote_leaves_nothing_in_the_history_or_the_mail(poll: Poll, cast: Cast) -> None:
    before = _entries()
    cast_ballot(poll, cast.amara, ["A"])
    cast_ballot(poll, cast.amara, ["B"])
    db.session.flush()
    assert _entries() == before
    assert db.session.scalar(select(func.count()).select_from(Mail)) == 0


def test_the_order_of_ticking_is_not_kept(poll: Poll, cast: Cast) -> None:
    cast_ballot(poll, cast.amara, ["C", "A"])
    cast_ballot(poll, cast.bruno, ["A", "C"])
    assert db.session.scalars(select(Ballot.choice)).all() == [["A", "C"], ["A", "C"]]


def test_taking_part_is_kept_without_time_and_answer() -> None:
    assert [column.key for column in inspect(Participation).columns] == ["poll_id", "person_id"]
    assert not {"cast_at", "created_at", "person_id"} & {column.key for column in inspect(Ballot).columns}


def test_a_school_of_which_few_voted_does_not_stand_on_ballots(poll: Poll, cast: Cast, staff: Staff) -> None:
    for voter in [*staff(cast.north, 6), *staff(cast.south, 9)[:5]]:
        cast_ballot(poll, voter, ["A"])
    counting.close_poll(poll, by=cast.cora)
    assert _schools() == {cast.north.id: 6, cast.south.id: 5}


def test_a_lone_school_of_few_is_joined_by_another(poll: Poll, cast: Cast, staff: Staff) -> None:
    for voter in [*staff(cast.north, 6), *staff(cast.south, 9)[:4]]:
        cast_ballot(poll, voter, ["A"])
    counting.close_poll(poll, by=cast.cora)
    assert _schools() == {None: 10}


def _schools() -> dict[int | None, int]:
    return dict(Counter(db.session.scalars(select(Ballot.school_id))))


@pytest.mark.parametrize(
    ("voted", "may_vote", "named"),
    [
        ({1: 5, 2: 5}, {1: 5, 2: 5}, {1, 2}),
        ({1: 5, 2: 4}, {1: 9, 2: 9}, set()),
        ({1: 9, 2: 6, 3: 2}, {1: 9, 2: 9, 3: 9}, {1}),
        ({1: 9, 2: 6, 3: 3, 4: 2}, {1: 9, 2: 9, 3: 9, 4: 9}, {1, 2}),
        ({1: 5}, {1: 4}, set()),
        ({}, {1: 4}, set()),
    ],
)
def test_ballots_without_a_school_are_none_or_at_least_five(
    voted: dict[int, int], may_vote: dict[int, int], named: set[int]
) -> None:
    assert schools_to_name(voted, may_vote) == named


@pytest.mark.parametrize(
    ("counts", "sizes", "shown"),
    [
        ([7, 8, 9], [20, 20, 20], [7, 8, 9]),
        ([4, 8, 9], [20, 20, 20], [None, None, 9]),
        ([0, 0, 9], [20, 20, 20], [None, None, None]),
        ([0, 0, 9, 12], [20, 20, 20, 20], [None, None, None, 12]),
        ([3, 4, 9], [20, 20, 20], [None, None, 9]),
        ([6, 8, 9], [6, 20, 20], [None, None, 9]),
        ([6, 7, 9], [6, 7, 20], [None, None, None]),
        ([2], [20], [None]),
    ],
)
def test_no_small_cell_is_shown_or_worked_out(counts: list[int], sizes: list[int], shown: list[int | None]) -> None:
    assert without_small_cells(counts, sizes) == shown


def test_what_is_hidden_in_a_row_never_adds_up_to_a_small_number() -> None:
    chance = random.Random(4)
    for _ in range(2000):
        sizes = [chance.randint(5, 30) for _ in range(chance.randint(2, 8))]
        counts = [chance.randint(0, size) for size in sizes]
        shown = without_small_cells(counts, sizes)
        hidden = [place for place, cell in enumerate(shown) if cell is None]
        together = sum(counts[place] for place in hidden), sum(sizes[place] for place in hidden)
        assert len(hidden) != 1
        assert not hidden or len(hidden) == len(sizes) or (together[0] >= 5 and together[0] != together[1])
        assert all(cell is None or (cell >= 5 and cell != sizes[place]) for place, cell in enumerate(shown))


def test_each_voter_has_an_order_of_their_own_that_stays() -> None:
    cards = [PollOption(code=code) for code in "ABCDEFGHIJ"]

    def order(secret: str, poll_id: int, voter: int) -> str:
        return "".join(card.code for card in in_own_order(cards, secret, poll_id, voter))

    assert len({order("secret", 1, voter) for voter in range(50)}) == 50
    assert order("secret", 1, 7) == order("secret", 1, 7)
    assert len({order("secret", 1, 7), order("secret", 2, 7), order("another", 1, 7)}) == 3
    assert sorted(order("another", 1, 7)) == list("ABCDEFGHIJ")


def test_an_added_option_leaves_the_others_in_their_order() -> None:
    cards = [PollOption(code=code) for code in "ABCDEFGHIJ"]
    for voter in range(20):
        after = in_own_order(cards, "secret", 1, voter)
        assert [card for card in after if card.code != "J"] == in_own_order(cards[:-1], "secret", 1, voter)
