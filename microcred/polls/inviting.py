"""Who asks to be invited first to what a poll may offer, and inviting them once it is decided.

This is said by the person beside the ballot and kept with the name: after closing, no ballot could tell it.
"""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import delete, select

from microcred.accounts.models import Account
from microcred.db import db, scrub, utcnow
from microcred.errors import Refused
from microcred.outbox import write_mail
from microcred.polls import queries
from microcred.polls.models import Interest, Poll, PollOption
from microcred.volunteers.queries import is_joined


def ask_for_invitations(poll: Poll, person: Account, codes: Sequence[str]) -> None:
    """Note to which options somebody wants to be invited first, in place of what the person said before.

    No codes take it all back. Refused before the poll opens and once it is decided, for somebody whom it does not ask
    and who has not voted, and for what is not in the poll. The history keeps nothing of it.
    """
    db.session.refresh(poll, with_for_update={"read": True, "of": Poll})
    if poll.decided_at:
        raise Refused(_("This poll has been decided: the invitations have left."))
    if not poll.opened_at:
        raise Refused(_("This poll has not been opened yet."))
    if not poll.asks(person) and not queries.has_voted(poll, person):
        raise Refused(_("This poll asks others."))
    named = {option.code: option.id for option in poll.options}
    if not set(codes) <= set(named):
        raise Refused(_("Something you chose is not in this poll. Open the page again."), field="wanted")
    _keep_only({named[code] for code in codes}, set(named.values()), person)


def _keep_only(wanted: set[int], possible: set[int], person: Account) -> None:
    own = (Interest.person_id == person.id, Interest.option_id.in_(possible))
    kept = set(db.session.scalars(select(Interest.option_id).where(*own)))
    db.session.execute(delete(Interest).where(*own, Interest.option_id.not_in(wanted)))
    db.session.add_all(Interest(option_id=id_, person_id=person.id) for id_ in sorted(wanted - kept))


def invite(poll: Poll, chosen: Sequence[PollOption]) -> set[int]:
    """Invite by mail those who asked for it, and forget who asked for what is not offered; returns their ids."""
    chosen_ids = [option.id for option in chosen]
    passed_over = [option.id for option in poll.options if option.id not in chosen_ids]
    db.session.execute(delete(Interest).where(Interest.option_id.in_(passed_over)))
    scrub(Interest.__tablename__)
    wanted: dict[Account, list[PollOption]] = {}
    for interest in queries.interests_in(chosen_ids):
        interest.invited_at = utcnow()
        wanted.setdefault(interest.person, []).extend(each for each in chosen if each.id == interest.option_id)
    for person, options in wanted.items():
        has_place = is_joined(poll.pilot, person)
        write_mail(person, "poll_invitation", poll=poll, options=options, has_place=has_place)
    return {person.id for person in wanted}
