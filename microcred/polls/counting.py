"""Closing polls and counting their ballots."""

import secrets

from flask_babel import gettext as _
from sqlalchemy import delete, insert

from microcred.accounts.models import Account
from microcred.db import db, lock, scrub, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.lots import in_random_order
from microcred.polls import queries
from microcred.polls.models import Ballot, Poll
from microcred.polls.secrecy import meaningless_mark, schools_to_name
from microcred.polls.standings import Vote, count


def close_poll(poll: Poll, *, by: Account | None) -> Poll:
    """Close a poll: make its ballots untraceable, destroy its key and count; `by` None: its time was up.

    Refused when it was not opened, or is closed already. Ballots under way are waited for; later ones are refused.
    """
    lock(poll)
    if poll.closed_at:
        raise Refused(_("This poll is closed already."))
    if not poll.opened_at:
        raise Refused(_("This poll has not been opened yet."))
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
    votes = in_random_order(_with_schools_to_name(queries.votes(poll), may_vote))
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
