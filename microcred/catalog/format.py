"""The catalogue's file format, checked strictly: what is wrong, and in which field."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

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
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE_LENGTH = 60
LONG = 5000
SHOWN = 60


class Problem(NamedTuple):
    """What is wrong with one field, e.g. `stacks[0].title`."""

    path: str
    sentence: LazyString

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


Problems = Iterator[Problem]
Check = Callable[[Any, str], Problems]


def text(longest: int, *, may_be_empty: bool = False) -> Check:
    """Text of at most `longest` characters that a page can show."""

    def check(value: Any, path: str) -> Problems:
        if not isinstance(value, str):
            yield Problem(path, _l("must be a text."))
        elif not value.strip() and not may_be_empty:
            yield Problem(path, _l("is empty."))
        elif len(value) > longest:
            yield Problem(path, _l("is longer than %(count)s characters.", count=longest))
        elif any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t" for sign in value):
            yield Problem(path, _l("holds a character that cannot be shown."))

    return check


def code(value: Any, path: str) -> Problems:
    """A short name of small letters, digits and hyphens."""
    if not isinstance(value, str) or len(value) > CODE_LENGTH or not CODE.fullmatch(value):
        yield Problem(path, _l("must be a code of small letters, digits and hyphens."))


def whole(least: int, most: int) -> Check:
    """A whole number from `least` to `most`."""

    def check(value: Any, path: str) -> Problems:
        if type(value) is not int or not least <= value <= most:
            yield Problem(path, _l("must be a whole number from %(least)s to %(most)s.", least=least, most=most))

    return check


def yes_or_no(value: Any, path: str) -> Problems:
    """Either true or false."""
    if not isinstance(value, bool):
        yield Problem(path, _l("must be true or false."))


def one_of(*choices: str) -> Check:
    """One of the given texts."""

    def check(value: Any, path: str) -> Problems:
        if value not in choices:
            yield Problem(path, _l("must be one of: %(choices)s.", choices=", ".join(choices)))

    return check


def or_null(inner: Check) -> Check:
    """null, or what `inner` asks for."""
    return lambda value, path: iter(()) if value is None else inner(value, path)


def list_of(inner: Check, least: int, most: int) -> Check:
    """A list of `least` to `most` entries."""

    def check(value: Any, path: str) -> Problems:
        if not isinstance(value, list):
            yield Problem(path, _l("must be a list."))
        elif not least <= len(value) <= most:
            yield Problem(path, _l("must have %(least)s to %(most)s entries.", least=least, most=most))
        else:
            for position, entry in enumerate(value):
                yield from inner(entry, f"{path}[{position}]")

    return check


def fields(checks: Mapping[str, Check], also: Check | None = None) -> Check:
    """An object with exactly these fields; `also` looks at the whole once each field is right."""

    def check(value: Any, path: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem(path or FORMAT, _l("must be an object with named fields."))
            return
        problems = [*_names(value, checks, path), *_values(value, checks, path)]
        yield from problems or (also(value, path) if also else ())

    return check


def _names(value: dict[str, Any], checks: Mapping[str, Check], path: str) -> Problems:
    for name in getattr(value, "repeated", []):
        yield Problem(_below(path, name), _l("is there twice."))
    for name in sorted(value.keys() - checks.keys()):
        yield Problem(_below(path, name), _l("is not a field of this format."))
    for name in checks.keys() - value.keys():
        yield Problem(_below(path, name), _l("is missing."))


def _values(value: dict[str, Any], checks: Mapping[str, Check], path: str) -> Problems:
    for name, check in checks.items():
        if name in value:
            yield from check(value[name], _below(path, name))


def _below(path: str, name: str) -> str:
    shown = ascii(name[:SHOWN])[1:-1]
    return f"{path}.{shown}" if path else shown


def unlike(list_name: str, field: str = "code") -> Check:
    """The entries of a list differ in a field."""

    def check(value: Any, path: str) -> Problems:
        seen: set[Any] = set()
        for position, entry in enumerate(value[list_name]):
            if entry[field] in seen:
                yield Problem(f"{_below(path, list_name)}[{position}].{field}", _l("is there twice."))
            seen.add(entry[field])

    return check


def all_of(*checks: Check) -> Check:
    """Every one of these."""

    def check(value: Any, path: str) -> Problems:
        for each in checks:
            yield from each(value, path)

    return check


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
        "levels": list_of(LEVEL, 2, 8),
    },
    also=all_of(unlike("levels"), _known_level, _rising_points),
)
RUBRIC = fields({"criteria": list_of(CRITERION, 1, 12)}, also=all_of(unlike("criteria"), _something_required))
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
        "evidence": list_of(PART, 1, 12),
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


def canonical(value: Any) -> str:
    """The one way to write a value as JSON: names sorted, no spaces, no escapes that are not needed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def rubric_hash(rubric: Mapping[str, Any]) -> str:
    """SHA-256, as 64 hex digits, of a rubric in canonical JSON: the name of a version."""
    return hashlib.sha256(canonical(rubric).encode()).hexdigest()
