"""Counting a store: every variant on one sheet, and a difference only where somebody explains it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import and_, or_, select

from microcred.accounts.models import Account
from microcred.db import db, lock
from microcred.errors import Refused
from microcred.history import record
from microcred.recognition import ledger
from microcred.recognition.models import Giveaway
from microcred.recognition.stock_models import Stock, StockMove, Store, Variant


class Line(NamedTuple):
    """A line of the sheet: the figure that stood on it when it was made, what was counted, and why it differs."""

    variant_id: int
    shown: int
    counted: int
    note: str = ""


class Difference(NamedTuple):
    """What a line comes to: how many more or fewer, and by how much the stock moved since the sheet was made."""

    pieces: int
    moved: int


class Unexplained(Refused):
    """Differences without a note; `sentences` by the id of the variant."""

    def __init__(self, sentences: Mapping[int, str]) -> None:
        super().__init__(_("Where the figures differ, please say why."))
        self.sentences = sentences


def difference(line: Line, now: int) -> Difference:
    """What was counted against the figure on the sheet, so that pieces given while somebody counts are no difference.

    Whoever counts after a piece was given finds what lies there `now`: every figure between the two is explained.
    """
    explained = min(line.shown, now) <= line.counted <= max(line.shown, now)
    return Difference(0 if explained else line.counted - line.shown, now - line.shown)


def count_store(store: Store, lines: Iterable[Line], *, by: Account) -> list[StockMove]:
    """Note what was counted in a store: the ledger gets a line for each figure, be the difference nothing.

    Refused as a whole, and nothing is noted, where a difference has no note or would leave fewer than none.
    """
    counted = sorted(lines)
    variants = _lock(store, counted)
    found = [(line, *variants[line.variant_id]) for line in counted if line.variant_id in variants]
    if not found:
        raise Refused(_("Fill in at least one figure."))
    shelf = _shelf(store)
    differences = {line: difference(line, shelf.get(line.variant_id, 0)) for line in counted}
    _refuse_unexplained(differences, shelf)
    moves = [
        ledger.note_difference(giveaway, differences[line].pieces, line.note, by=by, store=store, variant=variant)
        for line, variant, giveaway in found
    ]
    record(by, "counted", store, lines=len(moves), differences=sum(1 for move in moves if move.quantity))
    return moves


def _lock(store: Store, lines: Iterable[Line]) -> dict[int, tuple[Variant, Giveaway]]:
    """The counted variants with their giveaways, which are held in the order of their ids: two who count don't meet."""
    wanted = select(Variant, Giveaway).join(Giveaway, Giveaway.id == Variant.giveaway_id)
    chosen = wanted.where(Variant.id.in_([line.variant_id for line in lines])).order_by(Giveaway.id, Variant.id)
    rows = [(variant, giveaway) for variant, giveaway in db.session.execute(chosen)]
    for giveaway in dict.fromkeys(giveaway for _variant, giveaway in rows):
        lock(giveaway)
    return {variant.id: (variant, giveaway) for variant, giveaway in rows}


def _shelf(store: Store) -> dict[int, int]:
    there = select(Stock.variant_id, Stock.quantity).where(Stock.store_id == store.id)
    return dict(db.session.execute(there).all())


def _refuse_unexplained(differences: Mapping[Line, Difference], shelf: Mapping[int, int]) -> None:
    sentences = {}
    for line, found in differences.items():
        if shelf.get(line.variant_id, 0) + found.pieces < 0:
            sentences[line.variant_id] = _("Fewer than none would be left: open the sheet again and count anew.")
        elif found.pieces and not line.note:
            sentences[line.variant_id] = " ".join([_differs(found.pieces), *_meanwhile(found.moved)])
    if sentences:
        raise Unexplained(sentences)


def _differs(pieces: int) -> str:
    if pieces > 0:
        return ngettext("%(num)s piece more: why?", "%(num)s pieces more: why?", pieces)
    return ngettext("%(num)s piece fewer: why?", "%(num)s pieces fewer: why?", -pieces)


def _meanwhile(moved: int) -> list[str]:
    if not moved:
        return []
    return [_("Since the sheet was opened the ledger moved by %(moved)s.", moved=f"{moved:+d}".replace("-", "−"))]


def sheet(store: Store) -> list[tuple[Variant, Giveaway, int | None]]:
    """What stands on a store’s sheet: what is handed out and was ever there, and whatever lies there still.

    On the district's stands all that is handed out, in stock or not.
    """
    rows = select(Variant, Giveaway, Stock.quantity).join(Giveaway, Giveaway.id == Variant.giveaway_id)
    here = rows.join(
        Stock, and_(Stock.variant_id == Variant.id, Stock.store_id == store.id), isouter=store.is_districts
    )
    in_use = and_(Giveaway.archived_at.is_(None), Variant.archived_at.is_(None))
    wanted = here.where(or_(in_use, Stock.quantity > 0))
    ordered = wanted.order_by(Giveaway.name, Giveaway.id, Variant.position, Variant.id)
    return list(db.session.execute(ordered).all())
