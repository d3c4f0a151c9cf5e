"""The catalogue's file format, checked strictly: what is wrong, and in which field."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from microcred.catalog.checks import (
    Problem,
    Problems,
    all_of,
    code,
    fields,
    list_of,
    one_of,
    or_null,
    text,
    unlike,
    whole,
    yes_or_no,
)

FORMAT = "microcred-catalogue-1"
DESIGNS = (
    "hexagon-book",
    "shield-hands",
    "circle-compass",
    "flower-speech",
    "leaf-sprout",
    "octagon-bulb",
    "arch-chart",
    "square-screen",
)
LONG = 5000
SHOWN_PROBLEMS = 5
MOST_LEVELS = 8
MOST_CRITERIA = MOST_PARTS = 12


def _known_level(criterion: Any, path: str) -> Problems:
    codes = [level["code"] for level in criterion["levels"]]
    if criterion["required_level"] not in codes:
        yield Problem(f"{path}.required_level", _l("must be one of: %(choices)s.", choices=", ".join(codes)))


def _rising_points(criterion: Any, path: str) -> Problems:
    for position, (lower, higher) in enumerate(zip(criterion["levels"], criterion["levels"][1:], strict=False), 1):
        if higher["points"] <= lower["points"]:
            yield Problem(f"{path}.levels[{position}].points", _l("must be more than the points of the level before."))


def _something_required(rubric: Any, path: str) -> Problems:
    if not any(criterion["is_required"] for criterion in rubric["criteria"]):
        yield Problem(f"{path}.criteria", _l("must have at least one criterion that is required."))


LEVEL = fields({"code": code, "name": text(80), "points": whole(0, 1000), "descriptor": text(LONG)})
CRITERION = fields(
    {
        "code": code,
        "name": text(160),
        "is_required": yes_or_no,
        "required_level": code,
        "levels": list_of(LEVEL, 2, MOST_LEVELS),
    },
    also=all_of(unlike("levels"), _known_level, _rising_points),
)
RUBRIC = fields(
    {"criteria": list_of(CRITERION, 1, MOST_CRITERIA)}, also=all_of(unlike("criteria"), _something_required)
)
PART = fields({"code": code, "name": text(120), "prompt": text(LONG), "word_limit": whole(1, 5000), "files": yes_or_no})
ALIGNMENT = fields({"framework": text(200), "code": text(60), "name": text(200)})
STACK = fields({"code": code, "title": text(160), "description": text(LONG), "design": one_of(*DESIGNS)})
MICRO_CREDENTIAL = fields(
    {
        "code": code,
        "stack": code,
        "requires": or_null(code),
        "title": text(160),
        "skill": text(LONG),
        "why": text(LONG),
        "effort_hours": whole(1, 1000),
        "reviewer_hours": whole(1, 100),
        "subjects": list_of(text(80), 0, 20),
        "alignment": list_of(ALIGNMENT, 0, 20),
        "evidence": list_of(PART, 1, MOST_PARTS),
        "rubric": RUBRIC,
    },
    also=unlike("evidence"),
)


def _known_codes(catalogue: Any, _path: str) -> Problems:
    stacks = {stack["code"] for stack in catalogue["stacks"]}
    requirements = {entry["code"]: entry["requires"] for entry in catalogue["micro_credentials"]}
    for position, entry in enumerate(catalogue["micro_credentials"]):
        path = f"micro_credentials[{position}]"
        if entry["stack"] not in stacks:
            yield Problem(f"{path}.stack", _l("is not the code of a stack in this file."))
        if entry["requires"] and entry["requires"] not in requirements:
            yield Problem(f"{path}.requires", _l("is not the code of a micro-credential in this file."))
        elif leads_back(entry["code"], requirements):
            yield Problem(f"{path}.requires", _l("leads back to the micro-credential itself."))


def leads_back(start: str, requirements: Mapping[str, str | None]) -> bool:
    """Whether following what is required, step by step, comes back to where one started."""
    step = requirements.get(start)
    for _each in requirements:
        if step is None or step == start:
            break
        step = requirements.get(step)
    return step == start


CATALOGUE = fields(
    {
        "format": one_of(FORMAT),
        "stacks": list_of(STACK, 1, 100),
        "micro_credentials": list_of(MICRO_CREDENTIAL, 0, 1000),
    },
    also=all_of(unlike("stacks"), unlike("micro_credentials"), _known_codes),
)


def problems_of(catalogue: Any) -> list[Problem]:
    """Everything that is wrong with a catalogue, field by field; empty when it can be imported."""
    return list(CATALOGUE(catalogue, ""))


def sentence_of(problems: list[Problem]) -> str:
    """The first problems, each with its field, and how many more there are."""
    more = len(problems) - SHOWN_PROBLEMS
    shown = " ".join(str(problem) for problem in problems[:SHOWN_PROBLEMS])
    if more <= 0:
        return shown
    return shown + " " + ngettext("And %(num)s more problem.", "And %(num)s more problems.", more)


def canonical(value: Any) -> str:
    """The one way to write a value as JSON: names sorted, no spaces, no escapes that are not needed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def written(value: Any) -> str:
    """JSON as people read it: indented, with the letters as they are."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def rubric_hash(rubric: Mapping[str, Any]) -> str:
    """SHA-256, as 64 hex digits, of a rubric in canonical JSON: the name of a version."""
    return hashlib.sha256(canonical(rubric).encode()).hexdigest()
