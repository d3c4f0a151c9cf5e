"""From the bytes of a file to the values in it: strict JSON, and a sentence with the line where it is none."""

import json
from typing import Any

from flask_babel import lazy_gettext as _l

from microcred.errors import Refused

LARGEST_FILE = 2_000_000
DIGITS = 9
"""A longer number is no number of a catalogue; it is read as infinite and so refused where it stands."""


class Fields(dict[str, Any]):
    """A JSON object that remembers which names it was given twice."""

    repeated: list[str]


def read_json(content: bytes) -> Any:
    """The values in a JSON file; refused when it is too large, not UTF-8, not JSON, or nested without end."""
    try:
        return json.loads(text_of(content), object_pairs_hook=_fields, parse_int=_whole, parse_constant=float)
    except json.JSONDecodeError as error:
        raise Refused(
            _l(
                "Line %(line)s, column %(column)s: this is not JSON (%(problem)s).",
                line=error.lineno,
                column=error.colno,
                problem=error.msg,
            )
        ) from error
    except RecursionError as error:
        raise Refused(_l("The file is nested too deeply.")) from error


def text_of(content: bytes) -> str:
    """The text of a file, without a byte-order mark; refused when it is too large or not UTF-8."""
    if len(content) > LARGEST_FILE:
        raise Refused(_l("The file is larger than %(count)s MB.", count=LARGEST_FILE // 1_000_000))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused(_l("Line %(line)s: the text is not UTF-8.", line=line)) from error


def _fields(pairs: list[tuple[str, Any]]) -> Fields:
    fields, names = Fields(pairs), [name for name, _value in pairs]
    fields.repeated = sorted({name for name in names if names.count(name) > 1}) if len(fields) < len(names) else []
    return fields


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= DIGITS else float("inf")
