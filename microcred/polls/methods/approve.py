"""Approve up to a number: tick what one would take, or none of these; and say which one most, if the poll asks."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField

from microcred.errors import Refused
from microcred.polls.methods.marks import Marks, in_order, refuse_neither_nor, refuse_unknown
from microcred.polls.models import Poll
from microcred.web import Form

title = _l("Approve: tick all that one would take, up to a number")
ballot = "polls/ballots/_approve.html"
counts_by = "coverage"

USUAL = 5


class ApproveForm(Form):
    """The ticked codes, or the tick that says none of them; what may be ticked is for `check` to say."""

    wording = HiddenField()
    choice = SelectMultipleField(_l("Your choice"), validate_choice=False)
    most_wanted = StringField(_l("Most wanted"))
    none = BooleanField(_l("None of these"))


def usual(options: int) -> int:
    """How many one may approve where the poll does not say."""
    return min(USUAL, options)


def form() -> ApproveForm:
    """The ballot as it was sent, or an empty one."""
    return ApproveForm()


def fill(form: ApproveForm, marks: Marks | None) -> ApproveForm:
    """Show what somebody chose before; None is somebody who has not voted."""
    form.choice.data = list(marks.choice) if marks else []
    form.most_wanted.data = marks.most_wanted if marks else None
    form.none.data = marks is not None and not marks.choice
    return form


def read(form: ApproveForm, poll: Poll) -> Marks:
    """What a ballot says; refused when it says nothing, or both something and nothing."""
    codes = list(form.choice.data or [])
    refuse_neither_nor(codes, is_none=form.none.data)
    return Marks(codes, form.most_wanted.data or None)


def check(marks: Marks, options: Sequence[str], poll: Poll) -> None:
    """Refuse what is not in the poll, more than may be approved, and wanting most what one does not approve."""
    refuse_unknown(marks.choice, options)
    if len(set(marks.choice)) > poll.max_approvals:
        sentence = ngettext("Choose at most %(num)s, please.", "Choose at most %(num)s, please.", poll.max_approvals)
        raise Refused(sentence, field="choice")
    if marks.most_wanted is not None and not (poll.has_most_wanted and marks.most_wanted in marks.choice):
        raise Refused(_("The one you want most must be one that you ticked."), field="most_wanted")


def arranged(codes: Sequence[str], options: Sequence[str]) -> list[str]:
    """The codes as they are kept: each once, in the poll's order."""
    return in_order(sorted(set(codes)), options)


def instruction(poll: Poll) -> str:
    """What a voter does."""
    return ngettext(
        "Tick up to %(num)s that you would take", "Tick up to %(num)s that you would take", poll.max_approvals
    )


def explanation(poll: Poll) -> str:
    """How the ballots are counted, for those who vote."""
    if poll.seats is None:
        return ngettext(
            "We look for the options that together take reviewers at most %(num)s hour and give the most of you at "
            "least one you ticked. Ticking one more never hurts another.",
            "We look for the options that together take reviewers at most %(num)s hours and give the most of you at "
            "least one you ticked. Ticking one more never hurts another.",
            poll.budget_hours or 0,
        )
    return ngettext(
        "We look for the %(num)s option that gives the most of you something you ticked. Ticking one more never "
        "hurts another.",
        "We look for the %(num)s options that together give the most of you at least one you ticked. Ticking one more "
        "never hurts another.",
        poll.seats,
    )
