"""Error pages in the application's own look, each with a clear sentence and a way on."""

import errno
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from microcred.db import Busy, db
from microcred.logs import log_fault

CODES = (400, 403, 404, 405, 413, 422, 429, 500, 503)
SECRET_FIELDS = ("password", "csrf_token")
FULL = (errno.ENOSPC, errno.EDQUOT)
RETRY_SECONDS = "5"


def init_faults(app: Flask) -> None:
    """Answer every error with a page of our own."""
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    for busy in (Busy, DBAPIError, PoolTimeout, OSError):
        app.register_error_handler(busy, _database)
    app.register_error_handler(Exception, _unexpected)


def words(code: int) -> tuple[str, str]:
    """The title and the sentence of an error page."""
    pages = {
        400: (_("That request could not be read"), _("Something in it was not as expected. Go back and try again.")),
        403: (_("That is not yours to do"), _("You are signed in, but this belongs to somebody else’s work.")),
        404: (_("There is no such page"), _("It may have moved, or the address has a slip in it.")),
        405: (_("That request could not be read"), _("This address does not take that kind of request.")),
        413: (_("That was too large"), _("The file or text is larger than this page takes. Choose a smaller one.")),
        422: (_("That did not go through"), _("Something in the form needs another look.")),
        429: (_("A little slower, please"), _("There were too many tries. Wait a moment, then try again.")),
        500: (_("Something went wrong here"), _("It is our fault, not yours. Nothing was half saved. Try again.")),
        503: (_("Busy for a moment"), _("The database did not answer in time. Nothing was lost. Try again.")),
    }
    return pages.get(code, pages[400])


def error_page(code: int, **extra: Any) -> Response:
    """The page for an error; what was typed is kept on it where sending it again makes sense."""
    if code >= 500:
        g.is_bare, g._login_user = True, AnonymousUserMixin()  # noqa: SLF001 — asks the database for nobody
    title, text = words(code)
    return make_response(render_template("errors/error.html", code=code, title=title, text=text, **extra), code)


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    return error_page(error.code if error.code in CODES else 400)


def _stale(error: CSRFError) -> Response:
    text = _("This page was open for too long. Send the form once more: what you typed is still here.")
    title = words(400)[0]
    page = render_template("errors/error.html", code=400, title=title, text=text, kept=kept_fields())
    return make_response(page, 400)


def _database(error: Exception) -> Response:
    db.session.rollback()
    if isinstance(error, DataError):
        return error_page(400)
    log_fault()
    if not _is_passing(error):
        return error_page(500)
    response = error_page(503, kept=kept_fields())
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def _is_passing(error: Exception) -> bool:
    """Whether trying again later may help: locked, full, unreachable; not a slip in our own statements."""
    if isinstance(error, OSError):
        return error.errno in FULL
    if isinstance(error, DBAPIError) and str(error.orig).startswith("no such "):
        return False
    return not isinstance(error, DBAPIError) or type(error).__name__ in ("OperationalError", "InterfaceError")


def _unexpected(error: Exception) -> Response:
    log_fault()
    db.session.rollback()
    return error_page(500)


def kept_fields() -> list[tuple[str, str]]:
    """What was typed, so that a page can offer to send it once more; no passwords, no files."""
    if request.method != "POST":
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name not in SECRET_FIELDS]
