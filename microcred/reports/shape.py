"""What a report is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask_babel import LazyString

from microcred.accounts.models import School
from microcred.pilots.models import Pilot

FEWEST = 5
"""A number of people below this is not shown where it could tell about one of them."""


@dataclass(frozen=True)
class Scope:
    """What a report looks at: a pilot, the schools that the reader may see, and what was chosen to narrow it.

    `sees_all` says that the reader may know single results; others see no number under five where one could be told.
    """

    pilot: Pilot
    schools: Sequence[School]
    choice: int | None = None
    sees_all: bool = True

    @property
    def school_ids(self) -> list[int]:
        """The ids of the schools."""
        return [school.id for school in self.schools]


@dataclass
class Picture:
    """A chart: bars (label, value, note), or stacked bars (label, [values]) with the names of their `series`."""

    title: str
    rows: Sequence[Any]
    series: Sequence[str] = ()


class More(NamedTuple):
    """A page that tells more: what leads there, its endpoint and the values in its address."""

    text: str
    endpoint: str
    values: dict[str, Any]


@dataclass
class Figures:
    """The numbers of a report: a table, pictures of it, notes on how to read them, and where there is more."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    pictures: Sequence[Picture] = ()
    notes: Sequence[str] = ()
    choices: Sequence[tuple[int, str]] = field(default_factory=list)
    more: More | None = None


class Report(NamedTuple):
    """One report: what it is called, what it tells, and how its numbers are found."""

    title: LazyString
    lead: LazyString
    figures: Callable[[Scope], Figures]


def shielded(count: int, scope: Scope) -> int | None:
    """The number, or None where it is too small for the reader to see."""
    return count if scope.sees_all or count == 0 or count >= FEWEST else None
