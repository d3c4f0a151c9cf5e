"""What the ballots of a closed poll say: pure counting, the same ballots always giving the same bytes."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from microcred.polls.by_school import by_school
from microcred.polls.comparing import compared
from microcred.polls.suggesting import dots, suggestion
from microcred.polls.votes import Question, Vote, approvals

VERSION = 2
"""Of the keys below. Standings without a version were counted before there were other ways than to approve."""


def count(votes: Sequence[Vote], question: Question, *, may_vote: Mapping[int, int], on_paper: int) -> dict[str, Any]:
    """Count a poll: approvals, the suggestion and its ties, other sets, and the table by school without small cells.

    `may_vote` is how many may vote, by school; `on_paper` how many of the ballots came on paper.
    """
    suggested = suggestion(votes, question)
    courses = suggested["suggestion"]["courses"]
    return {
        "version": VERSION,
        "counts_by": question.counts_by,
        "votes": len(votes),
        "blank": sum(1 for vote in votes if not vote.choice),
        "on_paper": on_paper,
        "approvals": approvals(votes, question.codes),
        "dots": dots(votes, question.codes) if question.counts_by == "dots" else None,
        "most_wanted": _most_wanted(votes, question),
        "seats": question.seats,
        "budget_hours": question.budget,
        "hours": dict(question.hours),
        "requires": dict(question.requires),
        "lots": list(question.lots),
        **suggested,
        "sets": compared(votes, question, courses),
        "schools": by_school(votes, question.codes, courses, may_vote),
    }


def _most_wanted(votes: Sequence[Vote], question: Question) -> dict[str, int] | None:
    if not question.has_most_wanted:
        return None
    counted = Counter(vote.most_wanted for vote in votes)
    return {code: counted[code] for code in question.codes}


def as_bytes(standings: Mapping[str, Any]) -> bytes:
    """The standings as canonical JSON: for publishing, and for comparing."""
    return json.dumps(standings, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
