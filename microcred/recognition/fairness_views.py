"""Pages that look at the thank-yous as a whole: whether every school gets its share, and what happened around them."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from microcred.accounts.models import Account
from microcred.history import record
from microcred.permissions import may_hand_out, may_run_giveaways
from microcred.pilots.queries import current_pilot
from microcred.recognition import effect, recognition
from microcred.recognition import fairness as shares
from microcred.recognition.forms import NarrowForm
from microcred.recognition.narrowing import narrowing
from microcred.tables import DownloadForm, TableAnswer
from microcred.web import attempt, get, me, post


@get(recognition, "/thank-yous/fairness", may=may_hand_out)
def fairness() -> str:
    """What each school got, for each giveaway or all; a principal sees the own school only."""
    narrow = narrowing(request.args)
    return render_template("recognition/fairness.html", narrow=narrow, lines=_lines(narrow))


def _lines(narrow: NarrowForm) -> list[shares.Line]:
    return shares.lines(me(), narrow.narrowed.giveaway_id)


@post(recognition, "/thank-yous/fairness/downloads", may=may_hand_out)
def download_fairness() -> Response:
    """What each school got as a file; that it was taken along is in the history."""
    narrow, form = narrowing(request.form), DownloadForm()
    lines = _lines(narrow)
    answer = TableAnswer(
        to=url_for("recognition.fairness"),
        name="fairness",
        columns=_columns(),
        rows=lambda: [_row(line) for line in lines],
        format=form.format.data,
    )
    return attempt(form, lambda: _note_download(narrow.chosen, me()), answer)


def _note_download(narrowed: dict[str, Any], by: Account) -> None:
    record(by, "downloaded fairness", by, **narrowed)


def _columns() -> list[str]:
    return [
        _("School"),
        _("People eligible"),
        _("Pieces"),
        _("Given"),
        _("Owed"),
        _("Due"),
        _("Median days waiting"),
        _("Value given"),
        _("Value a head"),
    ]


def _row(line: shares.Line) -> list[Any]:
    *counts, cents, a_head = line.cells
    name = _("All schools") if line.school == "" else line.school or _("No school")
    return [name, *counts, *(None if amount is None else amount / 100 for amount in (cents, a_head))]


@get(recognition, "/thank-yous/effect", may=may_run_giveaways)
def show_effect() -> str:
    """What happened around each incentive: when it was offered, announced and given, and who took part when."""
    pilot = current_pilot(me())
    found = effect.effect(pilot, request.args.get("giveaway", "")) if pilot else None
    return render_template("recognition/effect.html", pilot=pilot, effect=found)
