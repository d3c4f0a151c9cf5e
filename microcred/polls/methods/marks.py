"""What a ballot says, and the parts of the forms that say it, whatever the way of voting."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField

from microcred.errors import Refused
from microcred.web import Form

LONGEST = 3
"""Digits that a number on a ballot may have."""


class Marks(NamedTuple):
    """Codes as `Ballot.choice` keeps them, and the one that is wanted most."""

    choice: list[str]
    most_wanted: str | None = None


class NumbersField(Field):
    """A number beside each option, under `<name>-<code>`; `data` holds what was typed, by code."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Keep whatever was typed: `read` of the method says what is wrong with it."""
        self.process_errors: list[str] = []
        prefix = f"{self.name}-"
        typed = {name.removeprefix(prefix): formdata[name] for name in formdata or () if name.startswith(prefix)}
        self.data: dict[str, str] = {code: text.strip() for code, text in typed.items()}


class NumberedBallot(Form):
    """Numbers beside options, or the tick that says none of them."""

    wording = HiddenField()
    choice = NumbersField(_l("Your choice"))
    none = BooleanField(_l("None of these"))


def numbers(form: NumberedBallot) -> dict[str, int]:
    """The numbers on a ballot above 0, by code; refused when one is none, and with “None of these” beside numbers."""
    written = {code: text for code, text in form.choice.data.items() if text}
    for text in written.values():
        if not text.isascii() or not text.isdecimal() or len(text) > LONGEST:
            sentence = _("“%(text)s” is not a number like 1, 2 or 3.", text=text[:20])
            raise Refused(sentence, field="choice")
    counted = {code: int(text) for code, text in written.items() if int(text)}
    refuse_neither_nor(counted, is_none=form.none.data)
    return counted


def refuse_neither_nor(marked: Collection[str], *, is_none: bool) -> None:
    """Refuse a ballot that says nothing, or both something and nothing."""
    if marked and is_none:
        sentence = _("You chose something and also “None of these”: take back one or the other.")
        raise Refused(sentence, field="choice")
    if not marked and not is_none:
        raise Refused(_("Choose what you would take, or “None of these” at the end."), field="choice")


def refuse_unknown(codes: Collection[str], options: Collection[str]) -> None:
    """Refuse a ballot with something that is not in the poll."""
    if not set(codes) <= set(options):
        raise Refused(_("Something you chose is not in this poll. Open the page again."), field="choice")


def in_order(codes: Sequence[str], options: Sequence[str]) -> list[str]:
    """The codes in the poll's order: the order of ticking would be a trace of the voter."""
    place = {code: number for number, code in enumerate(options)}
    return sorted(codes, key=place.__getitem__)


def titles(codes: Collection[str], named: Mapping[str, str]) -> str:
    """What the options are called, one after the other."""
    return ", ".join(f"“{named[code]}”" for code in codes if code in named)
