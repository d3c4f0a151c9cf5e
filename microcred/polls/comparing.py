"""Sets of courses side by side: the suggested one, other ways to choose, and a set that somebody tries out."""

from collections.abc import Collection, Sequence
from typing import Any

from microcred.polls.equal_shares import equal_shares, most_approved
from microcred.polls.suggesting import best_coverage
from microcred.polls.votes import Question, Vote, approval_ballots, covered


def compared(votes: Sequence[Vote], question: Question, suggested: Sequence[str]) -> list[dict[str, Any]]:
    """The suggested set and what other ways of choosing would take, each with what voters get from it."""
    ballots = approval_ballots(votes)
    named: list[tuple[str, Sequence[str]]] = [("suggested", suggested)]
    if question.counts_by != "coverage":
        named.append(("coverage", best_coverage(votes, question).courses))
    named.append(("most_approved", most_approved(ballots, question.codes, **question.limits)))
    named.append(("equal_shares", equal_shares(ballots, question.codes, **question.limits)))
    return [{"name": name, **measured(votes, question, courses)} for name, courses in named]


def measured(votes: Sequence[Vote], question: Question, courses: Collection[str]) -> dict[str, Any]:
    """What a set gives: voters with at least one and two courses they approve, all of these together, and its hours."""
    return {
        "courses": list(courses),
        "at_least_one": covered(votes, courses),
        "at_least_two": covered(votes, courses, at_least=2),
        "approved": sum(len(vote.approved.intersection(courses)) for vote in votes),
        "hours": sum(question.hours[code] for code in courses),
    }
