"""Pages of polls: voting in them, what they say, and deciding by them."""

from types import ModuleType
from typing import Any

from flask import Response, current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from microcred.badges.queries import count_earned
from microcred.evidence.queries import count_started
from microcred.paging import page_of
from microcred.permissions import may_ask_for_invitations, may_be_here, may_run_polls, may_send_ballot
from microcred.pilots.queries import current_pilot
from microcred.polls import counting, deciding, inviting, polls, queries, voting
from microcred.polls import making as making
from microcred.polls.audience import asking
from microcred.polls.forms import DecisionForm, InterestForm
from microcred.polls.methods import METHODS
from microcred.polls.methods.marks import Marks
from microcred.polls.models import Poll
from microcred.polls.promise import Kept, promise
from microcred.polls.reminding import why_no_reminder
from microcred.polls.secrecy import FEWEST, in_own_order
from microcred.polls.showing import closed_context
from microcred.polls.votes import approvals
from microcred.recognition.actions import thank
from microcred.recognition.queries import thanks_for_voting
from microcred.web import Answer, Form, attempt, get, me, post

polls.add_app_template_global(thanks_for_voting)

SAID = {
    True: _l("Your ballot is in. Thank you for taking part!"),
    False: _l("Your ballot is changed: this one counts, the one before does not."),
}
"""What is said of a voter's first ballot, and of a later one, which may come from a second tab."""


@get(polls, "/polls", may=may_be_here)
def index() -> str:
    """Every poll that one may see, open ones first."""
    page = page_of(queries.visible_to(me()), request.args.get("page"), url_for("polls.index"))
    pilot = current_pilot(me()) if may_run_polls(me()) else None
    voted_in, asked_in = queries.polls_voted_in(me()), asking(page.rows, me())
    return render_template("polls/index.html", page=page, pilot=pilot, voted_in=voted_in, asked_in=asked_in)


def _page_of(poll: Poll) -> str:
    return url_for("polls.show", poll_id=poll.id)


@get(polls, "/polls/<int:poll_id>", may=may_be_here, load=queries.poll_to_show)
def show(poll: Poll) -> str:
    """A poll: its ballot while it is open, its result and the decision afterwards."""
    return render_template("polls/show.html", **_show_context(poll))


def _show_context(
    poll: Poll,
    ballot: Form | None = None,
    decision: DecisionForm | None = None,
    interest: InterestForm | None = None,
) -> dict[str, Any]:
    context = _ballot_context(poll, ballot, interest) | {"turnout": queries.turnout(poll)}
    context |= {"not_voted": queries.count_not_voted(poll), "why_no_reminder": why_no_reminder(poll)}
    return context | closed_context(poll, decision) | {"promise": _promise(poll)} if poll.closed_at else context


def _ballot_context(poll: Poll, sent: Form | None = None, interest: InterestForm | None = None) -> dict[str, Any]:
    marks = queries.own_marks(poll, me())
    return {
        "poll": poll,
        "method": METHODS[poll.method],
        "form": _ballot_form(poll, marks, sent),
        "marks": marks,
        "options": in_own_order(poll.options, current_app.config["SECRET_KEY"], poll.id, me().id),
        "standings": _live_standings(poll) if poll.shows_standings_to == "voters" and marks is not None else None,
        "interest": interest or InterestForm.about(poll, queries.own_interests(poll, me())),
        "has_voted": queries.has_voted(poll, me()),
        "fewest": FEWEST,
        "is_preview": False,
    }


def _ballot_form(poll: Poll, marks: Marks | None, sent: Form | None) -> Form:
    """A ballot that was refused as it was sent, unless the poll asks something else by now; else what was cast."""
    method = METHODS[poll.method]
    form: Form = sent or method.form()
    if not form.errors or form.wording.data not in (None, "", poll.wording):
        method.fill(form, marks)
    form.wording.data = poll.wording
    return form


def _live_standings(poll: Poll) -> list[tuple[str, int]]:
    """What those who voted see meanwhile; nothing while so few have voted that it would tell on them."""
    votes = queries.votes(poll)
    counts = approvals(votes, [option.code for option in poll.options])
    return [(option.title, counts[option.code]) for option in poll.options] if len(votes) >= FEWEST else []


def _promise(poll: Poll) -> list[Kept]:
    """What became of what was promised; nothing before the decision."""
    if not poll.decided_at:
        return []
    return promise(poll, poll.pilot.offers, count_started(poll.pilot), count_earned(poll.pilot))


@get(polls, "/polls/<int:poll_id>/preview", may=may_run_polls, load=queries.poll_to_show)
def preview(poll: Poll) -> str:
    """The ballot as a voter sees it."""
    return render_template("polls/preview.html", **_ballot_context(poll) | {"is_preview": True})


@get(polls, "/polls/<int:poll_id>/turnout", may=may_run_polls, load=queries.visible_poll)
def turnout(poll: Poll) -> str:
    """How many have voted, by school, as a piece that renews itself."""
    return render_template("polls/_turnout.html", poll=poll, turnout=queries.turnout(poll))


@post(polls, "/polls/<int:poll_id>/closing", may=may_run_polls, load=queries.visible_poll)
def close_poll(poll: Poll) -> Response:
    """Close a poll and count."""
    answer = Answer(to=_page_of(poll), said=_("The poll is closed and counted. Its key is destroyed."))
    return attempt(Form(), lambda: counting.close_poll(poll, by=me()), answer)


@post(polls, "/polls/<int:poll_id>/ballot", may=may_send_ballot, load=queries.visible_poll)
def cast_ballot(poll: Poll) -> Response:
    """Cast a ballot or change it, and be thanked for taking part."""
    method = METHODS[poll.method]
    form = method.form()
    answer = Answer(
        to=_page_of(poll),
        said=lambda is_first: str(SAID[is_first]),
        page="polls/show.html",
        fragment="polls/_ballot.html",
        context=lambda: _show_context(poll, ballot=form),
    )
    return attempt(form, lambda: _vote(poll, form, method), answer)


def _vote(poll: Poll, form: Form, method: ModuleType) -> bool:
    """The method is the one of the page: asking the poll again would cost two queries, and its wording is compared."""
    is_first = voting.cast_ballot(poll, me(), *method.read(form, poll), wording=form.wording.data)
    if is_first:
        thank(poll.pilot, me())
    return is_first


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
    return attempt(form, lambda: deciding.decide(poll, form.codes.data or [], form.reason.data or "", by=me()), answer)


@post(polls, "/polls/<int:poll_id>/interests", may=may_ask_for_invitations, load=queries.visible_poll)
def ask_for_invitations(poll: Poll) -> Response:
    """Say to which options one wants to be invited first, or take it back."""
    form = InterestForm.about(poll, ())
    answer = Answer(
        to=_page_of(poll),
        said=_("Kept, with your name. You can change it until the poll is decided."),
        page="polls/show.html",
        fragment="polls/_interests.html",
        context=lambda: _show_context(poll, interest=form if form.errors else None),
    )
    return attempt(form, lambda: inviting.ask_for_invitations(poll, me(), form.wanted.data or []), answer)
