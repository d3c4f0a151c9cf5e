"""What a giveaway asks besides its rule, how many become due at most, and from when on at which school."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.catalog.models import MicroCredential
from microcred.db import db, lock
from microcred.errors import Refused
from microcred.history import record
from microcred.polls.models import Poll
from microcred.recognition.eligibility import RULES
from microcred.recognition.models import Giveaway, GiveawayStart
from microcred.recognition.thanking import thank_everyone

LIMITS = ("per_person", "per_period", "period_days", "in_total")


class Also(NamedTuple):
    """Something else that has to be met: a rule, perhaps for one poll or micro-credential only, so many times."""

    rule: str
    poll: Poll | None = None
    micro_credential: MicroCredential | None = None
    needed: int = 1

    @property
    def kept(self) -> dict[str, Any]:
        """As it stands in the database, with the name of what it is about."""
        narrows = RULES[self.rule].narrows
        poll = self.poll if narrows == "poll" else None
        course = self.micro_credential if narrows == "micro_credential" else None
        return {
            "rule": self.rule,
            "poll": poll and poll.id,
            "micro_credential": course and course.id,
            "count": self.needed,
            "name": poll.question if poll else course.title if course else "",
        }


def set_conditions(
    giveaway: Giveaway,
    *,
    also: Sequence[Also],
    limits: Mapping[str, int | None],
    starts: Mapping[int, date],
    by: Account,
) -> Giveaway:
    """Say what else is asked, the limits (of LIMITS; None for none), and from when on it is offered by school's id.

    Without a start it is offered everywhere at once; with one, only at schools that have one. Who is due it already
    stays so, and whom it thanks now becomes so. Refused for a period without its days or the other way round, for
    an unknown rule, a poll of another pilot, and a school that does not take part in the pilot.
    """
    lock(giveaway)
    _refuse(giveaway, also, limits, starts)
    for name in LIMITS:
        setattr(giveaway, name, limits.get(name))
    giveaway.also = [each.kept for each in also]
    _keep_starts(giveaway, starts)
    days = {str(school_id): day.isoformat() for school_id, day in starts.items()}
    record(by, "set conditions", giveaway, also=giveaway.also, limits=dict(limits), starts=days)
    db.session.flush()
    thank_everyone(giveaway)
    return giveaway


def _refuse(
    giveaway: Giveaway, also: Sequence[Also], limits: Mapping[str, int | None], starts: Mapping[int, date]
) -> None:
    if (limits.get("per_period") is None) != (limits.get("period_days") is None):
        raise Refused(_("A number and the days within which it counts belong together."), field="period_days")
    if any(each.rule not in RULES for each in also):
        raise Refused(_("There is no such rule."))
    if any(each.poll and each.poll.pilot_id != giveaway.pilot_id for each in also):
        raise Refused(_("This poll belongs to another pilot."))
    if not starts.keys() <= set(giveaway.pilot.school_ids):
        raise Refused(_("This school does not take part in the pilot."))


def _keep_starts(giveaway: Giveaway, starts: Mapping[int, date]) -> None:
    kept = {start.school_id: start for start in giveaway.starts}
    for school_id, day in starts.items():
        if school_id in kept:
            kept[school_id].starts_on = day
        else:
            giveaway.starts.append(GiveawayStart(school_id=school_id, starts_on=day))
    giveaway.starts = [start for start in giveaway.starts if start.school_id in starts]
