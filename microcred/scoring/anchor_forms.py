"""The shape of what is typed about anchors."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField
from wtforms.validators import Optional

from microcred.catalog.models import Rubric
from microcred.fields import ProseField
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.anchors import Reference
from microcred.web import Form

LONGEST = 3000


class LendingForm(Form):
    """What its author allows."""

    training = BooleanField(_l("Reviewers may practise on it"))
    example = BooleanField(_l("Teachers may see it as an example"))


class UsesForm(Form):
    """What the coordinator uses it for."""

    training = BooleanField(_l("Reviewers practise on it"))
    example = BooleanField(_l("Teachers see it as an example"))


class LevelsForm(Form):
    """For every criterion its level and why; the fields come from the rubric."""

    criterion_ids: tuple[int, ...] = ()

    @property
    def references(self) -> Mapping[int, Reference]:
        """What was typed, by the id of the criterion."""
        return {id_: Reference(self[f"level_{id_}"].data, self[f"why_{id_}"].data or "") for id_ in self.criterion_ids}


def levels_form(rubric: Rubric, kept: Anchor | None = None) -> LevelsForm:
    """The form for the criteria of a rubric: what was sent, or else what an anchor holds."""
    fields: dict[str, object] = {"criterion_ids": tuple(criterion.id for criterion in rubric.criteria)}
    for criterion in rubric.criteria:
        fields[f"level_{criterion.id}"] = IntegerField(criterion.name, [Optional()])
        fields[f"why_{criterion.id}"] = ProseField(_l("Why this level?"), LONGEST, is_optional=True)
    made: type[LevelsForm] = type("LevelsForm", (LevelsForm,), fields)
    return made() if kept is None else made(None, data=_data(kept))


def _data(anchor: Anchor) -> dict[str, object]:
    levels = {f"level_{level.criterion_id}": level.level_position for level in anchor.levels}
    return levels | {f"why_{level.criterion_id}": level.explanation for level in anchor.levels}
