"""Pages of the giveaways and their stock."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.permissions import may_run_giveaways
from microcred.pilots import queries as pilots
from microcred.pilots.models import Pilot
from microcred.recognition import actions, figures, ledger, queries, recognition, shelves, shelving
from microcred.recognition import budget_views as budget_views
from microcred.recognition import file_views as file_views
from microcred.recognition import money as money
from microcred.recognition import rule_views as rule_views
from microcred.recognition import store_views as store_views
from microcred.recognition import variant_views as variant_views
from microcred.recognition.forms import GiveawayForm
from microcred.recognition.models import Giveaway
from microcred.recognition.stock_forms import RevaluationForm
from microcred.recognition.stock_views import shelf_url
from microcred.recognition.stock_words import picture_url, worth
from microcred.web import Answer, Form, attempt, get, me, post

recognition.add_app_template_filter(picture_url)
recognition.add_app_template_filter(worth)
recognition.add_app_template_filter(ledger.came_back)
recognition.add_app_template_filter(figures.verb, "stock_verb")


@get(recognition, "/giveaways", may=may_run_giveaways)
def giveaways() -> str:
    """The giveaways of the pilot that is under way."""
    pilot = pilots.current_pilot(me())
    return render_template("recognition/giveaways.html", **_listed(pilot))


@get(recognition, "/pilots/<int:pilot_id>/giveaways", may=may_run_giveaways, load=pilots.visible_pilot)
def giveaways_of(pilot: Pilot) -> str:
    """The giveaways of a pilot: stock, value, rule, and how many are due, owed and given."""
    return render_template("recognition/giveaways.html", **_listed(pilot))


def _listed(pilot: Pilot | None) -> dict[str, Any]:
    return {
        "pilot": pilot,
        "shelves": queries.shelves(pilot) if pilot else [],
        "values": shelves.values_of(pilot) if pilot else {},
    }


@get(recognition, "/pilots/<int:pilot_id>/giveaways/new", may=may_run_giveaways, load=pilots.visible_pilot)
def new_giveaway(pilot: Pilot) -> str:
    """The form of a new giveaway."""
    return render_template("recognition/edit.html", **_editing(_form(pilot), pilot))


@post(recognition, "/pilots/<int:pilot_id>/giveaways", may=may_run_giveaways, load=pilots.visible_pilot)
def create_giveaway(pilot: Pilot) -> Response:
    """Add a giveaway."""
    form = _form(pilot)
    answer = Answer(
        to=shelf_url,
        said=_("The giveaway is created. See whom it would reach, and switch it on; note what came in."),
        page="recognition/edit.html",
        context=lambda: _editing(form, pilot),
    )
    return attempt(
        form, lambda: actions.create_giveaway(pilot, **_described(form, pilot), is_on=False, by=me()), answer
    )


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
        to=shelf_url(giveaway),
        said=_("Saved."),
        page="recognition/edit.html",
        context=lambda: _editing(form, pilot, giveaway),
    )
    return attempt(form, lambda: actions.change_giveaway(giveaway, **_described(form, pilot), by=me()), answer)


def _form(pilot: Pilot, giveaway: Giveaway | None = None) -> GiveawayForm:
    form = GiveawayForm(data=_kept(giveaway) if giveaway else {})
    return form.offer_choices(queries.polls_of(pilot), queries.micro_credentials_of(pilot))


def _kept(giveaway: Giveaway) -> dict[str, Any]:
    described = ("name", "name_fr", "description", "category", "picture", "value_cents", "supplier", "supplier_url")
    named = (*described, "rule", "needed", "until_on")
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


@post(recognition, "/giveaways/<int:giveaway_id>/archivings", may=may_run_giveaways, load=queries.visible_giveaway)
def archive_giveaway(giveaway: Giveaway) -> Response:
    """Hand a giveaway out no more."""
    undo = url_for("recognition.restore_giveaway", giveaway_id=giveaway.id)
    answer = Answer(to=shelf_url(giveaway), said=_("It is no longer handed out."), undo=undo)
    return attempt(Form(), lambda: actions.archive_giveaway(giveaway, by=me()), answer)


@post(recognition, "/giveaways/<int:giveaway_id>/restorations", may=may_run_giveaways, load=queries.visible_giveaway)
def restore_giveaway(giveaway: Giveaway) -> Response:
    """Hand a giveaway out again."""
    answer = Answer(to=shelf_url(giveaway), said=_("It is handed out again."))
    return attempt(Form(), lambda: shelving.restore_giveaway(giveaway, by=me()), answer)


@post(recognition, "/giveaways/<int:giveaway_id>/revaluations", may=may_run_giveaways, load=queries.visible_giveaway)
def revalue(giveaway: Giveaway) -> Response:
    """Value a giveaway in the district's currency of today."""
    form = RevaluationForm()
    answer = Answer(to=shelf_url(giveaway), said=_("It is valued in the district’s currency from now on."))
    return attempt(form, lambda: shelving.revalue(giveaway, form.value_cents.data or 0, by=me()), answer)
