"""The file that one rubric is taken along in and brought back from: JSON, or a table as CSV."""

from typing import Any

from microcred.catalog.format import RUBRIC, sentence_of
from microcred.catalog.reading import read_json
from microcred.catalog.rubric_table import read_table
from microcred.errors import Refused

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_rubric(content: bytes) -> dict[str, Any]:
    """The rubric in a file of either kind; refused as a whole, with what is wrong where. JSON begins with a bracket."""
    if not content.removeprefix(BYTE_ORDER_MARK).lstrip().startswith((b"{", b"[")):
        return read_table(content)
    rubric = read_json(content)
    problems = list(RUBRIC(rubric, ""))
    if problems:
        raise Refused(sentence_of(problems))
    return dict(rubric)
