"""The words in which a file format is described: each check yields what is wrong with a value, and in which field."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE_LENGTH = 60
SHOWN = 60
WHOLE = "(file)"


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
            yield Problem(path, _l("must be text."))
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
            yield Problem(path or WHOLE, _l("must be an object with named fields."))
            return
        problems = [*_names(value, checks, path), *_values(value, checks, path)]
        yield from problems or (also(value, path) if also else ())

    return check


def _names(value: dict[str, Any], checks: Mapping[str, Check], path: str) -> Problems:
    for name in getattr(value, "repeated", []):
        yield Problem(below(path, name), _l("is there twice."))
    for name in sorted(value.keys() - checks.keys()):
        yield Problem(below(path, name), _l("is not a field of this format."))
    for name in checks.keys() - value.keys():
        yield Problem(below(path, name), _l("is missing."))


def _values(value: dict[str, Any], checks: Mapping[str, Check], path: str) -> Problems:
    for name, check in checks.items():
        if name in value:
            yield from check(value[name], below(path, name))


def below(path: str, name: str) -> str:
    shown = ascii(name[:SHOWN])[1:-1]
    return f"{path}.{shown}" if path else shown


def unlike(list_name: str, field: str = "code") -> Check:
    """The entries of a list differ in a field."""

    def check(value: Any, path: str) -> Problems:
        seen: set[Any] = set()
        for position, entry in enumerate(value[list_name]):
            if entry[field] in seen:
                yield Problem(f"{below(path, list_name)}[{position}].{field}", _l("is there twice."))
            seen.add(entry[field])

    return check


def all_of(*checks: Check) -> Check:
    """Every one of these."""

    def check(value: Any, path: str) -> Problems:
        for each in checks:
            yield from each(value, path)

    return check
