"""Sets of courses side by side: the suggested one, other ways to choose, and a set that somebody tries out."""

from collections.abc import Collection, Sequence
from typing import Any

from microcred.polls.equal_shares import equal_shares, most_approved
from microcred.polls.suggesting import best_coverage
from microcred.polls.votes import Question, Vote, approval_ballots, covered


def compared(votes: Sequence[Vote], question: Question, suggested: Sequence[str]) -> list[dict[str, Any]]:
    """The suggested set and what other ways of choosing would take, each with what voters get from it.

    Whether the search for the best coverage was exact stands beside that set.
    """
    ballots = approval_ballots(votes)
    named: list[tuple[str, Sequence[str]]] = [("suggested", suggested)]
    best = None if question.counts_by == "coverage" else best_coverage(votes, question)
    if best:
        named.append(("coverage", best.courses))
    named.append(("most_approved", most_approved(ballots, question.codes, **question.limits)))
    named.append(("equal_shares", equal_shares(ballots, question.codes, **question.limits)))
    sets = [{"name": name, **measured(votes, question, courses)} for name, courses in named]
    return [each | {"is_exact": best.is_exact} if best and each["name"] == "coverage" else each for each in sets]


def measured(votes: Sequence[Vote], question: Question, courses: Collection[str]) -> dict[str, Any]:
    """What a set gives: voters with at least one and two courses they approve, all of these together, and its hours."""
    return {
        "courses": list(courses),
        "at_least_one": covered(votes, courses),
        "at_least_two": covered(votes, courses, at_least=2),
        "approved": sum(len(vote.approved.intersection(courses)) for vote in votes),
        "hours": sum(question.hours[code] for code in courses),
    }
