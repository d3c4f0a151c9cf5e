"""Pages of pilots, and of what they offer."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.accounts.models import School
from microcred.accounts.queries import open_schools
from microcred.catalog.models import MicroCredential
from microcred.catalog.queries import micro_credentials, visible_micro_credential
from microcred.noticeboard.queries import latest_announcements, latest_threads
from microcred.paging import page_of
from microcred.permissions import may_be_here, may_run_pilots
from microcred.pilots import actions, pilots, queries
from microcred.pilots.forms import OfferForm, PilotForm
from microcred.pilots.models import Offer, Pilot
from microcred.pilots.steps import steps_of
from microcred.scoring.rules import promise, rules_of
from microcred.volunteers.call import refuse_misfit
from microcred.volunteers.places import fill_places
from microcred.web import Answer, Form, attempt, get, me, post

LATEST = 2
FIELDS = (
    "title",
    "purpose",
    "success",
    "places",
    "sign_up_opens_at",
    "starts_on",
    "ends_on",
    "reviewers_per_submission",
)


@get(pilots, "/pilots", may=may_be_here)
def index() -> str:
    """Every pilot that one may see."""
    page = page_of(queries.visible_to(me()), request.args.get("page"), url_for("pilots.index"))
    return render_template("pilots/index.html", page=page)


@get(pilots, "/pilots/new", may=may_run_pilots)
def new() -> str:
    """The form for a new pilot."""
    return render_template("pilots/edit.html", **_edit_context(PilotForm(), None))


@post(pilots, "/pilots", may=may_run_pilots)
def create_pilot() -> Response:
    """Create a pilot."""
    form = _pilot_form(None)
    answer = Answer(
        to=_shown,
        said=_("The pilot is created. Now choose what it offers."),
        page="pilots/edit.html",
        context=lambda: _edit_context(form, None),
    )
    return attempt(form, lambda: actions.create_pilot(**_typed(form, None), by=me()), answer)


@get(pilots, "/pilots/<int:pilot_id>", may=may_be_here, load=queries.visible_pilot)
def show(pilot: Pilot) -> str:
    """One pilot: its purpose, dates and steps, what it offers, what was said last."""
    return render_template("pilots/show.html", **_show_context(pilot, _offer_form(pilot)))


@get(pilots, "/pilots/<int:pilot_id>/edit", may=may_run_pilots, load=queries.visible_pilot)
def edit(pilot: Pilot) -> str:
    """The form to change a pilot."""
    return render_template("pilots/edit.html", **_edit_context(_pilot_form(pilot), pilot))


@post(pilots, "/pilots/<int:pilot_id>", may=may_run_pilots, load=queries.visible_pilot)
def change_pilot(pilot: Pilot) -> Response:
    """Change a pilot; places that are new go to those who wait."""
    form = _pilot_form(pilot)
    answer = Answer(
        to=url_for("pilots.show", pilot_id=pilot.id),
        said=_("The pilot is changed."),
        page="pilots/edit.html",
        context=lambda: _edit_context(form, pilot),
    )

    def act() -> None:
        fill_places(refuse_misfit(actions.change_pilot(pilot, **_typed(form, pilot), by=me())))

    return attempt(form, act, answer)


@post(pilots, "/pilots/<int:pilot_id>/end", may=may_run_pilots, load=queries.visible_pilot)
def end_pilot(pilot: Pilot) -> Response:
    """End a pilot."""
    answer = Answer(to=_shown, said=_("The pilot has ended."), undo=url_for("pilots.reopen_pilot", pilot_id=pilot.id))
    return attempt(Form(), lambda: actions.end_pilot(pilot, by=me()), answer)


@post(pilots, "/pilots/<int:pilot_id>/reopening", may=may_run_pilots, load=queries.visible_pilot)
def reopen_pilot(pilot: Pilot) -> Response:
    """Undo the end of a pilot."""
    answer = Answer(to=_shown, said=_("The pilot goes on."))
    return attempt(Form(), lambda: actions.reopen_pilot(pilot, by=me()), answer)


@post(pilots, "/pilots/<int:pilot_id>/offers", may=may_run_pilots, load=queries.visible_pilot)
def offer(pilot: Pilot) -> Response:
    """Offer one more micro-credential."""
    form = _offer_form(pilot)
    answer = Answer(
        to=url_for("pilots.show", pilot_id=pilot.id),
        said=lambda made: _("“%(title)s” is offered now.", title=made.micro_credential.title),
        page="pilots/show.html",
        fragment="pilots/_offers.html",
        context=lambda: _show_context(pilot, form if form.errors else _offer_form(pilot, is_new=True)),
    )
    return attempt(form, lambda: actions.offer(pilot, _chosen(form), by=me()), answer)


@post(pilots, "/offers/<int:offer_id>/withdrawal", may=may_run_pilots, load=queries.visible_offer)
def withdraw_offer(offer: Offer) -> Response:
    """Offer a micro-credential no longer."""
    answer = _offer_answer(offer, _("“%(title)s” is no longer offered.", title=offer.micro_credential.title))
    answer.undo = url_for("pilots.restore_offer", offer_id=offer.id)
    return attempt(Form(), lambda: actions.withdraw_offer(offer, by=me()), answer)


@post(pilots, "/offers/<int:offer_id>/restoration", may=may_run_pilots, load=queries.visible_offer)
def restore_offer(offer: Offer) -> Response:
    """Undo the withdrawal of an offer."""
    answer = _offer_answer(offer, _("“%(title)s” is offered now.", title=offer.micro_credential.title))
    return attempt(Form(), lambda: actions.offer(offer.pilot, offer.micro_credential, by=me()), answer)


def _offer_answer(offer: Offer, said: str) -> Answer:
    return Answer(
        to=url_for("pilots.show", pilot_id=offer.pilot_id),
        said=said,
        fragment="pilots/_offers.html",
        context=lambda: _show_context(offer.pilot, _offer_form(offer.pilot, is_new=True)),
    )


def _shown(pilot: Pilot) -> str:
    return url_for("pilots.show", pilot_id=pilot.id)


def _show_context(pilot: Pilot, form: OfferForm) -> dict[str, Any]:
    return {
        "pilot": pilot,
        "form": form,
        "steps": steps_of(pilot),
        "offers": queries.standing_offers(pilot),
        "announcements": latest_announcements(pilot, LATEST),
        "threads": latest_threads(me(), pilot, LATEST),
        "promise": promise(rules_of(pilot)),
    }


def _edit_context(form: PilotForm, pilot: Pilot | None) -> dict[str, Any]:
    return {"form": form.offer_schools(_schools(pilot)), "pilot": pilot}


def _pilot_form(pilot: Pilot | None) -> PilotForm:
    known = {name: getattr(pilot, name) for name in FIELDS} | {"schools": pilot.school_ids} if pilot else {}
    return PilotForm(data=known).offer_schools(_schools(pilot))


def _schools(pilot: Pilot | None) -> list[School]:
    """The schools that can be chosen: those that are open, and those that take part already."""
    chosen = {school.id: school for school in [*open_schools(), *(pilot.schools if pilot else [])]}
    return sorted(chosen.values(), key=lambda school: school.name)


def _typed(form: PilotForm, pilot: Pilot | None) -> dict[str, Any]:
    schools = [school for school in _schools(pilot) if school.id in (form.schools.data or [])]
    return {name: form[name].data for name in FIELDS} | {"schools": schools}


def _offer_form(pilot: Pilot, *, is_new: bool = False) -> OfferForm:
    form = OfferForm(formdata=None) if is_new else OfferForm()
    offered = {offer.micro_credential_id for offer in queries.standing_offers(pilot)}
    return form.offer_choices(each for each in micro_credentials() if each.id not in offered)


def _chosen(form: OfferForm) -> MicroCredential:
    chosen = visible_micro_credential(me(), form.micro_credential.data)
    assert chosen is not None, "it was one of the choices, and none is ever deleted"  # noqa: S101
    return chosen
