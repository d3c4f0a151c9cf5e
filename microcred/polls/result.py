"""A closed poll in words and rows: what its standings say, with titles in place of codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.accounts.models import School
from microcred.polls.models import Poll
from microcred.polls.votes import Vote, covered


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


class WhatIf(NamedTuple):
    """Another set than the suggested one, and how many voters it serves."""

    courses: list[str]
    covered: int
    change: int


@dataclass
class Result:
    """The standings of a poll, for those who read them."""

    poll: Poll
    schools: Sequence[School]

    @property
    def standings(self) -> dict[str, Any]:
        """What was counted when the poll closed."""
        return self.poll.standings or {}

    @property
    def votes(self) -> int:
        """How many ballots were cast."""
        return int(self.standings["votes"])

    @property
    def blank(self) -> int:
        """How many of them approve nothing."""
        return int(self.standings["blank"])

    @property
    def covered(self) -> int:
        """How many ballots approve at least one suggested option."""
        return int(self.standings["suggestion"]["covered"])

    @property
    def is_exact(self) -> bool:
        """Whether no set serves more: the search was not given up."""
        return bool(self.standings["suggestion"]["is_exact"])

    @property
    def suggested(self) -> list[str]:
        """The titles of the suggested options, in the order of the explanation."""
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
    def approvals(self) -> list[Bar]:
        """How many approve each option, the most approved first, the suggested ones marked."""
        counts = self.standings["approvals"]
        options = sorted(
            self.poll.options, key=lambda option: (-counts[option.code], self.poll.lots.index(option.code))
        )
        return [self._approved(option.code, option.title, counts[option.code]) for option in options]

    def _approved(self, code: str, title: str, count: int) -> Bar:
        is_suggested = code in self.poll.suggested
        return Bar(title, count, _("suggested") if is_suggested else "", "" if is_suggested else "brass")

    @property
    def growth(self) -> list[Bar]:
        """How many are served, suggested course by suggested course."""
        bars, served = [], 0
        for code, added in self.standings["suggestion"]["steps"]:
            served += added
            bars.append(Bar(self.titles([code])[0], served, f"+{added}"))
        return bars

    @property
    def explanation(self) -> list[str]:
        """Why these: what each adds to those before it."""
        steps = self.standings["suggestion"]["steps"]
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
        return _("Adding “%(title)s” serves nobody more; it fills the last place.", title=title)
    return ngettext(
        "Adding “%(title)s” serves %(num)s more whom nobody served yet.",
        "Adding “%(title)s” serves %(num)s more whom nobody served yet.",
        added,
        title=title,
    )


def what_if(poll: Poll, votes: Sequence[Vote], leave_out: str, take_in: str) -> WhatIf | None:
    """Exchange one suggested option for another; None for an exchange that makes no sense."""
    codes = {option.code for option in poll.options}
    if leave_out not in poll.suggested or take_in not in codes or take_in in poll.suggested:
        return None
    courses = [take_in if code == leave_out else code for code in poll.suggested]
    served = covered(votes, courses)
    return WhatIf(courses, served, served - covered(votes, poll.suggested))
