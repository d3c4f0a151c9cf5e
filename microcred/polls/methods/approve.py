"""Approve up to a number: tick what one would take, or none of these."""

from collections.abc import Collection, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, SelectMultipleField

from microcred.errors import Refused
from microcred.polls.models import Poll
from microcred.web import Form

title = _l("Approve up to a number")
ballot = "polls/ballots/_approve.html"


class ApproveForm(Form):
    """The ticked codes, or the tick that says none of them; what may be ticked is for `check` to say."""

    choice = SelectMultipleField(_l("Your choice"), validate_choice=False)
    none = BooleanField(_l("None of these"))


def form() -> ApproveForm:
    """The ballot as it was sent, or an empty one."""
    return ApproveForm()


def fill(form: ApproveForm, codes: Sequence[str] | None) -> ApproveForm:
    """Show what somebody chose before; None is somebody who has not voted."""
    form.choice.data = list(codes or [])
    form.none.data = codes == []
    return form


def read(form: ApproveForm) -> list[str]:
    """The codes on a ballot, none for a blank one; refused when it says nothing, or both."""
    codes = list(form.choice.data or [])
    if codes and form.none.data:
        raise Refused(_("You ticked options and also “None of these”: untick one or the other."), field="choice")
    if not codes and not form.none.data:
        raise Refused(_("Tick what you would take, or “None of these” at the end."), field="choice")
    return codes


def check(codes: Sequence[str], options: Collection[str], maximum: int) -> None:
    """Refuse a ballot with something that is not in the poll, with more than may be approved, or with one twice."""
    if not set(codes) <= set(options):
        raise Refused(_("Something you chose is not in this poll. Open the page again."), field="choice")
    if len(set(codes)) > maximum:
        sentence = ngettext("Choose at most %(num)s, please.", "Choose at most %(num)s, please.", maximum)
        raise Refused(sentence, field="choice")


def explanation(poll: Poll) -> str:
    """How the ballots are counted, for those who vote."""
    return ngettext(
        "We look for the %(num)s option that gives the most of you something you ticked. Ticking one more never "
        "hurts another.",
        "We look for the %(num)s options that together give the most of you at least one you ticked. Ticking one more "
        "never hurts another.",
        poll.seats,
    )
