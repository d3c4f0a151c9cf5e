"""Pictures of giveaways: drawn anew as those of evidence are, kept in a folder of their own, and shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Response, abort, current_app, send_file, send_from_directory
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db, lock
from microcred.evidence.cleaning import clean
from microcred.evidence.refusals import refused
from microcred.evidence.serving import SANDBOX
from microcred.evidence.storage import Storage, UnknownFile, scan
from microcred.history import record
from microcred.recognition.models import Giveaway

LARGEST_BYTES = 10 * 1024 * 1024
MAX_AGE = 24 * 60 * 60
"""Seconds for which a browser keeps a picture; a new picture has a new address."""

KINDS = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
NO_PICTURE = _l("This is no picture. Please choose a JPEG, PNG, WebP or GIF file.")


def storage() -> Storage:
    """The folder of pictures of giveaways."""
    folder: Path = current_app.config["MICROCRED_DATA"]
    return Storage(folder / "giveaways")


class Kept:
    """A clean picture that lies in the storage and waits for its giveaway; `name` tells its kind by its ending."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_taken = False

    def show(self, giveaway: Giveaway, *, by: Account) -> Giveaway:
        """Let a giveaway have this picture, within the transaction."""
        lock(giveaway)
        giveaway.picture_file = self.name
        record(by, "pictured", giveaway)
        self.is_taken = True
        return giveaway


@contextmanager
def receive(upload: Any) -> Iterator[Kept]:
    """Take in a picture before the transaction; raises Refused beside the field `file` for what is none, or too large.

    The file goes again unless a giveaway took it.
    """
    stored = storage()
    with clean(upload.stream, upload.filename or "", largest_bytes=LARGEST_BYTES) as picture:
        ending = next((ending for ending, media_type in KINDS.items() if media_type == picture.media_type), None)
        if ending is None:
            raise refused(NO_PICTURE)
        scan(picture.path, current_app.config["MICROCRED_VIRUS_SCANNER"])
        kept = Kept(f"{stored.keep(picture)}.{ending}")
    try:
        yield kept
    finally:
        if not kept.is_taken:
            stored.remove(_stem(kept.name))


def remove_picture(giveaway: Giveaway, *, by: Account) -> Giveaway:
    """Show a giveaway without its own picture; the file is swept later."""
    lock(giveaway)
    giveaway.picture_file = None
    record(by, "removed picture", giveaway)
    return giveaway


def sweep_pictures() -> list[str]:
    """Remove pictures that no giveaway shows any more; returns their names."""
    shown = db.session.scalars(select(Giveaway.picture_file).where(Giveaway.picture_file.is_not(None)))
    return storage().sweep({_stem(name) for name in shown if name})


def picture_response(giveaway: Giveaway) -> Response:
    """The picture of a giveaway: its own, else the drawn one that was chosen; a 404 when it has none."""
    name = giveaway.picture_file or giveaway.picture
    response = _own_picture(name) if giveaway.picture_file else _drawn_picture(name)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = f"private, max-age={MAX_AGE}"
    return response


def _own_picture(name: str) -> Response:
    try:
        path = storage().path(_stem(name))
    except UnknownFile:
        abort(404)
    response = send_file(path, mimetype=KINDS[name.rpartition(".")[2]], conditional=False, etag=False)
    del response.headers["Last-Modified"]
    return response


def _drawn_picture(name: str) -> Response:
    if not name:
        abort(404)
    return send_from_directory(Path(current_app.root_path).parent / "static", name, conditional=False, etag=False)


def _stem(name: str) -> str:
    return name.partition(".")[0]
