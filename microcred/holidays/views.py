"""The page of days off, and how they are added, imported and removed."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from microcred.db import utcnow
from microcred.holidays import actions, holidays, queries
from microcred.holidays.forms import CalendarForm, DaysOffForm, RemovalForm
from microcred.holidays.models import DaysOff, Span, spans
from microcred.permissions import may_be_here, may_keep_holidays
from microcred.schooldays import local
from microcred.web import Answer, Form, attempt, get, me, post

LONGEST_TOLD = 480
"""What is told of an import is kept with the form's key, in a column of 500 characters."""


@get(holidays, "/holidays", may=may_be_here)
def index() -> str:
    """The days off to come, or those of a year that is chosen; with forms for those who keep them."""
    return render_template("holidays/index.html", **_context())


def _context(**forms: Form) -> dict[str, Any]:
    today = local(utcnow()).date()
    years, wanted = queries.years_before(today), request.args.get("year", "")
    year = next((year for year in years if str(year) == wanted), None)
    unsent: dict[str, Form] = {
        "adding": DaysOffForm(formdata=None),
        "removing": RemovalForm(formdata=None),
        "importing": CalendarForm(formdata=None),
    }
    shown = spans(queries.days_off_in(year) if year else queries.days_off_from(today))
    return {"spans": shown, "year": year, "years": years} | unsent | forms


@post(holidays, "/holidays", may=may_keep_holidays)
def add() -> Response:
    """Add a day off, or several in a row; also what undoes a removal."""
    form = DaysOffForm(request.values)
    return attempt(
        form,
        lambda: actions.add_span(*form.days, form.name.data or "", by=me()),
        _answer(_added, undo=_taken_back, adding=form),
    )


@post(holidays, "/holidays/removals", may=may_keep_holidays)
def remove() -> Response:
    """Remove every day off between two days."""
    form = RemovalForm()
    answer = _answer(
        lambda gone: ngettext(
            "%(num)s day off removed.", "%(num)s days off removed.", sum(each.count for each in gone)
        ),
        undo=_put_back,
        removing=form,
    )
    return attempt(form, lambda: actions.remove_span(*form.days, by=me()), answer)


@post(holidays, "/holidays/imports", may=may_keep_holidays)
def import_calendar() -> Response:
    """Add the days off that a calendar's file names, all of them or none."""
    form = CalendarForm()
    answer = _answer(
        lambda change: _shortened(" ".join([_added(change), *form.found.omissions])),
        undo=_taken_back,
        importing=form,
    )
    return attempt(form, lambda: actions.add_days_off(form.found.days, by=me()), answer)


@post(holidays, "/holidays/changes/<change_id>/retraction", may=may_keep_holidays, load=queries.added_days_off)
def take_back(addition: DaysOff) -> Response:
    """Remove what one addition or import added."""
    answer = _answer(lambda change: ngettext("%(num)s day off removed.", "%(num)s days off removed.", len(change.days)))
    return attempt(Form(), lambda: actions.take_back(addition, by=me()), answer)


def _answer(said: Any, undo: Any = None, **forms: Form) -> Answer:
    page = "holidays/index.html" if forms else None
    return Answer(to=url_for("holidays.index"), said=said, undo=undo, page=page, context=lambda: _context(**forms))


def _added(change: DaysOff) -> str:
    told = [ngettext("%(num)s day off added.", "%(num)s days off added.", len(change.days))]
    if change.known:
        told.append(
            ngettext("%(num)s was in the calendar already.", "%(num)s were in the calendar already.", change.known)
        )
    return " ".join(told)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TOLD else f"{text[: LONGEST_TOLD - 1]}…"


def _taken_back(change: DaysOff) -> str:
    return url_for("holidays.take_back", change_id=change.id)


def _put_back(gone: list[Span]) -> str | None:
    """Where what was removed is added again; nowhere for days under several names."""
    if len(gone) != 1:
        return None
    return url_for("holidays.add", first_on=gone[0].first_on, last_on=gone[0].last_on, name=gone[0].name)
