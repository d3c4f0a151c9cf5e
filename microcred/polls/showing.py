"""Pages that show what was counted, and the sheet for those who vote on paper."""

from typing import Any

from flask import Response, make_response, render_template, request

from microcred.errors import Refused
from microcred.permissions import may_run_polls, may_see_standings
from microcred.polls import polls, queries
from microcred.polls.counting import question_of
from microcred.polls.forms import DecisionForm
from microcred.polls.methods import METHODS
from microcred.polls.models import Poll
from microcred.polls.result import Result
from microcred.polls.secrecy import FEWEST
from microcred.polls.standings import as_bytes
from microcred.polls.what_if import Trial, ways, what_if
from microcred.web import get, me


@get(polls, "/polls/<int:poll_id>/standings.json", may=may_see_standings, load=queries.counted_poll)
def standings(poll: Poll) -> Response:
    """What was counted, byte for byte the same whenever the same ballots are counted."""
    return make_response(as_bytes(poll.standings or {}), {"Content-Type": "application/json"})


@get(polls, "/polls/<int:poll_id>/sheet", may=may_run_polls, load=queries.poll_to_show)
def sheet(poll: Poll) -> str:
    """A ballot to print, for those who vote on paper."""
    return render_template("polls/sheet.html", poll=poll, method=METHODS[poll.method])


def closed_context(poll: Poll, decision: DecisionForm | None) -> dict[str, Any]:
    """What the page of a closed poll needs."""
    result = Result(poll, queries.asked_schools(poll))
    leave_out, take_in = request.args.get("leave_out", ""), request.args.get("take_in", "")
    trial, why_not = _tried(poll, leave_out, take_in)
    return {
        "poll": poll,
        "result": result,
        "ways": ways(result),
        "decision": decision or DecisionForm.about(poll),
        "interested": queries.count_interests(poll) if may_run_polls(me(), poll) else {},
        "fewest": FEWEST,
        "leave_out": leave_out,
        "take_in": take_in,
        "trial": trial,
        "why_not": why_not,
    }


def _tried(poll: Poll, leave_out: str, take_in: str) -> tuple[Trial | None, str]:
    """Another set, or why it cannot be; neither before somebody asks."""
    if not (leave_out or take_in) or not may_run_polls(me(), poll):
        return None, ""
    try:
        return what_if(poll, queries.votes(poll), question_of(poll), leave_out, take_in), ""
    except Refused as refusal:
        return None, str(refusal.sentence)
