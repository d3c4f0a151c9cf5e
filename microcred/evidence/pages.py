"""The pages of a PDF as pictures and as text, drawn by a process of its own, so that no browser has to open the PDF."""

import json
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from microcred.evidence.apart import run_apart

MOST_PAGES = 50
"""So many are shown; whoever wants more of a long document downloads it."""

SECONDS = 15
MEGABYTES = 1024
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
    return _drawn(path, number)


@lru_cache(maxsize=16)
def _drawn(path: Path, number: int) -> bytes:
    return _read(path, str(number))


def page_count(path: Path) -> int:
    """How many pages a PDF has; raises Unshowable."""
    return outline(path).pages


@lru_cache(maxsize=128)
def outline(path: Path) -> Outline:
    """Read the number of pages and their texts; raises Unshowable. It is kept in mind: a stored file never changes."""
    try:
        found = json.loads(_read(path, "outline"))
        return Outline(int(found["count"]), tuple(str(text) for text in found["texts"]))
    except (ValueError, KeyError, TypeError):
        raise Unshowable from None


def _read(path: Path, what: str) -> bytes:
    with path.open("rb") as document, tempfile.TemporaryFile() as made:
        said = run_apart(READER, what, source=document, target=made, seconds=SECONDS, megabytes=MEGABYTES)
        if said is None:
            raise Unshowable
        made.seek(0)
        return made.read()
