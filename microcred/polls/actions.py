"""Making and opening polls."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Unpack

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.lots import in_random_order
from microcred.pilots.models import Pilot
from microcred.polls import queries
from microcred.polls.design import Design, design_of, designed
from microcred.polls.models import Interest, Poll, PollOption
from microcred.polls.secrecy import new_key

SHORTEST = timedelta(days=1)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def create_poll(pilot: Pilot, *, by: Account | None, **design: Unpack[Design]) -> Poll:
    """Draft a poll; refused after the pilot's end, and when the design is unusable (see `designed`)."""
    lock(pilot)
    if pilot.ended_at:
        raise Refused(_("This pilot has ended."))
    poll = Poll(pilot=pilot, created_at=utcnow(), lots=[])
    _write(poll, designed(pilot, design))
    record(by, "created", poll)
    return poll


def change_poll(poll: Poll, *, by: Account | None, **design: Unpack[Design]) -> Poll:
    """Change a poll in which nobody has voted; if it is open, its lots are drawn anew.

    Refused once a ballot was cast, which means what it meant, and when the design is unusable.
    """
    lock(poll)
    _refuse_answered(poll)
    _write(poll, designed(poll.pilot, design))
    if poll.opened_at:
        _draw_lots(poll)
    record(by, "changed", poll, lots=poll.lots)
    return poll


def _refuse_answered(poll: Poll) -> None:
    if poll.closed_at:
        raise Refused(_("This poll is closed."))
    if poll.opened_at and queries.has_ballots(poll):
        raise Refused(_("Somebody has voted: what the poll asks cannot be changed any more."))


def _write(poll: Poll, wanted: Mapping[str, Any]) -> None:
    poll.question, poll.closes_at = wanted["question"], wanted["closes_at"]
    poll.method, poll.max_approvals = wanted["method"], wanted["max_approvals"]
    poll.dots_per_option, poll.has_most_wanted = wanted["dots_per_option"], wanted["has_most_wanted"]
    poll.seats, poll.budget_hours = wanted["seats"], wanted["budget_hours"]
    poll.audience, poll.shows_standings_to = wanted["audience"], wanted["shows_standings_to"]
    poll.asked_school_ids, poll.asked_subjects = list(wanted["asked_school_ids"]), list(wanted["asked_subjects"])
    db.session.add(poll)
    wished = select(PollOption.id).where(PollOption.poll_id == poll.id)
    db.session.execute(delete(Interest).where(Interest.option_id.in_(wished)))
    poll.options.clear()
    db.session.flush()
    poll.options = [PollOption(micro_credential=course) for course in wanted["micro_credentials"]]
    poll.options += [PollOption(stack=stack) for stack in wanted["stacks"]]
    for place, option in enumerate(poll.options):
        option.code = code_at(place)


def code_at(place: int) -> str:
    """A, B … Z, AA, AB …: short, and the same for as long as the poll lives."""
    rest, letter = divmod(place, len(LETTERS))
    return (code_at(rest - 1) if rest else "") + LETTERS[letter]


def _draw_lots(poll: Poll) -> None:
    poll.lots = in_random_order([option.code for option in poll.options])


def open_poll(poll: Poll, *, by: Account | None) -> Poll:
    """Open a poll with a key of its own and draw its lots; refused when it has opened or would close in the past."""
    lock(poll)
    if poll.opened_at:
        raise Refused(_("This poll has been opened already."))
    if poll.closes_at <= utcnow():
        raise Refused(_("The poll would close in the past: change its closing time first."))
    poll.opened_at, poll.key = utcnow(), new_key()
    _draw_lots(poll)
    record(by, "opened", poll, lots=poll.lots)
    return poll


def copy_poll(poll: Poll, *, by: Account | None) -> Poll:
    """Draft a poll like this one, to stay open for as long from now on; what was archived since is left out.

    Refused as for `create_poll`.
    """
    design = design_of(poll)
    design["closes_at"] = utcnow() + max(poll.closes_at - (poll.opened_at or poll.created_at), SHORTEST)
    if design["seats"]:
        design["seats"] = min(design["seats"], len(design["micro_credentials"]) + len(design["stacks"]))
    return create_poll(poll.pilot, by=by, **design)


def delete_draft(poll: Poll, *, by: Account | None) -> Pilot:
    """Delete a poll that was never opened; refused once it has, and while a thank-you is for taking part in it."""
    lock(poll)
    if poll.opened_at:
        raise Refused(_("This poll has been opened: it stays."))
    record(by, "deleted", poll)
    try:
        with db.session.begin_nested():
            db.session.delete(poll)
    except IntegrityError:
        raise Refused(_("A thank-you is for voting in this poll: change that first.")) from None
    return poll.pilot
