"""How dates, money, numbers and typed text are shown: local school time, the reader's language, nothing unescaped."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache

import nh3
from flask import Flask, current_app
from flask_babel import (
    format_currency,
    format_date,
    format_datetime,
    format_decimal,
    format_percent,
    format_time,
    ngettext,
)
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markupsafe import Markup

from microcred.db import utcnow
from microcred.language import spoken
from microcred.schooldays import local

HOUR, HOUR_AND_MINUTE = "H\u00a0'h'", "H\u00a0'h'\u00a0mm"
"""How French writes the time of day: 16 h, 16 h 05."""
TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre", "h3", "h4", "hr"}


def init_words(app: Flask) -> None:
    """Give the filters to the templates."""
    for word in (moment, day, clock, stamp, money, number, percent, markdown, ago):
        app.jinja_env.filters[word.__name__] = word


def moment(value: datetime | None) -> str:
    """Day and time of a moment, e.g. "Thursday 3 December 2026 at 16:00"."""
    return _("%(day)s at %(time)s", day=day(value), time=clock(value)) if value else ""


def day(value: date | datetime | None) -> str:
    """A day as people say it, e.g. "Thursday 3 December 2026"."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = local(value).date()
    return format_date(value, f"EEEE {_number_of(value)} MMMM y")


def short_day(value: date | datetime) -> str:
    """A day where there is little room, e.g. "3 Dec"."""
    if isinstance(value, datetime):
        value = local(value).date()
    return format_date(value, f"{_number_of(value)} MMM")


def _number_of(value: date) -> str:
    return "d'er'" if value.day == 1 and spoken() == "fr" else "d"


def clock(value: datetime | None) -> str:
    """The time of day on the school's wall, e.g. "16:00"; in French "16 h"."""
    if value is None:
        return ""
    if spoken() != "fr":
        return format_time(value, "HH:mm")
    return format_time(value, HOUR_AND_MINUTE if local(value).minute else HOUR)


def stamp(value: datetime | None) -> str:
    """Day and time in the short form of a table, e.g. "2026-12-03 16:00"."""
    return format_datetime(value, "y-MM-dd HH:mm") if value else ""


def money(cents: int | None) -> str:
    """An amount in the district's currency; `cents` is in hundredths."""
    if cents is None:
        return ""
    return format_currency(Decimal(cents) / 100, current_app.config["MICROCRED_CURRENCY"])


def number(value: float | None) -> str:
    """A number with the separators of the reader's language."""
    return "" if value is None else format_decimal(value)


def percent(share: float | None) -> str:
    """A share from 0 to 1 as a percentage."""
    return "" if share is None else format_percent(share)


def ago(value: datetime | None) -> str:
    """How long ago a moment was, in whole days."""
    if value is None:
        return ""
    days = (local(utcnow()).date() - local(value).date()).days
    if days <= 0:
        return _("today")
    return _("yesterday") if days == 1 else ngettext("%(num)s day ago", "%(num)s days ago", days)


def markdown(text: str | None) -> Markup:
    """What somebody typed, as sanitised HTML inside an element in which htmx does nothing."""
    html = nh3.clean(_reader().render(text or ""), tags=TAGS, attributes={"a": {"href"}}, link_rel="nofollow noopener")
    return Markup(f'<div class="prose" hx-ignore>{html}</div>')  # noqa: S704 — sanitised one line above


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("js-default", {"html": False, "linkify": False})
