"""What if another set were offered than the suggested one? And what other ways of choosing would take."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from microcred.errors import Refused
from microcred.polls.comparing import measured
from microcred.polls.models import Poll
from microcred.polls.result import Result
from microcred.polls.suggesting import lacking
from microcred.polls.votes import Question, Vote


class Trial(NamedTuple):
    """A set that somebody tries out: whom it serves, how many more than suggested, its hours, and what it lacks."""

    courses: list[str]
    covered: int
    change: int
    covered_twice: int
    hours: int
    lacks: dict[str, str]


class Way(NamedTuple):
    """A way to choose, in a word and in a sentence, and what comes of it."""

    title: str
    sentence: str
    courses: list[str]
    at_least_one: int
    at_least_two: int
    mean: str
    hours: int


def what_if(poll: Poll, votes: Sequence[Vote], question: Question, leave_out: str, take_in: str) -> Trial:
    """Exchange a suggested option for another one, leave one out or take one in.

    Refused where that changes nothing or makes no sense, and beyond the seats or the budget.
    """
    suggested = poll.suggested
    if not (leave_out or take_in) or (leave_out and leave_out not in suggested):
        raise Refused(_("Choose one that is suggested, to leave it out, or one that is not, to take it in."))
    if take_in and (take_in in suggested or take_in not in question.codes):
        raise Refused(_("Choose one that is suggested, to leave it out, or one that is not, to take it in."))
    courses = [code for code in suggested if code != leave_out] + ([take_in] if take_in else [])
    tried, before = measured(votes, question, courses), measured(votes, question, suggested)
    _refuse_beyond(question, tried)
    change = tried["at_least_one"] - before["at_least_one"]
    lacks = lacking(courses, question)
    return Trial(courses, tried["at_least_one"], change, tried["at_least_two"], tried["hours"], lacks)


def _refuse_beyond(question: Question, tried: dict[str, Any]) -> None:
    number = len(tried["courses"])
    if question.seats is not None and number > question.seats:
        sentence = _("That would be %(number)s, and you want to offer %(seats)s.", number=number, seats=question.seats)
        raise Refused(sentence)
    if question.budget is not None and tried["hours"] > question.budget:
        sentence = ngettext(
            "That would take reviewers %(hours)s hours, and there is %(num)s.",
            "That would take reviewers %(hours)s hours, and there are %(num)s.",
            question.budget,
            hours=tried["hours"],
        )
        raise Refused(sentence)


def ways(result: Result) -> list[Way]:
    """The suggested set beside those that other ways of choosing take; none in older standings."""
    return [_way(result, each) for each in result.standings.get("sets", [])]


def _way(result: Result, each: dict[str, Any]) -> Way:
    title, sentence = _named(result.counts_by if each["name"] == "suggested" else each["name"])
    if each["name"] == "suggested":
        title = _("Suggested: %(way)s", way=title)
    if not each.get("is_exact", True):
        sentence += " " + _("There were too many combinations to look at all of them: a slightly better one may exist.")
    mean = format_decimal(each["approved"] / result.votes, format="0.00") if result.votes else "0"
    courses = result.titles(each["courses"])
    return Way(title, sentence, courses, each["at_least_one"], each["at_least_two"], mean, each["hours"])


def _named(way: str) -> tuple[str, str]:
    return {
        "coverage": (
            _("the most served"),
            _("The set that gives the most people at least one that they chose."),
        ),
        "transfer": (
            _("elected by ranks"),
            _("Each part of the voters that is large enough has an option of its own elected: the transferable vote."),
        ),
        "dots": (_("the most dots"), _("The options with the most dots, whoever placed them.")),
        "most_approved": (
            _("the most chosen"),
            _("The options that the most people chose, one by one: who likes what many like can get several."),
        ),
        "equal_shares": (
            _("equal shares"),
            _("Everyone has the same share to spend on what they chose, and each option is paid by those who want it."),
        ),
    }[way]
