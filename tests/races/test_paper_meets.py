"""Ballots, files of paper ballots and the closing of a poll meet: whatever was acknowledged is counted once."""

import secrets
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from microcred.db import db, writing
from microcred.errors import Refused
from microcred.polls.counting import import_ballots
from microcred.polls.models import Ballot, PaperBatch, Participation, Poll
from tests.races import making
from tests.races.conftest import Stage
from tests.server import Session, at_once, faults_in

VOTERS, FILES, BALLOTS_IN_A_FILE, TIMES = 60, 6, 5, 6
THREADS = 12
SAME = "C\n" * BALLOTS_IN_A_FILE
"""The file that is sent several times."""

Act = Callable[[], str]


def posting(session: Session, url: str, **fields: str) -> Act:
    """Sends a form; tells where it went, or nothing when it was refused."""
    return lambda: url if session.post(url, secrets.token_hex(8), **fields).status == 303 else ""


def importing(stage: Stage, poll_id: int, content: bytes) -> Act:
    """Does what the command at the keyboard does, beside the server; tells the file, or nothing when it was refused."""

    def act() -> str:
        with stage.field.app.app_context():
            try:
                with writing():
                    import_ballots(db.session.get_one(Poll, poll_id), content, by=None)
            except Refused:
                return ""
            return content.decode()

    return act


def count(table: type[Ballot] | type[Participation] | type[PaperBatch], poll: Poll) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(table.poll_id == poll.id)) or 0


@pytest.mark.parametrize("place", [10, 30, 71], ids=["early", "in the middle", "last"])
def test_every_acknowledged_ballot_is_counted_once(stage: Stage, place: int) -> None:
    faults = faults_in(stage.field.folder)
    with writing():
        poll = making.open_poll(stage.world)
        ballot, closing = f"/polls/{poll.id}/ballot", f"/polls/{poll.id}/closing"
        voters = [stage.session(making.person(stage.world)) for _voter in range(VOTERS)]
        coordinator = stage.session(stage.world.cast.cora)
    voting = [posting(voter, ballot, choice="A") for voter in voters]
    files = [("B" + " " * number + "\n") * BALLOTS_IN_A_FILE for number in range(FILES)]
    papers = [importing(stage, poll.id, each.encode()) for each in (*files, *[SAME] * TIMES)]
    acts = [act for four in zip(*[iter(voting)] * 5, papers, strict=True) for act in four]
    acts.insert(place, posting(coordinator, closing))
    taken = Counter(at_once(acts, THREADS))
    db.session.rollback()
    db.session.refresh(poll)
    assert [taken[said] for said in (closing, SAME, *files)] == [1, 1, *[1] * FILES]
    paper = (FILES + 1) * BALLOTS_IN_A_FILE
    assert (count(Participation, poll), count(Ballot, poll)) == (taken[ballot], taken[ballot] + paper)
    standings = poll.standings or {}
    assert (standings["votes"], standings["on_paper"]) == (taken[ballot] + paper, paper)
    assert [standings["approvals"][code] for code in "ABC"] == [
        taken[ballot],
        FILES * BALLOTS_IN_A_FILE,
        BALLOTS_IN_A_FILE,
    ]
    assert faults_in(stage.field.folder) == faults
