"""Rank: 1 for what one would like most, then 2, 3 …; counted by the single transferable vote."""

from collections import Counter
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from microcred.errors import Refused
from microcred.polls.methods.marks import Marks, NumberedBallot, numbers, refuse_unknown, titles
from microcred.polls.models import Poll

title = _l("Rank: 1 for what one would like most, then 2, 3 …")
ballot = "polls/ballots/_rank.html"
counts_by = "transfer"


def usual(options: int) -> int:
    """How many one may rank where the poll does not say: all."""
    return options


def form() -> NumberedBallot:
    """The ballot as it was sent, or an empty one."""
    return NumberedBallot()


def fill(form: NumberedBallot, marks: Marks | None) -> NumberedBallot:
    """Show what somebody chose before; None is somebody who has not voted."""
    form.choice.data = {code: str(rank) for rank, code in enumerate(marks.choice, 1)} if marks else {}
    form.none.data = marks is not None and not marks.choice
    return form


def read(form: NumberedBallot, poll: Poll) -> Marks:
    """The codes by their numbers, gaps closed; refused when two have the same number."""
    ranks = numbers(form)
    for rank, count in sorted(Counter(ranks.values()).items()):
        if count > 1:
            named = {option.code: option.title for option in poll.options}
            both = titles([code for code in ranks if ranks[code] == rank], named)
            sentence = _("The number %(rank)s stands at %(titles)s: give it to one only.", rank=rank, titles=both)
            raise Refused(sentence, field="choice")
    return Marks(sorted(ranks, key=ranks.__getitem__))


def check(marks: Marks, options: Sequence[str], poll: Poll) -> None:
    """Refuse what is not in the poll, what is ranked twice, and more ranks than the poll has."""
    refuse_unknown(marks.choice, options)
    if len(set(marks.choice)) < len(marks.choice):
        raise Refused(_("An option can have one rank only."), field="choice")
    if len(marks.choice) > poll.max_approvals:
        sentence = ngettext("Rank at most %(num)s, please.", "Rank at most %(num)s, please.", poll.max_approvals)
        raise Refused(sentence, field="choice")


def arranged(codes: Sequence[str], options: Sequence[str]) -> list[str]:
    """The codes as they are kept: in the voter's order, which is what the ballot says."""
    return list(codes)


def instruction(poll: Poll) -> str:
    """What a voter does."""
    return ngettext(
        "Number up to %(num)s that you would take: 1 for the one you would like most, then 2, and so on",
        "Number up to %(num)s that you would take: 1 for the one you would like most, then 2, and so on",
        poll.max_approvals,
    )


def explanation(poll: Poll) -> str:
    """How the ballots are counted, for those who vote."""
    return " ".join((_what_is_enough(poll.seats or 1), _what_follows()))


def _what_is_enough(seats: int) -> str:
    if seats == 1:
        return _("Your ballot counts for your number 1. An option with more than half of the ballots is the one.")
    return _(
        "Your ballot counts for your number 1. Whatever has enough ballots is in: just over one in %(share)s for "
        "%(count)s options. What it has beyond that goes on, in equal parts, to the next numbers.",
        share=seats + 1,
        count=seats,
    )


def _what_follows() -> str:
    return _(
        "When nothing has enough, the last option drops out and its ballots go on to their next numbers. A "
        "later choice never hurts an earlier one. This is the single transferable vote, by the rules of "
        "Scotland."
    )
