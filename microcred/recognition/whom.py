"""Whom a list means that somebody pasted or kept as a CSV file: names, addresses or codes, one person a line."""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.errors import Refused
from microcred.fields import one_line
from microcred.recognition.finding import folded, plain_code
from microcred.recognition.models import PersonalCode
from microcred.recognition.queries import in_reach

MOST_LINES = 1000
LONGEST_LINE = 400
SEPARATORS = (";", "\t", ",")
HEADS = {"name", "nom", "e-mail", "email", "courriel", "adresse", "address", "code", "school", "école", "first name"}


class Meant(NamedTuple):
    """Whom a line means: its text, and the people whom it fits, in reach; one, several or nobody."""

    line: str
    account_ids: list[int]


class _Known:
    """The people in reach by address, by code, and by the words of their names in any order."""

    def __init__(self, user: Account) -> None:
        self.by_word: dict[str, list[int]] = {}
        people = select(Account.id, Account.name, Account.email, PersonalCode.code)
        for account_id, name, email, code in db.session.execute(people.outerjoin(PersonalCode).where(in_reach(user))):
            for word in {email, code or email, _words(name)}:
                self.by_word.setdefault(word, []).append(account_id)

    def meant(self, cells: list[str]) -> list[int]:
        """The first of address, code, whole line and single cell that somebody fits."""
        addresses = [cell.lower() for cell in cells if "@" in cell]
        codes = [code for cell in cells if (code := plain_code(cell.rstrip("/").rpartition("/")[2]))]
        names = [_words(" ".join(cells)), _words(" ".join(cells[:2])), *map(_words, cells[:1])]
        return next((self.by_word[each] for each in addresses or [*codes, *names] if each in self.by_word), [])


def _words(name: str) -> str:
    return " ".join(sorted(folded(name).replace(",", " ").split()))


def read_whom(text: str, user: Account) -> list[Meant]:
    """Whom each line of a pasted list or a file means; empty lines and a line of column names are left out.

    Refused when there are more than a thousand lines, or none.
    """
    lines = [line for line in map(one_line, text.lstrip("\ufeff").replace("\r", "\n").split("\n")) if line]
    if len(lines) > MOST_LINES:
        raise Refused(_("At most %(count)s people at once, please.", count=MOST_LINES), field="people")
    known = _Known(user)
    found = [Meant(line[:LONGEST_LINE], known.meant(cells)) for line, cells in _cells(lines)]
    if not found:
        raise Refused(_("The list names nobody."), field="people")
    return found


def _cells(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    first = lines[0] if lines else ""
    separator = max(SEPARATORS, key=first.count)
    for number, line in enumerate(lines):
        row = next(csv.reader(io.StringIO(line[:LONGEST_LINE]), delimiter=separator), [])
        cells = [cell.strip() for cell in row if cell.strip()]
        is_head = number == 0 and all(cell.lower() in HEADS for cell in cells)
        if cells and not is_head:
            yield line, cells


def text_of(content: bytes) -> str:
    """The text of a file; refused when it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(_("This is not UTF-8 text. Save the file as “CSV UTF-8”."), field="file") from None
