"""What is done at the keyboard of the server: flask make-admin, check, send-mail, import-ballots, standings."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask

from microcred import outbox
from microcred.accounts import actions, queries
from microcred.accounts.models import RoleName
from microcred.db import db, writing
from microcred.errors import Refused

if TYPE_CHECKING:
    from microcred.polls.models import Poll


def init_cli(app: Flask) -> None:
    """Give the commands to flask; a server, which migrates nothing, does without what migrating needs."""
    if click.get_current_context(silent=True):
        init_migrations(app)
    for command in (make_admin, demo, check, run_jobs, send_mail, import_ballots, standings):
        app.cli.add_command(command)


def init_migrations(app: Flask) -> None:
    """Make `flask db` and `upgrade()` find the migrations."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(Path(app.root_path).parent / "migrations"), render_as_batch=True)


@click.command("make-admin")
@click.argument("email")
@click.option("--name", default="", help="The person's name.")
@click.password_option(help="Asked for when not given.")
def make_admin(email: str, name: str, password: str) -> None:
    """Make an administrator, who then adds everyone else."""
    try:
        with writing():
            person = queries.account_by_email(email) or actions.create_person(
                name or email, email, school=None, roles=[RoleName.ADMINISTRATOR], by=None
            )
            actions.set_password(person, password)
    except Refused as refusal:
        raise click.ClickException(str(refusal.sentence)) from None
    click.echo(f"{email} can sign in now.")


@click.command("demo")
def demo() -> None:
    """Bring the tables up to date and fill an empty database with the demo pilot; whom it holds already stay."""
    from flask_migrate import upgrade

    upgrade()
    if queries.anybody():
        return
    from microcred.demo import tell

    with writing():
        tell()
    click.echo("The demo pilot has been written.")


@click.command("run-jobs")
def run_jobs() -> None:
    """Do what is due: close polls, end offers, sweep files that no evidence holds, forget old form keys."""
    from microcred.jobs import JOBS

    failed = [job.__name__ for job in JOBS if not _is_done(job)]
    if failed:
        raise SystemExit(1)


def _is_done(job: Callable[[], object]) -> bool:
    """Do one job; one that fails, or fails for some rows, says so, and keeps none of the others from being done."""
    troubles = _troubles(job)
    for trouble in troubles:
        click.echo(f"{job.__name__}: {trouble}", err=True)
    return not troubles


def _troubles(job: Callable[[], object]) -> list[str]:
    from microcred.row_by_row import failures

    try:
        with writing():
            job()
    except Exception as fault:
        # What a database says of its trouble may hold names: the kind of it is enough.
        return [*failures(), str(fault.sentence) if isinstance(fault, Refused) else type(fault).__name__]
    return failures()


@click.command("import-ballots")
@click.argument("poll_id", metavar="POLL", type=int)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_ballots(poll_id: int, file: Path) -> None:
    """Count in a CSV file of paper ballots: one row a ballot, the codes with spaces between, and a school if wanted."""
    from microcred.polls import counting

    try:
        with writing():
            number = counting.import_ballots(_poll(poll_id), file.read_bytes(), by=None)
    except Refused as refusal:
        raise click.ClickException(str(refusal.sentence)) from None
    click.echo(f"{number} paper ballots were counted in.")


@click.command("standings")
@click.argument("poll_id", metavar="POLL", type=int)
@click.option("--json", "as_json", is_flag=True, help="The very bytes that the page of the poll serves.")
def standings(poll_id: int, *, as_json: bool) -> None:
    """Print what was counted in a closed poll."""
    from microcred.polls import queries as polls
    from microcred.polls.plain_text import as_lines
    from microcred.polls.result import Result
    from microcred.polls.standings import as_bytes

    poll = _poll(poll_id)
    if not poll.closed_at or poll.standings is None:
        raise click.ClickException("This poll is not closed: its ballots are counted when it is, and not before.")
    if as_json:
        sys.stdout.buffer.write(as_bytes(poll.standings))
        return
    click.echo("\n".join(as_lines(Result(poll, polls.asked_schools(poll)))))


def _poll(poll_id: int) -> "Poll":
    from microcred.polls.models import Poll

    poll = db.session.get(Poll, poll_id)
    if poll is None:
        raise click.ClickException(f"There is no poll {poll_id}.")
    return poll


@click.command("check")
def check() -> None:
    """Check every promise that rows can show; exit 1 with a line for each that is broken."""
    from microcred.invariants import broken_promises

    problems = list(broken_promises())
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    click.echo("everything holds")


@click.command("send-mail")
def send_mail() -> None:
    """Send what waits in the outbox."""
    import smtplib

    from flask import current_app

    server, _, port = current_app.config["MICROCRED_MAIL_SERVER"].partition(":")
    if not server:
        raise click.ClickException("MICROCRED_MAIL_SERVER is empty: mail waits in the outbox.")
    sent = 0
    with smtplib.SMTP(server, int(port or 25), timeout=30) as smtp:
        while batch := _send_batch(smtp, current_app.config["MICROCRED_MAIL_FROM"]):
            sent += batch
    click.echo(f"{sent} sent")


def _send_batch(smtp: object, sender: str) -> int:
    with writing():
        batch = outbox.waiting()
        for mail in batch:
            outbox.send(mail, smtp, sender)  # type: ignore[arg-type]
    return len(batch)
