"""From a micro-credential to the rows of its form, and from what was typed there to an entry of the catalogue."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from microcred.catalog import format as catalogue_format
from microcred.catalog.checks import CODE_LENGTH
from microcred.catalog.exporting import micro_credential_entry
from microcred.catalog.models import MicroCredential

if TYPE_CHECKING:
    from microcred.catalog.forms import CriterionForm, MicroCredentialForm

WORDS = 300
NEW_CRITERIA = 3
SEPARATOR = "|"


def new_rows() -> dict[str, Any]:
    """What the form for a new micro-credential begins with: the usual three parts, and criteria of four levels."""
    parts = [(_("Overview"), False), (_("Artefacts"), True), (_("Reflection"), False)]
    names = [_("Emerging"), _("Developing"), _("Proficient"), _("Exemplary")]
    return {
        "evidence": [{"name": name, "word_limit": WORDS, "files": files} for name, files in parts],
        "criteria": [_blank_criterion(names, required=2) for _each in range(NEW_CRITERIA)],
    }


def rows_of(micro_credential: MicroCredential) -> dict[str, Any]:
    """What the form for a change begins with: everything as it is."""
    entry = micro_credential_entry(micro_credential)
    return entry | {
        "subjects": ", ".join(entry["subjects"]),
        "alignment": "\n".join(f"{each['framework']} | {each['code']} | {each['name']}" for each in entry["alignment"]),
        "requires": entry["requires"] or "",
        "criteria": list(map(_criterion_row, entry["rubric"]["criteria"]))
        if entry["rubric"]
        else new_rows()["criteria"],
    }


def _criterion_row(entry: Mapping[str, Any]) -> dict[str, Any]:
    codes = [level["code"] for level in entry["levels"]]
    return {**entry, "required_level": str(codes.index(entry["required_level"]))}


def _blank_criterion(names: list[str], *, required: int) -> dict[str, Any]:
    levels = [{"name": name, "points": points} for points, name in enumerate(names)]
    return {"is_required": True, "required_level": str(required), "levels": levels}


def entry_of(form: "MicroCredentialForm", code: str | None = None) -> dict[str, Any]:
    """What was typed, as an entry of the catalogue; a new one's code comes from its title."""
    plain = ("title", "stack", "skill", "why", "effort_hours", "reviewer_hours")
    return {name: form[name].data for name in plain} | {
        "code": code or slug(form.title.data or "") or "micro-credential",
        "requires": form.requires.data or None,
        "subjects": [subject.strip() for subject in (form.subjects.data or "").split(",") if subject.strip()],
        "alignment": [_alignment(line) for line in (form.alignment.data or "").splitlines() if line.strip()],
        "evidence": coded([_part(row.form) for row in form.evidence if row.form.is_kept], "part"),
        "rubric": {"criteria": coded([_criterion(row.form) for row in form.criteria if row.form.is_kept], "criterion")},
    }


def _alignment(line: str) -> dict[str, str]:
    pieces = [piece.strip() for piece in line.split(SEPARATOR, 2)] + ["", ""]
    return dict(zip(("framework", "code", "name"), pieces, strict=False))


def _part(form: Any) -> dict[str, Any]:
    return {
        "code": form.code.data,
        "name": form.name.data,
        "prompt": form.prompt.data or "",
        "word_limit": form.word_limit.data or WORDS,
        "files": form.files.data,
    }


def _criterion(form: "CriterionForm") -> dict[str, Any]:
    kept = [(place, row.form) for place, row in enumerate(form.levels) if row.form.is_kept]
    levels = coded([_level(level, points) for points, (_place, level) in enumerate(kept)], "level")
    codes = {str(place): level["code"] for (place, _row), level in zip(kept, levels, strict=True)}
    return {
        "code": form.code.data,
        "name": form.name.data,
        "is_required": form.is_required.data,
        "required_level": codes.get(form.required_level.data or "", "none"),
        "levels": levels,
    }


def _level(form: Any, points: int) -> dict[str, Any]:
    return {
        "code": form.code.data,
        "name": form.name.data,
        "points": points if form.points.data is None else form.points.data,
        "descriptor": form.descriptor.data or "",
    }


def coded(rows: list[dict[str, Any]], word: str) -> list[dict[str, Any]]:
    """Give each row without a code one from its name, unlike the others'."""
    taken = {row["code"] for row in rows if row["code"]}
    for row in rows:
        row["code"] = row["code"] or _free(slug(row["name"]) or word, taken)
        taken.add(row["code"])
    return rows


def _free(wanted: str, taken: Iterable[str]) -> str:
    number, code = 1, wanted
    while code in taken:
        number += 1
        code = f"{wanted}-{number}"
    return code


def slug(name: str) -> str:
    """A name as a code: small letters and digits with hyphens between them; perhaps nothing is left."""
    plain = unicodedata.normalize("NFKD", name.replace("’", " ")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: CODE_LENGTH - 4].strip("-")


def is_sayable(form: "MicroCredentialForm", entry: Mapping[str, Any]) -> bool:
    """Whether an entry keeps to the catalogue's format; what does not is told beside its field."""
    problems = list(catalogue_format.MICRO_CREDENTIAL(dict(entry), ""))
    for problem in problems:
        field = form.field_at(problem.path)
        if field is None:
            form.form_errors.append(str(problem))
        elif problem.path.endswith(field.short_name):
            field.errors = [*field.errors, _("This %(problem)s", problem=problem.sentence)]
        else:
            field.errors = [*field.errors, str(problem)]
    return not problems
