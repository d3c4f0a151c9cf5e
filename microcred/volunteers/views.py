"""The call for volunteers, and what a teacher answers to it."""

from datetime import datetime
from math import ceil
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.db import utcnow
from microcred.permissions import may_answer_offer, may_be_here, may_volunteer
from microcred.pilots.models import Pilot
from microcred.pilots.queries import standing_offers, visible_pilot
from microcred.recognition.actions import thank
from microcred.recognition.queries import giveaways_for
from microcred.volunteers import actions, calls, queries, volunteers
from microcred.volunteers import answering as answering
from microcred.volunteers import calling as calling
from microcred.volunteers import overview as overview
from microcred.volunteers import steered as steered
from microcred.volunteers.forms import WhyForm
from microcred.volunteers.models import Volunteer
from microcred.volunteers.rules import QUEUE_RULES
from microcred.web import Answer, Form, attempt, get, me, post

LONGEST_WATCH = 6 * 3600
"""For how many seconds an open page waits for the sign-up to open; nobody leaves it open longer."""


@get(volunteers, "/pilots/<int:pilot_id>/volunteering", may=may_be_here, load=visible_pilot)
def show(pilot: Pilot) -> str:
    """The call for volunteers: what it is about, the rule of the waiting list, and one’s own entry."""
    return render_template("volunteers/show.html", **_call(pilot, WhyForm()))


def _call(pilot: Pilot, form: Form | None = None) -> dict[str, Any]:
    call, entry = queries.call_of(pilot), queries.newest_entry(pilot, me())
    rule = QUEUE_RULES[call.rule]
    return {
        "pilot": pilot,
        "call": call,
        "rule": rule,
        "explanation": rule.explanation(call),
        "form": form or WhyForm(formdata=None),
        "entry": entry,
        "position": entry and queries.position(entry),
        "ran_out": calls.offers_ran_out(entry) if entry else [],
        "waiting": queries.queue_length(pilot),
        "closed": queries.why_closed(pilot),
        "seconds": _seconds_until(pilot.sign_up_opens_at),
        "offers": standing_offers(pilot),
        "thanks": giveaways_for(me(), pilot, "volunteered", "joined"),
    }


def _seconds_until(moment: datetime) -> int:
    """After how many seconds a page that stays open may look again; 0 for not at all."""
    seconds = ceil((moment - utcnow()).total_seconds()) + 1
    return seconds if 0 < seconds <= LONGEST_WATCH else 0


@post(volunteers, "/pilots/<int:pilot_id>/volunteering", may=may_volunteer, load=visible_pilot)
def volunteer(pilot: Pilot) -> Response:
    """Offer to take part, and be thanked for it."""
    form = WhyForm()

    def act() -> None:
        actions.volunteer(pilot, me(), form.why.data or "")
        thank(pilot, me())

    return attempt(form, act, _answer(pilot, _("Thank you! Your principal will answer."), form))


@post(volunteers, "/volunteers/<int:volunteer_id>/withdrawal", may=may_answer_offer, load=queries.own_volunteer)
def withdraw(volunteer: Volunteer) -> Response:
    """Leave the pilot or its queue."""
    said = _("You have withdrawn. You may apply again.")
    return attempt(Form(), lambda: actions.withdraw(volunteer, by=me()), _answer(volunteer.pilot, said))


@post(volunteers, "/volunteers/<int:volunteer_id>/acceptance", may=may_answer_offer, load=queries.own_volunteer)
def accept_offer(volunteer: Volunteer) -> Response:
    """Take the offered place, and be thanked for joining."""

    def act() -> None:
        actions.accept_offer(volunteer, by=me())
        thank(volunteer.pilot, me())

    return attempt(Form(), act, _answer(volunteer.pilot, _("Welcome: you have joined the pilot.")))


@post(volunteers, "/volunteers/<int:volunteer_id>/no-thanks", may=may_answer_offer, load=queries.own_volunteer)
def decline_offer(volunteer: Volunteer) -> Response:
    """Say no to the offered place."""
    said = _("That is fine. The place goes to the next person, and nobody else is told.")
    return attempt(Form(), lambda: actions.decline_offer(volunteer, by=me()), _answer(volunteer.pilot, said))


def _answer(pilot: Pilot, said: str, form: Form | None = None) -> Answer:
    return Answer(
        to=url_for("volunteers.show", pilot_id=pilot.id),
        said=said,
        page="volunteers/show.html" if form else None,
        fragment="volunteers/_call.html",
        context=lambda: _call(pilot, form if form and form.errors else None),
    )
