"""Pages of polls: making them, voting in them, and deciding by them."""

from typing import Any

from flask import Response, current_app, make_response, render_template, request, url_for
from flask_babel import gettext as _

from microcred.catalog import queries as catalog
from microcred.paging import page_of
from microcred.permissions import may_be_here, may_run_polls, may_vote
from microcred.pilots.models import Pilot
from microcred.pilots.queries import current_pilot, visible_pilot
from microcred.polls import actions, polls, queries
from microcred.polls.forms import DecisionForm, PollForm
from microcred.polls.methods import METHODS
from microcred.polls.models import Poll
from microcred.polls.result import Result, what_if
from microcred.polls.secrecy import FEWEST, in_own_order
from microcred.polls.standings import approvals, as_bytes
from microcred.recognition.actions import thank
from microcred.web import Answer, Form, attempt, get, me, post


@get(polls, "/polls", may=may_be_here)
def index() -> str:
    """Every poll that one may see, open ones first."""
    page = page_of(queries.visible_to(me()), request.args.get("page"), url_for("polls.index"))
    pilot = current_pilot(me()) if may_run_polls(me()) else None
    return render_template("polls/index.html", page=page, pilot=pilot, voted_in=queries.polls_voted_in(me()))


@get(polls, "/pilots/<int:pilot_id>/polls/new", may=may_run_polls, load=visible_pilot)
def new(pilot: Pilot) -> str:
    """A poll to be drafted."""
    return render_template("polls/edit.html", **_edit_context(_poll_form(None), pilot))


@post(polls, "/pilots/<int:pilot_id>/polls", may=may_run_polls, load=visible_pilot)
def create_poll(pilot: Pilot) -> Response:
    """Draft a poll."""
    form = _poll_form(None)
    return attempt(
        form,
        lambda: actions.create_poll(pilot, **_wanted(form), by=me()),
        Answer(
            to=_page_of,
            said=_("The poll is drafted. Look at it as a voter would, then open it."),
            page="polls/edit.html",
            context=lambda: _edit_context(form, pilot),
        ),
    )


@get(polls, "/polls/<int:poll_id>/edit", may=may_run_polls, load=queries.visible_poll)
def edit(poll: Poll) -> str:
    """A draft to be changed."""
    return render_template("polls/edit.html", **_edit_context(_poll_form(poll), poll.pilot, poll))


@post(polls, "/polls/<int:poll_id>", may=may_run_polls, load=queries.visible_poll)
def change_poll(poll: Poll) -> Response:
    """Change a draft."""
    form = _poll_form(poll)
    answer = Answer(
        to=_page_of(poll),
        said=_("The draft is changed."),
        page="polls/edit.html",
        context=lambda: _edit_context(form, poll.pilot, poll),
    )
    return attempt(form, lambda: actions.change_poll(poll, **_wanted(form), by=me()), answer)


def _poll_form(poll: Poll | None) -> PollForm:
    return PollForm.about(poll, catalog.micro_credentials(), catalog.stacks())


def _wanted(form: PollForm) -> dict[str, Any]:
    return form.wanted(catalog.micro_credentials(), catalog.stacks())


def _edit_context(form: PollForm, pilot: Pilot, poll: Poll | None = None) -> dict[str, Any]:
    return {"form": form, "pilot": pilot, "poll": poll}


def _page_of(poll: Poll) -> str:
    return url_for("polls.show", poll_id=poll.id)


@get(polls, "/polls/<int:poll_id>", may=may_be_here, load=queries.poll_to_show)
def show(poll: Poll) -> str:
    """A poll: its ballot while it is open, its result and the decision afterwards."""
    return render_template("polls/show.html", **_show_context(poll))


def _show_context(poll: Poll, ballot: Form | None = None, decision: DecisionForm | None = None) -> dict[str, Any]:
    context = _ballot_context(poll, ballot) | {"turnout": queries.turnout(poll)}
    return context | _decision_context(poll, decision) if poll.closed_at else context


def _ballot_context(poll: Poll, form: Form | None = None) -> dict[str, Any]:
    method, choice = METHODS[poll.method], queries.own_choice(poll, me())
    return {
        "poll": poll,
        "method": method,
        "form": form or method.fill(method.form(), choice),
        "choice": choice,
        "options": in_own_order(poll.options, current_app.config["SECRET_KEY"], poll.id, me().id),
        "standings": _live_standings(poll) if poll.shows_standings_to == "voters" and choice is not None else None,
        "fewest": FEWEST,
        "is_preview": False,
    }


def _live_standings(poll: Poll) -> list[tuple[str, int]]:
    """What those who voted see meanwhile; nothing while so few have voted that it would tell on them."""
    votes = queries.votes(poll)
    counts = approvals(votes, [option.code for option in poll.options])
    return [(option.title, counts[option.code]) for option in poll.options] if len(votes) >= FEWEST else []


def _decision_context(poll: Poll, form: DecisionForm | None = None) -> dict[str, Any]:
    leave_out, take_in = request.args.get("leave_out", ""), request.args.get("take_in", "")
    return {
        "poll": poll,
        "result": Result(poll, poll.pilot.schools),
        "decision": form or DecisionForm.about(poll),
        "leave_out": leave_out,
        "take_in": take_in,
        "exchange": what_if(poll, queries.votes(poll), leave_out, take_in) if leave_out else None,
    }


@get(polls, "/polls/<int:poll_id>/preview", may=may_run_polls, load=queries.poll_to_show)
def preview(poll: Poll) -> str:
    """The ballot as a voter sees it."""
    return render_template("polls/preview.html", **_ballot_context(poll) | {"is_preview": True})


@get(polls, "/polls/<int:poll_id>/turnout", may=may_run_polls, load=queries.visible_poll)
def turnout(poll: Poll) -> str:
    """How many have voted, by school, as a piece that renews itself."""
    return render_template("polls/_turnout.html", poll=poll, turnout=queries.turnout(poll))


@get(polls, "/polls/<int:poll_id>/standings.json", may=may_be_here, load=queries.counted_poll)
def standings(poll: Poll) -> Response:
    """What was counted, byte for byte the same whenever the same ballots are counted."""
    return make_response(as_bytes(poll.standings or {}), {"Content-Type": "application/json"})


@post(polls, "/polls/<int:poll_id>/opening", may=may_run_polls, load=queries.visible_poll)
def open_poll(poll: Poll) -> Response:
    """Open a poll."""
    answer = Answer(to=_page_of(poll), said=_("The poll is open."))
    return attempt(Form(), lambda: actions.open_poll(poll, by=me()), answer)


@post(polls, "/polls/<int:poll_id>/closing", may=may_run_polls, load=queries.visible_poll)
def close_poll(poll: Poll) -> Response:
    """Close a poll and count."""
    answer = Answer(to=_page_of(poll), said=_("The poll is closed and counted. Its key is destroyed."))
    return attempt(Form(), lambda: actions.close_poll(poll, by=me()), answer)


@post(polls, "/polls/<int:poll_id>/ballot", may=may_vote, load=queries.visible_poll)
def cast_ballot(poll: Poll) -> Response:
    """Cast a ballot or change it, and be thanked for taking part."""
    form = METHODS[poll.method].form()
    answer = Answer(
        to=_page_of(poll),
        said=_("Your ballot is in. Thank you for taking part!"),
        page="polls/show.html",
        fragment="polls/_ballot.html",
        context=lambda: _show_context(poll, ballot=form),
    )
    return attempt(form, lambda: _vote(poll, form), answer)


def _vote(poll: Poll, form: Form) -> None:
    actions.cast_ballot(poll, me(), METHODS[poll.method].read(form))
    thank(poll.pilot, me())


@post(polls, "/polls/<int:poll_id>/decision", may=may_run_polls, load=queries.visible_poll)
def decide(poll: Poll) -> Response:
    """Decide what is offered."""
    form = DecisionForm.about(poll)
    answer = Answer(
        to=_page_of(poll),
        said=_("Decided. Everyone who voted is told."),
        page="polls/show.html",
        fragment="polls/_decision.html",
        context=lambda: _show_context(poll, decision=form),
    )
    return attempt(form, lambda: actions.decide(poll, form.codes.data or [], form.reason.data or "", by=me()), answer)
