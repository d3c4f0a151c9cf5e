"""What a count is asked for: options and lots, seats or a budget, and which course presupposes which."""

from collections.abc import Mapping, Sequence

from microcred.polls.electorate import Ballots, foundations


def check_question(
    ballots: Ballots,
    options: Sequence[str],
    *,
    seats: int | None,
    costs: Mapping[str, int] | None,
    budget: int | None,
    requires: Mapping[str, str],
    lots: Sequence[str] | None,
) -> None:
    """Raise ValueError, with a sentence, for a question about approval ballots that makes no sense."""
    check_options(options, lots)
    _check_ballots(ballots, options)
    _check_limits(options, seats, costs, budget)
    _check_requirements(options, requires)


def check_options(options: Sequence[str], lots: Sequence[str] | None) -> None:
    """Raise ValueError, with a sentence, unless there are options, each once, and the lots are of just these."""
    if not options:
        raise ValueError("A poll needs at least one option.")
    if len(set(options)) != len(options):
        raise ValueError("Every option must have a code of its own.")
    if lots is not None and sorted(lots) != sorted(options):
        raise ValueError("The lots must name every option once.")


def check_numbers(ballots: Mapping[frozenset[str], int] | Mapping[tuple[str, ...], int]) -> None:
    """Raise ValueError, with a sentence, unless every ballot was cast a whole number of times."""
    if not all(_is_whole(number, at_least=0) for number in ballots.values()):
        raise ValueError("The number of ballots must be a whole number, 0 or more.")


def check_seats(seats: int) -> None:
    """Raise ValueError, with a sentence, unless there is at least one seat."""
    if not _is_whole(seats, at_least=1):
        raise ValueError("The seats must be a whole number, 1 or more.")


def _check_ballots(ballots: Ballots, options: Sequence[str]) -> None:
    known = frozenset(options)
    if not all(isinstance(ballot, frozenset) and ballot <= known for ballot in ballots):
        raise ValueError("A ballot must be a frozenset of codes that are options.")
    check_numbers(ballots)


def _check_limits(
    options: Sequence[str], seats: int | None, costs: Mapping[str, int] | None, budget: int | None
) -> None:
    if (seats is None) == (budget is None) or (costs is None) != (budget is None):
        raise ValueError("Give either seats, or costs together with a budget.")
    if seats is not None:
        check_seats(seats)
    if budget is not None and not _is_whole(budget, at_least=0):
        raise ValueError("The budget must be a whole number, 0 or more.")
    if costs is not None and not all(_is_whole(costs.get(code), at_least=1) for code in options):
        raise ValueError("Every option must have a cost that is a whole number, 1 or more.")


def _check_requirements(options: Sequence[str], requires: Mapping[str, str]) -> None:
    if not {*requires, *requires.values()} <= set(options):
        raise ValueError("Only options can presuppose or be presupposed.")
    if any(code in foundations(code, requires) for code in requires):
        raise ValueError("No course may presuppose itself, nor by way of others.")


def _is_whole(number: object, *, at_least: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and number >= at_least
