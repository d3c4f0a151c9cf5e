"""The coordinator's page of the call for volunteers, and everybody's page of the draw."""

from collections.abc import Callable
from typing import Any

from flask import jsonify, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.permissions import may_be_here, may_run_pilots
from microcred.pilots.models import Pilot
from microcred.pilots.queries import visible_pilot
from microcred.volunteers import calls, queries, volunteers
from microcred.volunteers.call import change_call as change
from microcred.volunteers.call import draw_lots as draw
from microcred.volunteers.call_form import CallForm, call_form
from microcred.volunteers.drawing import drawn_order, lot
from microcred.volunteers.models import ACTIVE, Call
from microcred.web import Answer, Form, attempt, get, me, post

HOW = 'the tickets by sha256("seed:ticket") in hexadecimal digits, the lowest first'


@get(volunteers, "/pilots/<int:pilot_id>/call", may=may_run_pilots, load=visible_pilot)
def edit(pilot: Pilot) -> str:
    """The form to change the call for volunteers and the rule of its queue."""
    return render_template("volunteers/call.html", **_edited(pilot, _form(pilot)))


@post(volunteers, "/pilots/<int:pilot_id>/call", may=may_run_pilots, load=visible_pilot)
def change_call(pilot: Pilot) -> Response:
    """Change the call."""
    form = _form(pilot)
    answer = Answer(
        to=url_for("volunteers.show", pilot_id=pilot.id),
        said=_("The call is changed. This is how it looks."),
        page="volunteers/call.html",
        context=lambda: _edited(pilot, form),
    )
    return attempt(form, lambda: change(pilot, **_typed(form), by=me()), answer)


@get(volunteers, "/pilots/<int:pilot_id>/draw", may=may_be_here, load=visible_pilot)
def show_draw(pilot: Pilot) -> str:
    """The draw: what was published before, what was drawn, and how anybody can repeat it."""
    return render_template("volunteers/draw.html", **_drawn(pilot))


@get(volunteers, "/pilots/<int:pilot_id>/draw.json", may=may_be_here, load=visible_pilot)
def draw_file(pilot: Pilot) -> Response:
    """The draw as a file, for those who repeat it with a program."""
    call, tickets = queries.call_of(pilot), calls.drawn_tickets(pilot)
    told: dict[str, Any] = {
        "pilot": pilot.id,
        "rule": call.rule,
        "draws_at": call.draws_at and call.draws_at.isoformat(),
        "seed_hash": call.seed_hash,
        "order": HOW,
        "drawn_at": call.drawn_at and call.drawn_at.isoformat(),
        "seed": call.seed if call.drawn_at else None,
        "tickets": tickets,
        "drawn": _order(call, tickets),
    }
    return jsonify(told)


@post(volunteers, "/pilots/<int:pilot_id>/draw", may=may_run_pilots, load=visible_pilot)
def draw_lots(pilot: Pilot) -> Response:
    """Draw the lots, once their moment has come."""
    answer = Answer(
        to=url_for("volunteers.show_draw", pilot_id=pilot.id),
        said=_("The lots are drawn, and the places offered in their order."),
    )
    return attempt(Form(), lambda: draw(pilot, by=me()), answer)


def _form(pilot: Pilot) -> CallForm:
    """The form with what the call says now."""
    call = queries.call_of(pilot)
    form_of_pilot = call_form(pilot.schools, calls.subjects_of(pilot, call))
    kept = {each.school_id or each.subject: each.places for each in call.reservations}
    known = {name: getattr(call, name) for name in ("effort_hours", "promise", "rule", "draws_at", "released_on")}
    known |= {name: kept.get(group.school_id or group.subject) for name, group in form_of_pilot.groups.items()}
    return form_of_pilot(data=known)


def _typed(form: CallForm) -> dict[str, Any]:
    names = ("effort_hours", "rule", "draws_at", "released_on")
    return {name: form[name].data for name in names} | {"promise": form.promise.data or "", "kept": form.kept}


def _edited(pilot: Pilot, form: CallForm) -> dict[str, Any]:
    return {"pilot": pilot, "form": form, "call": queries.call_of(pilot)}


def _drawn(pilot: Pilot) -> dict[str, Any]:
    call, tickets = queries.call_of(pilot), calls.drawn_tickets(pilot)
    entry = queries.newest_entry(pilot, me())
    return {
        "pilot": pilot,
        "call": call,
        "tickets": tickets,
        "drawn": _order(call, tickets),
        "lot": _lot_of(call),
        "own": entry and entry.told_state in ACTIVE and entry.id,
        "is_due": calls.is_draw_due(call),
    }


def _order(call: Call, tickets: list[int]) -> list[int]:
    return drawn_order(call.seed, tickets) if call.drawn_at and call.seed else []


def _lot_of(call: Call) -> Callable[[int], str]:
    return lambda ticket: lot(call.seed or "", ticket)
