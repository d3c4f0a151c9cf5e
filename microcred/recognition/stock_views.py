"""What happens to the stock of a giveaway: deliveries, transfers, losses, returns, and the history of each figure."""

from typing import Any, TypeVar

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs

from microcred.db import db
from microcred.paging import page_of
from microcred.permissions import may_hand_out, may_run_giveaways
from microcred.recognition import budgets, figures, ledger, queries, recognition, shelves, shelving
from microcred.recognition.models import Giveaway, HandOut
from microcred.recognition.stock_forms import (
    DISTRICT,
    DeliveryForm,
    LossForm,
    ReturnForm,
    SendBackForm,
    TransferForm,
    VariantChoice,
)
from microcred.recognition.stock_models import Delivery, StockMove, StockVerb, Store, Variant
from microcred.recognition.stores import district_store, store_of
from microcred.tables import DownloadForm, TableAnswer
from microcred.web import Answer, Form, attempt, get, me, post

Choosing = TypeVar("Choosing", bound=VariantChoice)

NEWEST = 8
"""Lines of the ledger on the page of a giveaway; all of them are a click away."""

TOO_LONG = 9
"""Digits of a number in an address that every database can hold."""


@get(recognition, "/giveaways/<int:giveaway_id>", may=may_run_giveaways, load=queries.visible_giveaway)
def show_giveaway(giveaway: Giveaway) -> str:
    """A giveaway: where it lies, what happened to its stock, and how many more will be needed."""
    return render_template("recognition/show.html", **shown(giveaway))


def shown(giveaway: Giveaway, **forms: Form) -> dict[str, Any]:
    """What the page of a giveaway needs."""
    shelf = shelves.shelf_of(giveaway)
    newest = list(db.session.scalars(shelves.Figure(giveaway).lines.limit(NEWEST)))
    places, kinds = _places(), [each for each in shelf.variants if each.archived_at is None]
    unsent = {
        "delivery": _delivery_form(kinds, places, formdata=None),
        "transfer": _transfer_form(kinds, places, formdata=None),
        "loss": _loss_form(kinds, places, formdata=None),
    }
    return {
        "giveaway": giveaway,
        "shelf": shelf,
        "newest": newest,
        "deliveries": shelves.deliveries_of(newest),
        "is_foreign": shelving.is_foreign(giveaway),
        "form": next(iter(forms.values()), Form(formdata=None)),
    } | (unsent | forms)


def shelf_url(giveaway: Giveaway) -> str:
    """The page of a giveaway."""
    return url_for("recognition.show_giveaway", giveaway_id=giveaway.id)


def _places() -> list[Any]:
    named = [SelectChoice(str(school.id), school.name) for school in queries.schools_in_reach(me())]
    return [SelectChoice(DISTRICT, _l("District store")), *named]


def _kinds(giveaway: Giveaway) -> list[Variant]:
    return [variant for variant in shelves.variants_of(giveaway) if variant.archived_at is None]


def _delivery_form(kinds: list[Variant], places: list[Any], **options: Any) -> DeliveryForm:
    form = _offering(DeliveryForm(**options), kinds)
    form.place.choices = places
    form.offer_budgets(budgets.spendable())
    return form


def _transfer_form(kinds: list[Variant], places: list[Any], **options: Any) -> TransferForm:
    form = _offering(TransferForm(**options), kinds)
    form.source.choices = form.target.choices = places
    return form


def _loss_form(kinds: list[Variant], places: list[Any], **options: Any) -> LossForm:
    form = _offering(LossForm(**options), kinds)
    form.place.choices = places
    return form


def _offering(form: Choosing, kinds: list[Variant]) -> Choosing:
    form.offer_variants(kinds)
    return form


def _store(place: str | None) -> Store:
    return store_of(int(place)) if place and place != DISTRICT else district_store()


def _variant(form: VariantChoice) -> Variant | None:
    return db.session.get(Variant, form.variant.data) if form.variant.data else None


def _answer(giveaway: Giveaway, said: str, undo: Any = None, **forms: Form) -> Answer:
    return Answer(
        to=shelf_url(giveaway),
        said=said,
        page="recognition/show.html",
        fragment="recognition/_stock.html",
        context=lambda: shown(giveaway, **forms),
        undo=undo,
    )


@post(recognition, "/giveaways/<int:giveaway_id>/deliveries", may=may_run_giveaways, load=queries.visible_giveaway)
def receive_stock(giveaway: Giveaway) -> Response:
    """Note what came in."""
    form = _delivery_form(_kinds(giveaway), _places())
    answer = _answer(giveaway, _("Noted in the ledger."), _send_back_url, delivery=form)
    return attempt(form, lambda: _received(giveaway, form), answer)


def _received(giveaway: Giveaway, form: DeliveryForm) -> StockMove:
    price = form.unit_price_cents.data
    chosen = [each for each in budgets.spendable() if each.id == form.budget.data]
    delivery = Delivery(
        unit_price_cents=giveaway.value_cents if price is None else price,
        invoice=form.invoice.data or "",
        budget=chosen[0] if chosen else None,
    )
    return ledger.receive_stock(
        giveaway,
        form.quantity.data or 0,
        form.note.data or "",
        by=me(),
        store=_store(form.place.data),
        variant=_variant(form),
        delivery=delivery,
        override_reason=form.override_reason.data or "",
    )


def _send_back_url(move: StockMove) -> str:
    return url_for("recognition.send_back", move_id=move.id)


@post(recognition, "/stock-moves/<int:move_id>/retractions", may=may_run_giveaways, load=figures.visible_move)
def send_back(move: StockMove) -> Response:
    """Take back a delivery that was noted by mistake."""
    form, giveaway = SendBackForm(), figures.giveaway_of(move)
    answer = Answer(to=shelf_url(giveaway), said=_("The delivery is taken back, and the budget with it."))
    return attempt(form, lambda: ledger.send_back(giveaway, move, form.note.data or "", by=me()), answer)


@post(recognition, "/giveaways/<int:giveaway_id>/transfers", may=may_run_giveaways, load=queries.visible_giveaway)
def transfer_stock(giveaway: Giveaway) -> Response:
    """Bring pieces from one store to another."""
    form = _transfer_form(_kinds(giveaway), _places())
    answer = _answer(giveaway, _("They are brought over."), transfer=form)
    return attempt(form, lambda: _transferred(giveaway, form), answer)


def _transferred(giveaway: Giveaway, form: TransferForm) -> StockMove:
    return ledger.transfer_stock(
        giveaway,
        form.quantity.data or 0,
        form.note.data or "",
        by=me(),
        source=_store(form.source.data),
        target=_store(form.target.data),
        variant=_variant(form) or _kinds(giveaway)[0],
    )


@post(recognition, "/giveaways/<int:giveaway_id>/losses", may=may_run_giveaways, load=queries.visible_giveaway)
def write_off(giveaway: Giveaway) -> Response:
    """Note that pieces were lost or damaged."""
    form = _loss_form(_kinds(giveaway), _places())
    answer = _answer(giveaway, _("Noted in the ledger."), loss=form)
    return attempt(form, lambda: _written_off(giveaway, form), answer)


def _written_off(giveaway: Giveaway, form: LossForm) -> StockMove:
    verb, quantity, note = StockVerb(form.verb.data), form.quantity.data or 0, form.note.data or ""
    store, variant = _store(form.place.data), _variant(form)
    return ledger.write_off(giveaway, verb, quantity, note, by=me(), store=store, variant=variant)


@post(recognition, "/hand-outs/<int:hand_out_id>/returns", may=may_hand_out, load=queries.visible_hand_out)
def take_back(hand_out: HandOut) -> Response:
    """Note that a piece came back, fit or damaged."""
    form = ReturnForm()
    answer = Answer(
        to=url_for("recognition.show_hand_out", hand_out_id=hand_out.id),
        said=_("Noted. Nothing is due anew: to give another one, undo the hand-out."),
    )
    is_fit = form.fitness.data == "fit"
    return attempt(form, lambda: ledger.take_back(hand_out, form.note.data or "", is_fit=is_fit, by=me()), answer)


@get(recognition, "/giveaways/<int:giveaway_id>/ledger", may=may_run_giveaways, load=queries.visible_giveaway)
def show_figure(giveaway: Giveaway) -> str:
    """The lines of the ledger that sum to one figure."""
    figure = _figure(giveaway, request.args)
    here = url_for("recognition.show_figure", giveaway_id=giveaway.id, **_chosen(figure))
    page = page_of(figure.lines, request.args.get("page"), here)
    return render_template(
        "recognition/figure.html",
        figure=figure,
        page=page,
        chosen=_chosen(figure),
        deliveries=shelves.deliveries_of(page.rows),
    )


def _figure(giveaway: Giveaway, asked: Any) -> shelves.Figure:
    return shelves.figure_of(giveaway, _number(asked.get("store")), _number(asked.get("variant")))


def _number(typed: str | None) -> int | None:
    readable = typed and typed.isascii() and typed.isdecimal() and len(typed) <= TOO_LONG
    return int(typed) if typed and readable else None


def _chosen(figure: shelves.Figure) -> dict[str, Any]:
    named = {"store": figure.store, "variant": figure.variant}
    return {name: thing.id for name, thing in named.items() if thing}


@post(
    recognition,
    "/giveaways/<int:giveaway_id>/ledger/downloads",
    may=may_run_giveaways,
    load=queries.visible_giveaway,
)
def download_figure(giveaway: Giveaway) -> Response:
    """The lines of one figure as a file; that it was taken along is in the history."""
    figure, form = _figure(giveaway, request.form), DownloadForm()
    answer = TableAnswer(
        to=shelf_url(giveaway),
        name=f"ledger-{giveaway.code}",
        columns=figures.columns(),
        rows=lambda: list(figures.rows(figure)),
        format=form.format.data,
    )
    return attempt(form, lambda: figures.note_download(figure, by=me()), answer)
