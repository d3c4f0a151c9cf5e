"""What is due by itself is done job by job."""

import pytest
from flask import Flask
from sqlalchemy import select

from microcred import jobs
from microcred.accounts.models import School
from microcred.db import db
from tests.cast import Cast


def test_a_job_that_fails_leaves_nothing_half_done_and_keeps_no_other_from_being_done(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half_done() -> None:
        cast.north.name = "Half done"
        db.session.flush()
        raise ValueError("planted")

    def done() -> None:
        db.session.add(School(name="Done"))

    monkeypatch.setattr(jobs, "JOBS", (half_done, done))
    ran = app.test_cli_runner().invoke(args=["run-jobs"])
    assert (ran.exit_code, ran.stderr.strip()) == (1, "half_done: ValueError")
    assert set(db.session.scalars(select(School.name))) == {"North school", "South school", "Done"}
