"""Pages of recognition: the log, and what is waiting; those of the desk and of one’s own stand beside."""

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from microcred.db import db
from microcred.paging import page_of
from microcred.permissions import may_hand_out
from microcred.recognition import actions, eligibility, queries, recognition, register
from microcred.recognition import batch_views as batch_views
from microcred.recognition import code_views as code_views
from microcred.recognition import desk_views as desk_views
from microcred.recognition import fairness_views as fairness_views
from microcred.recognition import own_views as own_views
from microcred.recognition import paper_views as paper_views
from microcred.recognition import shelf_views as shelf_views
from microcred.recognition import signing_views as signing_views
from microcred.recognition.narrowing import narrowing
from microcred.tables import DownloadForm, TableAnswer
from microcred.web import attempt, get, me, post

recognition.add_app_template_filter(eligibility.why, "why")
recognition.add_app_template_filter(eligibility.why_not_yet, "why_not_yet")


@get(recognition, "/hand-outs", may=may_hand_out)
def log() -> str:
    """Who received what, when, from whom, and why."""
    narrow = narrowing(request.args)
    here = url_for("recognition.log", **narrow.chosen)
    page = page_of(queries.hand_outs(me(), narrow.narrowed), request.args.get("page"), here)
    return render_template("recognition/log.html", narrow=narrow, page=page)


@post(recognition, "/hand-outs/downloads", may=may_hand_out)
def download_log() -> Response:
    """The log as a file; that it was taken along is in the history."""
    narrow = narrowing(request.form)
    hand_outs = queries.hand_outs(me(), narrow.narrowed)
    form = DownloadForm()
    answer = TableAnswer(
        to=url_for("recognition.log"),
        name="hand-outs",
        columns=register.columns(),
        rows=lambda: list(register.rows(db.session.scalars(hand_outs))),
        format=form.format.data,
    )
    return attempt(form, lambda: actions.note_download(narrow.chosen, by=me()), answer)


@get(recognition, "/thank-yous/waiting", may=may_hand_out)
def waiting() -> str:
    """Who is due what and why, by school."""
    narrow = narrowing(request.args)
    here = url_for("recognition.waiting", **narrow.chosen)
    page = page_of(queries.waiting(me(), narrow.narrowed), request.args.get("page"), here)
    return render_template("recognition/waiting.html", narrow=narrow, page=page)
