"""Pages of a giveaway's rule: what else it asks, whom it would reach, switching it on, and telling people of it."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from microcred.permissions import may_run_giveaways
from microcred.recognition import conditions, queries, recognition, switching
from microcred.recognition.models import Giveaway
from microcred.recognition.reach import reach
from microcred.recognition.rule_forms import ConditionsForm, TellingForm, conditions_form
from microcred.web import Answer, Form, attempt, get, me, post


def _reach_url(giveaway: Giveaway) -> str:
    return url_for("recognition.show_reach", giveaway_id=giveaway.id)


@get(recognition, "/giveaways/<int:giveaway_id>/conditions", may=may_run_giveaways, load=queries.visible_giveaway)
def edit_conditions(giveaway: Giveaway) -> str:
    """What the giveaway asks besides its rule, its limits, and its first day at each school."""
    return render_template("recognition/conditions.html", giveaway=giveaway, form=_form(giveaway))


@post(recognition, "/giveaways/<int:giveaway_id>/conditions", may=may_run_giveaways, load=queries.visible_giveaway)
def set_conditions(giveaway: Giveaway) -> Response:
    """Keep what it asks, its limits and its days."""
    form = _form(giveaway)
    answer = Answer(
        to=_reach_url(giveaway),
        said=_("Saved."),
        page="recognition/conditions.html",
        context=lambda: {"giveaway": giveaway, "form": form},
    )
    return attempt(form, lambda: _set(giveaway, form), answer)


def _form(giveaway: Giveaway) -> ConditionsForm:
    pilot = giveaway.pilot
    return conditions_form(giveaway, queries.polls_of(pilot), queries.micro_credentials_of(pilot))


def _set(giveaway: Giveaway, form: ConditionsForm) -> Giveaway:
    polls = {poll.id: poll for poll in queries.polls_of(giveaway.pilot)}
    courses = {course.id: course for course in queries.micro_credentials_of(giveaway.pilot)}
    also = form.also(polls, courses)
    return conditions.set_conditions(giveaway, also=also, limits=form.limits, starts=form.starts, by=me())


@get(recognition, "/giveaways/<int:giveaway_id>/reach", may=may_run_giveaways, load=queries.visible_giveaway)
def show_reach(giveaway: Giveaway) -> str:
    """Whom it would reach today and what that costs; switching it on and off, and telling people."""
    return render_template("recognition/reach.html", **_reached(giveaway, _telling(giveaway)))


def _reached(giveaway: Giveaway, form: Form) -> dict[str, Any]:
    return {"giveaway": giveaway, "reach": reach(giveaway), "form": form}


def _telling(giveaway: Giveaway) -> TellingForm:
    title = _("A thank-you: %(giveaway)s", giveaway=giveaway.title)
    return TellingForm(formdata=None, data={"title": title, "text": giveaway.description})


@post(recognition, "/giveaways/<int:giveaway_id>/switchings-on", may=may_run_giveaways, load=queries.visible_giveaway)
def switch_on(giveaway: Giveaway) -> Response:
    """Let it make people due from now on."""
    answer = Answer(
        to=_reach_url(giveaway),
        said=lambda _done: _said_on(giveaway),
    )
    return attempt(Form(), lambda: switching.switch_on(giveaway, by=me()), answer)


def _said_on(giveaway: Giveaway) -> str:
    due = queries.waiting_for(giveaway)
    return ngettext("It is switched on, and %(num)s is due.", "It is switched on, and %(num)s are due.", due)


@post(recognition, "/giveaways/<int:giveaway_id>/switchings-off", may=may_run_giveaways, load=queries.visible_giveaway)
def switch_off(giveaway: Giveaway) -> Response:
    """Let nobody become due it any more."""
    said = _("It is switched off: nobody becomes due it any more. What is due stays due.")
    answer = Answer(to=_reach_url(giveaway), said=said, undo=url_for("recognition.switch_on", giveaway_id=giveaway.id))
    return attempt(Form(), lambda: switching.switch_off(giveaway, by=me()), answer)


@post(recognition, "/giveaways/<int:giveaway_id>/announcements", may=may_run_giveaways, load=queries.visible_giveaway)
def announce_giveaway(giveaway: Giveaway) -> Response:
    """Tell everyone in the pilot of it."""
    form = TellingForm()
    answer = Answer(
        to=_reach_url(giveaway),
        said=_("Everyone in the pilot is told."),
        page="recognition/reach.html",
        context=lambda: _reached(giveaway, form),
    )
    return attempt(form, lambda: _announce(giveaway, form), answer)


def _announce(giveaway: Giveaway, form: TellingForm) -> Giveaway:
    return switching.announce(giveaway, form.title.data or "", form.text.data or "", by=me())


@post(recognition, "/giveaways/<int:giveaway_id>/tellings", may=may_run_giveaways, load=queries.visible_giveaway)
def note_announced(giveaway: Giveaway) -> Response:
    """Note that people know of it already."""
    answer = Answer(to=_reach_url(giveaway), said=_("Noted: people know of it from today on."))
    return attempt(Form(), lambda: switching.note_announced(giveaway, by=me()), answer)
