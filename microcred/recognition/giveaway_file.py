"""Giveaways as a CSV file: to take along, and to bring in after a look at what each line would do."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from microcred.accounts.models import Account
from microcred.db import db
from microcred.errors import Refused
from microcred.fields import one_line
from microcred.history import record
from microcred.pilots.models import Pilot
from microcred.recognition import actions, shelving
from microcred.recognition.eligibility import RULES
from microcred.recognition.models import Giveaway
from microcred.tables import FORMULA_STARTS

COLUMNS = (
    "code",
    "name",
    "name_fr",
    "category",
    "value",
    "currency",
    "rule",
    "supplier",
    "supplier_url",
    "description",
    "variants",
)
NEEDED = {"name", "value", "rule"}
LONGEST = {"code": 60, "name": 120, "name_fr": 120, "category": 60, "supplier": 200, "supplier_url": 500}
LONGEST_DESCRIPTION = 2000
LONGEST_VARIANT = 80
MOST_LINES = 500
LONGEST_TEXT = 400_000
"""Characters of a file."""

AMOUNT = re.compile(r"([0-9]{1,5})(?:[.,]([0-9]{1,2}))?")
CODE = re.compile(r"[a-z0-9][a-z0-9-]*")
ADDRESS = re.compile(r"https?://[^\s]+")
COPIED = ("name", "name_fr", "category", "supplier", "supplier_url", "description")


@dataclass
class Line:
    """One line of the file: what it would create or change, or why it is refused."""

    number: int
    cells: Mapping[str, str]
    giveaway: Giveaway | None = None
    problems: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """refused, created, changed, or same where nothing differs."""
        if self.problems:
            return "refused"
        if self.giveaway is None:
            return "created"
        return "changed" if self.changes else "same"

    @property
    def key(self) -> str:
        """By what two lines are the same giveaway."""
        return self.cells.get("code", "") or self.cells["name"].casefold()

    @property
    def variants(self) -> list[str]:
        """The variants it names, separated by semicolons."""
        return list(dict.fromkeys(filter(None, map(str.strip, self.cells.get("variants", "").split(";")))))

    @property
    def value_cents(self) -> int | None:
        """What one piece is worth; None where that is no amount."""
        amount = AMOUNT.fullmatch(self.cells["value"])
        return int(amount[1]) * 100 + int((amount[2] or "").ljust(2, "0")) if amount else None


def rows(pilot: Pilot) -> Iterator[list[Any]]:
    """The pilot's giveaways in the order of COLUMNS, such that the file can be brought in again."""
    for giveaway in _giveaways(pilot):
        kinds = [each.name for each in giveaway.variants if each.archived_at is None and each.name]
        yield [
            giveaway.code,
            giveaway.name,
            giveaway.name_fr,
            giveaway.category,
            Decimal(giveaway.value_cents).scaleb(-2),
            giveaway.currency or current_app.config["MICROCRED_CURRENCY"],
            giveaway.rule,
            giveaway.supplier,
            giveaway.supplier_url,
            one_line(giveaway.description) or "",
            "; ".join(kinds),
        ]


def note_download(pilot: Pilot, *, by: Account) -> None:
    """Keep in the history that somebody took the pilot's giveaways along."""
    record(by, "downloaded giveaways", pilot)


def _giveaways(pilot: Pilot) -> list[Giveaway]:
    theirs = select(Giveaway).where(Giveaway.pilot_id == pilot.id).order_by(Giveaway.id)
    return list(db.session.scalars(theirs.options(selectinload(Giveaway.variants))))


def decoded(content: bytes) -> str:
    """The text of a file; refused when it is not UTF-8, or far too long."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(_("The file is not UTF-8 text. Save it as “CSV UTF-8”."), field="file") from None
    if len(text) > LONGEST_TEXT or "\x00" in text:
        raise Refused(_("This is no file of giveaways."), field="file")
    return text


def plan(pilot: Pilot, text: str) -> list[Line]:
    """What each line would do, without doing it.

    Refused as a whole where the columns are not named or it cannot be read. A line is refused by itself, with what is
    wrong with it; the second line about the same giveaway too.
    """
    lines = [Line(number, cells) for number, cells in _read(text)]
    if not lines:
        raise Refused(_("The file names no giveaway."), field="file")
    known = _giveaways(pilot)
    seen: dict[str, int] = {}
    for line in lines:
        line.giveaway = _meant(line, known)
        line.problems += _problems(line, known)
        first = seen.setdefault(line.key, line.number)
        if first != line.number:
            line.problems.append(_("The same giveaway stands on line %(line)s.", line=first))
        if line.giveaway and not line.problems:
            line.changes += _changes(line, line.giveaway)
    return lines


def _read(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        heads = [head.strip().lower() for head in next(reader, [])]
        _refuse_heads(heads)
        for count, cells in enumerate(reader, 1):
            if count > MOST_LINES:
                raise Refused(_("At most %(count)s giveaways at once, please.", count=MOST_LINES), field="file")
            if any(cell.strip() for cell in cells):
                padded = cells + [""] * (len(heads) - len(cells))
                yield reader.line_num, {head: _plain(cell) for head, cell in zip(heads, padded, strict=False)}
    except csv.Error:
        raise Refused(_("Line %(line)s cannot be read as CSV.", line=reader.line_num), field="file") from None


def _refuse_heads(heads: list[str]) -> None:
    if not set(heads) >= NEEDED or not set(heads) <= set(COLUMNS) or len(set(heads)) < len(heads):
        raise Refused(_("Line 1 must name the columns: %(columns)s.", columns=", ".join(COLUMNS)), field="file")


def _plain(cell: str) -> str:
    """The text of a cell, without the apostrophe that keeps a spreadsheet from running it as a formula."""
    text = one_line(cell) or ""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def _meant(line: Line, known: list[Giveaway]) -> Giveaway | None:
    """The giveaway of that code; without a code, the only one of that name."""
    if code := line.cells.get("code", ""):
        return next((each for each in known if each.code == code), None)
    same = [each for each in known if each.name.casefold() == line.cells["name"].casefold()]
    return same[0] if len(same) == 1 else None


def _problems(line: Line, known: list[Giveaway]) -> Iterator[str]:
    cells = line.cells
    for name, longest in (LONGEST | {"description": LONGEST_DESCRIPTION}).items():
        if len(cells.get(name, "")) > longest:
            yield _("%(column)s: at most %(count)s characters.", column=name, count=longest)
    if not cells["name"]:
        yield _("name: it is missing.")
    if line.value_cents is None:
        yield _("value: “%(value)s” is no amount such as 8.50.", value=cells["value"][:40])
    if cells["rule"] not in RULES:
        yield _("rule: “%(value)s” is none of %(rules)s.", value=cells["rule"][:40], rules=", ".join(RULES))
    if cells.get("code") and not CODE.fullmatch(cells["code"]):
        yield _("code: only small letters, digits and hyphens.")
    elif cells.get("code") and line.giveaway is None and _is_taken(cells["code"]):
        yield _("code: a giveaway of another pilot has it.")
    if cells.get("supplier_url") and not ADDRESS.fullmatch(cells["supplier_url"]):
        yield _("supplier_url: an address begins with https://.")
    yield from _problems_of_currency(line)
    yield from _problems_of_variants(line)
    if not cells.get("code") and sum(each.name.casefold() == cells["name"].casefold() for each in known) > 1:
        yield _("name: several are called that; give the code too.")


def _problems_of_currency(line: Line) -> Iterator[str]:
    own, typed = current_app.config["MICROCRED_CURRENCY"], line.cells.get("currency", "")
    kept = (line.giveaway and line.giveaway.currency) or own
    if typed and typed != kept:
        yield _("currency: it is %(own)s here, not “%(value)s”; amounts are not converted.", own=kept, value=typed[:10])


def _problems_of_variants(line: Line) -> Iterator[str]:
    if len(line.variants) > shelving.MOST_VARIANTS:
        yield _("variants: at most %(count)s.", count=shelving.MOST_VARIANTS)
    if any(len(name) > LONGEST_VARIANT for name in line.variants):
        yield _("variants: at most %(count)s characters each.", count=LONGEST_VARIANT)


def _is_taken(code: str) -> bool:
    return db.session.scalar(select(Giveaway.id).where(Giveaway.code == code)) is not None


def _changes(line: Line, giveaway: Giveaway) -> list[str]:
    """The columns in which a line differs from what is there; a column that the file lacks changes nothing."""
    kept = {name: one_line(getattr(giveaway, name)) or "" for name in COPIED}
    differing = [name for name in COPIED if name in line.cells and line.cells[name] != kept[name]]
    differing += ["value"] if line.value_cents != giveaway.value_cents else []
    differing += ["rule"] if line.cells["rule"] != giveaway.rule else []
    return differing + (["variants"] if _new_variants(line, giveaway) else [])


def _new_variants(line: Line, giveaway: Giveaway) -> list[str]:
    kept = {each.name.casefold() for each in giveaway.variants if each.archived_at is None}
    return [name for name in line.variants if name.casefold() not in kept]


def apply(pilot: Pilot, text: str, *, by: Account) -> list[Line]:
    """Do what `plan` says now, and leave refused lines alone; refused when nothing is to be done.

    No variant is archived by a file: one that it does not name stays.
    """
    lines = plan(pilot, text)
    doing = [line for line in lines if line.outcome in ("created", "changed")]
    if not doing:
        raise Refused(_("No line of the file creates or changes anything."))
    for line in doing:
        giveaway = _created(line, pilot, by) if line.giveaway is None else _changed(line, line.giveaway, by)
        for name in _new_variants(line, giveaway):
            shelving.add_variant(giveaway, name, by=by)
    record(by, "imported giveaways", pilot, lines=len(doing))
    return lines


def _described(line: Line) -> dict[str, Any]:
    copied = {name: line.cells[name] for name in COPIED if name in line.cells}
    return copied | {"value_cents": line.value_cents, "rule": line.cells["rule"]}


def _created(line: Line, pilot: Pilot, by: Account) -> Giveaway:
    return actions.create_giveaway(pilot, **_described(line), code=line.cells.get("code", ""), is_on=False, by=by)


def _changed(line: Line, giveaway: Giveaway, by: Account) -> Giveaway:
    narrowed: dict[str, Any] = {"poll": giveaway.poll, "micro_credential": giveaway.micro_credential}
    return actions.change_giveaway(giveaway, **_described(line), **narrowed, by=by)
