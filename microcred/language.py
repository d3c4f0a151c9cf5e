"""The language somebody reads: their own choice, else the browser's wish, else the district's."""

from typing import Any

from flask import Flask, current_app, has_request_context, request, session
from flask_babel import Babel, LazyString, get_locale
from flask_login import current_user

from microcred.config import LANGUAGES, LOCALES


def init_language(app: Flask) -> None:
    """Choose catalogue, formats and time zone for every request."""
    babel = Babel()
    babel.init_app(app, locale_selector=_locale, timezone_selector=lambda: app.config["MICROCRED_TIME_ZONE"])
    app.context_processor(lambda: {"language": spoken(), "languages": LANGUAGES})
    app.jinja_env.finalize = _as_text


def _as_text(shown: Any) -> Any:
    """A lazy sentence claims to be markup, whatever was put into it: as plain text it is escaped like any other."""
    return str(shown) if isinstance(shown, LazyString) else shown


def spoken() -> str:
    """The language of this page: en or fr."""
    locale = get_locale()
    return locale.language if locale else str(current_app.config["MICROCRED_LANGUAGE"])


def _locale() -> str:
    default = current_app.config["MICROCRED_LANGUAGE"]
    if not has_request_context():
        return LOCALES[default]
    chosen = session.get("language") or getattr(current_user, "language", None)
    return LOCALES[chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or default]
