"""Pages of the stores: what lies in each, what was fetched, lost or damaged there, and counting it."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs

from microcred.accounts.models import School
from microcred.db import db
from microcred.errors import Refused
from microcred.permissions import may_keep_stores
from microcred.recognition import counting, ledger, recognition, shelves, shelving
from microcred.recognition.models import Giveaway
from microcred.recognition.stock_forms import CountForm, FetchForm, LossForm
from microcred.recognition.stock_models import StockMove, StockVerb, Store, Variant
from microcred.recognition.stores import district_store, store_of
from microcred.web import Answer, Form, attempt, get, me, post


@get(recognition, "/stores", may=may_keep_stores)
def stores() -> str:
    """The stores that one keeps."""
    kept = list(db.session.scalars(shelves.visible_stores(me())))
    return render_template(
        "recognition/stores.html",
        stores=kept,
        totals=shelves.totals(kept),
        schools=shelves.schools_without_store(me()),
    )


@get(recognition, "/stores/<int:store_id>", may=may_keep_stores, load=shelves.visible_store)
def show_store(store: Store) -> str:
    """What lies in a store, with forms for what arrived and what is gone."""
    return render_template("recognition/store.html", **_shown(store))


def _shown(store: Store, **forms: Form) -> dict[str, Any]:
    rows = shelves.contents(store)
    unsent: dict[str, Any] = {"loss": _loss_form(store, formdata=None), "fetch": None}
    if store.school_id:
        unsent["fetch"] = _fetch_form(formdata=None)
    context = {"store": store, "school": store.school, "rows": rows, "lying": _lying(rows)}
    return context | {"needed": shelves.needed_at(store, rows)} | unsent | forms


def _lying(rows: list[Any]) -> dict[int, int]:
    """How many of each giveaway, in all variants."""
    lying: dict[int, int] = {}
    for row in rows:
        lying[row.Giveaway.id] = lying.get(row.Giveaway.id, 0) + row.quantity
    return lying


def _loss_form(store: Store, **options: Any) -> LossForm:
    form = LossForm(**options)
    form.place.choices = [SelectChoice("district", store.title)]
    form.variant.choices = _named(row for row in shelves.contents(store) if row.quantity)
    return form


def _fetch_form(**options: Any) -> FetchForm:
    form = FetchForm(**options)
    form.variant.choices = _named(shelves.at_district())
    return form


def _named(rows: Any) -> list[Any]:
    """Variants as choices under the name of their giveaway, with how many there are."""
    return [
        SelectChoice(str(variant.id), f"{_kind(giveaway, variant)} ({quantity})")
        for variant, giveaway, quantity in rows
    ]


def _kind(giveaway: Giveaway, variant: Variant) -> str:
    return f"{giveaway.title} – {variant.title}" if variant.title else giveaway.title


@get(recognition, "/schools/<int:school_id>/store", may=may_keep_stores, load=shelves.school_in_reach)
def store_of_school(school: School) -> str:
    """The store of a school where nothing was ever laid in, with the form for what arrives first."""
    return render_template("recognition/store.html", **_empty(school, _fetch_form(formdata=None)))


def _empty(school: School, form: FetchForm) -> dict[str, Any]:
    return {"store": None, "school": school, "rows": [], "lying": {}, "needed": {}, "loss": None, "fetch": form}


@post(recognition, "/schools/<int:school_id>/arrivals", may=may_keep_stores, load=shelves.school_in_reach)
def fetch_stock(school: School) -> Response:
    """Note that pieces arrived from the district's store."""
    form = _fetch_form()
    store = shelves.store_at(school)
    answer = Answer(
        to=lambda move: url_for("recognition.show_store", store_id=move.store_id),
        said=_("Noted: they lie in the school’s store now."),
        page="recognition/store.html",
        context=lambda: _shown(store, fetch=form) if store else _empty(school, form),
    )
    return attempt(form, lambda: _fetched(school, form), answer)


def _fetched(school: School, form: FetchForm) -> StockMove:
    variant, note = _chosen(form.variant.data), form.note.data or ""
    giveaway = shelving.giveaway_of(variant)
    stores = {"source": district_store(), "target": store_of(school.id)}
    return ledger.transfer_stock(giveaway, form.quantity.data or 0, note, by=me(), variant=variant, **stores)


def _chosen(variant_id: int | None) -> Variant:
    variant = db.session.get(Variant, variant_id) if variant_id else None
    if variant is None:
        raise Refused(_("Choose a variant."), field="variant")
    return variant


@post(recognition, "/stores/<int:store_id>/losses", may=may_keep_stores, load=shelves.visible_store)
def note_loss(store: Store) -> Response:
    """Note what was lost or damaged in a store."""
    form = _loss_form(store)
    answer = Answer(
        to=url_for("recognition.show_store", store_id=store.id),
        said=_("Noted in the ledger."),
        page="recognition/store.html",
        context=lambda: _shown(store, loss=form),
    )
    return attempt(form, lambda: _lost(store, form), answer)


def _lost(store: Store, form: LossForm) -> StockMove:
    variant, verb = _chosen(form.variant.data), StockVerb(form.verb.data)
    quantity, note = form.quantity.data or 0, form.note.data or ""
    return ledger.write_off(shelving.giveaway_of(variant), verb, quantity, note, by=me(), store=store, variant=variant)


@get(recognition, "/stores/<int:store_id>/count", may=may_keep_stores, load=shelves.visible_store)
def count_sheet(store: Store) -> str:
    """The sheet on which a store is counted; printed, it has empty lines to write on."""
    rows = counting.sheet(store)
    lines = [{"variant": variant.id, "shown": quantity or 0} for variant, _giveaway, quantity in rows]
    form = CountForm(formdata=None, data={"lines": lines})
    return render_template("recognition/count.html", **_counting(store, form))


def _counting(store: Store, form: CountForm) -> dict[str, Any]:
    return {
        "store": store,
        "form": form,
        "named": {variant.id: (giveaway, variant) for variant, giveaway, _quantity in counting.sheet(store)},
    }


@get(recognition, "/stores/<int:store_id>/count-sheet", may=may_keep_stores, load=shelves.visible_store)
def paper_sheet(store: Store) -> str:
    """The sheet to print, without the figures of the books."""
    return render_template("recognition/count_paper.html", store=store, rows=counting.sheet(store))


@post(recognition, "/stores/<int:store_id>/counts", may=may_keep_stores, load=shelves.visible_store)
def count_store(store: Store) -> Response:
    """Note what was counted in a store."""
    form = CountForm()
    answer = Answer(
        to=url_for("recognition.show_store", store_id=store.id),
        said=_told,
        page="recognition/count.html",
        context=lambda: _counting(store, form),
    )
    return attempt(form, lambda: _counted(store, form), answer)


def _counted(store: Store, form: CountForm) -> list[StockMove]:
    try:
        return counting.count_store(store, form.counted, by=me())
    except counting.Unexplained as refusal:
        form.explain(refusal)
        raise


def _told(moves: list[StockMove]) -> str:
    differing = sum(1 for move in moves if move.quantity)
    counted = ngettext("%(num)s figure counted.", "%(num)s figures counted.", len(moves))
    if not differing:
        return _("%(counted)s All of them agree.", counted=counted)
    found = ngettext("%(num)s differs and is explained.", "%(num)s differ and are explained.", differing)
    return f"{counted} {found}"
