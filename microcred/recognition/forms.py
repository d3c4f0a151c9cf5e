"""The shape of what is typed about giveaways, their stock, and handing them out."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import Optional, Regexp

from microcred.accounts.models import School
from microcred.catalog.models import MicroCredential
from microcred.fields import DayField, LineField, ProseField, WholeField, at_most, one_line, required
from microcred.polls.models import Poll
from microcred.recognition.eligibility import RULES
from microcred.recognition.models import Giveaway
from microcred.recognition.queries import Narrowed
from microcred.web import Form

AMOUNT = re.compile(r"([0-9]{1,5})(?:[.,]([0-9]{1,2}))?")
PICTURES = {
    "": _l("no picture"),
    "giveaways/note-clip.svg": _l("a note clip"),
    "giveaways/chalk-mug.svg": _l("a mug to chalk on"),
    "giveaways/travel-tumbler.svg": _l("a travel tumbler"),
    "giveaways/pocket-tote.svg": _l("a tote bag"),
    "giveaways/press-mug.svg": _l("a press mug"),
}

web_address = Regexp(r"https?://[^\s]+$", message=_l("An address that begins with https://, please."))


class MoneyField(StringField):
    """An amount in the district's currency; `data` is in hundredths, and both 8.50 and 8,50 are understood."""

    pattern = AMOUNT

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format_decimal(Decimal(self.data) / 100, "0.00")

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; ValueError with a sentence when it is no amount."""
        self.data: int | None = None  # type: ignore[assignment]
        amount = self.pattern.fullmatch(valuelist[0].strip()) if valuelist else None
        if amount is None:
            raise ValueError(_l("An amount such as 8.50, please."))
        self.data = int(amount[1]) * 100 + int((amount[2] or "").ljust(2, "0"))


def _id(value: str | None) -> int | None:
    return int(value) if value else None


def _choices(titles: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(str(value), title) for value, title in titles.items()]


class GiveawayForm(Form):
    """A giveaway."""

    name = LineField(_l("Name"), 120)
    name_fr = LineField(_l("Name in French"), 120, is_optional=True)
    description = ProseField(_l("Description"), 2000, is_optional=True)
    category = LineField(_l("Category"), 60, is_optional=True)
    picture = SelectField(_l("Picture"), choices=_choices(PICTURES))
    value_cents = MoneyField(_l("Value of one piece"), [required])
    rule = SelectField(
        _l("Thanks whoever …"),
        [required],
        choices=_choices({slug: rule.title for slug, rule in RULES.items()}),
        description=_l(
            "People who already meet this are entitled when it is switched on, and stay so if you change the rule."
        ),
    )
    poll = SelectField(_l("Only for this poll"), [Optional()], coerce=_id)
    micro_credential = SelectField(_l("Only for this micro-credential"), [Optional()], coerce=_id)
    needed = WholeField(_l("How many it takes"), 1, 99, is_optional=True)
    until_on = DayField(_l("Last day on which it can become due"), is_optional=True)
    supplier = LineField(_l("Supplier"), 200, is_optional=True)
    supplier_url = StringField(_l("Page of the supplier"), [Optional(), at_most(500), web_address], filters=[one_line])

    def offer_choices(self, polls: Iterable[Poll], micro_credentials: Iterable[MicroCredential]) -> "GiveawayForm":
        """Let the giveaway be narrowed to one of these; returns the form."""
        self.poll.choices = _choices({"": _l("any poll")} | {str(poll.id): poll.question for poll in polls})
        offered = {str(each.id): each.title for each in micro_credentials}
        self.micro_credential.choices = _choices({"": _l("any micro-credential")} | offered)
        return self

    def described(self) -> dict[str, Any]:
        """What was typed, under the names that the actions take, without what the giveaway is narrowed to."""
        apart = ("poll", "micro_credential", "needed", "until_on", "form_key", "csrf_token")
        typed = {name: "" if value is None else value for name, value in self.data.items() if name not in apart}
        return typed | {"needed": self.needed.data or 1, "until_on": self.until_on.data}


class UndoForm(Form):
    """Undoing a hand-out."""

    reason = LineField(_l("Why is it undone?"), 500, is_optional=True)


class NarrowForm(PlainForm):
    """What the log and the list of what is due are narrowed to; what cannot be read narrows nothing."""

    giveaway = SelectField(_l("Giveaway"), coerce=_id)
    school = SelectField(_l("School"), coerce=_id)
    first = DateField(_l("From"), [Optional()])
    last = DateField(_l("To"), [Optional()])

    def offer_choices(self, giveaways: Iterable[Giveaway], schools: Iterable[School]) -> "NarrowForm":
        """Let these be chosen; returns the form."""
        self.giveaway.choices = _choices({"": _l("all")} | {str(each.id): each.title for each in giveaways})
        self.school.choices = _choices({"": _l("all")} | {str(each.id): each.name for each in schools})
        return self

    @property
    def narrowed(self) -> Narrowed:
        """What was chosen."""
        return Narrowed(self.giveaway.data, self.school.data, self.first.data, self.last.data)

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen, as it stands in an address."""
        fields = {"giveaway": self.giveaway, "school": self.school, "first": self.first, "last": self.last}
        return {name: str(field.data) for name, field in fields.items() if field.data}
