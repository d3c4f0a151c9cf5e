"""Bringing a file of giveaways in, after a look at what each line would do, and taking one along."""

from typing import Any

from flask import render_template, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from microcred.errors import Refused
from microcred.permissions import may_run_giveaways
from microcred.pilots import queries as pilots
from microcred.pilots.models import Pilot
from microcred.recognition import giveaway_file, recognition
from microcred.recognition.stock_forms import GiveawayFileForm, GiveawayTextForm
from microcred.tables import DownloadForm, TableAnswer
from microcred.web import Answer, Form, attempt, get, me, post


@get(recognition, "/pilots/<int:pilot_id>/giveaways/file", may=may_run_giveaways, load=pilots.visible_pilot)
def giveaways_file(pilot: Pilot) -> str:
    """Where a file of giveaways is brought in or taken along."""
    return render_template("recognition/file.html", **_context(pilot, GiveawayFileForm(formdata=None)))


def _context(pilot: Pilot, form: Form, lines: Any = None, text: str = "") -> dict[str, Any]:
    return {
        "pilot": pilot,
        "form": form,
        "lines": lines,
        "text": text,
        "columns": giveaway_file.COLUMNS,
    }


@post(recognition, "/pilots/<int:pilot_id>/giveaways/file-looks", may=may_run_giveaways, load=pilots.visible_pilot)
def look_at_file(pilot: Pilot) -> Response | str | tuple[str, int]:
    """Show what each line of a file would do; nothing is changed."""
    form = GiveawayFileForm()
    if not form.validate():
        return render_template("recognition/file.html", **_context(pilot, form)), 422
    try:
        text = giveaway_file.decoded(form.file.data.read(4 * giveaway_file.LONGEST_TEXT + 4))
        lines = giveaway_file.plan(pilot, text)
    except Refused as refusal:
        form.take(refusal)
        return render_template("recognition/file.html", **_context(pilot, form)), 422
    return render_template("recognition/file.html", **_context(pilot, form, lines, text))


@post(recognition, "/pilots/<int:pilot_id>/giveaways/imports", may=may_run_giveaways, load=pilots.visible_pilot)
def import_giveaways(pilot: Pilot) -> Response:
    """Do what the file says that was looked at."""
    form = GiveawayTextForm()
    answer = Answer(
        to=url_for("recognition.giveaways_of", pilot_id=pilot.id),
        said=_told,
        page="recognition/file.html",
        context=lambda: _context(pilot, form),
    )
    return attempt(form, lambda: giveaway_file.apply(pilot, form.text.data or "", by=me()), answer)


def _told(lines: list[giveaway_file.Line]) -> str:
    count = {
        outcome: sum(1 for line in lines if line.outcome == outcome) for outcome in ("created", "changed", "refused")
    }
    parts = [
        ngettext("%(num)s giveaway created.", "%(num)s giveaways created.", count["created"]),
        ngettext("%(num)s changed.", "%(num)s changed.", count["changed"]),
    ]
    if count["refused"]:
        parts.append(ngettext("%(num)s line was refused.", "%(num)s lines were refused.", count["refused"]))
    return " ".join(parts)


@post(recognition, "/pilots/<int:pilot_id>/giveaways/downloads", may=may_run_giveaways, load=pilots.visible_pilot)
def download_giveaways(pilot: Pilot) -> Response:
    """The pilot's giveaways as a file; that it was taken along is in the history."""
    form = DownloadForm()
    answer = TableAnswer(
        to=url_for("recognition.giveaways_of", pilot_id=pilot.id),
        name="giveaways",
        columns=giveaway_file.COLUMNS,
        rows=lambda: list(giveaway_file.rows(pilot)),
        format=form.format.data,
    )
    return attempt(form, lambda: giveaway_file.note_download(pilot, by=me()), answer)
