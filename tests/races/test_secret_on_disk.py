"""Once a poll is closed, no byte on the disk leads from a ballot back to a voter."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from microcred.catalog.actions import import_catalogue
from microcred.db import db, utcnow, writing
from microcred.demo.people import read
from microcred.polls.actions import create_poll, open_poll
from microcred.polls.counting import close_poll, import_ballots
from microcred.polls.models import Ballot, Poll
from microcred.polls.voting import cast_ballot
from tests.races.conftest import Field
from tests.races.test_never_too_many import make_pilot, make_teachers

VOTERS = 12


CHOICES: dict[str, list[list[str]]] = {
    "approve": [["A"], ["B"]],
    "rank": [["B", "A"], ["A", "C"]],
    "dots": [["A", "A"], ["B", "C"]],
}


def hold_poll(field: Field, method: str) -> list[bytes]:
    """Open a poll and vote in it; returns what could lead back to a voter: the key, the marks, the ballots' ids."""
    with field.prepared() as cast:
        with writing():
            poll = create_poll(
                make_pilot([cast.north], cast.cora),
                question="Which?",
                micro_credentials=import_catalogue(read("catalogue"), by=cast.cora)[:4],
                stacks=[],
                method=method,
                has_most_wanted=True,
                max_approvals=2,
                seats=2,
                closes_at=utcnow() + timedelta(days=1),
                shows_standings_to="all",
                by=cast.cora,
            )
            open_poll(poll, by=cast.cora)
            voters = make_teachers(VOTERS, cast.north)
        for number, voter in enumerate(voters):
            with writing():
                choice = CHOICES[method][number % 2]
                cast_ballot(poll, voter, choice, choice[0] if method == "approve" else None)
        ballots = db.session.scalars(select(Ballot)).all()
        return [poll.key or b"", *(text.encode() for each in ballots for text in (each.voter_mark, each.id))]


def close(field: Field) -> None:
    with field.app.app_context(), writing():
        close_poll(db.session.scalars(select(Poll)).one(), by=None)


def files(field: Field) -> Iterable[Path]:
    """Everything that the database keeps on disk."""
    if not field.database_url:
        return [path for path in field.folder.glob("microcred.sqlite*") if path.is_file()]
    folder = Path(field.database_url.partition("host=")[2]) / "cluster" / "base"
    with field.app.app_context(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
    return [path for path in folder.rglob("*") if path.is_file()]


def found(field: Field, traces: list[bytes]) -> int:
    """How many of the traces stand in some file."""
    contents = [path.read_bytes() for path in files(field)]
    return sum(any(trace in content for content in contents) for trace in traces)


def import_paper(field: Field) -> list[bytes]:
    """Count paper ballots in; returns the ids and marks that the ballots had before."""
    with field.app.app_context():
        ballots = db.session.scalars(select(Ballot)).all()
        before = [text.encode() for each in ballots for text in (each.voter_mark, each.id)]
        with writing():
            import_ballots(db.session.scalars(select(Poll)).one(), b"A\nB\nA\nB\nA\n", by=None)
    return before


@pytest.mark.parametrize("method", CHOICES)
def test_no_file_leads_from_a_ballot_to_a_voter_once_the_poll_is_closed(field: Field, method: str) -> None:
    traces = hold_poll(field, method)
    assert (len(traces), found(field, traces)) == (1 + 2 * VOTERS, len(traces))
    close(field)
    assert found(field, traces) == 0
    between = import_paper(field)
    assert (len(between), found(field, traces + between)) == (2 * VOTERS, 0)
