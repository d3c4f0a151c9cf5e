"""Steps within the form of a micro-credential: rows come, go, move and come back, and what was typed stays as typed."""

import re
from collections.abc import Callable
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from microcred.catalog.format import MOST_CRITERIA, MOST_LEVELS, MOST_PARTS

PREVIEW = "preview"
STEP = re.compile(r"(?P<rows>evidence|criteria|criteria-\d{1,2}-levels)(?:-(?P<place>\d{1,2}))?:(?P<verb>[a-z]+)")
LEVELS = re.compile(r"(criteria-\d+)-levels")
MOST_ROWS = {"evidence": MOST_PARTS + 2, "criteria": MOST_CRITERIA + 2}
"""Two more than can be kept, so that one too many is told and not lost."""

Typed = MultiDict[str, str]


class Step(NamedTuple):
    """What to do with the rows of a list, e.g. `criteria-2-levels`, and at which place."""

    rows: str
    place: int
    verb: str

    @property
    def row(self) -> str:
        """The row that was moved, added, removed or taken back, where it is afterwards."""
        return f"{self.rows}-{self.place}"


def step_of(said: str) -> Step | None:
    """A step as a button says it, e.g. `criteria-2:up`; None for what no button says."""
    found = STEP.fullmatch(said)
    if not found or found["verb"] not in VERBS or (found["place"] is None) != (found["verb"] == "add"):
        return None
    return Step(found["rows"], int(found["place"] or 0), found["verb"])


def take(step: Step, typed: Typed) -> tuple[Typed, str]:
    """What was typed after a step, and the row to look at; a step that cannot be taken changes nothing."""
    return VERBS[step.verb](step, typed)


def most_rows(rows: str) -> int:
    """How many rows a list may have in the form."""
    return MOST_ROWS.get(rows, MOST_LEVELS)


def count_of(rows: str, typed: Typed) -> int:
    """How many rows of a list were sent."""
    places = [int(found[1]) for name in typed if (found := re.match(rf"{rows}-(\d{{1,2}})-", name))]
    return max(places, default=-1) + 1


def _add(step: Step, typed: Typed) -> tuple[Typed, str]:
    count = count_of(step.rows, typed)
    if count >= most_rows(step.rows):
        return typed, f"{step.rows}-{count - 1}"
    row = f"{step.rows}-{count}"
    fresh = {f"{row}-name": ""} | (_new_criterion(row, typed) if step.rows == "criteria" else {})
    return MultiDict([*typed.items(multi=True), *fresh.items()]), row


def _new_criterion(row: str, typed: Typed) -> dict[str, str]:
    """A criterion begins with the names and points of the first one's levels, and is required as that is."""
    kept = re.compile(r"criteria-0-(levels-\d+-(?:name|points)|required_level)")
    copied = {f"{row}-{found[1]}": typed[name] for name in typed if (found := kept.fullmatch(name))}
    return copied | {f"{row}-is_required": "y"}


def _move(by: int) -> Callable[[Step, Typed], tuple[Typed, str]]:
    def move(step: Step, typed: Typed) -> tuple[Typed, str]:
        there = step.place + by
        if not 0 <= there < count_of(step.rows, typed) or step.place >= count_of(step.rows, typed):
            return typed, step.row
        renamed = {step.row: f"{step.rows}-{there}", f"{step.rows}-{there}": step.row}
        places = {str(step.place): str(there), str(there): str(step.place)}
        return _renamed(typed, renamed, places, LEVELS.fullmatch(step.rows)), renamed[step.row]

    return move


def _renamed(typed: Typed, rows: dict[str, str], places: dict[str, str], levels: re.Match[str] | None) -> Typed:
    """Two rows under each other's names; the level that is required stays the same one, and points go on rising."""
    required = f"{levels[1]}-required_level" if levels else None
    moved: Typed = MultiDict()
    for name, value in typed.items(multi=True):
        row = next((row for row in rows if name.startswith(f"{row}-")), None)
        row = None if levels and name.endswith("-points") else row
        told = places.get(value, value) if name == required else value
        moved.add(rows[row] + name.removeprefix(row) if row else name, told)
    return moved


def _mark(mark: str) -> Callable[[Step, Typed], tuple[Typed, str]]:
    def note(step: Step, typed: Typed) -> tuple[Typed, str]:
        if step.place >= count_of(step.rows, typed):
            return typed, step.row
        marked: Typed = MultiDict(typed.items(multi=True))
        marked.setlist(f"{step.row}-removed", [mark])
        return marked, step.row

    return note


REMOVED = "y"
VERBS = {"add": _add, "up": _move(-1), "down": _move(1), "remove": _mark(REMOVED), "restore": _mark("")}
"""What a button can do; a row that was removed stays in the form, so that it can be taken back until it is saved."""
