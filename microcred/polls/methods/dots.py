"""Dots: a few to place, several on one option if one likes it very much."""

from collections import Counter
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from microcred.errors import Refused
from microcred.polls.methods.marks import LONGEST, Marks, NumberedBallot, in_order, numbers, refuse_unknown
from microcred.polls.models import Poll

title = _l("Dots: a few to place, several on one option if one likes it very much")
ballot = "polls/ballots/_dots.html"
counts_by = "dots"

USUAL = 5


def usual(options: int) -> int:
    """How many dots one has where the poll does not say."""
    return USUAL


def form() -> NumberedBallot:
    """The ballot as it was sent, or an empty one."""
    return NumberedBallot()


def fill(form: NumberedBallot, marks: Marks | None) -> NumberedBallot:
    """Show what somebody chose before; None is somebody who has not voted."""
    form.choice.data = {code: str(dots) for code, dots in Counter(marks.choice).items()} if marks else {}
    form.none.data = marks is not None and not marks.choice
    return form


def read(form: NumberedBallot, poll: Poll) -> Marks:
    """Each code once for each of its dots."""
    return Marks([code for code, count in numbers(form).items() for _dot in range(count)])


def check(marks: Marks, options: Sequence[str], poll: Poll) -> None:
    """Refuse what is not in the poll, more dots than the poll has, and more on one option than it takes."""
    refuse_unknown(marks.choice, options)
    if len(marks.choice) > poll.max_approvals:
        dots = {"placed": len(marks.choice), "dots": poll.max_approvals}
        raise Refused(_("You placed %(placed)s dots, and have %(dots)s.", **dots), field="choice")
    cap = poll.dots_per_option
    if cap is not None and max(Counter(marks.choice).values(), default=0) > cap:
        sentence = ngettext(
            "At most %(num)s dot on one option, please.", "At most %(num)s dots on one option, please.", cap
        )
        raise Refused(sentence, field="choice")


def arranged(codes: Sequence[str], options: Sequence[str]) -> list[str]:
    """The codes as they are kept: once for each dot, in the poll's order."""
    return in_order(codes, options)


def placed(form: NumberedBallot) -> int:
    """How many dots stand on a ballot as it was typed, for the counter."""
    return sum(
        int(text) for text in form.choice.data.values() if text.isascii() and text.isdecimal() and len(text) <= LONGEST
    )


def instruction(poll: Poll) -> str:
    """What a voter does."""
    placed = ngettext(
        "Place up to %(num)s dot on what you would take",
        "Place up to %(num)s dots on what you would take",
        poll.max_approvals,
    )
    if poll.dots_per_option is None:
        return placed
    most = ngettext("at most %(num)s on each", "at most %(num)s on each", poll.dots_per_option)
    return _("%(placed)s, %(most)s", placed=placed, most=most)


def explanation(poll: Poll) -> str:
    """How the ballots are counted, for those who vote."""
    return ngettext(
        "We add up the dots: the %(num)s option with the most is suggested. A dot that you don’t place is not counted.",
        "We add up the dots: the %(num)s options with the most are suggested. A dot that you don’t place is not "
        "counted.",
        poll.seats or 1,
    )
