"""The text of a document, as far as it can be had, for the search after traces of its author."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.sax.handler import ContentHandler

from pypdf import PdfReader

from microcred.evidence import kinds
from microcred.evidence.blank_xml import local, read
from microcred.evidence.page_limits import MOST_PAGES

MOST_CHARACTERS = 200_000
MOST_BYTES = 20 * 1024 * 1024
PARAGRAPHS = {"p", "h", "si", "comment"}
SPACES = {"tab", "br", "s", "line-break", "cr"}
OPEN_DOCUMENT_PARTS = ("content.xml", "styles.xml")
OFFICE_TEXT_FOLDERS = ("word/", "ppt/slides/", "ppt/notesSlides/", "ppt/comments", "xl/sharedStrings", "xl/comments")


class Extract(NamedTuple):
    """The text of a document, and whether that is all there is of it."""

    text: str
    is_whole: bool


class LeftOut(NamedTuple):
    """Stands for a piece of a document that is too large to be read."""


def extract_text(path: Path, media_type: str, *, most_characters: int = MOST_CHARACTERS) -> Extract:
    """Return a document's text, at most `most_characters` of it; what cannot be read is left out, without error."""
    found: list[str | LeftOut] = []
    try:
        for piece in _pieces(path, media_type):
            found.append(piece)
            if sum(map(len, found)) > most_characters:
                break
    except Exception:  # The search only helps the author: what defies it is read by people anyway.
        found.append(LeftOut())
    text = "".join(piece for piece in found if isinstance(piece, str))
    is_whole = len(text) <= most_characters and LeftOut() not in found
    return Extract(_without_lone_surrogates(text[:most_characters]), is_whole)


def _without_lone_surrogates(text: str) -> str:
    """Half a letter, as a PDF can claim to hold, would break the page that it is quoted on."""
    return text.encode("utf-8", "replace").decode()


def _pieces(path: Path, media_type: str) -> Iterator[str | LeftOut]:
    if media_type == kinds.TEXT.media_type:
        yield from _text_pieces(path)
    elif media_type == kinds.PDF.media_type:
        yield from _pdf_pieces(path)
    elif media_type in {kind.media_type for kind in (kinds.DOCX, kinds.PPTX, kinds.XLSX, kinds.ODT)}:
        yield from _office_pieces(path)


def _text_pieces(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as text:
        yield text.read(MOST_CHARACTERS + 1)


def _pdf_pieces(path: Path) -> Iterator[str | LeftOut]:
    with path.open("rb") as document:
        pages = PdfReader(document).pages
        for page, _ in zip(pages, range(MOST_PAGES), strict=False):
            yield page.extract_text() + "\n"
        if len(pages) > MOST_PAGES:
            yield LeftOut()


def _office_pieces(path: Path) -> Iterator[str | LeftOut]:
    with zipfile.ZipFile(path) as package:
        for member in package.infolist():
            if _holds_text(member.filename):
                yield _text_of(package, member) if member.file_size <= MOST_BYTES else LeftOut()


def _text_of(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> str:
    text = _Text()
    with package.open(member) as part:
        read(part, text)  # type: ignore[arg-type]
    return "".join(text.pieces)


def _holds_text(name: str) -> bool:
    return name in OPEN_DOCUMENT_PARTS or (name.endswith(".xml") and name.startswith(OFFICE_TEXT_FOLDERS))


class _Text(ContentHandler):
    """Collects the characters, with a line's end after each paragraph."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def characters(self, content: str) -> None:
        self.pieces.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - the parser calls it so
        if local(name) in PARAGRAPHS:
            self.pieces.append("\n")
        elif local(name) in SPACES:
            self.pieces.append(" ")
