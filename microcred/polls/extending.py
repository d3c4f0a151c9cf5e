"""What may still be changed once people have voted: a later end, more people asked, one more option."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.catalog.models import MicroCredential, Stack
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.lots import lots
from microcred.outbox import write_mail
from microcred.polls import queries
from microcred.polls.actions import code_at
from microcred.polls.audience import is_wider
from microcred.polls.design import refuse_audience, refuse_option, refuse_past
from microcred.polls.models import Poll, PollOption


def extend_poll(
    poll: Poll,
    *,
    closes_at: datetime,
    audience: str,
    asked_school_ids: Sequence[int],
    asked_subjects: Sequence[str],
    by: Account | None,
) -> Poll:
    """Move the closing moment of an open poll, or ask more people; refused for a past moment, and to ask fewer."""
    _hold_open(poll)
    refuse_past(closes_at)
    wanted = {"audience": audience, "asked_school_ids": asked_school_ids, "asked_subjects": asked_subjects}
    refuse_audience(poll.pilot, wanted)
    if not is_wider(poll, audience, asked_school_ids, asked_subjects):
        raise Refused(_("Ask the same people or more: whoever could vote must be able to."), field="audience")
    poll.closes_at, poll.audience = closes_at, audience
    poll.asked_school_ids, poll.asked_subjects = list(asked_school_ids), list(asked_subjects)
    record(by, "extended", poll, closes_at=closes_at.isoformat(), **wanted)
    return poll


def add_option(poll: Poll, added: MicroCredential | Stack, *, by: Account | None) -> PollOption:
    """Add an option to an open poll: its lot is drawn among the others, and whoever voted is asked again by mail.

    The ballots stand. Refused when the poll is not open, has the option, or it is archived.
    """
    _hold_open(poll)
    refuse_option(added)
    if any(added in (option.micro_credential, option.stack) for option in poll.options):
        raise Refused(_("“%(title)s” is in the poll already.", title=added.title), field="added")
    option = PollOption(code=code_at(len(poll.options)), added_at=utcnow())
    option.micro_credential, option.stack = (added, None) if isinstance(added, MicroCredential) else (None, added)
    if poll.method == "rank" and poll.max_approvals == len(poll.options):
        poll.max_approvals += 1
    poll.options.append(option)
    place = lots().randrange(len(poll.lots) + 1)
    poll.lots = [*poll.lots[:place], option.code, *poll.lots[place:]]
    db.session.flush()
    record(by, "added an option", poll, code=option.code, lots=poll.lots)
    for person in queries.participants(poll):
        write_mail(person, "poll_option_added", poll=poll, option=option)
    return option


def _hold_open(poll: Poll) -> None:
    lock(poll)
    if not poll.is_open:
        raise Refused(_("This poll is not open."))
