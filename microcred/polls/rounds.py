"""A count of ranks for those who read it: the stages in sentences, and options by stages as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import format_decimal
from flask_babel import gettext as _

from microcred.polls.transferable_vote import VOTE

SHORT = "#,##0.##"
SIGNED = "+#,##0.##;−#,##0.##"
EXACT = "#,##0.#####"
OUT = "–"


class Cell(NamedTuple):
    """The votes of an option after a stage, what the stage changed, and what became of the option in it."""

    votes: str
    change: str = ""
    fate: str = ""

    @property
    def says_something(self) -> bool:
        """Whether the stage changed anything here."""
        return bool(self.change or self.fate)

    @property
    def is_out(self) -> bool:
        """Whether the option has dropped out before."""
        return self.votes == OUT


class Line(NamedTuple):
    """The votes of one option, stage by stage; of ballots without a further choice, and of what rounding loses."""

    title: str
    cells: list[Cell]


@dataclass
class Rounds:
    """The count of a poll by the single transferable vote, as `Count.as_json` wrote it."""

    transfer: Mapping[str, Any]
    named: Mapping[str, str]

    @property
    def quota(self) -> int:
        """How many votes suffice to be elected."""
        return int(self.transfer["quota"])

    @property
    def stages(self) -> list[Mapping[str, Any]]:
        """What happened, one after the other."""
        return list(self.transfer["rounds"])

    @property
    def numbers(self) -> list[str]:
        """The stages as heads of columns."""
        return [str(number) for number, _stage in enumerate(self.stages, 1)]

    @property
    def sentences(self) -> list[str]:
        """What happened in each stage, and who was elected by it."""
        return [" ".join(part for part in self._told(stage) if part) for stage in self.stages]

    def _told(self, stage: Mapping[str, Any]) -> Sequence[str]:
        elected = ", ".join(self._quoted(stage["elected"]))
        return self._happened(stage), self._tie(stage["tie"]), elected and _("Elected: %(titles)s.", titles=elected)

    def _happened(self, stage: Mapping[str, Any]) -> str:
        title = self.named.get(stage["option"], "")
        if stage["event"] == "surplus":
            return _("“%(title)s” has more than it needs: what it has beyond goes on to the next numbers.", title=title)
        if stage["event"] == "exclusion":
            return _("“%(title)s” has the fewest and drops out: its ballots go on to their next numbers.", title=title)
        if stage["event"] == "first preferences":
            return _("Every ballot counts for its number 1.")
        return _("No more are left than there are places.")

    def _tie(self, tie: Mapping[str, Any] | None) -> str:
        if tie is None:
            return ""
        among, picked = ", ".join(self._quoted(tie["among"])), self.named[tie["picked"]]
        if tie["broken_by"] == "lot":
            return _("Equal were %(among)s: the lot fell on “%(title)s”.", among=among, title=picked)
        return _("Equal were %(among)s: an earlier stage told “%(title)s” apart.", among=among, title=picked)

    def _quoted(self, codes: Sequence[str]) -> list[str]:
        return [_("“%(title)s”", title=self.named[code]) for code in codes]

    @property
    def lines(self) -> list[Line]:
        """A line for each option, for the ballots that name nothing further, and for what rounding loses."""
        options = [Line(title, self._cells(code)) for code, title in self.named.items()]
        left = [stage["non_transferable"] for stage in self.stages]
        lost = [stage["remainder"] for stage in self.stages]
        ends = [Line(_("No further choice"), [Cell(_short(now), _change(now, before)) for before, now in _pairs(left)])]
        if lost[-1]:
            cells = [Cell(_exactly(now)) for now in lost]
            ends.append(Line(_("Lost by rounding"), cells))
        return [*options, *ends]

    def _cells(self, code: str) -> list[Cell]:
        """An option's votes until it drops out, and after that nothing."""
        amounts = [stage["votes"][code] for stage in self.stages]
        out = next((place for place, stage in enumerate(self.stages) if self._is_out(stage, code)), len(amounts))
        return [
            Cell(_short(now), _change(now, before), self._fate(place, code)) if place <= out else Cell(OUT)
            for place, (before, now) in enumerate(_pairs(amounts))
        ]

    def _is_out(self, stage: Mapping[str, Any], code: str) -> bool:
        return bool(stage["event"] == "exclusion" and stage["option"] == code)

    def _fate(self, place: int, code: str) -> str:
        stage = self.stages[place]
        if code in stage["elected"]:
            return _("elected")
        return _("dropped out") if self._is_out(stage, code) else ""


def _pairs(amounts: Sequence[int]) -> list[tuple[int | None, int]]:
    return list(zip([None, *amounts], amounts, strict=False))


def _exactly(amount: int) -> str:
    return str(format_decimal(amount / VOTE, format=EXACT))


def _short(amount: int) -> str:
    return str(format_decimal(amount / VOTE, format=SHORT))


def _change(amount: int, before: int | None) -> str:
    if before is None or amount == before:
        return ""
    return str(format_decimal((amount - before) / VOTE, format=SIGNED))
