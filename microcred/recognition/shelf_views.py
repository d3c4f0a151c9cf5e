"""Pages of the giveaways and their stock."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.paging import page_of
from microcred.permissions import may_run_giveaways
from microcred.pilots import queries as pilots
from microcred.pilots.models import Pilot
from microcred.recognition import actions, ledger, money, queries, recognition
from microcred.recognition.forms import GiveawayForm, StockForm
from microcred.recognition.models import Giveaway
from microcred.recognition.stock_models import StockMove, StockVerb
from microcred.web import Answer, Form, attempt, get, me, post

__all__ = ["money"]


@get(recognition, "/giveaways", may=may_run_giveaways)
def giveaways() -> str:
    """The giveaways of the pilot that is under way."""
    pilot = pilots.current_pilot(me())
    shelves = queries.shelves(pilot) if pilot else []
    return render_template("recognition/giveaways.html", pilot=pilot, shelves=shelves)


@get(recognition, "/pilots/<int:pilot_id>/giveaways", may=may_run_giveaways, load=pilots.visible_pilot)
def giveaways_of(pilot: Pilot) -> str:
    """The giveaways of a pilot: stock, value, rule, and how many are due, owed and given."""
    return render_template("recognition/giveaways.html", pilot=pilot, shelves=queries.shelves(pilot))


@get(recognition, "/pilots/<int:pilot_id>/giveaways/new", may=may_run_giveaways, load=pilots.visible_pilot)
def new_giveaway(pilot: Pilot) -> str:
    """The form of a new giveaway."""
    return render_template("recognition/edit.html", **_editing(_form(pilot), pilot))


@post(recognition, "/pilots/<int:pilot_id>/giveaways", may=may_run_giveaways, load=pilots.visible_pilot)
def create_giveaway(pilot: Pilot) -> Response:
    """Add a giveaway."""
    form = _form(pilot)
    answer = Answer(
        to=_url,
        said=_("The giveaway is created. Note next what came in."),
        page="recognition/edit.html",
        context=lambda: _editing(form, pilot),
    )
    return attempt(form, lambda: actions.create_giveaway(pilot, **_described(form, pilot), by=me()), answer)


@get(recognition, "/giveaways/<int:giveaway_id>/edit", may=may_run_giveaways, load=queries.visible_giveaway)
def edit_giveaway(giveaway: Giveaway) -> str:
    """The form of a giveaway that is there."""
    return render_template(
        "recognition/edit.html", **_editing(_form(giveaway.pilot, giveaway), giveaway.pilot, giveaway)
    )


@post(recognition, "/giveaways/<int:giveaway_id>", may=may_run_giveaways, load=queries.visible_giveaway)
def change_giveaway(giveaway: Giveaway) -> Response:
    """Change a giveaway."""
    pilot = giveaway.pilot
    form = _form(pilot)
    answer = Answer(
        to=_url(giveaway),
        said=_("Saved."),
        page="recognition/edit.html",
        context=lambda: _editing(form, pilot, giveaway),
    )
    return attempt(form, lambda: actions.change_giveaway(giveaway, **_described(form, pilot), by=me()), answer)


def _form(pilot: Pilot, giveaway: Giveaway | None = None) -> GiveawayForm:
    form = GiveawayForm(data=_kept(giveaway) if giveaway else {})
    return form.offer_choices(queries.polls_of(pilot), queries.micro_credentials_of(pilot))


def _kept(giveaway: Giveaway) -> dict[str, Any]:
    named = ("name", "name_fr", "description", "picture", "value_cents", "rule", "supplier", "supplier_url")
    narrowed = {"poll": giveaway.poll_id, "micro_credential": giveaway.micro_credential_id}
    return {name: getattr(giveaway, name) for name in named} | narrowed


def _described(form: GiveawayForm, pilot: Pilot) -> dict[str, Any]:
    polls = {poll.id: poll for poll in queries.polls_of(pilot)}
    offered = {each.id: each for each in queries.micro_credentials_of(pilot)}
    return form.described() | {
        "poll": polls.get(form.poll.data),
        "micro_credential": offered.get(form.micro_credential.data),
    }


def _editing(form: GiveawayForm, pilot: Pilot, giveaway: Giveaway | None = None) -> dict[str, Any]:
    return {"form": form, "pilot": pilot, "giveaway": giveaway}


def _url(giveaway: Giveaway) -> str:
    return url_for("recognition.show_giveaway", giveaway_id=giveaway.id)


@get(recognition, "/giveaways/<int:giveaway_id>", may=may_run_giveaways, load=queries.visible_giveaway)
def show_giveaway(giveaway: Giveaway) -> str:
    """A giveaway, the form of what happened to its stock, and its ledger."""
    return render_template("recognition/show.html", **_shown(giveaway, StockForm()))


def _shown(giveaway: Giveaway, form: Form) -> dict[str, Any]:
    page = page_of(queries.ledger(giveaway), request.args.get("page"), _url(giveaway))
    return {"giveaway": giveaway, "form": form, "page": page}


@post(recognition, "/giveaways/<int:giveaway_id>/stock-moves", may=may_run_giveaways, load=queries.visible_giveaway)
def move_stock(giveaway: Giveaway) -> Response:
    """Note what happened to the stock."""
    form = StockForm()
    answer = Answer(
        to=_url(giveaway),
        said=_("Noted in the ledger."),
        page="recognition/show.html",
        fragment="recognition/_stock.html",
        context=lambda: _shown(giveaway, form),
    )
    return attempt(form, lambda: _moved(giveaway, form), answer)


def _moved(giveaway: Giveaway, form: StockForm) -> StockMove:
    verb, quantity, note = StockVerb(form.verb.data), form.quantity.data or 0, form.note.data or ""
    if verb == StockVerb.RECEIVED:
        return ledger.receive_stock(giveaway, quantity, note, by=me())
    if verb == StockVerb.COUNTED:
        return ledger.count_stock(giveaway, quantity, note, by=me())
    return ledger.write_off(giveaway, verb, quantity, note, by=me())


@post(recognition, "/giveaways/<int:giveaway_id>/archivings", may=may_run_giveaways, load=queries.visible_giveaway)
def archive_giveaway(giveaway: Giveaway) -> Response:
    """Hand a giveaway out no more."""
    answer = Answer(to=_url(giveaway), said=_("It is no longer handed out."))
    return attempt(Form(), lambda: actions.archive_giveaway(giveaway, by=me()), answer)
