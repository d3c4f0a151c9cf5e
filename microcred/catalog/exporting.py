"""The catalogue as it is written to a file: the same format that is read."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from microcred.catalog.format import FORMAT, rubric_hash
from microcred.catalog.models import Criterion, EvidencePart, Level, MicroCredential, Rubric, Stack
from microcred.db import db


def catalogue_entry(stacks: Iterable[Stack], micro_credentials: Iterable[MicroCredential]) -> dict[str, Any]:
    """Stacks and micro-credentials as one catalogue; those without a rubric are left out."""
    return {
        "format": FORMAT,
        "stacks": [stack_entry(stack) for stack in stacks],
        "micro_credentials": [micro_credential_entry(each) for each in micro_credentials if each.rubric],
    }


def stack_entry(stack: Stack) -> dict[str, Any]:
    """One stack, as in the file."""
    return {"code": stack.code, "title": stack.title, "description": stack.description, "design": stack.design}


def micro_credential_entry(micro_credential: MicroCredential) -> dict[str, Any]:
    """One micro-credential with its current parts and rubric, as in the file."""
    return {
        "code": micro_credential.code,
        "stack": micro_credential.stack.code,
        "requires": micro_credential.requires.code if micro_credential.requires else None,
        "title": micro_credential.title,
        "skill": micro_credential.skill,
        "why": micro_credential.why,
        "effort_hours": micro_credential.effort_hours,
        "reviewer_hours": micro_credential.reviewer_hours,
        "subjects": list(micro_credential.subjects),
        "alignment": [dict(entry) for entry in micro_credential.alignment],
        "evidence": [part_entry(part) for part in micro_credential.standing_parts],
        "rubric": rubric_entry(micro_credential.rubric) if micro_credential.rubric else None,
    }


def part_entry(part: EvidencePart) -> dict[str, Any]:
    """One part of the evidence, as in the file."""
    return {
        "code": part.code,
        "name": part.name,
        "prompt": part.prompt,
        "word_limit": part.word_limit,
        "files": part.takes_files,
    }


def rubric_entry(rubric: Rubric) -> dict[str, Any]:
    """One version of a rubric, as in the file: what its hash is of."""
    return {"criteria": [_criterion_entry(criterion) for criterion in rubric.criteria]}


def altered_rubrics() -> list[Rubric]:
    """Versions that no longer say what their names were made of: there should be none."""
    statement = select(Rubric).options(selectinload(Rubric.criteria).selectinload(Criterion.levels)).order_by(Rubric.id)
    return [rubric for rubric in db.session.scalars(statement) if rubric_hash(rubric_entry(rubric)) != rubric.hash]


def _criterion_entry(criterion: Criterion) -> dict[str, Any]:
    return {
        "code": criterion.code,
        "name": criterion.name,
        "is_required": criterion.is_required,
        "required_level": criterion.levels[criterion.required_position].code,
        "levels": [_level_entry(level) for level in criterion.levels],
    }


def _level_entry(level: Level) -> dict[str, Any]:
    return {"code": level.code, "name": level.name, "points": level.points, "descriptor": level.descriptor}
