"""A file that somebody hands in, checked and made blind: what it shows is kept, and who made it is not."""

import codecs
import hashlib
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

from flask_babel import lazy_gettext as _l

from microcred.evidence import kinds
from microcred.evidence.kinds import KINDS, Kind, kind_of, refuse_a_name_that_lies
from microcred.evidence.office import clean_office
from microcred.evidence.opendocument import clean_opendocument
from microcred.evidence.pictures import Size, clean_gif, clean_jpeg, clean_png, clean_webp
from microcred.evidence.portable import clean_pdf
from microcred.evidence.refusals import refused, refusing_what_breaks

BLOCK = 256 * 1024
MEGABYTE = 1024 * 1024
CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")

EMPTY = _l("This file is empty.")
BROKEN = _l("This file is broken and cannot be cleaned. Please save it again, or as PDF, and hand that in.")
NOT_TEXT = _l("This file holds characters that belong to no text. Please save it as plain text in UTF-8, or as PDF.")


@dataclass(frozen=True)
class CleanFile:
    """A clean copy in a temporary file, which goes when this is closed or forgotten; pictures know their size."""

    media_type: str
    extension: str
    size: int
    sha256: str
    width: int | None
    height: int | None
    _file: BinaryIO = field(repr=False)

    @property
    def path(self) -> Path:
        return Path(self._file.name)

    def read(self) -> bytes:
        return self.path.read_bytes()

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, what: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


Written = tuple[Kind, int | None, int | None]
"""The kind of a clean copy, and its width and height if it is a picture."""


def write_clean(upload: BinaryIO, target: BinaryIO, claimed_name: str, welcome: tuple[Kind, ...]) -> Written:
    """Write a clean copy of a file that can be read and written at any place; refuses as `clean` does."""
    kind = kind_of(upload, welcome)
    refuse_a_name_that_lies(kind, claimed_name)
    cleaner, kept_as = CLEANERS[kind]
    with refusing_what_breaks(BROKEN):
        upload.seek(0)
        width, height = cleaner(upload, target) or (None, None)
        target.flush()
    return kept_as, width, height


Write = Callable[[BinaryIO, BinaryIO, str, tuple[Kind, ...]], Written]


def clean(
    source: BinaryIO | Path,
    claimed_name: str,
    *,
    largest_bytes: int,
    welcome: tuple[Kind, ...] = KINDS,
    write: Write = write_clean,
) -> CleanFile:
    """Check a file and write a clean copy of it; raises Refused, beside the field `file`, and nothing else.

    Refuses what is empty, larger than `largest_bytes`, of a kind not on the list, named as another kind, a program, an
    archive, encrypted, with macros, broken, or made to explode. The claimed name is compared and then forgotten.
    """
    with tempfile.TemporaryFile() as spool:
        upload = cast("BinaryIO", spool)
        _take_in(source, upload, largest_bytes)
        return _cleaned(upload, claimed_name, welcome, write)


def _take_in(source: BinaryIO | Path, upload: BinaryIO, largest_bytes: int) -> None:
    if isinstance(source, Path):
        with source.open("rb") as opened:
            _take_in(opened, upload, largest_bytes)
        return
    taken = 0
    while block := source.read(BLOCK):
        taken += len(block)
        if taken > largest_bytes:
            most = round(largest_bytes / MEGABYTE, 1)
            raise refused(_l("This file is too large: at most %(most)g MB are accepted.", most=most))
        upload.write(block)
    if not taken:
        raise refused(EMPTY)


def _cleaned(upload: BinaryIO, claimed_name: str, welcome: tuple[Kind, ...], write: Write) -> CleanFile:
    # The clean file that is returned closes it.
    target = cast("BinaryIO", tempfile.NamedTemporaryFile(prefix="microcred-"))  # noqa: SIM115
    try:
        return _described(target, *write(upload, target, claimed_name, welcome))
    except BaseException:
        target.close()
        raise


def _described(target: BinaryIO, kind: Kind, width: int | None, height: int | None) -> CleanFile:
    target.seek(0)
    digest = hashlib.sha256()
    while block := target.read(BLOCK):
        digest.update(block)
    return CleanFile(kind.media_type, kind.extension, target.tell(), digest.hexdigest(), width, height, target)


def clean_text(source: BinaryIO, target: BinaryIO) -> None:
    """Copy UTF-8 text without its byte order mark; refuse control characters, which can hide text."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    with refusing_what_breaks(NOT_TEXT):
        while block := source.read(BLOCK):
            _write_text(decoder.decode(block), target)
        _write_text(decoder.decode(b"", final=True), target)
    if not target.tell():
        raise refused(EMPTY)


def _write_text(text: str, target: BinaryIO) -> None:
    if CONTROL_CHARACTERS.search(text):
        raise refused(NOT_TEXT)
    target.write(text.encode())


Cleaner = Callable[[BinaryIO, BinaryIO], Size | None]

CLEANERS: dict[Kind, tuple[Cleaner, Kind]] = {
    kinds.JPEG: (clean_jpeg, kinds.JPEG),
    kinds.PNG: (clean_png, kinds.PNG),
    kinds.WEBP: (clean_webp, kinds.WEBP),
    kinds.GIF: (clean_gif, kinds.PNG),
    kinds.PDF: (clean_pdf, kinds.PDF),
    kinds.DOCX: (clean_office, kinds.DOCX),
    kinds.PPTX: (clean_office, kinds.PPTX),
    kinds.XLSX: (clean_office, kinds.XLSX),
    kinds.ODT: (clean_opendocument, kinds.ODT),
    kinds.TEXT: (clean_text, kinds.TEXT),
}
