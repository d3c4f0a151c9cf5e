"""The forms of the hand-out desk: batches, codes, signatures, paper, and what one says to a thank-you."""

from datetime import timedelta

from microcred.accounts.models import Account
from microcred.db import utcnow
from microcred.recognition import batches, codes
from microcred.recognition.models import Batch
from microcred.recognition.queries import people_of_school
from microcred.recognition.stock_models import ShelfCode
from microcred.recognition.stores import district_store
from tests.races import making
from tests.races.clicks import Click
from tests.races.clicks_on_people import Case
from tests.world import World

STROKES = "M10 10L20 20L30 15L40 30L50 20L60 40L70 30"


def _shelf(world: World) -> ShelfCode:
    return codes.make_shelf_code(making.giveaway(world), district_store(), by=world.cast.cora)


def _batch(world: World) -> Batch:
    due = making.entitlement(world).id
    return batches.hand_out_batch("Meeting", [due], by=world.cast.cora, store=district_store()).batch


def _cora(world: World, **fields: object) -> Click:
    return Click(world.cast.cora, {}, fields)


def hand_out_batch(world: World) -> Click:
    due, store = making.entitlement(world), district_store()
    return _cora(world, title="Meeting", entitlements=[str(due.id)], store=str(store.id))


def make_shelf_code(world: World) -> Click:
    return _cora(world, giveaway=str(making.giveaway(world).id), place="")


def postpone(world: World) -> Click:
    entitlement = making.entitlement(world)
    until = (utcnow() + timedelta(days=9)).date().isoformat()
    return Click(entitlement.person, {"entitlement_id": entitlement.id}, {"until": until})


def sign(world: World) -> Click:
    hand_out = making.hand_out(world)
    fields = {"hand_outs": [str(hand_out.id)], "signature": STROKES}
    return Click(world.cast.pia, {"account_id": hand_out.entitlement.person_id}, fields)


def undo_hand_outs(world: World) -> Click:
    hand_out = making.hand_out(world)
    return Click(world.cast.pia, {"account_id": hand_out.entitlement.person_id, "hand_out": [hand_out.id]})


def _teacher(world: World) -> Account:
    return making.person(world)


def print_codes(world: World) -> Click:
    """One new teacher has no code yet; all the others have theirs."""
    codes.codes_of(people_of_school(world.cast.pia, world.cast.north.id))
    _teacher(world)
    return Click(world.cast.pia, {}, {"school": str(world.cast.north.id)})


def print_shelf_codes(world: World) -> Click:
    _shelf(world)
    return _cora(world)


CASES: dict[str, Case] = {
    "recognition.hand_out_batch": hand_out_batch,
    "recognition.make_shelf_code": make_shelf_code,
    "recognition.postpone": postpone,
    "recognition.prefer": lambda world: Click(_teacher(world), {}, {"is_public": "y"}),
    "recognition.print_codes": print_codes,
    "recognition.print_paper": lambda world: Click(world.cast.pia, {}, {"which": "due"}),
    "recognition.print_shelf_codes": print_shelf_codes,
    "recognition.replace_code": lambda world: Click(world.cast.pia, {"account_id": _teacher(world).id}),
    "recognition.replace_own_code": lambda world: Click(_teacher(world), {}),
    "recognition.replace_shelf_code": lambda world: Click(world.cast.cora, {"shelf_code_id": _shelf(world).id}),
    "recognition.revoke_shelf_code": lambda world: Click(world.cast.cora, {"shelf_code_id": _shelf(world).id}),
    "recognition.sign": sign,
    "recognition.tick_off": lambda world: Click(world.cast.pia, {}, {"hand_outs": [str(making.hand_out(world).id)]}),
    "recognition.undo_batch": lambda world: Click(world.cast.cora, {"batch_id": _batch(world).id}),
    "recognition.undo_hand_outs": undo_hand_outs,
}
