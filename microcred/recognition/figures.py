"""The ledger of a figure as a table to take along."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.history import record
from microcred.recognition.models import Giveaway
from microcred.recognition.queries import visible_giveaways
from microcred.recognition.shelves import Figure, deliveries_of
from microcred.recognition.stock_models import StockMove, StockVerb


def verbs() -> dict[str, str]:
    """What happened, in the reader's language, by the verb of a line."""
    return {
        StockVerb.RECEIVED: _("came in"),
        StockVerb.TRANSFERRED: _("brought over"),
        StockVerb.GIVEN: _("given"),
        StockVerb.UNDONE: _("hand-out undone"),
        StockVerb.RETURNED: _("came back"),
        StockVerb.LOST: _("lost"),
        StockVerb.DAMAGED: _("damaged"),
        StockVerb.COUNTED: _("counted"),
    }


def verb(move: StockMove) -> str:
    """What a line says happened; a delivery that is taken back is one below zero."""
    if move.verb == StockVerb.RECEIVED and move.quantity < 0:
        return _("delivery taken back")
    return verbs()[move.verb]


def columns() -> list[str]:
    """What stands above each column, in the reader's language."""
    heads = [_("Line"), _("When"), _("What"), _("Store"), _("Variant"), _("Pieces"), _("Cost"), _("Currency")]
    return [*heads, _("Invoice number"), _("Budget"), _("By"), _("Note"), _("Hand-out")]


def rows(figure: Figure) -> Iterator[list[Any]]:
    """One row for each line of the ledger that the figure sums up; moments and amounts as such."""
    moves = list(db.session.scalars(figure.lines))
    bought = deliveries_of(moves)
    for move in moves:
        delivery = bought.get(move.id)
        budget = delivery and delivery.budget
        yield [
            move.id,
            move.moved_at,
            verb(move),
            move.store.title,
            move.variant.title,
            move.quantity,
            Decimal(move.cost_cents).scaleb(-2),
            figure.giveaway.currency,
            delivery.invoice if delivery else "",
            budget.name if budget else "",
            move.by.name if move.by else "",
            move.note,
            move.hand_out_id or "",
        ]


def note_download(figure: Figure, *, by: Account) -> None:
    """Keep in the history that somebody took the ledger of a figure along."""
    narrowed = {"store": figure.store and figure.store.id, "variant": figure.variant and figure.variant.id}
    record(by, "downloaded ledger", figure.giveaway, **narrowed)


def visible_move(user: Account, move_id: int) -> StockMove | None:
    """One line of the ledger of a giveaway that somebody may know of."""
    known = visible_giveaways(user).order_by(None).with_only_columns(Giveaway.id)
    return db.session.scalar(select(StockMove).where(StockMove.id == move_id, StockMove.giveaway_id.in_(known)))


def giveaway_of(move: StockMove) -> Giveaway:
    """The giveaway whose stock a line moved."""
    return db.session.get_one(Giveaway, move.giveaway_id)
