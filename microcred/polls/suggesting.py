"""The set that the ballots of a poll suggest, by the poll's way of counting: pure, and explained step by step."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from microcred.polls import transferable_vote
from microcred.polls.coverage import Suggestion, suggest
from microcred.polls.votes import Question, Vote, approval_ballots, approvals, covered


def suggestion(votes: Sequence[Vote], question: Question) -> dict[str, Any]:
    """The parts of the standings that say what is suggested, and how it came about."""
    return WAYS[question.counts_by](votes, question)


def best_coverage(votes: Sequence[Vote], question: Question) -> Suggestion:
    """The set that gives the most voters at least one option they approve."""
    return suggest(approval_ballots(votes), question.codes, **question.limits)


def _by_coverage(votes: Sequence[Vote], question: Question) -> dict[str, Any]:
    found = best_coverage(votes, question)
    steps = [list(step) for step in found.steps]
    suggested = _written(found.courses, votes, question) | {"is_exact": found.is_exact, "steps": steps}
    return {"suggestion": suggested, "rival": _rival(votes, question, found), "ties": [], "transfer": None}


def _rival(votes: Sequence[Vote], question: Question, found: Suggestion) -> list[str] | None:
    """Another set that serves as many with as many approvals, if there is one: the lots decided between the two.

    With the lots of the suggested courses put last, the search takes any other set that is worth as much.
    """
    if not found.is_exact:
        return None
    turned = sorted(question.lots, key=lambda code: code in found.courses)
    other = suggest(approval_ballots(votes), question.codes, **question.limits | {"lots": turned})
    is_rival = other.is_exact and set(other.courses) != set(found.courses)
    return list(other.courses) if is_rival else None


def _by_transfer(votes: Sequence[Vote], question: Question) -> dict[str, Any]:
    ballots = Counter(vote.choice for vote in votes)
    counted = transferable_vote.count(ballots, question.codes, seats=question.seats or 1, lots=question.lots)
    suggested = _written(counted.elected, votes, question)
    return {"suggestion": suggested, "rival": None, "ties": [], "transfer": counted.as_json}


def _by_dots(votes: Sequence[Vote], question: Question) -> dict[str, Any]:
    """The options with the most dots; of equals those of more people, then those with the earlier lot."""
    given, people = dots(votes, question.codes), approvals(votes, question.codes)
    ranked = sorted(question.lots, key=lambda code: (-given[code], -people[code]))
    courses = tuple(ranked[: question.seats])
    ties = _ties(ranked, courses, given, people)
    return {"suggestion": _written(courses, votes, question), "rival": None, "ties": ties, "transfer": None}


def _ties(
    ranked: Sequence[str], courses: Sequence[str], given: dict[str, int], people: dict[str, int]
) -> list[dict[str, Any]]:
    """The tie for the last place, if there is one: between which options, which came in, and what told them apart."""
    if len(courses) == len(ranked) or given[ranked[len(courses) - 1]] != given[ranked[len(courses)]]:
        return []
    last, next_one = ranked[len(courses) - 1], ranked[len(courses)]
    among = [code for code in ranked if given[code] == given[last]]
    broken_by = "lot" if people[last] == people[next_one] else "people"
    return [{"among": among, "picked": [code for code in among if code in courses], "broken_by": broken_by}]


def dots(votes: Sequence[Vote], codes: Sequence[str]) -> dict[str, int]:
    """How many dots each option has."""
    counted = Counter(code for vote in votes for code in vote.choice)
    return {code: counted[code] for code in codes}


def _written(courses: Sequence[str], votes: Sequence[Vote], question: Question) -> dict[str, Any]:
    return {
        "courses": list(courses),
        "covered": covered(votes, courses),
        "is_exact": True,
        "steps": explained(votes, courses),
        "hours": sum(question.hours[code] for code in courses),
        "lacks": lacking(courses, question),
    }


def explained(votes: Sequence[Vote], courses: Sequence[str]) -> list[list[Any]]:
    """The courses in the order of what each adds to those before it, with how many voters that is."""
    steps: list[list[Any]] = []
    waiting, left = list(votes), list(courses)
    while left:
        served = approvals(waiting, left)
        best = max(left, key=served.__getitem__)
        steps.append([best, served[best]])
        left.remove(best)
        waiting = [vote for vote in waiting if best not in vote.approved]
    return steps


def lacking(courses: Sequence[str], question: Question) -> dict[str, str]:
    """Which of these courses build on an option that is not among them."""
    needs = {code: question.requires[code] for code in courses if code in question.requires}
    return {code: needed for code, needed in needs.items() if needed not in courses}


WAYS = {"coverage": _by_coverage, "transfer": _by_transfer, "dots": _by_dots}
