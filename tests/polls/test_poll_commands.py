"""At the keyboard of the server: counting paper ballots in, and printing what was counted."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from microcred.accounts.models import Account
from microcred.db import db
from microcred.polls import counting
from microcred.polls.models import Poll
from microcred.polls.voting import cast_ballot
from tests.cast import Cast
from tests.conftest import Browser


@pytest.fixture
def run(app: Flask, rows: None) -> Callable[..., Result]:
    """Runs a command of flask; what it changes is committed."""
    return lambda *words: app.test_cli_runner().invoke(args=[str(word) for word in words])


def test_the_json_is_the_very_bytes_of_the_page(
    poll: Poll, cast: Cast, browse: Callable[[Account], Browser], run: Callable[..., Result]
) -> None:
    cast_ballot(poll, cast.amara, ["A", "B"])
    counting.close_poll(poll, by=cast.cora)
    db.session.commit()
    printed = run("standings", poll.id, "--json")
    assert printed.exit_code == 0
    assert printed.stdout_bytes == browse(cast.amara).get(f"/polls/{poll.id}/standings.json").data
    assert printed.stdout_bytes.startswith(b'{"approvals":{"A":1,"B":1,"C":0,"D":0},')


def test_an_open_poll_prints_nothing(poll: Poll, run: Callable[..., Result]) -> None:
    db.session.commit()
    for words in (["--json"], []):
        refused = run("standings", poll.id, *words)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "This poll is not closed" in refused.stderr


def test_a_poll_that_is_not_there_is_said_so(cast: Cast, run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "ballots.csv").write_text("A\n")
    for words in (["standings", 99], ["import-ballots", 99, tmp_path / "ballots.csv"]):
        assert run(*words).stderr == "Error: There is no poll 99.\n"


def test_the_table_can_be_read(poll: Poll, cast: Cast, run: Callable[..., Result]) -> None:
    cast_ballot(poll, cast.amara, ["A", "B"])
    cast_ballot(poll, cast.bruno, ["C"])
    counting.close_poll(poll, by=cast.cora)
    db.session.commit()
    lines = run("standings", poll.id).stdout.split("\n")
    assert lines[:2] == ["Which courses would you take?", "2 ballots, 0 of them blank, 0 on paper"]
    assert [line.split("  ")[0] for line in lines[4:8]] == [
        "A Exit tickets",
        "B Number talks",
        "C Reading conferences",
        "D Wait time",
    ]
    assert [line.split()[-1] for line in lines[4:8]].count("suggested") == 2


def test_paper_is_counted_in_and_a_bad_file_is_not(
    poll: Poll, cast: Cast, run: Callable[..., Result], tmp_path: Path
) -> None:
    db.session.commit()
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes("\ufeffballot\r\nA B\r\nnone\r\n".encode())
    bad.write_text("A\nQ\n")
    assert run("import-ballots", poll.id, good).stdout == "2 paper ballots were counted in.\n"
    again = run("import-ballots", poll.id, good)
    assert (again.exit_code, again.stderr) == (
        1,
        "Error: This file was counted in already: nothing is counted twice.\n",
    )
    refused = run("import-ballots", poll.id, bad)
    assert (refused.exit_code, "Line 2: “Q” is not an option" in refused.stderr) == (1, True)
    counting.close_poll(poll, by=cast.cora)
    assert ((poll.standings or {})["votes"], (poll.standings or {})["on_paper"]) == (2, 2)


def test_few_ballots_after_the_closing_are_refused_and_five_are_not(
    poll: Poll, cast: Cast, run: Callable[..., Result], tmp_path: Path
) -> None:
    counting.close_poll(poll, by=cast.cora)
    db.session.commit()
    (tmp_path / "late.csv").write_text("A\n")
    assert "would be read off it" in run("import-ballots", poll.id, tmp_path / "late.csv").stderr
    (tmp_path / "more.csv").write_text("A\n" * 5)
    assert "5 paper ballots were counted in." in run("import-ballots", poll.id, tmp_path / "more.csv").stdout
