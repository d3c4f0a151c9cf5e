"""The coordinator's board: where every submission is, and who has how much to do."""

from typing import Any

from flask import abort, render_template, request, url_for

from microcred.paging import ROWS, Page
from microcred.permissions import may_run_scoring
from microcred.schooldays import holidays
from microcred.scoring import case_views, profile_views, scoring
from microcred.scoring.board import Column, PilotRow, board, boards
from microcred.scoring.loads import loads
from microcred.web import get, me
from microcred.words import short_day

__all__ = ["case_views", "profile_views"]

SHOWN = 8
"""How many cards of a column stand on the board; all of them have a page of their own."""


@get(scoring, "/scoring", may=may_run_scoring)
def overview() -> str:
    """The board of a pilot, or one of its columns alone; all of it, or only what is late."""
    pilots, out = boards(me()), holidays()
    pilot, late_only = _pilot(pilots), request.args.get("late") == "1"
    columns = board(pilot.id, out, user=me(), late_only=late_only) if pilot else []
    shown = {"pilots": pilots, "pilot": pilot, "late_only": late_only, "most": SHOWN, "short_day": short_day}
    return render_template("scoring/overview.html", loads=loads(out), **shown, **_narrowed(columns))


def _pilot(pilots: list[PilotRow]) -> PilotRow | None:
    """The pilot that the address names, or else the one that runs, or else the last one."""
    wanted = request.args.get("pilot")
    if wanted is None:
        return next((pilot for pilot in pilots if not pilot.ended_at), pilots[0] if pilots else None)
    return next((pilot for pilot in pilots if str(pilot.id) == wanted), None) or abort(404)


def _narrowed(columns: list[Column]) -> dict[str, Any]:
    wanted = request.args.get("column")
    if wanted is None:
        return {"columns": columns, "page": None}
    column = next((column for column in columns if column.slug == wanted), None) or abort(404)
    page = _page(column)
    return {"columns": [column._replace(cards=list(page.rows))], "page": page}


def _page(column: Column) -> Page:
    """The wanted page of a column; one that there is not becomes the nearest that there is."""
    typed, last = request.args.get("page", ""), max(1, -(-len(column.cards) // ROWS))
    number = min(max(int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else 1, 1), last)
    kept: dict[str, Any] = {name: request.args[name] for name in ("pilot", "late") if name in request.args}
    address = url_for("scoring.overview", column=column.slug, **kept)
    return Page(column.cards[(number - 1) * ROWS : number * ROWS], number, len(column.cards), address)
