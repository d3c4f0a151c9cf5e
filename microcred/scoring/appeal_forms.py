"""The shape of an appeal: for each criterion that is not met, a box to tick and a reason."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field

from microcred.accounts.models import Account
from microcred.catalog.models import Criterion
from microcred.evidence.authorship import Trace, traces
from microcred.fields import ProseField
from microcred.scoring.models import Outcome
from microcred.web import Form

LONGEST_REASON = 3000


class AppealForm(Form):
    """What an appeal names, and why; made for the criteria of one answer by `appeal_form`."""

    keeps_traces = BooleanField(_l("I have looked: whoever reads my reasons may learn this."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for criterion_id in self._criterion_ids():
            # It may be left empty where the box is, yet the page is not to call it optional.
            self[f"reason_{criterion_id}"].flags.required = True

    def validate(self, *args: Any, **options: Any) -> bool:
        """Each box goes with a reason, and each reason with a box: nothing that was written is dropped unseen."""
        is_valid = super().validate(*args, **options)
        return all([is_valid, *(self._is_whole(criterion_id) for criterion_id in self._criterion_ids())])

    def _is_whole(self, criterion_id: int) -> bool:
        ticked, reason = self[f"criterion_{criterion_id}"], self[f"reason_{criterion_id}"]
        if bool(ticked.data) == bool(reason.data):
            return True
        wrong, sentence = (reason, NO_REASON) if ticked.data else (ticked, NOT_TICKED)
        wrong.errors = [*wrong.errors, sentence]
        return False

    def _criterion_ids(self) -> Iterator[int]:
        return (int(name.removeprefix("reason_")) for name in self._fields if name.startswith("reason_"))

    @property
    def reasons(self) -> dict[int, str]:
        """The reason for each criterion that is ticked, by the criterion's id."""
        ids = self._criterion_ids()
        return {each: self[f"reason_{each}"].data or "" for each in ids if self[f"criterion_{each}"].data}

    def traces_of(self, person: Account) -> list[Trace]:
        """Where the reasons tell who wrote them."""
        school = person.school.name if person.school else ""
        return [trace for text in self.reasons.values() for trace in traces(text, person.name, person.email, school)]


NO_REASON = _l("Write why this should be looked at again.")
NOT_TICKED = _l("You wrote a reason: tick this criterion too, or empty the reason.")


class AppealLine(NamedTuple):
    """One criterion that can be appealed, with its two fields."""

    criterion: Criterion
    level_position: int
    ticked: Field
    reason: Field

    @property
    def level(self) -> str:
        """The level that was decided."""
        return next(level.name for level in self.criterion.levels if level.position == self.level_position)


def appeal_form(outcomes: Sequence[Outcome]) -> type[AppealForm]:
    """The form for these decided criteria."""
    fields: dict[str, Any] = {}
    for outcome in outcomes:
        fields[f"criterion_{outcome.criterion_id}"] = BooleanField(_l("Look at this again"))
        fields[f"reason_{outcome.criterion_id}"] = ProseField(_l("Why?"), LONGEST_REASON, is_optional=True)
    return type("AppealFormOfAnswer", (AppealForm,), fields)


def lines(form: AppealForm, outcomes: Sequence[Outcome]) -> list[AppealLine]:
    """The criteria with their fields, in the order of the rubric."""
    return [
        AppealLine(
            outcome.criterion,
            outcome.level_position,
            form[f"criterion_{outcome.criterion_id}"],
            form[f"reason_{outcome.criterion_id}"],
        )
        for outcome in outcomes
    ]
