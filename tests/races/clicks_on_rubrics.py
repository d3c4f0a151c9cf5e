"""The files that tell what a rubric shows, each asked for by the coordinator."""

from tests.races.clicks import Click
from tests.races.clicks_on_people import Case
from tests.world import World


def _rubric(world: World) -> Click:
    return Click(world.cast.cora, {"rubric_id": world.courses[0].rubric_id})


CASES: dict[str, Case] = {
    "scoring.download_levels": _rubric,
    "scoring.download_severity": _rubric,
}
