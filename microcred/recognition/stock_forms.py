"""The shape of what is typed about stock: deliveries, transfers, losses, counts, variants, pictures and budgets."""

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList, FormField, SelectField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs

from microcred.accounts.models import Account
from microcred.fields import DayField, LineField, WholeField, choices, required
from microcred.recognition.counting import Line, Unexplained
from microcred.recognition.forms import MoneyField
from microcred.recognition.ledger import LONGEST_NOTE, MOST_PIECES
from microcred.recognition.stock_models import Budget, StockVerb, Variant
from microcred.web import Form

DISTRICT = "district"
LONGEST_FILE = 400_000
"""Characters of a file of giveaways: some thousand lines."""

LARGE_AMOUNT = re.compile(r"([0-9]{1,7})(?:[.,]([0-9]{1,2}))?")
GONE = {str(StockVerb.LOST): _l("were lost"), str(StockVerb.DAMAGED): _l("were damaged")}
FITNESS = {"fit": _l("It is fit: back into stock"), "damaged": _l("It is damaged: not stock")}


def number_or_none(value: Any) -> int | None:
    """The number of a choice; none for the empty one."""
    return int(value) if value else None


def titled(variant: Variant) -> Any:
    """A variant as a choice; the only one of a giveaway has no name."""
    return variant.title or _l("the only kind")


class LargeAmountField(MoneyField):
    """An amount of up to nearly ten million of the currency."""

    pattern = LARGE_AMOUNT


class OptionalMoneyField(MoneyField):
    """An amount that may be left empty."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; ValueError with a sentence when it is no amount."""
        if not "".join(valuelist).strip():
            self.data = None
            return
        super().process_formdata(valuelist)


class VariantChoice(Form):
    """The base of forms about pieces of one variant."""

    variant = SelectField(_l("Which"), [required], coerce=number_or_none)

    def offer_variants(self, variants: Iterable[Variant]) -> "VariantChoice":
        """Let one of these be chosen; returns the form."""
        self.variant.choices = [SelectChoice(str(each.id), titled(each)) for each in variants]
        return self


class DeliveryForm(VariantChoice):
    """Pieces that came in."""

    quantity = WholeField(_l("Pieces"), 1, MOST_PIECES)
    place = SelectField(_l("Laid into"), default=DISTRICT)
    unit_price_cents = OptionalMoneyField(_l("Price of one piece"))
    invoice = LineField(_l("Invoice number"), 80, is_optional=True)
    budget = SelectField(_l("Paid from"), coerce=number_or_none)
    override_reason = LineField(_l("Why over the budget or outside its dates"), 200, is_optional=True)
    note = LineField(_l("Note"), LONGEST_NOTE, is_optional=True)

    def offer_budgets(self, budgets: Iterable[Budget]) -> None:
        """Let it be paid from one of these, or from none that is kept here."""
        named = [SelectChoice(str(each.id), each.name) for each in budgets]
        self.budget.choices = [SelectChoice("", _l("no budget kept here")), *named]


class TransferForm(VariantChoice):
    """Pieces that are brought from one store to another."""

    variant = SelectField(_l("Which"), [required], coerce=number_or_none, id="transfer-variant")
    quantity = WholeField(_l("How many"), 1, MOST_PIECES, id="transfer-quantity")
    source = SelectField(_l("From"), [required])
    target = SelectField(_l("To"), [required])
    note = LineField(_l("Remark"), LONGEST_NOTE, is_optional=True, id="transfer-note")


class LossForm(VariantChoice):
    """Pieces that were lost or damaged."""

    variant = SelectField(_l("Which"), [required], coerce=number_or_none, id="loss-variant")
    verb = SelectField(_l("What happened?"), [required], choices=choices(GONE))
    quantity = WholeField(_l("How many"), 1, MOST_PIECES, id="loss-quantity")
    place = SelectField(_l("Where"), default=DISTRICT, id="loss-place")
    note = LineField(_l("What happened exactly"), LONGEST_NOTE, is_optional=True, id="loss-note")


class FetchForm(VariantChoice):
    """Pieces that arrived from the district's store."""

    variant = SelectField(_l("Which"), [required], coerce=number_or_none, id="fetch-variant")
    quantity = WholeField(_l("How many arrived"), 1, MOST_PIECES)
    note = LineField(_l("Remark"), LONGEST_NOTE, is_optional=True, id="fetch-note")


class ReturnForm(Form):
    """A piece that came back."""

    fitness = SelectField(_l("How is it?"), [required], choices=choices(FITNESS))
    note = LineField(_l("Note"), LONGEST_NOTE, is_optional=True)


class SendBackForm(Form):
    """A delivery that was noted by mistake."""

    note = LineField(_l("Why"), LONGEST_NOTE, is_optional=True)


class VariantForm(Form):
    """A colour or a size."""

    name = LineField(_l("Colour or size"), 80)
    name_fr = LineField(_l("In French"), 80, is_optional=True)


class PictureForm(Form):
    """A picture of a giveaway."""

    file = FileField(_l("Picture"), [FileRequired(_l("Choose a file."))])


class RevaluationForm(Form):
    """The value of a giveaway in the district's currency of today."""

    value_cents = MoneyField(_l("Value of one piece"), [required])


class CountLineForm(PlainForm):
    """One line of a count."""

    variant = WholeField("", 1, 999_999_999)
    shown = WholeField("", 0, 999_999_999)
    counted = WholeField(_l("Counted"), 0, MOST_PIECES, is_optional=True)
    note = LineField(_l("Why it differs"), LONGEST_NOTE, is_optional=True)


class CountForm(Form):
    """The sheet of one store; a figure that is left empty was not counted."""

    lines = FieldList(FormField(CountLineForm))

    @property
    def counted(self) -> list[Line]:
        """What was typed."""
        typed = [line.form for line in self.lines]
        return [
            Line(line.variant.data or 0, line.shown.data or 0, line.counted.data, line.note.data or "")
            for line in typed
            if line.counted.data is not None
        ]

    def explain(self, refusal: Unexplained) -> None:
        """Put each sentence beside the line that it is about."""
        for line in self.lines:
            if sentence := refusal.sentences.get(line.form.variant.data or 0):
                line.form.note.errors = [*line.form.note.errors, sentence]


class BudgetForm(Form):
    """A budget line."""

    name = LineField(_l("Name"), 120)
    holder = SelectField(_l("Who answers for it"), coerce=number_or_none)
    amount_cents = LargeAmountField(_l("Amount"), [required])
    starts_on = DayField(_l("From"))
    ends_on = DayField(_l("Until"))

    def offer_holders(self, people: Iterable[Account]) -> "BudgetForm":
        """Let one of these answer for it; returns the form."""
        named = [SelectChoice(str(each.id), each.name) for each in people]
        self.holder.choices = [SelectChoice("", _l("nobody named")), *named]
        return self


class GiveawayFileForm(Form):
    """A file of giveaways to look at first."""

    file = FileField(_l("CSV file"), [FileRequired(_l("Choose a file."))])


class GiveawayTextForm(Form):
    """The file that was looked at, to be applied."""

    text = TextAreaField(_l("File"), [required])
