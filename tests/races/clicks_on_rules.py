"""The forms of a giveaway's rule: conditions, switching on and off, and telling people."""

from microcred.recognition import switching
from microcred.recognition.models import Giveaway
from tests.races import making
from tests.races.clicks import Click
from tests.races.clicks_on_people import Case
from tests.world import World


def _off(world: World) -> Giveaway:
    giveaway = switching.switch_off(making.giveaway(world), by=world.cast.cora)
    giveaway.announced_at = None
    return giveaway


def _untold(world: World) -> Giveaway:
    giveaway = making.giveaway(world)
    giveaway.announced_at = None
    return giveaway


def _click(world: World, giveaway: Giveaway, **fields: object) -> Click:
    return Click(world.cast.cora, {"giveaway_id": giveaway.id}, fields)


CASES: dict[str, Case] = {
    "recognition.download_fairness": lambda world: Click(world.cast.pia, {}),
    "recognition.set_conditions": lambda world: _click(world, making.giveaway(world), per_person="2", in_total="9"),
    "recognition.switch_on": lambda world: _click(world, _off(world)),
    "recognition.switch_off": lambda world: _click(world, making.giveaway(world)),
    "recognition.announce_giveaway": lambda world: _click(world, _untold(world), title="A clip", text="For you."),
    "recognition.note_announced": lambda world: _click(world, _untold(world)),
}
