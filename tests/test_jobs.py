"""What is due by itself is done job by job."""

import pytest
from flask import Flask
from sqlalchemy import select

from microcred import jobs
from microcred.accounts.models import School
from microcred.db import db
from microcred.history import Entry, broken_entries, record
from microcred.row_by_row import each
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


def test_a_row_that_fails_is_told_by_its_number_and_keeps_no_other_from_being_done(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename(school: School) -> None:
        school.name = f"{school.name} anew"
        db.session.flush()
        record(None, "renamed", school)
        if school.id == cast.north.id:
            raise ValueError(school.name)

    def rename_all() -> None:
        each(db.session.scalars(select(School).order_by(School.id)).all(), rename)

    monkeypatch.setattr(jobs, "JOBS", (rename_all,))
    ran = app.test_cli_runner().invoke(args=["run-jobs"])
    assert (ran.exit_code, ran.stderr.strip()) == (1, f"rename_all: School {cast.north.id}: ValueError")
    assert set(db.session.scalars(select(School.name))) == {"North school", "South school anew"}
    renamed = db.session.scalars(select(Entry.thing_id).where(Entry.verb == "renamed")).all()
    assert (renamed, broken_entries()) == ([str(cast.south.id)], [])
    monkeypatch.setattr(jobs, "JOBS", (lambda: None,))
    assert app.test_cli_runner().invoke(args=["run-jobs"]).exit_code == 0
