"""How a file of evidence leaves the house: under its code name, kept by nobody on the way, and never as a page."""

from flask import Response, abort, make_response, send_file

from microcred.evidence import pages
from microcred.evidence.storage import Storage, UnknownFile

SANDBOX = "sandbox; default-src 'none'"


def file_response(storage: Storage, stored_name: str, *, media_type: str, file_name: str) -> Response:
    """Pictures are shown, everything else is only handed over; a file that is not there is a 404."""
    try:
        path = storage.path(stored_name)
    except UnknownFile:
        abort(404)
    response = send_file(
        path,
        mimetype=media_type,
        as_attachment=not media_type.startswith("image/"),
        download_name=file_name,
        conditional=False,
        etag=False,
    )
    # When it was stored is nobody's business, and could tell reviewers who handed in that evening.
    del response.headers["Last-Modified"]
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "no-store"
    return response


def document_outline(storage: Storage, stored_name: str) -> pages.Outline | None:
    """The number of pages of a PDF and their text; None when it cannot be drawn. A file that is not there is a 404."""
    try:
        return pages.outline(storage.path(stored_name))
    except UnknownFile:
        abort(404)
    except pages.Unshowable:
        return None


def page_response(storage: Storage, stored_name: str, number: int) -> Response:
    """One page of a PDF, as a picture; a file or a page that is not there, or cannot be drawn, is a 404."""
    try:
        picture = pages.page_picture(storage.path(stored_name), number)
    except (UnknownFile, pages.Unshowable):
        abort(404)
    response = make_response(picture)
    response.mimetype = pages.MEDIA_TYPE
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "no-store"
    return response
