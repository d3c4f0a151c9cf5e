"""Deciding what a poll has offered: inviting those who asked for it, and telling everyone who voted."""

from collections.abc import Collection, Sequence

from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.db import lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.noticeboard.actions import announce
from microcred.outbox import write_mail
from microcred.pilots.actions import offer
from microcred.polls import queries
from microcred.polls.inviting import invite
from microcred.polls.models import Poll


def decide(poll: Poll, codes: Sequence[str], reason: str, *, by: Account) -> Poll:
    """Decide what is offered, invite those who asked for it first, then tell the others who voted.

    A stack stands for all of its micro-credentials. Refused before the poll is closed, when it has been decided,
    without a choice, with something that is not in the poll, and when it differs from the suggestion without a reason.
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
    _tell(poll, invite(poll, chosen), by)
    return poll


def _tell(poll: Poll, invited: Collection[int], by: Account) -> None:
    """Tell those who voted; those who are invited have read it in their invitation."""
    for person in queries.participants(poll):
        if person.id not in invited:
            write_mail(person, "poll_decided", poll=poll)
    titles = ", ".join(option.title for option in poll.chosen)
    announce(poll.pilot, _("What we will offer"), _("The poll is decided: %(titles)s.", titles=titles), by=by)


def _refuse_undecidable(poll: Poll) -> None:
    if poll.decided_at:
        raise Refused(_("This poll has been decided."))
    if not poll.closed_at:
        raise Refused(_("This poll is not closed yet."))
