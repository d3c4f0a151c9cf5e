"""The list of reports, a report as page and print, and its files."""

from dataclasses import replace

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from microcred.accounts.models import Account
from microcred.history import record
from microcred.permissions import may_see_reports
from microcred.pilots.queries import current_pilot
from microcred.reports import REPORTS, reports
from microcred.reports.shape import Scope
from microcred.tables import DownloadForm, TableAnswer
from microcred.web import attempt, get, me, post


class Reading:
    """One report as one reader sees it."""

    def __init__(self, slug: str, scope: Scope) -> None:
        self.slug, self.scope, self.report = slug, scope, REPORTS[slug]


def _reading(user: Account, slug: str) -> Reading | None:
    scope = _scope(user)
    return Reading(slug, scope) if slug in REPORTS and scope else None


def _scope(user: Account) -> Scope | None:
    """The current pilot; the coordinator sees every school of it, a principal the own."""
    pilot = current_pilot(user)
    if pilot is None:
        return None
    own = pilot.schools if user.is_coordinator else [each for each in pilot.schools if each.id in user.led_school_ids]
    return Scope(pilot, own, sees_all=user.is_coordinator)


@get(reports, "/reports", may=may_see_reports)
def index() -> str:
    """Every report."""
    return render_template("reports/index.html", reports=REPORTS, pilot=current_pilot(me()))


@get(reports, "/reports/<slug>", may=may_see_reports, load=_reading)
def show(reading: Reading) -> str:
    """One report: pictures, table, notes."""
    scope = _chosen(reading.scope)
    figures = reading.report.figures(scope)
    return render_template("reports/show.html", reading=reading, scope=scope, figures=figures)


@post(reports, "/reports/<slug>/download", may=may_see_reports, load=_reading)
def download(reading: Reading) -> Response:
    """The report's table as a file; the download is on record."""
    figures = reading.report.figures(_chosen(reading.scope))
    form = DownloadForm()
    answer = TableAnswer(
        to=url_for("reports.show", slug=reading.slug),
        name=f"{reading.slug}-{reading.scope.pilot.id}",
        columns=figures.columns,
        rows=lambda: figures.rows,
        format=form.format.data,
    )
    return attempt(form, lambda: record(me(), "downloaded report", reading.scope.pilot, report=reading.slug), answer)


def _chosen(scope: Scope) -> Scope:
    choice = request.values.get("choice", "")
    return replace(scope, choice=int(choice)) if choice.isascii() and choice.isdecimal() and len(choice) < 10 else scope
