"""What a poll is made of, and which designs are refused."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.catalog.models import MicroCredential, Stack
from microcred.db import utcnow
from microcred.errors import Refused
from microcred.pilots.models import Pilot
from microcred.polls.audience import AUDIENCES
from microcred.polls.methods import METHODS
from microcred.polls.models import Poll

FEWEST_OPTIONS = 2


class Design(TypedDict):
    """A poll as it is typed. Without `max_approvals` its method's usual number is taken; one limit is given."""

    question: str
    micro_credentials: Sequence[MicroCredential]
    stacks: Sequence[Stack]
    max_approvals: int | None
    closes_at: datetime
    shows_standings_to: str
    method: NotRequired[str]
    dots_per_option: NotRequired[int | None]
    has_most_wanted: NotRequired[bool]
    seats: NotRequired[int | None]
    budget_hours: NotRequired[int | None]
    audience: NotRequired[str]
    asked_school_ids: NotRequired[Sequence[int]]
    asked_subjects: NotRequired[Sequence[str]]


PLAIN: Mapping[str, Any] = {
    "method": "approve",
    "dots_per_option": None,
    "has_most_wanted": False,
    "seats": None,
    "budget_hours": None,
    "audience": "schools",
    "asked_school_ids": (),
    "asked_subjects": (),
}


def designed(pilot: Pilot, design: Mapping[str, Any]) -> dict[str, Any]:
    """A whole design, with what was left out put in; refused when it is unusable."""
    wanted: dict[str, Any] = {**PLAIN, **design}
    refuse_past(wanted["closes_at"])
    refuse_audience(pilot, wanted)
    _refuse_options(wanted)
    _refuse_method(wanted)
    _refuse_limit(wanted)
    return wanted


def refuse_past(closes_at: datetime) -> None:
    """Refuse a closing moment that has gone by."""
    if closes_at <= utcnow():
        raise Refused(_("The poll would close in the past."), field="closes_at")


def refuse_audience(pilot: Pilot, wanted: Mapping[str, Any]) -> None:
    """Refuse an audience that is none, schools that are not the pilot's, and subjects without any."""
    if wanted["audience"] not in AUDIENCES:
        raise Refused(_("Choose whom the poll asks."), field="audience")
    if not set(wanted["asked_school_ids"]) <= set(pilot.school_ids):
        raise Refused(_("Choose among the pilot’s schools."), field="asked_school_ids")
    if wanted["audience"] == "subjects" and not wanted["asked_subjects"]:
        raise Refused(_("Choose at least one subject, or ask somebody else."), field="asked_subjects")


def _refuse_options(wanted: Mapping[str, Any]) -> None:
    if _count(wanted) < FEWEST_OPTIONS:
        raise Refused(_("A poll needs at least two options."), field="micro_credentials")
    refuse_option(*wanted["micro_credentials"], *wanted["stacks"])


def refuse_option(*options: MicroCredential | Stack) -> None:
    """Refuse what is archived, and a stack that holds nothing any more."""
    for option in options:
        if isinstance(option, MicroCredential) and option.archived_at:
            raise Refused(_("“%(title)s” is archived.", title=option.title), field="micro_credentials")
        if isinstance(option, MicroCredential) and option.rubric_id is None:
            raise Refused(_("“%(title)s” has no rubric yet.", title=option.title), field="micro_credentials")
        if isinstance(option, Stack) and not any(not course.archived_at for course in option.micro_credentials):
            raise Refused(_("“%(title)s” holds no micro-credential.", title=option.title), field="stacks")


def _refuse_method(wanted: dict[str, Any]) -> None:
    """Refuse what the method cannot do, and leave out what belongs to another."""
    if wanted["method"] not in METHODS:
        raise Refused(_("Choose how people vote."), field="method")
    number = wanted["max_approvals"]
    wanted["max_approvals"] = METHODS[wanted["method"]].usual(_count(wanted)) if number is None else number
    if wanted["max_approvals"] < 1:
        raise Refused(_("Let people choose at least one."), field="max_approvals")
    wanted["has_most_wanted"] = wanted["has_most_wanted"] and wanted["method"] == "approve"
    wanted["dots_per_option"] = wanted["dots_per_option"] if wanted["method"] == "dots" else None
    cap = wanted["dots_per_option"]
    if cap is not None and cap * _count(wanted) < wanted["max_approvals"]:
        sentence = _("With so few for each option, nobody could place all their dots.")
        raise Refused(sentence, field="dots_per_option")


def _refuse_limit(wanted: Mapping[str, Any]) -> None:
    seats, budget = wanted["seats"], wanted["budget_hours"]
    if (seats is None) == (budget is None):
        raise Refused(
            _("Say how many you can offer, or how many hours of reviewers there are: one of the two."), field="seats"
        )
    if seats is not None and not 1 <= seats <= _count(wanted):
        raise Refused(_("Offer at least one and at most as many as there are options."), field="seats")
    if budget is not None:
        _refuse_budget(budget, wanted)


def _refuse_budget(budget: int, wanted: Mapping[str, Any]) -> None:
    if wanted["method"] != "approve":
        sentence = _("Hours of reviewers limit a poll in which people approve. Here, say how many you can offer.")
        raise Refused(sentence, field="budget_hours")
    if any(course.stack in wanted["stacks"] for course in wanted["micro_credentials"]):
        sentence = _("Within hours of reviewers, choose a stack or courses of it, not both: they share hours.")
        raise Refused(sentence, field="budget_hours")
    least = min(reviewer_hours(option) for option in (*wanted["micro_credentials"], *wanted["stacks"]))
    if budget < least:
        sentence = ngettext(
            "This buys nothing: the cheapest option takes reviewers %(num)s hour.",
            "This buys nothing: the cheapest option takes reviewers %(num)s hours.",
            least,
        )
        raise Refused(sentence, field="budget_hours")


def reviewer_hours(option: MicroCredential | Stack) -> int:
    """How many hours reviewers spend on it; on a stack, those of all it holds."""
    courses = [option] if isinstance(option, MicroCredential) else option.micro_credentials
    return sum(course.reviewer_hours for course in courses if not course.archived_at)


def _count(wanted: Mapping[str, Any]) -> int:
    return len(wanted["micro_credentials"]) + len(wanted["stacks"])


def design_of(poll: Poll) -> Design:
    """The design of a poll, without what was archived since."""
    courses = [option.micro_credential for option in poll.options if option.micro_credential]
    return Design(
        question=poll.question,
        micro_credentials=[course for course in courses if not course.archived_at],
        stacks=[option.stack for option in poll.options if option.stack and option.courses],
        max_approvals=poll.max_approvals,
        closes_at=poll.closes_at,
        shows_standings_to=poll.shows_standings_to,
        method=poll.method,
        dots_per_option=poll.dots_per_option,
        has_most_wanted=poll.has_most_wanted,
        seats=poll.seats,
        budget_hours=poll.budget_hours,
        audience=poll.audience,
        asked_school_ids=[each for each in poll.asked_school_ids if each in poll.pilot.school_ids],
        asked_subjects=poll.asked_subjects,
    )
