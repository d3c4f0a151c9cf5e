"""Which kinds of file may be handed in, told apart by their content and never by their name."""

import codecs
import zipfile
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import BinaryIO

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from microcred.evidence.refusals import refused, refusing_what_breaks

HEAD = 4096


@dataclass(frozen=True)
class Kind:
    """A kind of file: what to call it, how to serve it, and the endings that its names may have."""

    name: LazyString = field(compare=False)
    media_type: str
    extensions: tuple[str, ...]

    @property
    def extension(self) -> str:
        return self.extensions[0]


OPEN_XML = "application/vnd.openxmlformats-officedocument."
JPEG = Kind(_l("JPEG picture"), "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"))
PNG = Kind(_l("PNG picture"), "image/png", (".png",))
WEBP = Kind(_l("WebP picture"), "image/webp", (".webp",))
GIF = Kind(_l("GIF picture"), "image/gif", (".gif",))
PDF = Kind(_l("PDF document"), "application/pdf", (".pdf",))
DOCX = Kind(_l("Word document"), OPEN_XML + "wordprocessingml.document", (".docx",))
PPTX = Kind(_l("PowerPoint presentation"), OPEN_XML + "presentationml.presentation", (".pptx",))
XLSX = Kind(_l("Excel workbook"), OPEN_XML + "spreadsheetml.sheet", (".xlsx",))
ODT = Kind(_l("OpenDocument text"), "application/vnd.oasis.opendocument.text", (".odt",))
TEXT = Kind(_l("plain text"), "text/plain", (".txt", ".text", ".md", ".csv"))
KINDS = (JPEG, PNG, WEBP, GIF, PDF, DOCX, PPTX, XLSX, ODT, TEXT)

MAIN_PARTS = {"word/document.xml": DOCX, "ppt/presentation.xml": PPTX, "xl/workbook.xml": XLSX}
SIGNATURES = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG, b"GIF87a": GIF, b"GIF89a": GIF, b"%PDF-": PDF}
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK\x05\x06", b"PK\x07\x08")
APPLE_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"hevm", b"mif1", b"msf1")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
WIDE_TEXT = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

WELCOME = _l(
    "Please hand in a JPEG, PNG, WebP or GIF picture, a PDF, a Word, PowerPoint, Excel or ODT file, or plain text."
)
PROGRAM = _l("This file is a program. Programs are not accepted.")
ARCHIVE = _l("This file is an archive. Please unpack it and hand in the files one by one.")
HEIC = _l("This picture is in Apple’s HEIC format. Please export it as JPEG and hand that in.")
LOCKED = _l("This document is protected by a password. Please save it without one and hand it in again.")
OLD = _l("This document is in an old Office format. Please save it as .docx, .pptx, .xlsx or PDF.")
WIDE = _l("This text is not stored as UTF-8. Please save it as UTF-8 and hand it in again.")


def kind_of(upload: BinaryIO) -> Kind:
    """Tell the kind of a file from its content; refuse what is not on the list, each with its own reason."""
    upload.seek(0)
    head = upload.read(HEAD)
    _refuse_the_unwelcome(head, upload)
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(upload)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    for signature, kind in SIGNATURES.items():
        if head.startswith(signature):
            return kind
    if not _looks_like_text(head):
        raise refused(WELCOME)
    return TEXT


def refuse_a_name_that_lies(kind: Kind, claimed_name: str) -> None:
    """Refuse a name whose ending belongs to something else than the content: it would fool whoever opens the file."""
    ending = PurePath(claimed_name.strip()).suffix.lower()
    if ending and ending not in kind.extensions:
        values = {"ending": ending[:12], "kind": kind.name}
        raise refused(_l("The name ends in %(ending)s, but the content is: %(kind)s. Is it the right file?", **values))


def _refuse_the_unwelcome(head: bytes, upload: BinaryIO) -> None:
    if head.startswith(PROGRAMS):
        raise refused(PROGRAM)
    if head.startswith(ARCHIVES):
        raise refused(ARCHIVE)
    if head[4:8] == b"ftyp" and head[8:12] in APPLE_BRANDS:
        raise refused(HEIC)
    if head.startswith(OLD_OFFICE):
        raise refused(LOCKED if ENCRYPTED_OFFICE in head + upload.read() else OLD)
    if head.startswith(WIDE_TEXT):
        raise refused(WIDE)


def _office_kind(upload: BinaryIO) -> Kind:
    with refusing_what_breaks(ARCHIVE), zipfile.ZipFile(upload) as package:
        names = set(package.namelist())
        if "mimetype" in names:
            return _open_document_kind(package)
    kinds = [kind for part, kind in MAIN_PARTS.items() if part in names and "[Content_Types].xml" in names]
    if len(kinds) != 1:
        raise refused(ARCHIVE)
    return kinds[0]


def _open_document_kind(package: zipfile.ZipFile) -> Kind:
    with package.open("mimetype") as declared:
        if declared.read(100).strip() != ODT.media_type.encode():
            raise refused(WELCOME)
    return ODT


def _looks_like_text(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return b"\0" not in head
