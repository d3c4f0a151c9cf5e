"""Closing polls and counting their ballots, with those that come on paper."""

import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from microcred.accounts.models import Account
from microcred.db import db, lock, scrub, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.lots import in_random_order
from microcred.polls import queries
from microcred.polls.methods import METHODS
from microcred.polls.models import Ballot, PaperBatch, Poll
from microcred.polls.paper import read_ballots
from microcred.polls.secrecy import FEWEST, meaningless_mark, schools_to_name
from microcred.polls.standings import count
from microcred.polls.votes import Question, Vote
from microcred.row_by_row import each


def close_poll(poll: Poll, *, by: Account | None) -> Poll:
    """Close a poll: make its ballots untraceable, destroy its key and count; `by` None: its time was up.

    Refused when it was not opened, or is closed already. Ballots under way are waited for; later ones are refused.
    """
    lock(poll)
    if poll.closed_at:
        raise Refused(_("This poll is closed already."))
    if not poll.opened_at:
        raise Refused(_("This poll has not been opened yet."))
    votes = _count(poll)
    poll.closed_at, poll.key = utcnow(), None
    record(by, "closed", poll, votes=votes)
    return poll


def close_due_polls() -> list[Poll]:
    """Close every poll whose time is up, unless it was given more time, or closed, at the same moment."""
    return [poll for poll in each(queries.due_polls(), _close_due) if poll]


def _close_due(poll: Poll) -> Poll | None:
    return close_poll(poll, by=None) if lock(poll).is_counting else None


def import_ballots(poll: Poll, content: bytes, *, by: Account | None) -> int:
    """Count in a file of paper ballots (see `read_ballots`), and return how many; a closed poll is counted anew.

    Refused for a draft and once the poll is decided, when this file was counted in already, and whole when one of its
    rows cannot be counted. The history keeps the number only.
    """
    lock(poll)
    if not poll.opened_at:
        raise Refused(_("This poll has not been opened yet."))
    if poll.decided_at:
        raise Refused(_("This poll has been decided: nothing is counted in any more."))
    batch = _new_batch(poll, content)
    votes = read_ballots(content, poll, queries.asked_schools(poll))
    if poll.closed_at:
        votes = _unseen_in_the_difference(votes)
    _put_ballots(poll, in_random_order(votes), are_on_paper=True)
    batch.ballots = len(votes)
    db.session.add(batch)
    if poll.closed_at:
        _count(poll)
    record(by, "counted in paper ballots", poll, ballots=len(votes))
    return len(votes)


def _unseen_in_the_difference(votes: list[Vote]) -> list[Vote]:
    """Ballots of which two results, before and after, tell no more than the sum of five or more: without a school."""
    if len(votes) < FEWEST:
        sentence = _(
            "The result is known already: fewer than %(fewest)s ballots more would be read off it.", fewest=FEWEST
        )
        raise Refused(sentence)
    return [vote._replace(school_id=None) for vote in votes]


def _new_batch(poll: Poll, content: bytes) -> PaperBatch:
    # Keyed, since a sheet of a few ballots could be guessed from its bare hash.
    file_hash = hmac.new(current_app.config["SECRET_KEY"].encode(), content, hashlib.sha256).hexdigest()
    same = select(PaperBatch.id).where(PaperBatch.poll_id == poll.id, PaperBatch.file_hash == file_hash)
    if db.session.scalar(same):
        raise Refused(_("This file was counted in already: nothing is counted twice."))
    return PaperBatch(poll_id=poll.id, file_hash=file_hash, imported_at=utcnow())


def _count(poll: Poll) -> int:
    """Write the ballots anew so that nothing leads back to a voter, and count them; returns how many there are."""
    db.session.flush()
    may_vote = queries.may_vote_by_school(poll)
    votes = in_random_order(_with_schools_to_name(queries.votes(poll), may_vote))
    db.session.execute(delete(Ballot).where(Ballot.poll_id == poll.id))
    # Which of them came on paper is forgotten: where few did, it would say whose they are.
    _put_ballots(poll, votes, are_on_paper=False)
    poll.standings = count(votes, question_of(poll), may_vote=may_vote, on_paper=queries.count_on_paper(poll))
    scrub(Ballot.__tablename__, Poll.__tablename__)
    return len(votes)


def _put_ballots(poll: Poll, votes: Sequence[Vote], *, are_on_paper: bool) -> None:
    rows = [
        {
            "id": secrets.token_hex(16),
            "poll_id": poll.id,
            "voter_mark": meaningless_mark(),
            "school_id": vote.school_id,
            "choice": list(vote.choice),
            "most_wanted": vote.most_wanted,
            "is_paper": are_on_paper,
        }
        for vote in votes
    ]
    if rows:
        db.session.execute(insert(Ballot), rows)


def _with_schools_to_name(votes: Sequence[Vote], may_vote: Mapping[int, int]) -> list[Vote]:
    named = schools_to_name(Counter(vote.school_id or 0 for vote in votes), may_vote)
    return [vote if vote.school_id in named else vote._replace(school_id=None) for vote in votes]


def question_of(poll: Poll) -> Question:
    """What a poll asks of its ballots."""
    return Question(
        codes=tuple(option.code for option in poll.options),
        lots=tuple(poll.lots),
        # What holds nothing any more costs nothing, which no budget can reckon with.
        hours={option.code: max(option.reviewer_hours, 1) for option in poll.options},
        seats=poll.seats,
        budget=poll.budget_hours,
        counts_by=METHODS[poll.method].counts_by,
        requires=queries.prerequisites(poll),
        has_most_wanted=poll.has_most_wanted,
    )
