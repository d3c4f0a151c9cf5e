"""The forms about days off, each with days of its own to click on."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

from microcred.holidays import actions as holidays
from microcred.holidays.models import DaysOff
from tests.races.clicks import Click
from tests.world import World

Case = Callable[[World], Click]

FIRST_MONDAY = date(2050, 1, 3)

weeks = count()


def new_monday() -> date:
    """A Monday that nothing else has."""
    return FIRST_MONDAY + timedelta(weeks=next(weeks))


def _week(monday: date) -> dict[str, str]:
    return {"first_on": monday.isoformat(), "last_on": (monday + timedelta(days=4)).isoformat()}


def _added(world: World) -> DaysOff:
    monday = new_monday()
    return holidays.add_span(monday, monday + timedelta(days=4), "A week off", by=world.cast.cora)


def remove(world: World) -> Click:
    return Click(world.cast.adam, {}, _week(_added(world).days[0]))


def import_calendar(world: World) -> Click:
    event = f"BEGIN:VEVENT\nDTSTART;VALUE=DATE:{new_monday():%Y%m%d}\nSUMMARY:A day off\nEND:VEVENT\n"
    return Click(world.cast.cora, {}, {"file": (f"BEGIN:VCALENDAR\n{event}END:VCALENDAR\n".encode(), "district.ics")})


CASES: dict[str, Case] = {
    "holidays.add": lambda world: Click(world.cast.cora, {}, _week(new_monday()) | {"name": "A week off"}),
    "holidays.import_calendar": import_calendar,
    "holidays.remove": remove,
    "holidays.take_back": lambda world: Click(world.cast.cora, {"change_id": _added(world).id}),
}
