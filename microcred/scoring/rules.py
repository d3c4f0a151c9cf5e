"""How a pilot scores, as its coordinator has set it, or as it is unless somebody says otherwise."""

from datetime import date, time, timedelta

from flask_babel import format_datetime
from flask_babel import gettext as _

from microcred.accounts.models import Account
from microcred.db import db, lock
from microcred.errors import Refused
from microcred.history import record
from microcred.pilots.models import Pilot
from microcred.scoring.models import ScoringRules
from microcred.scoring.release_days import SCHOOL_WEEK, on_the_wall
from microcred.words import clock

A_MONDAY = date(2024, 1, 1)


def rules_of(pilot: Pilot) -> ScoringRules:
    """The rules of a pilot; those of a pilot without any are not in the database until they are added."""
    kept = db.session.get(ScoringRules, pilot.id)
    return kept or ScoringRules(
        pilot_id=pilot.id, double_percent=0, allows_same_school=False, shows_others=False, lead_looks=False
    )


def change_rules(
    pilot: Pilot,
    *,
    double_percent: int,
    allows_same_school: bool,
    shows_others: bool,
    lead_looks: bool,
    release_weekday: int | None,
    release_time: time | None,
    by: Account,
) -> ScoringRules:
    """Set how a pilot scores from now on; what is scored already keeps its look and the moment that was published.

    Refused for a share that is none, and for a day of release without its time, or the other way round.
    """
    lock(pilot)
    if (release_weekday is None) != (release_time is None):
        raise Refused(_("Choose both a day and a time, or neither."), field="release_time")
    if release_weekday is not None and release_weekday not in SCHOOL_WEEK:
        raise Refused(_("Choose a day from Monday to Friday."), field="release_weekday")
    rules = rules_of(pilot)
    rules.double_percent, rules.allows_same_school = double_percent, allows_same_school
    rules.shows_others, rules.lead_looks = shows_others, lead_looks
    rules.release_weekday, rules.release_time = release_weekday, release_time
    db.session.add(rules)
    db.session.flush()
    record(by, "set how to score", pilot, **_as_values(rules))
    return rules


def _as_values(rules: ScoringRules) -> dict[str, object]:
    kept = ("double_percent", "allows_same_school", "shows_others", "lead_looks", "release_weekday")
    at = rules.release_time and rules.release_time.isoformat("minutes")
    return {name: getattr(rules, name) for name in kept} | {"release_time": at}


def promise(rules: ScoringRules) -> str | None:
    """When answers are given, said to those who wait for one; None where each is given once it is found."""
    if rules.release_weekday is None or rules.release_time is None:
        return None
    moment = on_the_wall(A_MONDAY + timedelta(days=rules.release_weekday), rules.release_time)
    weekday, time_of_day = format_datetime(moment, "EEEE"), clock(moment)
    said = _("Answers are given every %(weekday)s at %(time)s.", weekday=weekday, time=time_of_day)
    return f"{said} {_('Appeals are answered as soon as they are settled.')}"
