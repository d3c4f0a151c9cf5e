"""Making, opening, closing and deciding polls, and casting ballots."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from microcred.accounts.models import Account
from microcred.catalog.models import MicroCredential, Stack
from microcred.db import db, is_sqlite, lock, scrub, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.lots import lots
from microcred.noticeboard.actions import announce
from microcred.outbox import write_mail
from microcred.permissions import may_vote
from microcred.pilots.actions import offer
from microcred.pilots.models import Pilot
from microcred.polls import queries
from microcred.polls.methods import METHODS
from microcred.polls.models import Ballot, Participation, Poll, PollOption
from microcred.polls.secrecy import meaningless_mark, new_key, schools_to_name, voter_mark
from microcred.polls.standings import Vote, count

FEWEST_OPTIONS = 2
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def create_poll(
    pilot: Pilot,
    *,
    question: str,
    micro_credentials: Sequence[MicroCredential],
    stacks: Sequence[Stack],
    max_approvals: int,
    seats: int,
    closes_at: datetime,
    shows_standings_to: str,
    by: Account | None,
) -> Poll:
    """Draft a poll; refused after the pilot's end, with fewer than two options, unusable numbers or a past closing."""
    lock(pilot)
    if pilot.ended_at:
        raise Refused(_("This pilot has ended."))
    poll = Poll(pilot=pilot, created_at=utcnow(), lots=[])
    _write(poll, question, max_approvals, seats, closes_at)
    poll.shows_standings_to = shows_standings_to
    db.session.add(poll)
    _put_options(poll, micro_credentials, stacks)
    record(by, "created", poll)
    return poll


def change_poll(
    poll: Poll,
    *,
    question: str,
    micro_credentials: Sequence[MicroCredential],
    stacks: Sequence[Stack],
    max_approvals: int,
    seats: int,
    closes_at: datetime,
    shows_standings_to: str,
    by: Account | None,
) -> Poll:
    """Change a draft; refused as for `create_poll`, and once the poll has opened: a ballot means what it meant."""
    lock(poll)
    _refuse_opened(poll)
    _write(poll, question, max_approvals, seats, closes_at)
    poll.shows_standings_to = shows_standings_to
    _put_options(poll, micro_credentials, stacks)
    record(by, "changed", poll)
    return poll


def _write(poll: Poll, question: str, max_approvals: int, seats: int, closes_at: datetime) -> None:
    if max_approvals < 1:
        raise Refused(_("Let people approve at least one."), field="max_approvals")
    if closes_at <= utcnow():
        raise Refused(_("The poll would close in the past."), field="closes_at")
    poll.question, poll.max_approvals, poll.seats, poll.closes_at = question, max_approvals, seats, closes_at


def _put_options(poll: Poll, micro_credentials: Sequence[MicroCredential], stacks: Sequence[Stack]) -> None:
    if len(micro_credentials) + len(stacks) < FEWEST_OPTIONS:
        raise Refused(_("A poll needs at least two options."), field="micro_credentials")
    if poll.seats is not None and not 1 <= poll.seats <= len(micro_credentials) + len(stacks):
        raise Refused(_("Offer at least one and at most as many as there are options."), field="seats")
    if archived := [course.title for course in micro_credentials if course.archived_at]:
        raise Refused(_("“%(title)s” is archived.", title=archived[0]), field="micro_credentials")
    poll.options.clear()
    db.session.flush()
    poll.options = [PollOption(micro_credential=course) for course in micro_credentials]
    poll.options += [PollOption(stack=stack) for stack in stacks]
    for place, option in enumerate(poll.options):
        option.code = _code(place)


def _code(place: int) -> str:
    """A, B … Z, AA, AB …: short, and the same for as long as the poll lives."""
    rest, letter = divmod(place, len(LETTERS))
    return (_code(rest - 1) if rest else "") + LETTERS[letter]


def open_poll(poll: Poll, *, by: Account | None) -> Poll:
    """Open a poll with a key of its own and draw its lots; refused when it has opened or would close in the past."""
    lock(poll)
    _refuse_opened(poll)
    if poll.closes_at <= utcnow():
        raise Refused(_("The poll would close in the past: change its closing time first."))
    poll.opened_at, poll.key = utcnow(), new_key()
    poll.lots = _in_random_order([option.code for option in poll.options])
    record(by, "opened", poll, lots=poll.lots)
    return poll


def _refuse_opened(poll: Poll) -> None:
    if poll.opened_at:
        raise Refused(_("This poll has been opened: it cannot be changed any more."))


def _in_random_order(things: Sequence[Any]) -> list[Any]:
    return lots().sample(things, len(things))


def cast_ballot(poll: Poll, voter: Account, codes: Sequence[str]) -> None:
    """Cast a ballot, or replace one’s own; no codes is a blank ballot, which counts as taking part.

    Refused when the poll is not open, for somebody who may not vote, and when the method does not take the ballot. The
    history keeps nothing of it. Codes are kept in the poll's order: the order of ticking would be a trace of the voter.
    """
    _keep_open(poll)
    if poll.key is None or not poll.is_open:
        raise Refused(_("This poll is closed: ballots are not taken any more.") if poll.opened_at else _not_yet())
    if not may_vote(voter, poll):
        raise Refused(_("Teachers of the pilot’s schools vote in this poll."))
    codes_of_poll = select(PollOption.code).where(PollOption.poll_id == poll.id).order_by(PollOption.id)
    options = db.session.scalars(codes_of_poll).all()
    METHODS[poll.method].check(codes, options, poll.max_approvals)
    choice = [code for code in options if code in codes]
    _put_ballot(poll.id, voter_mark(poll.key, voter.id), voter.school_id, choice)
    _note_participation(poll.id, voter.id)


def _keep_open(poll: Poll) -> None:
    """Read the poll again and keep it from being closed until the ballot is in; voters don't wait for each other."""
    db.session.refresh(poll, with_for_update={"read": True, "of": Poll})


def _not_yet() -> str:
    return _("This poll has not been opened yet.")


def _put_ballot(poll_id: int, mark: str, school_id: int | None, choice: list[str]) -> None:
    """One statement, so that two ballots of one voter at the same moment become one."""
    statement = _insert(Ballot).values(
        id=secrets.token_hex(16), poll_id=poll_id, voter_mark=mark, school_id=school_id, choice=choice
    )
    replaced = {"choice": statement.excluded.choice}
    db.session.execute(statement.on_conflict_do_update(index_elements=["poll_id", "voter_mark"], set_=replaced))


def _note_participation(poll_id: int, person_id: int) -> None:
    statement = _insert(Participation).values(poll_id=poll_id, person_id=person_id)
    db.session.execute(statement.on_conflict_do_nothing())


def _insert(table: type[Ballot] | type[Participation]) -> Any:
    return sqlite.insert(table) if is_sqlite() else postgresql.insert(table)


def close_poll(poll: Poll, *, by: Account | None) -> Poll:
    """Close a poll: make its ballots untraceable, destroy its key and count; `by` None: its time was up.

    Refused when it was not opened, or is closed already. Ballots under way are waited for; later ones are refused.
    """
    lock(poll)
    if poll.closed_at:
        raise Refused(_("This poll is closed already."))
    if not poll.opened_at:
        raise Refused(_not_yet())
    may_vote = queries.may_vote_by_school(poll)
    votes = _rewrite_ballots(poll, may_vote)
    codes = [option.code for option in poll.options]
    requires = queries.prerequisites(poll)
    poll.standings = count(votes, codes, lots=poll.lots, seats=poll.seats or 1, requires=requires, may_vote=may_vote)
    poll.closed_at, poll.key = utcnow(), None
    scrub(Ballot.__tablename__, Poll.__tablename__)
    record(by, "closed", poll, votes=len(votes))
    return poll


def close_due_polls() -> list[Poll]:
    """Close every poll whose time is up."""
    return [close_poll(poll, by=None) for poll in queries.due_polls()]


def _rewrite_ballots(poll: Poll, may_vote: dict[int, int]) -> list[Vote]:
    """Write the ballots anew so that neither mark, id, order nor a small school leads back to a voter."""
    votes = _in_random_order(_with_schools_to_name(queries.votes(poll), may_vote))
    db.session.execute(delete(Ballot).where(Ballot.poll_id == poll.id))
    rows = [
        {
            "id": secrets.token_hex(16),
            "poll_id": poll.id,
            "voter_mark": meaningless_mark(),
            "school_id": vote.school_id,
            "choice": sorted(vote.choice, key=poll.lots.index),
        }
        for vote in votes
    ]
    if rows:
        db.session.execute(insert(Ballot), rows)
    return votes


def _with_schools_to_name(votes: list[Vote], may_vote: dict[int, int]) -> list[Vote]:
    voted: dict[int, int] = {}
    for vote in votes:
        voted[vote.school_id or 0] = voted.get(vote.school_id or 0, 0) + 1
    named = schools_to_name(voted, may_vote)
    return [vote if vote.school_id in named else Vote(None, vote.choice) for vote in votes]


def decide(poll: Poll, codes: Sequence[str], reason: str, *, by: Account) -> Poll:
    """Decide what is offered, and tell those who voted; a stack stands for all of its micro-credentials.

    Refused before the poll is closed, when it has been decided, without a choice, with something that is not in the
    poll, and when it differs from the suggestion without a reason.
    """
    lock(poll)
    _refuse_undecidable(poll)
    chosen = [option for option in poll.options if option.code in codes]
    if not chosen or not set(codes) <= {option.code for option in poll.options}:
        raise Refused(_("Choose at least one of the poll’s options."), field="codes")
    if set(codes) != set(poll.suggested) and not reason.strip():
        raise Refused(_("Your choice differs from the suggestion: tell people why."), field="reason")
    for option in chosen:
        option.is_chosen = True
        for course in option.courses:
            offer(poll.pilot, course, by=by)
    poll.decided_at, poll.decided_by, poll.decision_reason = utcnow(), by, reason.strip() or None
    record(by, "decided", poll, codes=[option.code for option in chosen])
    _tell(poll, by)
    return poll


def _tell(poll: Poll, by: Account) -> None:
    for person in queries.participants(poll):
        write_mail(person, "poll_decided", poll=poll)
    titles = ", ".join(option.title for option in poll.chosen)
    announce(poll.pilot, _("What we will offer"), _("The poll is decided: %(titles)s.", titles=titles), by=by)


def _refuse_undecidable(poll: Poll) -> None:
    if poll.decided_at:
        raise Refused(_("This poll has been decided."))
    if not poll.closed_at:
        raise Refused(_("This poll is not closed yet."))
