"""A micro-credential that nobody has saved yet, as pages show one."""

from collections.abc import Mapping
from typing import Any

from microcred.catalog.models import Criterion, EvidencePart, Level, MicroCredential, Rubric

SHOWN = ("title", "skill", "why", "effort_hours", "subjects")


def drafted(entry: Mapping[str, Any]) -> MicroCredential:
    """Rows that belong to no session, for what was typed so far; unlike in the file, anything may be missing."""
    parts = [_part(position, each) for position, each in enumerate(entry["evidence"])]
    criteria = [_criterion(position, each) for position, each in enumerate(entry["rubric"]["criteria"])]
    texts = {name: entry[name] or "" for name in SHOWN}
    return MicroCredential(**texts, parts=parts, rubric=Rubric(criteria=criteria))


def _part(position: int, entry: Mapping[str, Any]) -> EvidencePart:
    texts = {name: entry[name] for name in ("code", "name", "prompt", "word_limit")}
    return EvidencePart(position=position, takes_files=entry["files"], **texts)


def _criterion(position: int, entry: Mapping[str, Any]) -> Criterion:
    codes = [level["code"] for level in entry["levels"]]
    required = entry["required_level"]
    return Criterion(
        position=position,
        code=entry["code"],
        name=entry["name"],
        is_required=entry["is_required"],
        required_position=codes.index(required) if required in codes else len(codes),
        levels=[Level(position=place, **level) for place, level in enumerate(entry["levels"])],
    )
