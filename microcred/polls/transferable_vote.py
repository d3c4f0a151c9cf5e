"""The single transferable vote as Scotland counts it: who is elected, stage by stage.

The rules are those of the Scottish Local Government Elections Order 2011 (SSI 2011/399), Schedule 1, rules 46 to 53,
which repeat rules 45 to 52 of the Order of 2007 (SSI 2007/42). A rule number here is of the Order of 2011.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from microcred.polls.limits import check_numbers, check_options, check_seats

Preferences = tuple[str, ...]
Event = Literal["first preferences", "surplus", "exclusion", "last vacancies"]

# Rule 49(3): values are calculated to five decimal places, so that one vote is a hundred thousand parts.
VOTE = 100_000


class Tie(NamedTuple):
    """Options equal in votes, the one that was picked to be transferred or excluded, and what told them apart."""

    among: tuple[str, ...]
    picked: str
    broken_by: Literal["earlier stage", "lot"]


class Round(NamedTuple):
    """A stage of the count: what happened, who was thereby elected, and how the votes stand after it.

    `option` is whose surplus was transferred or who was excluded. Votes are whole numbers of hundred-thousandths of a
    vote: those of every option, in the order of the options; those of papers with no next available preference; and
    the remainder, which rule 49(3) ignores. Together they are always the valid ballots.
    """

    event: Event
    option: str | None
    elected: tuple[str, ...]
    votes: tuple[tuple[str, int], ...]
    non_transferable: int
    remainder: int
    tie: Tie | None

    @property
    def as_json(self) -> dict[str, Any]:
        """The stage in dictionaries, lists, words and whole numbers."""
        tie = self.tie and {**self.tie._asdict(), "among": list(self.tie.among)}
        return {**self._asdict(), "elected": list(self.elected), "votes": dict(self.votes), "tie": tie}


class Count(NamedTuple):
    """The elected in the order of their election, the quota and the valid ballots in whole votes, and every stage."""

    elected: tuple[str, ...]
    quota: int
    valid: int
    rounds: tuple[Round, ...]

    @property
    def as_json(self) -> dict[str, Any]:
        """The count in dictionaries, lists, words and whole numbers."""
        rounds = [stage.as_json for stage in self.rounds]
        return {**self._asdict(), "elected": list(self.elected), "rounds": rounds}


def count(ballots: Mapping[Preferences, int], options: Sequence[str], *, seats: int, lots: Sequence[str]) -> Count:
    """Elect as many options as there are seats, by the Scottish rules.

    A ballot names options from the most wanted on, as many as its voter liked; one that names none is not valid and
    only left aside. Where the rules draw lots (50(3) and 52(2)(b)), `lots`, the codes in the order drawn, decide: the
    earlier one's surplus goes first, the latest one is excluded. With no more options than seats, all are elected.
    Raises ValueError, with a sentence, for input that makes no sense.
    """
    check_options(options, lots)
    check_seats(seats)
    _check_papers(ballots, options)
    valid = sum(number for ballot, number in ballots.items() if ballot)
    # Rule 47: the valid ballots, divided by the seats and one more, decimals ignored, and one.
    scrutiny = _Scrutiny(tuple(options), tuple(lots), seats=seats, quota=(valid // (seats + 1) + 1) * VOTE)
    scrutiny.count_first_preferences(ballots)
    while scrutiny.vacancies and scrutiny.continuing:
        scrutiny.go_on()
    return Count(tuple(scrutiny.elected), scrutiny.quota // VOTE, valid, tuple(scrutiny.rounds))


@dataclass(slots=True)
class _Scrutiny:
    """A count under way: who holds which papers, at which value they came, and how many votes are credited for them."""

    options: tuple[str, ...]
    lots: tuple[str, ...]
    seats: int
    quota: int
    papers: dict[str, Counter[tuple[Preferences, int]]] = field(default_factory=dict)
    votes: dict[str, int] = field(default_factory=dict)
    continuing: set[str] = field(default_factory=set)
    elected: list[str] = field(default_factory=list)
    non_transferable: int = 0
    remainder: int = 0
    rounds: list[Round] = field(default_factory=list)

    @property
    def vacancies(self) -> int:
        return self.seats - len(self.elected)

    def count_first_preferences(self, ballots: Mapping[Preferences, int]) -> None:
        """Rule 46: sort the valid ballots by their first preferences, at one vote each."""
        self.continuing = set(self.options)
        self.papers = {option: Counter() for option in self.options}
        self.votes = dict.fromkeys(self.options, 0)
        for ballot, number in ballots.items():
            if ballot:
                self._give(ballot, number, VOTE)
        self._close("first preferences")

    def go_on(self) -> None:
        """Rules 49(1), 51(1) and 53: last vacancies before surpluses, and those before anybody is excluded."""
        surpluses = [option for option in self.elected if self.votes[option] > self.quota]
        if len(self.continuing) <= self.vacancies:
            self._fill_last_vacancies()
        elif surpluses:
            self._transfer_surplus(*self._pick(surpluses, max))
        else:
            self._exclude(*self._pick(self.continuing, min))

    def _fill_last_vacancies(self) -> None:
        """Rule 53: as many continue as vacancies remain, so that all are elected and nothing more is transferred."""
        self._elect(self.continuing)
        self._record("last vacancies", elected=self.elected[len(self.elected) - len(self.continuing) :])
        self.continuing = set()

    def _transfer_surplus(self, option: str, tie: Tie | None) -> None:
        """Rule 49: each paper goes on at surplus × its value when received ÷ all votes, to five decimal places."""
        total = self.votes[option]
        surplus, papers = total - self.quota, self.papers[option]
        given = sum(self._give(ballot, number, surplus * value // total) for (ballot, value), number in papers.items())
        self.votes[option] = self.quota
        self.remainder += surplus - given
        self._close("surplus", option, tie)

    def _exclude(self, option: str, tie: Tie | None) -> None:
        """Rule 51: each paper of the excluded goes on at the value at which it came."""
        self.continuing.remove(option)
        for (ballot, value), number in self.papers[option].items():
            self._give(ballot, number, value)
        self.votes[option] = 0
        self._close("exclusion", option, tie)

    def _give(self, ballot: Preferences, number: int, value: int) -> int:
        """Credit papers to the next available preference, or to nobody; return the votes that they carry."""
        heir = next((option for option in ballot if option in self.continuing), None)
        if heir is None:
            self.non_transferable += number * value
        else:
            self.papers[heir][ballot, value] += number
            self.votes[heir] += number * value
        return number * value

    def _close(self, event: Event, option: str | None = None, tie: Tie | None = None) -> None:
        """Rule 48: at the end of a stage, whoever has the quota is elected."""
        elected = self._elect(option for option in self.continuing if self.votes[option] >= self.quota)
        self.continuing -= set(elected)
        self._record(event, option, elected, tie)

    def _elect(self, options: Iterable[str]) -> list[str]:
        """Elect in the order of votes, then of the latest earlier stage that differs, then of the lots."""
        elected = sorted(options, key=self._standing, reverse=True)
        self.elected += elected
        return elected

    def _standing(self, option: str) -> tuple[list[int], int]:
        earlier = [dict(stage.votes)[option] for stage in reversed(self.rounds)]
        return [self.votes[option], *earlier], -self.lots.index(option)

    def _record(
        self, event: Event, option: str | None = None, elected: Sequence[str] = (), tie: Tie | None = None
    ) -> None:
        votes = tuple((code, self.votes[code]) for code in self.options)
        self.rounds.append(Round(event, option, tuple(elected), votes, self.non_transferable, self.remainder, tie))

    def _pick(self, options: Iterable[str], extreme: Callable[[Iterable[int]], int]) -> tuple[str, Tie | None]:
        """Rules 50 and 52: most or fewest votes; of equals, at the most recent stage that differs; else by lot."""
        tied = remaining = _furthest(sorted(options, key=self.options.index), self.votes, extreme)
        for stage in self.rounds[-2::-1]:
            remaining = _furthest(remaining, dict(stage.votes), extreme)
        picked = _furthest(remaining, {code: -lot for lot, code in enumerate(self.lots)}, extreme)[0]
        if len(tied) == 1:
            return picked, None
        return picked, Tie(tuple(tied), picked, "earlier stage" if len(remaining) == 1 else "lot")


def _furthest(options: list[str], row: Mapping[str, int], extreme: Callable[[Iterable[int]], int]) -> list[str]:
    most = extreme(row[option] for option in options)
    return [option for option in options if row[option] == most]


def _check_papers(ballots: Mapping[Preferences, int], options: Sequence[str]) -> None:
    known = frozenset(options)
    if not all(isinstance(ballot, tuple) and known.issuperset(ballot) for ballot in ballots):
        raise ValueError("A ballot must be a tuple of codes that are options.")
    if any(len(set(ballot)) != len(ballot) for ballot in ballots):
        raise ValueError("A ballot must not name an option twice.")
    check_numbers(ballots)
