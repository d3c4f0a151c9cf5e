"""The pages of a PDF as pictures and as text, drawn by a process of its own, so that no browser has to open the PDF."""

import json
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from microcred.evidence.apart import Unfinished, run_apart
from microcred.evidence.kept_pages import KeptPages
from microcred.evidence.page_limits import MOST_PAGES

SECONDS = 15
MEGABYTES = 1024
PATIENCE = 3
"""Seconds for which a page waits for its turn: a document of many must not keep every thread of a worker waiting."""

MOST_BYTES_KEPT = 24 * 1024 * 1024
"""Enough for the pages of a document or two; each worker keeps as much."""

READER = Path(__file__).with_name("page_reader.py")
MEDIA_TYPE = "image/webp"


class Unshowable(Exception):
    """A document that cannot be drawn, or a page that it does not have."""


class Outline(NamedTuple):
    """How many pages a document has, and the beginning of the text of each that is shown."""

    pages: int
    texts: tuple[str, ...]

    @property
    def shown(self) -> range:
        """The numbers of the pages that are shown."""
        return range(1, min(self.pages, MOST_PAGES) + 1)


def page_picture(path: Path, number: int) -> bytes:
    """Draw one page of a PDF, counted from 1, as WebP; raises Unshowable."""
    if not 1 <= number <= MOST_PAGES:
        raise Unshowable
    picture = _pictures.get((path, number))
    if picture is None:
        picture = _read(path, str(number))
        _pictures.keep((path, number), picture)
    if not picture:
        raise Unshowable
    return picture


_pictures = KeptPages(MOST_BYTES_KEPT)
"""Stored files never change; of a page that cannot be drawn nothing is kept, and that is kept in mind too."""


def outline(path: Path) -> Outline:
    """Read the number of pages and their texts; raises Unshowable."""
    if (found := _outline(path)) is None:
        raise Unshowable
    return found


@lru_cache(maxsize=128)
def _outline(path: Path) -> Outline | None:
    try:
        found = json.loads(_read(path, f"outline {MOST_PAGES}"))
        return Outline(int(found["count"]), tuple(str(text) for text in found["texts"]))
    except (ValueError, KeyError, TypeError):
        return None


def _read(path: Path, what: str) -> bytes:
    """What is made of it; nothing when that failed."""
    limits = {"seconds": SECONDS, "megabytes": MEGABYTES, "patience": PATIENCE}
    with path.open("rb") as document, tempfile.TemporaryFile() as made:
        try:
            run_apart(READER, what, source=document, target=made, **limits)
        except Unfinished:
            return b""
        made.seek(0)
        return made.read()
