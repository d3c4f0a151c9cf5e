"""Paper ballots are counted with the others: a whole file or none of it, each once, and without whose they were."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from microcred.accounts.models import Account, School
from microcred.db import db
from microcred.errors import Refused
from microcred.history import Entry
from microcred.invariants import broken_promises
from microcred.polls import actions, counting, deciding, queries
from microcred.polls.models import Ballot, PaperBatch, Poll
from microcred.polls.paper import read_ballots
from microcred.polls.voting import cast_ballot
from tests.cast import Cast

Draft = Callable[..., Poll]
Staff = Callable[[School, int], list[Account]]


FIVE = b"A C\nB\nA\nB D\nnone\n"
"""As many as may come late: two results would tell what fewer say."""


def _read(poll: Poll, text: str) -> list[tuple[str, ...]]:
    return [vote.choice for vote in read_ballots(text.encode(), poll, queries.asked_schools(poll))]


def _open(draft: Draft, cast: Cast, **changes: Any) -> Poll:
    return actions.open_poll(draft(**changes), by=cast.cora)


def _ballots() -> int | None:
    return db.session.scalar(select(func.count()).select_from(Ballot))


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("A B\nC\n", [("A", "B"), ("C",)]),
        ("ballot\nB A\n", [("A", "B")]),
        ("\ufeffballot,school\r\nA,North\r\n", [("A",)]),
        ("school;ballot\nNorth;A B\n;c\n", [("A", "B"), ("C",)]),
        ('ballot\n""\nnone\nAucune\n', [(), (), ()]),
        ("A\n\n  \nB\n", [("A",), ("B",)]),
        ("A,\n,North\n", [("A",), ()]),
        ('"A, B"\n', [("A", "B")]),
    ],
)
def test_a_row_is_a_ballot(poll: Poll, cast: Cast, text: str, choices: list[tuple[str, ...]]) -> None:
    cast.north.name = "North"
    assert _read(poll, text) == choices


def test_ranks_keep_their_order_and_dots_repeat(draft: Draft, cast: Cast) -> None:
    ranked = _open(draft, cast, method="rank", max_approvals=3)
    assert _read(ranked, "D A C\n") == [("D", "A", "C")]
    dotted = _open(draft, cast, method="dots", max_approvals=4)
    assert _read(dotted, "B A B\n") == [("A", "B", "B")]


def test_a_star_marks_the_one_most_wanted(draft: Draft, cast: Cast) -> None:
    poll = _open(draft, cast, has_most_wanted=True)
    (vote,) = read_ballots(b"A B*", poll, [])
    assert (vote.choice, vote.most_wanted) == (("A", "B"), "B")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("Z", "“Z” is not an option of this poll."),
        ("A B C", "Choose at most 2, please."),
        ("A A", "An option stands there twice."),
        ("A,Elsewhere", "“Elsewhere” is no school that this poll asks."),
        ("A*", "The one you want most must be one that you ticked."),
        ("A* B*", "Only one can be the most wanted."),
    ],
)
def test_a_bad_row_refuses_the_whole_file_and_is_named(poll: Poll, row: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        counting.import_ballots(poll, f"ballot,school\nA\n{row}\n".encode(), by=None)
    assert str(refused.value.sentence) == f"Nothing was counted in.\nLine 3: {sentence}"
    assert _ballots() == 0
    assert db.session.scalar(select(func.count()).select_from(PaperBatch)) == 0


def test_the_first_ten_bad_rows_are_named(poll: Poll) -> None:
    with pytest.raises(Refused) as refused:
        counting.import_ballots(poll, b"X\n" * 12, by=None)
    lines = str(refused.value.sentence).split("\n")
    assert [line.partition(":")[0] for line in lines[1:11]] == [f"Line {number}" for number in range(1, 11)]
    assert lines[11:] == ["… and 2 lines more."]


def test_a_school_that_the_poll_does_not_ask_is_refused(draft: Draft, cast: Cast) -> None:
    poll = _open(draft, cast, asked_school_ids=[cast.north.id])
    with pytest.raises(Refused, match="no school that this poll asks"):
        counting.import_ballots(poll, f"A,{cast.south.name}\n".encode(), by=None)
    assert counting.import_ballots(poll, f"A,{cast.north.name.upper()}\n".encode(), by=None) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no ballot"),
        (b"ballot,school\n", "no ballot"),
        ("École".encode("latin-1"), "not UTF-8"),
        (b"A\0", "not a CSV"),
        (b'"A\n' + b"B" * 200_000, "not CSV"),
        (b"ballot,school\nA,\n,\n", "Line 3: Nothing stands in it"),
    ],
)
def test_what_is_no_file_of_ballots_is_refused(poll: Poll, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        counting.import_ballots(poll, content, by=None)


def test_the_same_file_is_counted_once(poll: Poll, cast: Cast) -> None:
    assert counting.import_ballots(poll, b"A\nB\n", by=None) == 2
    with pytest.raises(Refused, match="counted in already"):
        counting.import_ballots(poll, b"A\nB\n", by=None)
    assert counting.import_ballots(poll, b"B\nA\n", by=None) == 2
    assert _ballots() == 4


def test_a_draft_and_a_decided_poll_take_none(draft: Draft, poll: Poll, cast: Cast) -> None:
    with pytest.raises(Refused, match="not been opened"):
        counting.import_ballots(draft(), b"A\n", by=None)
    counting.close_poll(poll, by=cast.cora)
    deciding.decide(poll, poll.suggested, "", by=cast.cora)
    with pytest.raises(Refused, match="has been decided"):
        counting.import_ballots(poll, b"A\n", by=None)
    assert _ballots() == 0


def test_paper_is_counted_with_the_others_and_the_number_is_told(poll: Poll, cast: Cast) -> None:
    cast_ballot(poll, cast.amara, ["A"])
    counting.import_ballots(poll, b"A B\nnone\n", by=None)
    counting.close_poll(poll, by=cast.cora)
    standings = poll.standings or {}
    assert (standings["votes"], standings["blank"], standings["on_paper"]) == (3, 1, 2)
    assert standings["approvals"] == {"A": 2, "B": 1, "C": 0, "D": 0}
    assert list(broken_promises()) == []


def test_a_closed_poll_is_counted_anew(poll: Poll, cast: Cast) -> None:
    cast_ballot(poll, cast.amara, ["A"])
    counting.close_poll(poll, by=cast.cora)
    before = set(db.session.scalars(select(Ballot.id)))
    with pytest.raises(Refused, match="would be read off it"):
        counting.import_ballots(poll, b"C D\nC\n", by=None)
    counting.import_ballots(poll, b"C D\nC\nC\nC\nC\n", by=None)
    standings = poll.standings or {}
    assert (standings["votes"], standings["on_paper"], poll.suggested) == (6, 5, ["C", "A"])
    assert before.isdisjoint(db.session.scalars(select(Ballot.id)))
    assert poll.key is None
    assert list(broken_promises()) == []


def test_counting_first_or_last_gives_the_same_bytes(draft: Draft, cast: Cast) -> None:
    first, last = _open(draft, cast), _open(draft, cast)
    last.lots = list(first.lots)
    counting.import_ballots(first, FIVE, by=None)
    for poll in (first, last):
        cast_ballot(poll, cast.bruno, ["B"])
        counting.close_poll(poll, by=cast.cora)
    counting.import_ballots(last, FIVE, by=None)
    assert first.standings == last.standings


def test_which_ballots_came_on_paper_is_forgotten(poll: Poll, cast: Cast) -> None:
    cast_ballot(poll, cast.amara, ["A"])
    counting.import_ballots(poll, b"B\n", by=None)
    assert sorted(db.session.scalars(select(Ballot.is_paper))) == [False, True]
    counting.close_poll(poll, by=cast.cora)
    counting.import_ballots(poll, FIVE, by=None)
    assert list(db.session.scalars(select(Ballot.is_paper))) == [False] * 7
    assert queries.count_on_paper(poll) == 6


def test_few_of_a_school_stay_unnamed_after_the_recount(poll: Poll, cast: Cast, staff: Staff) -> None:
    for voter in [*staff(cast.north, 12), *staff(cast.south, 9)[:3]]:
        cast_ballot(poll, voter, ["A"])
    counting.close_poll(poll, by=cast.cora)
    before = list(db.session.scalars(select(Ballot.school_id)))
    counting.import_ballots(poll, f"A B,{cast.south.name}\n".encode() * 6, by=None)
    after = list(db.session.scalars(select(Ballot.school_id)))
    assert (before.count(cast.north.id), after.count(cast.north.id)) == (0, 0)
    assert after.count(cast.south.id) == 0


def test_the_history_keeps_the_number_only(poll: Poll, cast: Cast) -> None:
    counting.import_ballots(poll, b"A B\nC\n", by=None)
    db.session.commit()
    entries = [(e.actor_id, e.details) for e in db.session.scalars(select(Entry)) if "paper" in e.verb]
    assert entries == [(None, {"ballots": 2})]
