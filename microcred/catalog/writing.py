"""Writing entries of the catalogue to their rows: the format becomes stacks, parts and rubrics here."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from microcred.catalog.format import rubric_hash
from microcred.catalog.models import Criterion, EvidencePart, Level, MicroCredential, Rubric, Stack
from microcred.db import db, utcnow

PLAIN = ("title", "skill", "why", "effort_hours", "reviewer_hours", "subjects", "alignment")


def write_stack(stack: Stack, entry: Mapping[str, Any]) -> None:
    """Give a stack what an entry says."""
    stack.title, stack.description, stack.design = entry["title"], entry["description"], entry["design"]
    db.session.add(stack)


def write_texts(micro_credential: MicroCredential, entry: Mapping[str, Any], stack: Stack) -> None:
    """Give a micro-credential its texts, hours and stack."""
    micro_credential.stack = stack
    for name in PLAIN:
        setattr(micro_credential, name, entry[name])
    db.session.add(micro_credential)


def write_parts(micro_credential: MicroCredential, entries: list[dict[str, Any]]) -> None:
    """Ask for these parts from now on; others are retired, not deleted: evidence may have been written for them."""
    known = {part.code: part for part in micro_credential.parts}
    for position, entry in enumerate(entries):
        part = known.pop(entry["code"], None) or _new_part(micro_credential, entry["code"])
        part.position, part.name, part.prompt = position, entry["name"], entry["prompt"]
        part.word_limit, part.takes_files, part.retired_at = entry["word_limit"], entry["files"], None
    for part in known.values():
        part.retired_at = part.retired_at or utcnow()
    db.session.flush()
    micro_credential.parts.sort(key=lambda part: part.position)


def _new_part(micro_credential: MicroCredential, code: str) -> EvidencePart:
    part = EvidencePart(code=code)
    micro_credential.parts.append(part)
    return part


def write_rubric(micro_credential: MicroCredential, entry: Mapping[str, Any]) -> Rubric:
    """Make an entry the current rubric: the version that says exactly this, or else a new one. No version is edited."""
    db.session.flush()
    current, name = micro_credential.rubric, rubric_hash(entry)
    if current and current.hash == name:
        return current
    rubric = Rubric(
        micro_credential_id=micro_credential.id,
        version=_next_version(micro_credential),
        hash=name,
        created_at=utcnow(),
        criteria=[_criterion(position, each) for position, each in enumerate(entry["criteria"])],
    )
    db.session.add(rubric)
    db.session.flush()
    micro_credential.rubric = rubric
    return rubric


def _next_version(micro_credential: MicroCredential) -> int:
    newest = select(func.max(Rubric.version)).where(Rubric.micro_credential_id == micro_credential.id)
    return (db.session.scalar(newest) or 0) + 1


def _criterion(position: int, entry: Mapping[str, Any]) -> Criterion:
    codes = [level["code"] for level in entry["levels"]]
    return Criterion(
        position=position,
        code=entry["code"],
        name=entry["name"],
        is_required=entry["is_required"],
        required_position=codes.index(entry["required_level"]),
        levels=[Level(position=place, **level) for place, level in enumerate(entry["levels"])],
    )
