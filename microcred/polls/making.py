"""Pages on which polls are made: drafts, what may still be changed once they are open, and reminders."""

from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.catalog import queries as catalog
from microcred.errors import Refused
from microcred.permissions import may_run_polls
from microcred.pilots.models import Pilot
from microcred.pilots.queries import visible_pilot
from microcred.polls import actions, extending, polls, queries, reminding
from microcred.polls.forms import ExtensionForm, OptionForm, PollForm
from microcred.polls.models import Poll, PollOption
from microcred.web import Answer, Form, attempt, get, me, post


@get(polls, "/pilots/<int:pilot_id>/polls/new", may=may_run_polls, load=visible_pilot)
def new(pilot: Pilot) -> str:
    """A poll to be drafted."""
    return render_template("polls/edit.html", **_edit_context(_poll_form(pilot), pilot))


@post(polls, "/pilots/<int:pilot_id>/polls", may=may_run_polls, load=visible_pilot)
def create_poll(pilot: Pilot) -> Response:
    """Draft a poll."""
    form = _poll_form(pilot)
    answer = Answer(
        to=_page_of,
        said=_("The poll is drafted. Look at it as a voter would, then open it."),
        page="polls/edit.html",
        context=lambda: _edit_context(form, pilot),
    )
    return attempt(form, lambda: actions.create_poll(pilot, **form.design(), by=me()), answer)


@get(polls, "/polls/<int:poll_id>/edit", may=may_run_polls, load=queries.poll_to_show)
def edit(poll: Poll) -> str:
    """A poll to be changed: all of it until somebody has voted, afterwards what takes nothing from a ballot."""
    if poll.opened_at and queries.has_ballots(poll):
        return render_template("polls/extend.html", **_extend_context(poll))
    return render_template("polls/edit.html", **_edit_context(_poll_form(poll.pilot, poll), poll.pilot, poll))


@post(polls, "/polls/<int:poll_id>", may=may_run_polls, load=queries.visible_poll)
def change_poll(poll: Poll) -> Response:
    """Change a poll in which nobody has voted."""
    form = _poll_form(poll.pilot, poll)
    answer = Answer(
        to=_page_of(poll),
        said=_("The poll is changed."),
        page="polls/edit.html",
        context=lambda: _edit_context(form, poll.pilot, poll),
    )
    return attempt(form, lambda: actions.change_poll(poll, **form.design(), by=me()), answer)


def _poll_form(pilot: Pilot, poll: Poll | None = None) -> PollForm:
    subjects = queries.taught_subjects(pilot)
    return PollForm.about(pilot, poll, catalog.micro_credentials(), catalog.stacks(), subjects)


def _edit_context(form: PollForm, pilot: Pilot, poll: Poll | None = None) -> dict[str, Any]:
    return {"form": form, "pilot": pilot, "poll": poll}


def _page_of(poll: Poll) -> str:
    return url_for("polls.show", poll_id=poll.id)


def _extend_context(
    poll: Poll, extension: ExtensionForm | None = None, option: OptionForm | None = None
) -> dict[str, Any]:
    return {
        "poll": poll,
        "extension": extension or ExtensionForm.of(poll, queries.taught_subjects(poll.pilot)),
        "option": option or _option_form(poll),
    }


@post(polls, "/polls/<int:poll_id>/extensions", may=may_run_polls, load=queries.visible_poll)
def extend_poll(poll: Poll) -> Response:
    """Move the closing moment, or ask more people."""
    form = ExtensionForm.of(poll, queries.taught_subjects(poll.pilot))
    answer = Answer(
        to=_page_of(poll),
        said=_("The poll is changed."),
        page="polls/extend.html",
        context=lambda: _extend_context(poll, extension=form),
    )
    return attempt(form, lambda: extending.extend_poll(poll, **form.wanted(), by=me()), answer)


@post(polls, "/polls/<int:poll_id>/options", may=may_run_polls, load=queries.poll_to_show)
def add_option(poll: Poll) -> Response:
    """Add an option, and ask again whoever has voted."""
    form = _option_form(poll)
    answer = Answer(
        to=_page_of(poll),
        said=_("The option is added. Whoever has voted is asked again, by mail."),
        page="polls/extend.html",
        context=lambda: _extend_context(poll, option=form),
    )
    return attempt(form, lambda: _add(poll, form), answer)


def _add(poll: Poll, form: OptionForm) -> PollOption:
    offered = form.offered(catalog.micro_credentials(), catalog.stacks())
    if form.added.data not in offered:
        raise Refused(_("Choose what is added."), field="added")
    return extending.add_option(poll, offered[form.added.data], by=me())


def _option_form(poll: Poll) -> OptionForm:
    return OptionForm.to(poll, catalog.micro_credentials(), catalog.stacks())


@post(polls, "/polls/<int:poll_id>/opening", may=may_run_polls, load=queries.visible_poll)
def open_poll(poll: Poll) -> Response:
    """Open a poll."""
    answer = Answer(to=_page_of(poll), said=_("The poll is open."))
    return attempt(Form(), lambda: actions.open_poll(poll, by=me()), answer)


@post(polls, "/polls/<int:poll_id>/copies", may=may_run_polls, load=queries.poll_to_show)
def copy_poll(poll: Poll) -> Response:
    """Draft a poll like this one."""
    answer = Answer(to=_page_of, said=_("This is a copy, as a draft: change what should differ, then open it."))
    return attempt(Form(), lambda: actions.copy_poll(poll, by=me()), answer)


@post(polls, "/polls/<int:poll_id>/deletion", may=may_run_polls, load=queries.visible_poll)
def delete_draft(poll: Poll) -> Response:
    """Delete a draft."""
    answer = Answer(to=url_for("polls.index"), said=_("The draft is deleted."))
    return attempt(Form(), lambda: actions.delete_draft(poll, by=me()), answer)


@post(polls, "/polls/<int:poll_id>/reminders", may=may_run_polls, load=queries.visible_poll)
def remind_voters(poll: Poll) -> Response:
    """Remind those who have not voted."""
    answer = Answer(to=_page_of(poll), said=_reminded)
    return attempt(Form(), lambda: reminding.remind_voters(poll, by=me()), answer)


def _reminded(people: int) -> str:
    return ngettext("%(num)s person is reminded.", "%(num)s people are reminded.", people)
