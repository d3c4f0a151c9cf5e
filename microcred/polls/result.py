"""A closed poll in words and rows: what its standings say, with titles in place of codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.accounts.models import School
from microcred.polls.models import Poll
from microcred.polls.rounds import Rounds


class Bar(NamedTuple):
    """A row of a bar chart."""

    label: str
    value: int
    note: str = ""
    tone: str = ""


class Row(NamedTuple):
    """A row of the table by school; None stands for a number that is not shown."""

    title: str
    cells: list[int | None]
    total: int


@dataclass
class Result:
    """The standings of a poll, for those who read them; what older standings do not hold is left out."""

    poll: Poll
    schools: Sequence[School]

    @property
    def standings(self) -> dict[str, Any]:
        """What was counted when the poll closed."""
        return self.poll.standings or {}

    @property
    def counts_by(self) -> str:
        """How the suggestion came about: "coverage", "transfer" or "dots"."""
        return str(self.standings.get("counts_by", "coverage"))

    @property
    def votes(self) -> int:
        """How many ballots were cast."""
        return int(self.standings["votes"])

    @property
    def blank(self) -> int:
        """How many of them approve nothing."""
        return int(self.standings["blank"])

    @property
    def on_paper(self) -> int:
        """How many of them came on paper."""
        return int(self.standings.get("on_paper", 0))

    @property
    def suggestion(self) -> dict[str, Any]:
        """What the standings say of the suggested set."""
        suggestion: dict[str, Any] = self.standings["suggestion"]
        return suggestion

    @property
    def covered(self) -> int:
        """How many ballots approve at least one suggested option."""
        return int(self.suggestion["covered"])

    @property
    def is_exact(self) -> bool:
        """Whether no set serves more: the search was not given up."""
        return bool(self.suggestion["is_exact"])

    @property
    def hours(self) -> int:
        """How many hours the suggestion takes reviewers."""
        return int(self.suggestion.get("hours", 0))

    @property
    def suggested(self) -> list[str]:
        """The titles of the suggested options, in the order in which they came in."""
        return self.titles(self.poll.suggested)

    @property
    def rival(self) -> list[str]:
        """The titles of a set that was worth as much, where the lots decided."""
        return self.titles(self.standings["rival"] or [])

    def titles(self, codes: Sequence[str]) -> list[str]:
        """What the options with these codes are called."""
        named = {option.code: option.title for option in self.poll.options}
        return [named[code] for code in codes]

    @property
    def lacking(self) -> list[str]:
        """A sentence for each suggested option that builds on one that is not suggested."""
        return self.told_lacking(self.suggestion.get("lacks", {}))

    def told_lacking(self, lacks: dict[str, str]) -> list[str]:
        """A sentence for each option that builds on one that is missing."""
        pairs = [self.titles(pair) for pair in lacks.items()]
        return [_("“%(title)s” builds on “%(other)s”, which is not among them.", title=a, other=b) for a, b in pairs]

    @property
    def ties(self) -> list[str]:
        """A sentence for each tie, and how it was broken."""
        return [self._told_tie(tie) for tie in self.standings.get("ties", [])]

    def _told_tie(self, tie: dict[str, Any]) -> str:
        among, picked = (", ".join(self.titles(tie[part])) for part in ("among", "picked"))
        if tie["broken_by"] == "people":
            return _("Equally many dots: %(among)s. More people chose: %(picked)s.", among=among, picked=picked)
        return _("Equally many dots: %(among)s. The lot decided for: %(picked)s.", among=among, picked=picked)

    @property
    def rounds(self) -> Rounds | None:
        """The stages of a count of ranks."""
        transfer = self.standings.get("transfer")
        return Rounds(transfer, {option.code: option.title for option in self.poll.options}) if transfer else None

    @property
    def approvals(self) -> list[Bar]:
        """How many approve each option, the most approved first, the suggested ones marked."""
        return self._bars(self.standings["approvals"])

    @property
    def dots(self) -> list[Bar]:
        """How many dots each option has; none where dots were not placed."""
        return self._bars(self.standings.get("dots") or {})

    @property
    def most_wanted(self) -> list[Bar]:
        """How many want each option most; none where the poll did not ask."""
        return self._bars(self.standings.get("most_wanted") or {})

    def _bars(self, counts: dict[str, int]) -> list[Bar]:
        lots = self.poll.lots
        codes = sorted(counts, key=lambda code: (-counts[code], lots.index(code)))
        return [self._bar(code, counts[code]) for code in codes]

    def _bar(self, code: str, count: int) -> Bar:
        is_suggested = code in self.poll.suggested
        return Bar(
            self.titles([code])[0], count, _("suggested") if is_suggested else "", "" if is_suggested else "brass"
        )

    @property
    def growth(self) -> list[Bar]:
        """How many have at least one, suggested course by suggested course, and how many voted."""
        bars, served = [], 0
        for place, (code, added) in enumerate(self.suggestion["steps"]):
            served += added
            title = self.titles([code])[0]
            label = _("and “%(title)s”", title=title) if place else _("With “%(title)s”", title=title)
            bars.append(Bar(label, served, f"+{added}"))
        return [*bars, Bar(_("Everyone who voted"), self.votes, tone="brass")]

    @property
    def explanation(self) -> list[str]:
        """Why these: what each adds to those before it."""
        steps = self.suggestion["steps"]
        return [_step(self.titles([code])[0], added, is_first=place == 0) for place, (code, added) in enumerate(steps)]

    @property
    def groups(self) -> list[str]:
        """The heads of the table by school."""
        names = {school.id: school.name for school in self.schools}
        return [names.get(group["school_id"], _("Other schools")) for group in self.standings["schools"]]

    @property
    def by_school(self) -> list[Row]:
        """Votes, those served by the suggestion, and the approvals of each option of which a number can be shown."""
        groups, counts = self.standings["schools"], self.standings["approvals"]
        rows = [
            Row(_("May vote"), [group["may_vote"] for group in groups], sum(group["may_vote"] for group in groups)),
            Row(_("Voted"), [group["votes"] for group in groups], self.votes),
            Row(_("Served by the suggestion"), [group["served"] for group in groups], self.covered),
        ]
        rows += [
            Row(option.title, [group["approvals"][option.code] for group in groups], counts[option.code])
            for option in self.poll.options
        ]
        return [row for row in rows if any(cell is not None for cell in row.cells)]


def _step(title: str, added: int, *, is_first: bool) -> str:
    if is_first:
        return ngettext(
            "“%(title)s” serves %(num)s teacher.", "“%(title)s” serves %(num)s teachers.", added, title=title
        )
    if not added:
        return _("Adding “%(title)s” serves nobody more.", title=title)
    return ngettext(
        "Adding “%(title)s” serves %(num)s more whom nobody served yet.",
        "Adding “%(title)s” serves %(num)s more whom nobody served yet.",
        added,
        title=title,
    )
