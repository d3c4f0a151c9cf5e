"""Reading a file of people (CSV: name, e-mail, school, roles, and subjects or not), whole or not at all."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from flask_babel import gettext as _

from microcred.accounts.models import EMAIL_PATTERN, SCHOOL_ROLES, RoleName, School
from microcred.accounts.subjects import tidy
from microcred.errors import Refused
from microcred.fields import one_line

COLUMNS = ("name", "e-mail", "school", "roles")
OPTIONAL_COLUMN = "subjects"
ROLE_WORDS = [name.value for name in RoleName]
MOST_ROWS = 5000
MOST_PROBLEMS = 20
LONGEST_NAME = 120


class Row(NamedTuple):
    """One person as the file says, on which line."""

    line: int
    name: str
    email: str
    school: School | None
    roles: list[RoleName]
    subjects: tuple[str, ...] = ()


def read_people(content: bytes, schools: Mapping[str, School], taken: set[str]) -> list[Row]:
    """The people of a file; refused with a line for each problem, at most twenty, so that nothing is half imported.

    `schools` by name; `taken` are the addresses that somebody has already. Commas or semicolons separate the columns,
    spaces or slashes the roles, semicolons the
    subjects.
    """
    rows: list[Row] = []
    problems: list[str] = []
    seen = set(taken)
    for line, fields in _lines(content):
        row, wrong = _row(line, fields, schools, seen)
        seen.add(row.email)
        rows.append(row)
        problems += [_("Line %(line)s: %(problem)s", line=line, problem=problem) for problem in wrong]
    if problems:
        more = len(problems) - MOST_PROBLEMS
        rest = [_("… and %(count)s more.", count=more)] if more > 0 else []
        raise Refused("\n".join(problems[:MOST_PROBLEMS] + rest), field="file")
    if not rows:
        raise Refused(_("The file names nobody."), field="file")
    return rows


def _lines(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise Refused(
            _("Line %(line)s is not UTF-8 text. Save the file as “CSV UTF-8”.", line=line), field="file"
        ) from None
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from _named(reader)
    except csv.Error:
        raise Refused(_("Line %(line)s cannot be read as CSV.", line=reader.line_num), field="file") from None


def _named(reader: Any) -> Iterator[tuple[int, dict[str, str]]]:
    heads = [head.strip().lower().replace("email", "e-mail") for head in next(reader, [])]
    if sorted(heads) not in (sorted(COLUMNS), sorted([*COLUMNS, OPTIONAL_COLUMN])):
        raise Refused(_("Line 1 must name the columns: %(columns)s.", columns=", ".join(COLUMNS)), field="file")
    for count, cells in enumerate(reader, 1):
        if count > MOST_ROWS:
            raise Refused(_("At most %(count)s people at once, please.", count=MOST_ROWS), field="file")
        if any(cell.strip() for cell in cells):
            padded = cells + [""] * (len(heads) - len(cells))
            yield reader.line_num, {head: cell.strip() for head, cell in zip(heads, padded, strict=False)}


def _row(line: int, fields: dict[str, str], schools: Mapping[str, School], seen: set[str]) -> tuple[Row, list[str]]:
    school = schools.get(fields["school"].lower())
    words = fields["roles"].replace("/", " ").lower().split()
    roles = [RoleName(word) for word in words if word in ROLE_WORDS]
    subjects = tuple(filter(None, map(one_line, fields.get(OPTIONAL_COLUMN, "").split(";"))))
    row = Row(line, fields["name"], fields["e-mail"].lower(), school, roles, subjects)
    return row, list(_problems(row, fields["school"], words, seen))


def _problems(row: Row, school: str, words: list[str], seen: set[str]) -> Iterator[str]:
    if not 0 < len(row.name) <= LONGEST_NAME:
        yield _("name: from 1 to %(count)s characters.", count=LONGEST_NAME)
    if not EMAIL_PATTERN.fullmatch(row.email):
        yield _("e-mail: “%(value)s” does not look like an address.", value=row.email[:80])
    elif row.email in seen:
        yield _("e-mail: “%(value)s” belongs to somebody already.", value=row.email[:80])
    if school and row.school is None:
        yield _("school: there is no “%(value)s”.", value=school[:80])
    for word in words:
        if word not in ROLE_WORDS:
            yield _("roles: “%(value)s” is none of %(roles)s.", value=word[:40], roles=", ".join(ROLE_WORDS))
    if not words:
        yield _("roles: at least one is needed.")
    if not school and SCHOOL_ROLES.intersection(row.roles):
        yield _("school: a teacher, principal or deputy needs one.")
    try:
        tidy(row.subjects)
    except Refused as refusal:
        yield _("subjects: %(problem)s", problem=refusal.sentence)
