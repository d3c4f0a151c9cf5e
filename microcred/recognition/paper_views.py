"""Lists on paper with lines for signatures, before handing out or after, and ticking off what was signed."""

from itertools import islice
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from microcred.db import db
from microcred.permissions import may_hand_out
from microcred.recognition import acknowledging, printing, queries, recognition
from microcred.recognition.desk_forms import TicksForm
from microcred.recognition.models import Entitlement, HandOut
from microcred.recognition.narrowing import narrowing
from microcred.recognition.stock_words import worth
from microcred.web import Answer, Form, attempt, get, me, post

MOST_LINES = 1500
DUE, GIVEN = "due", "given"


@get(recognition, "/desk/paper", may=may_hand_out)
def paper() -> str:
    """A list with lines for signatures: of what is due, or of what was given and not confirmed yet."""
    return render_template("recognition/paper.html", **_paper(TicksForm(), request.args))


def _paper(form: Form, asked: Any) -> dict[str, Any]:
    which = GIVEN if asked.get("which") == GIVEN else DUE
    narrow = narrowing(asked)
    find = queries.unconfirmed if which == GIVEN else queries.waiting
    rows = db.session.scalars(find(me(), narrow.narrowed).limit(MOST_LINES + 1)).all()
    lines = [_line(row) for row in islice(rows, MOST_LINES)]
    return {"form": form, "which": which, "narrow": narrow, "lines": lines, "is_cut": len(rows) > MOST_LINES}


def _line(row: Entitlement | HandOut) -> dict[str, Any]:
    entitlement = row.entitlement if isinstance(row, HandOut) else row
    valued = row if isinstance(row, HandOut) else entitlement.giveaway
    value = worth(valued.value_cents, valued.currency)
    person = entitlement.person
    return {"id": row.id, "person": person, "giveaway": entitlement.giveaway, "value": value, "school": person.school}


@post(recognition, "/desk/paper/downloads", may=may_hand_out)
def print_paper() -> Response:
    """The list as PDF; that it was taken along is in the history."""
    form = Form()
    shown = _paper(form, request.form)
    answer = printing.PdfAnswer(
        to=url_for("recognition.paper"),
        name="signatures",
        draw=lambda: printing.pdf(printing.SIGNATURES, _sheet(shown)),
    )
    noted = {"which": shown["which"], **shown["narrow"].chosen}
    return attempt(form, lambda: acknowledging.note_list(noted, by=me()), answer)


def _sheet(shown: dict[str, Any]) -> dict[str, Any]:
    schools: dict[str, list[list[str]]] = {}
    for line in shown["lines"]:
        name = line["school"].name if line["school"] else _("No school")
        schools.setdefault(name, []).append([line["person"].name, line["giveaway"].title, line["value"], ""])
    return {
        "title": _("Received with thanks"),
        "hint": _("By signing I confirm that I received what stands in my line."),
        "columns": printing.signature_columns(),
        "schools": [{"name": name, "lines": lines} for name, lines in schools.items()],
    }


@post(recognition, "/desk/paper/ticks", may=may_hand_out)
def tick_off() -> Response:
    """Note who has signed on paper."""
    form = TicksForm()
    answer = Answer(
        to=url_for("recognition.paper", which=GIVEN),
        said=lambda ticked: ngettext("%(num)s signature ticked off.", "%(num)s signatures ticked off.", len(ticked)),
        page="recognition/paper.html",
        context=lambda: _paper(form, MultiDict({"which": GIVEN})),
    )
    return attempt(form, lambda: acknowledging.tick_off(_ticked(form), by=me()), answer)


def _ticked(form: TicksForm) -> list[HandOut]:
    wanted = queries.unconfirmed(me(), queries.Narrowed()).where(HandOut.id.in_(form.hand_outs.data or []))
    return list(db.session.scalars(wanted))
