"""Reading a file of paper ballots: one row a ballot, and all of it or nothing."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from microcred.accounts.models import School
from microcred.errors import Refused
from microcred.polls.methods import METHODS
from microcred.polls.methods.marks import Marks
from microcred.polls.models import Poll
from microcred.polls.votes import Vote

HEADS = {"ballot": "ballot", "bulletin": "ballot", "school": "school", "école": "school", "ecole": "school"}
BLANK = {"", "none", "aucun", "aucune"}
MOST_WANTED = "*"
MOST_PROBLEMS = 10


class _Row(NamedTuple):
    """A row of the file: its line, the cell with the ballot, and the cell with the school."""

    line: int
    ballot: str
    school: str
    is_bare: bool
    """Nothing but separators: what spreadsheets leave behind, or a blank ballot? Who wrote it has to say."""


def read_ballots(content: bytes, poll: Poll, schools: Sequence[School]) -> list[Vote]:
    """Read a CSV file in UTF-8: a ballot in each row, and beside it, if wanted, the name of a school that is asked.

    A ballot is the codes of options with spaces between: those approved, those ranked in their order, or one a dot. A
    code with a star is the one most wanted. An empty cell or “none” is a blank ballot; an empty line is none at all.
    A first row with the words “ballot” and “school” names the columns. Refused whole, with the lines and what is wrong
    with each, the first ten of them.
    """
    named = {school.name.casefold(): school.id for school in schools}
    votes: list[Vote] = []
    problems: list[str] = []
    for row in _rows(_decoded(content)):
        try:
            votes.append(_vote(row, poll, named))
        except Refused as refusal:
            problems.append(_("Line %(line)s: %(problem)s", line=row.line, problem=refusal.sentence))
    if problems:
        raise Refused(_told(problems))
    if not votes:
        raise Refused(_("There is no ballot in this file."))
    return votes


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(_("This file is not UTF-8 text. Save it as “CSV UTF-8”.")) from None
    if "\0" in text:
        raise Refused(_("This is not a CSV file."))
    return text


def _rows(text: str) -> Iterator[_Row]:
    """The rows that are ballots. A line with nothing at all is none; one with an empty cell, in quotes, is blank."""
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first and "," not in first else ",")
    columns = {"ballot": 0, "school": 1}
    try:
        for place, cells in enumerate(reader):
            heads = [HEADS.get(cell.strip().casefold(), "") for cell in cells]
            if place == 0 and "ballot" in heads:
                columns = {head: number for number, head in enumerate(heads) if head}
            elif cells and (len(cells) > 1 or not cells[0] or cells[0].strip()):
                is_bare = len(cells) > 1 and not any(cell.strip() for cell in cells)
                yield _Row(reader.line_num, _cell(cells, columns, "ballot"), _cell(cells, columns, "school"), is_bare)
    except csv.Error:
        raise Refused(_("Line %(line)s: this is not CSV.", line=reader.line_num)) from None


def _cell(cells: Sequence[str], columns: Mapping[str, int], head: str) -> str:
    place = columns.get(head, len(cells))
    return cells[place].strip() if place < len(cells) else ""


def _vote(row: _Row, poll: Poll, schools: Mapping[str, int]) -> Vote:
    options = [option.code for option in poll.options]
    if row.is_bare:
        raise Refused(_("Nothing stands in it: write “none” for a blank ballot, or take the line out."))
    marks = _marks(row.ballot)
    if unknown := [code for code in marks.choice if code not in options]:
        raise Refused(_("“%(code)s” is not an option of this poll.", code=unknown[0][:20]))
    method = METHODS[poll.method]
    if method.counts_by != "dots" and len(set(marks.choice)) < len(marks.choice):
        raise Refused(_("An option stands there twice."))
    method.check(marks, options, poll)
    return Vote(_school(row.school, schools), tuple(method.arranged(marks.choice, options)), marks.most_wanted)


def _marks(ballot: str) -> Marks:
    if ballot.casefold() in BLANK:
        return Marks([])
    words = re.split(r"[\s,;]+", ballot.strip(" ,;").upper())
    starred = [word.removesuffix(MOST_WANTED) for word in words if word.endswith(MOST_WANTED)]
    if len(starred) > 1:
        raise Refused(_("Only one can be the most wanted."))
    return Marks([word.removesuffix(MOST_WANTED) for word in words], starred[0] if starred else None)


def _school(name: str, schools: Mapping[str, int]) -> int | None:
    if not name:
        return None
    if name.casefold() not in schools:
        raise Refused(_("“%(school)s” is no school that this poll asks.", school=name[:80]))
    return schools[name.casefold()]


def _told(problems: Sequence[str]) -> str:
    shown = "\n".join(problems[:MOST_PROBLEMS])
    more = len(problems) - MOST_PROBLEMS
    rest = "\n" + ngettext("… and %(num)s line more.", "… and %(num)s lines more.", more) if more > 0 else ""
    return _("Nothing was counted in.") + "\n" + shown + rest
