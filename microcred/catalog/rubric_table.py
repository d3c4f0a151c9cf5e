"""A rubric as a table with one line for each level: how it is written to a CSV file, and how it is read from one."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from microcred.catalog.checks import Problem
from microcred.catalog.format import RUBRIC, sentence_of
from microcred.catalog.reading import DIGITS, text_of
from microcred.errors import Refused
from microcred.tables import FORMULA_STARTS

OF_CRITERION = {
    "code": "criterion_code",
    "name": "criterion_name",
    "is_required": "is_required",
    "required_level": "required_level",
}
OF_LEVEL = {"code": "level_code", "name": "level_name", "points": "points", "descriptor": "descriptor"}
COLUMNS = (*OF_CRITERION.values(), *OF_LEVEL.values())
YES_OR_NO = {"yes": True, "true": True, "1": True, "oui": True, "vrai": True} | {
    "no": False,
    "false": False,
    "0": False,
    "non": False,
    "faux": False,
}
DELIMITERS = ",;\t"
"""Spreadsheets write one of these, depending on the language they speak."""

STARTS = "".join(map(re.escape, FORMULA_STARTS))
TO_GUARD = re.compile(f"'*[{STARTS}]")
GUARDED = re.compile(f"'+[{STARTS}]")
PLACE = re.compile(r"(criteria\[\d+\](?:\.levels\[\d+\])?)(?:\.(\w+))?")


class Row(NamedTuple):
    """One line of the file and its cells by the names of their columns."""

    line: int
    cells: dict[str, str]

    def at(self, column: str) -> str:
        """Where a cell is, in words."""
        return str(_l("Line %(line)s, column %(column)s", line=self.line, column=column))


def table_of(rubric: Mapping[str, Any]) -> Iterator[list[Any]]:
    """A rubric's lines in the order of COLUMNS; a text that a spreadsheet would run is guarded by an apostrophe."""
    for criterion in rubric["criteria"]:
        said = "yes" if criterion["is_required"] else "no"
        head = [criterion["code"], _guarded(criterion["name"]), said, criterion["required_level"]]
        for level in criterion["levels"]:
            tail = [level["code"], _guarded(level["name"]), level["points"], _guarded(level["descriptor"])]
            yield head + tail


def _guarded(text: str) -> str:
    return f"'{text}" if TO_GUARD.match(text) else text


def _restored(text: str) -> str:
    return text[1:] if GUARDED.match(text) else text


def read_table(content: bytes) -> dict[str, Any]:
    """The rubric in a CSV file; refused as a whole when anything is wrong, with the lines and columns."""
    header, *lines = _lines(text_of(content)) or [(1, [])]
    names = _names(header[1])
    rows = [Row(line, _cells(names, cells, line)) for line, cells in lines if any(cell.strip() for cell in cells)]
    groups = _groups(rows)
    rubric = {"criteria": [_criterion(group) for group in groups]}
    problems = {problem.path: problem for problem in _problems(rubric, groups)}
    if problems:
        raise Refused(sentence_of(list(problems.values())))
    return rubric


def _lines(text: str) -> list[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first.count), strict=True)
    lines, line = [], 1
    try:
        for cells in reader:
            lines.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise Refused(_l("Line %(line)s: this is no CSV (%(problem)s).", line=line, problem=str(error))) from error
    return lines


def _names(header: list[str]) -> list[str]:
    names = [name.strip().lower() for name in header]
    for sentence, wrong in (
        (_l("Line 1: columns are missing: %(names)s."), [name for name in COLUMNS if name not in names]),
        (_l("Line 1: columns are there twice: %(names)s."), [name for name in COLUMNS if names.count(name) > 1]),
        (_l("Line 1: unknown columns: %(names)s."), [name for name in names if name and name not in COLUMNS]),
    ):
        if wrong:
            raise Refused(str(sentence) % {"names": ", ".join(wrong)[:300]})
    return names


def _cells(names: list[str], cells: list[str], line: int) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(names) :]):
        raise Refused(_l("Line %(line)s has more cells than line 1.", line=line))
    padded = cells + [""] * (len(names) - len(cells))
    plain = (cell.replace("\r\n", "\n").replace("\r", "\n") for cell in padded)
    return {name: _restored(cell) for name, cell in zip(names, plain, strict=False) if name}


def _groups(rows: Iterable[Row]) -> list[list[Row]]:
    """The lines of each criterion: those that follow each other with the same code, or with none."""
    groups: list[list[Row]] = []
    for row in rows:
        code = row.cells["criterion_code"].strip()
        if groups and code in ("", groups[-1][0].cells["criterion_code"].strip()):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _criterion(group: list[Row]) -> dict[str, Any]:
    cells = group[0].cells
    said = cells["is_required"].strip()
    return {
        "code": cells["criterion_code"].strip(),
        "name": cells["criterion_name"],
        "is_required": YES_OR_NO.get(said.lower(), said),
        "required_level": cells["required_level"].strip(),
        "levels": [_level(row.cells) for row in group],
    }


def _level(cells: Mapping[str, str]) -> dict[str, Any]:
    points = cells["points"].strip()
    is_number = points.isascii() and points.isdecimal() and len(points) <= DIGITS
    return {
        "code": cells["level_code"].strip(),
        "name": cells["level_name"],
        "points": int(points) if is_number else points,
        "descriptor": cells["descriptor"],
    }


def _problems(rubric: dict[str, Any], groups: list[list[Row]]) -> Iterator[Problem]:
    """What the format says, at its line and column; what a table can get wrong beyond that is said last, and wins."""
    for problem in RUBRIC(rubric, ""):
        yield Problem(_place(problem.path, groups), problem.sentence)
    for group in groups:
        yield from _own_problems(group)


def _place(path: str, groups: list[list[Row]]) -> str:
    found = PLACE.fullmatch(path)
    if not found:
        return str(_l("The file"))
    numbers = [int(number) for number in re.findall(r"\[(\d+)\]", found[1])]
    row = groups[numbers[0]][numbers[1] if len(numbers) > 1 else 0]
    columns = OF_LEVEL if len(numbers) > 1 else OF_CRITERION
    if found[2] in columns:
        return row.at(columns[found[2]])
    return str(_l("Line %(line)s, the levels of the criterion", line=row.line))


def _own_problems(group: list[Row]) -> Iterator[Problem]:
    first, *others = group
    if not first.cells["required_level"].strip():
        yield Problem(first.at("required_level"), _l("is empty: from which level on is the criterion met?"))
    if first.cells["is_required"].strip().lower() not in YES_OR_NO:
        yield Problem(first.at("is_required"), _l("must be yes or no."))
    for row in others:
        for column in list(OF_CRITERION.values())[1:]:
            if row.cells[column].strip() not in ("", first.cells[column].strip()):
                yield Problem(row.at(column), _l("differs from line %(line)s.", line=first.line))
