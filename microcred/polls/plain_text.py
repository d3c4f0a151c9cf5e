"""The standings of a closed poll as lines of text, for the command line."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from microcred.polls.result import Result
from microcred.polls.what_if import ways


def as_lines(result: Result) -> Iterator[str]:
    """The question, the options with what they got, the suggestion and the other ways to choose."""
    yield result.poll.question
    yield _(
        "%(votes)s ballots, %(blank)s of them blank, %(paper)s on paper",
        votes=result.votes,
        blank=result.blank,
        paper=result.on_paper,
    )
    yield ""
    yield from _options(result)
    yield ""
    yield _("Suggested: %(way)s", way=", ".join(result.suggested))
    yield from (f"  {sentence}" for sentence in (*result.explanation, *result.lacking, *result.ties))
    if result.rounds:
        yield ""
        yield from (f"  {number}. {told}" for number, told in enumerate(result.rounds.sentences, 1))
    yield ""
    yield from _ways(result)


def _options(result: Result) -> Iterator[str]:
    counts = {_("chosen by"): result.standings["approvals"]}
    counts |= {_("dots"): result.standings["dots"]} if result.dots else {}
    counts |= {_("most wanted by"): result.standings["most_wanted"]} if result.most_wanted else {}
    rows = [["", *counts, ""]]
    for option in result.poll.options:
        mark = _("suggested") if option.code in result.poll.suggested else ""
        rows.append([f"{option.code} {option.title}", *(str(each[option.code]) for each in counts.values()), mark])
    yield from _aligned(rows)


def _ways(result: Result) -> Iterator[str]:
    heads = ["", _("at least one"), _("at least two"), _("on average"), ""]
    rows = [
        [way.title, str(way.at_least_one), str(way.at_least_two), way.mean, ", ".join(way.courses)]
        for way in ways(result)
    ]
    yield from _aligned([heads, *rows])


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *numbers, last in rows:
        cells = [cell.rjust(width) for cell, width in zip(numbers, widths[1:-1], strict=True)]
        yield "  ".join((first.ljust(widths[0]), *cells, last)).rstrip()
