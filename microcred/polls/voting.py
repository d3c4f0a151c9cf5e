"""Casting ballots."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.dialects import postgresql, sqlite

from microcred.accounts.models import Account
from microcred.db import db, is_sqlite
from microcred.errors import Refused
from microcred.permissions import may_vote
from microcred.polls import queries
from microcred.polls.methods import METHODS
from microcred.polls.methods.marks import Marks
from microcred.polls.models import Ballot, Participation, Poll
from microcred.polls.secrecy import voter_mark


def cast_ballot(
    poll: Poll, voter: Account, codes: Sequence[str], most_wanted: str | None = None, *, wording: str | None = None
) -> bool:
    """Cast a ballot, or replace one’s own; no codes is a blank ballot, which counts as taking part.

    Returns whether it is the voter's first. `wording` is the poll's as it was when the voter read it. Refused when the
    poll is not open, asks something else by now or does not ask the voter, and when the method does not take the
    ballot. The history keeps nothing of it.
    """
    _keep_open(poll)
    if poll.key is None or not poll.is_open:
        raise Refused(_("This poll is closed: ballots are not taken any more.") if poll.opened_at else _not_yet())
    if not may_vote(voter, poll):
        raise Refused(_not_asked(poll, voter))
    if wording and wording != poll.wording:
        raise Refused(_("The poll was changed after you opened this page. Look at what it asks now, then vote."))
    options = [option.code for option in poll.options]
    method, wanted = METHODS[poll.method], most_wanted if poll.has_most_wanted else None
    method.check(Marks(list(codes), wanted), options, poll)
    _put_ballot(poll, voter, method.arranged(codes, options), wanted)
    return _note_participation(poll.id, voter.id)


def _keep_open(poll: Poll) -> None:
    """Read the poll again and keep it from being changed until the ballot is in; voters don't wait for each other."""
    db.session.refresh(poll, with_for_update={"read": True, "of": Poll})


def _not_yet() -> str:
    return _("This poll has not been opened yet.")


def _not_asked(poll: Poll, voter: Account) -> str:
    if queries.has_voted(poll, voter):
        return _("This poll does not ask you any more. The ballot that you cast before still counts.")
    return _("This poll asks others: your ballot is not taken.")


def _put_ballot(poll: Poll, voter: Account, choice: list[str], most_wanted: str | None) -> None:
    """One statement, so that two ballots of one voter at the same moment become one."""
    statement = _insert(Ballot).values(
        id=secrets.token_hex(16),
        poll_id=poll.id,
        voter_mark=voter_mark(poll.key or b"", voter.id),
        school_id=voter.school_id,
        choice=choice,
        most_wanted=most_wanted,
    )
    replaced = {"choice": statement.excluded.choice, "most_wanted": statement.excluded.most_wanted}
    db.session.execute(statement.on_conflict_do_update(index_elements=["poll_id", "voter_mark"], set_=replaced))


def _note_participation(poll_id: int, person_id: int) -> bool:
    statement = _insert(Participation).values(poll_id=poll_id, person_id=person_id)
    noted = statement.on_conflict_do_nothing().returning(Participation.person_id)
    return db.session.execute(noted).first() is not None


def _insert(table: type[Ballot] | type[Participation]) -> Any:
    return sqlite.insert(table) if is_sqlite() else postgresql.insert(table)
