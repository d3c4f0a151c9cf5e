"""Who is due a giveaway, and why: one rule per way of taking part."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, String, literal, select, union_all

from microcred.accounts.models import Account
from microcred.badges.models import Award
from microcred.catalog.models import MicroCredential
from microcred.db import db
from microcred.evidence.models import Submission
from microcred.pilots.models import Pilot
from microcred.polls.models import Participation, Poll
from microcred.recognition.models import Entitlement, Giveaway
from microcred.volunteers.models import Volunteer
from microcred.volunteers.queries import is_told

Facts = Select[int, int, str]
"""A person's id, and the id and name of what the reason is about."""


class Due(NamedTuple):
    """That a person has a reason for a giveaway: its key (such as `voted:7`) and the name of what it is about."""

    person_id: int
    giveaway_id: int
    reason: str
    name: str


def volunteered(giveaway: Giveaway) -> Facts:
    """Whoever applied to the pilot, whatever became of it; once for each pilot."""
    entries = select(Volunteer.person_id, Pilot.id, Pilot.title).join(Pilot, Pilot.id == Volunteer.pilot_id)
    return entries.where(Pilot.id == giveaway.pilot_id)


def joined(giveaway: Giveaway) -> Facts:
    """Whoever took a place in the pilot, and knows it; once for each pilot."""
    return volunteered(giveaway).where(Volunteer.joined_at.is_not(None), is_told())


def voted(giveaway: Giveaway) -> Facts:
    """Whoever took part in a poll of the pilot, or in the one that the giveaway names; never what was voted."""
    took_part = select(Participation.person_id, Poll.id, Poll.question).join(Poll, Poll.id == Participation.poll_id)
    return took_part.where(Poll.pilot_id == giveaway.pilot_id, *_only(Poll.id, giveaway.poll_id))


def handed_in(giveaway: Giveaway) -> Facts:
    """Whoever handed in evidence in the pilot; once for each micro-credential, however many tries it takes."""
    tries = select(Submission.person_id, MicroCredential.id, MicroCredential.title).join(
        MicroCredential, MicroCredential.id == Submission.micro_credential_id
    )
    in_pilot = tries.where(Submission.pilot_id == giveaway.pilot_id, Submission.submitted_at.is_not(None))
    return in_pilot.where(*_only(MicroCredential.id, giveaway.micro_credential_id))


def earned(giveaway: Giveaway) -> Facts:
    """Whoever holds a badge of the pilot that was not revoked; once for each micro-credential."""
    badges = (
        select(Award.person_id, MicroCredential.id, MicroCredential.title)
        .join(MicroCredential, MicroCredential.id == Award.micro_credential_id)
        .join(Submission, Submission.id == Award.submission_id)
    )
    in_pilot = badges.where(Submission.pilot_id == giveaway.pilot_id, Award.revoked_at.is_(None))
    return in_pilot.where(*_only(MicroCredential.id, giveaway.micro_credential_id))


def _only(column: Any, wanted: int | None) -> list[ColumnElement[bool]]:
    return [] if wanted is None else [column == wanted]


@dataclass(frozen=True)
class Rule:
    """A way to be thanked.

    `facts` selects who fulfils it: the person, the id and the name of what it is about. `title` names the rule,
    `because` tells the reason, `not_yet` what it takes; `not_yet_named` the same for a giveaway about one thing only.
    """

    facts: Callable[[Giveaway], Facts]
    title: LazyString
    because: LazyString
    not_yet: LazyString
    not_yet_named: LazyString | None = None


RULES = {
    "volunteered": Rule(
        volunteered, _l("volunteered"), _l("Volunteered for “%(name)s”"), _l("Comes with volunteering for the pilot.")
    ),
    "joined": Rule(joined, _l("joined"), _l("Joined “%(name)s”"), _l("Comes with a place in the pilot.")),
    "voted": Rule(
        voted,
        _l("voted in a poll"),
        _l("Voted in the poll “%(name)s”"),
        _l("Comes with taking part in a poll."),
        _l("Comes with taking part in the poll “%(name)s”."),
    ),
    "handed_in": Rule(
        handed_in,
        _l("handed in evidence"),
        _l("Handed in evidence for “%(name)s”"),
        _l("Comes with handing in evidence."),
        _l("Comes with handing in evidence for “%(name)s”."),
    ),
    "earned": Rule(
        earned,
        _l("earned a badge"),
        _l("Earned the badge “%(name)s”"),
        _l("Comes with earning a badge."),
        _l("Comes with earning the badge “%(name)s”."),
    ),
}
"""Every rule under the slug that a giveaway keeps."""


def everyone_due(giveaways: Iterable[Giveaway], person: Account | None = None) -> list[Due]:
    """Each reason that anybody (or that one person) has for one of the giveaways, given or not, in one query."""
    parts = [_reasons(giveaway, person) for giveaway in giveaways]
    if not parts:
        return []
    rows = db.session.execute(union_all(*parts))
    return sorted(
        {Due(person_id, giveaway_id, f"{slug}:{about}", name) for person_id, about, name, giveaway_id, slug in rows}
    )


def _reasons(giveaway: Giveaway, person: Account | None) -> Select[Any]:
    facts = RULES[giveaway.rule].facts(giveaway).subquery()
    who, about, name = facts.c
    reasons = select(who, about, name, literal(giveaway.id), literal(giveaway.rule, String))
    return reasons if person is None else reasons.where(who == person.id)


def why(entitlement: Entitlement) -> str:
    """The reason of an entitlement in the reader's language."""
    rule = RULES[entitlement.reason.partition(":")[0]]
    return str(rule.because) % entitlement.because


def why_not_yet(giveaway: Giveaway) -> str:
    """What it takes to be due a giveaway, in the reader's language."""
    rule = RULES[giveaway.rule]
    if rule.not_yet_named and giveaway.narrowed_to:
        return str(rule.not_yet_named) % {"name": giveaway.narrowed_to}
    return str(rule.not_yet)
