"""The forms about giveaways, their stores, counts, budgets, variants and files, each with a row of its own."""

import io
from datetime import date
from typing import Any

from PIL import Image

from microcred.recognition import actions, budgets, ledger, shelving
from microcred.recognition.models import Giveaway
from microcred.recognition.stock_models import Budget, StockMove, Variant
from microcred.recognition.stores import district_store, first_variant, store_of
from tests.races import making
from tests.races.clicks import Click
from tests.races.clicks_on_people import Case
from tests.world import World

DAYS = {"starts_on": "2020-01-01", "ends_on": "2090-12-31"}


def _cora(world: World, thing: dict[str, Any], **fields: Any) -> Click:
    return Click(world.cast.cora, thing, fields)


def _giveaway(world: World, **fields: Any) -> Click:
    """The form of a giveaway, about its first variant."""
    made = making.giveaway(world)
    return _cora(world, {"giveaway_id": made.id}, variant=str(first_variant(made).id), **fields)


def _photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(file, "PNG")
    return file.getvalue()


def _delivery(world: World) -> StockMove:
    return ledger.receive_stock(making.giveaway(world), 4, "", by=world.cast.cora)


def _variant(world: World, *, is_archived: bool = False) -> Variant:
    """The second of two variants."""
    made = making.giveaway(world, stock=0)
    for name in ("Blue", "Green"):
        variant = shelving.add_variant(made, name, by=world.cast.cora)
    return shelving.archive_variant(variant, by=world.cast.cora) if is_archived else variant


def _at_north(world: World) -> Giveaway:
    made = making.giveaway(world)
    places = {"source": district_store(), "target": store_of(world.cast.north.id)}
    ledger.transfer_stock(made, 4, "", by=world.cast.cora, variant=first_variant(made), **places)
    return made


def note_loss(world: World) -> Click:
    fields = {"variant": str(first_variant(_at_north(world)).id), "verb": "lost", "quantity": "1"}
    return Click(world.cast.pia, {"store_id": store_of(world.cast.north.id).id}, fields)


def count_store(world: World) -> Click:
    line = {"variant": str(first_variant(_at_north(world)).id), "shown": "4", "counted": "3", "note": "One fell down"}
    fields = {f"lines-0-{name}": value for name, value in line.items()}
    return Click(world.cast.pia, {"store_id": store_of(world.cast.north.id).id}, fields)


def fetch_stock(world: World) -> Click:
    fields = {"variant": str(first_variant(making.giveaway(world)).id), "quantity": "2"}
    return Click(world.cast.pia, {"school_id": world.cast.north.id}, fields)


def take_back(world: World) -> Click:
    return _cora(world, {"hand_out_id": making.hand_out(world).id}, fitness="damaged")


def restore_giveaway(world: World) -> Click:
    archived = actions.archive_giveaway(making.giveaway(world), by=world.cast.cora)
    return _cora(world, {"giveaway_id": archived.id})


def revalue(world: World) -> Click:
    made = making.giveaway(world, stock=0)
    made.currency = "USD"
    return _cora(world, {"giveaway_id": made.id}, value_cents="3")


def remove_picture(world: World) -> Click:
    made = making.giveaway(world)
    made.picture_file = f"{'0' * 32}.png"
    return _cora(world, {"giveaway_id": made.id})


def _budget(world: World) -> Budget:
    span = {"starts_on": date(2020, 1, 1), "ends_on": date(2090, 12, 31)}
    return budgets.add_budget(
        name=making.new_name("Budget"), holder=None, amount_cents=90_000, by=world.cast.cora, **span
    )


def restore_budget(world: World) -> Click:
    return _cora(world, {"budget_id": budgets.archive_budget(_budget(world), by=world.cast.cora).id})


def import_giveaways(world: World) -> Click:
    text = f"name,value,rule\n{making.new_name('From a file')},2.50,volunteered\n"
    return _cora(world, {"pilot_id": making.pilot(world).id}, text=text)


def _typed_budget() -> dict[str, Any]:
    return {"name": making.new_name("Budget"), "amount_cents": "900", **DAYS}


CASES: dict[str, Case] = {
    "recognition.add_budget": lambda world: _cora(world, {}, **_typed_budget()),
    "recognition.add_picture": lambda world: _giveaway(world, file=(_photo(), "photo.png")),
    "recognition.add_variant": lambda world: _cora(
        world, {"giveaway_id": making.giveaway(world, stock=0).id}, name="Blue"
    ),
    "recognition.archive_budget": lambda world: _cora(world, {"budget_id": _budget(world).id}),
    "recognition.archive_variant": lambda world: _cora(world, {"variant_id": _variant(world).id}),
    "recognition.change_budget": lambda world: _cora(world, {"budget_id": _budget(world).id}, **_typed_budget()),
    "recognition.count_store": count_store,
    "recognition.download_figure": lambda world: _giveaway(world),
    "recognition.download_giveaways": lambda world: _cora(world, {"pilot_id": making.giveaway(world).pilot_id}),
    "recognition.fetch_stock": fetch_stock,
    "recognition.import_giveaways": import_giveaways,
    "recognition.move_variant_up": lambda world: _cora(world, {"variant_id": _variant(world).id}),
    "recognition.note_loss": note_loss,
    "recognition.receive_stock": lambda world: _giveaway(world, quantity="5", unit_price_cents="2.10"),
    "recognition.remove_picture": remove_picture,
    "recognition.rename_variant": lambda world: _cora(world, {"variant_id": _variant(world).id}, name="Red"),
    "recognition.restore_budget": restore_budget,
    "recognition.restore_giveaway": restore_giveaway,
    "recognition.restore_variant": lambda world: _cora(world, {"variant_id": _variant(world, is_archived=True).id}),
    "recognition.revalue": revalue,
    "recognition.send_back": lambda world: _cora(world, {"move_id": _delivery(world).id}),
    "recognition.take_back": take_back,
    "recognition.transfer_stock": lambda world: _giveaway(
        world, quantity="2", source="district", target=str(world.cast.north.id)
    ),
    "recognition.write_off": lambda world: _giveaway(world, quantity="1", verb="damaged"),
}
"""The forms of the shelves; a look at a file changes nothing and stands with the exempt ones."""
