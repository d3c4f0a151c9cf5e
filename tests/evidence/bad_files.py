"""Bad files, made in code, each beside the sentence that must refuse it."""

import io
import random
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

from pypdf import PdfWriter

from microcred.evidence import cleaning, kinds, office, opendocument, packages, pictures, portable
from microcred.evidence.blank_xml import MARKUP_TRICK
from tests.evidence import canaries
from tests.evidence.canaries import package, photograph


def word() -> bytes:
    return package(canaries.word_members())


def word_with(name: str, content: str | bytes = b"x") -> bytes:
    return package(canaries.word_members() | {name: content})


def noise(size: int) -> bytes:
    """Fill a member with what packs well, though not suspiciously well."""
    return (random.Random(1).randbytes(2000) + b" " * 30_000) * (size // 32_000)


def word_of_small_bombs() -> bytes:
    """Fifteen sheets inside a document, each of 4 MB: harmless alone, and 60 MB together."""
    sheets: dict[str, str | bytes] = {f"word/embeddings/{number}.xlsx": small_bomb() for number in range(15)}
    targets = {f"r{number}": ("package", f"embeddings/{number}.xlsx") for number in range(15)}
    listed: dict[str, str | bytes] = {"word/_rels/document.xml.rels": canaries.relationships(**targets)}
    return package(canaries.word_members() | listed | sheets)


@cache
def small_bomb() -> bytes:
    return package(canaries.workbook_members() | {"xl/x.xml": b" " * 4_000_000})


def word_showing(target: str, content: bytes) -> bytes:
    listed = canaries.relationships(a=("image", target))
    return package(canaries.word_members() | {"word/_rels/document.xml.rels": listed, f"word/{target}": content})


def text_document_with(name: str, content: str | bytes) -> bytes:
    return package(canaries.opendocument_members() | {name: content})


def encrypted_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(10, 10)
    writer.encrypt("secret", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def pdf_of(pages: int) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(10, 10)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    header = chunk(b"IHDR", struct.pack(">II5B", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def gif_claiming(width: int, height: int) -> bytes:
    frame = b"," + struct.pack("<4HB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\0;"
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\xf0\0\0" + b"\0" * 6 + frame


def locked_package() -> bytes:
    packed = bytearray(package({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = -1
        while (position := packed.find(signature, position + 1)) != -1:
            packed[position + offset] |= 1
    return bytes(packed)


def squeezed(members: dict[str, str | bytes], method: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return written.getvalue()


def with_a_name_twice() -> bytes:
    written = io.BytesIO(word())
    with warnings.catch_warnings(), zipfile.ZipFile(written, "a") as packed:
        warnings.simplefilter("ignore")
        packed.writestr("word/document.xml", "<another/>")
    return written.getvalue()


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
ENCRYPTED_LIST = '<manifest:manifest xmlns:manifest="m"><manifest:encryption-data/></manifest:manifest>'
MACRO_TYPES = canaries.content_types("word/document.xml", "macroEnabled.document")
UNWELCOME = kinds.unwelcome(kinds.KINDS)
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600

BAD_FILES: list[tuple[str, str, Callable[[], bytes], object]] = [
    ("empty", "a.txt", lambda: b"", cleaning.EMPTY),
    ("nothing but a byte order mark", "a.txt", lambda: b"\xef\xbb\xbf", cleaning.EMPTY),
    ("a Windows program", "a.pdf", lambda: b"MZ\x90\0" + b"\0" * 99, kinds.PROGRAM),
    ("a Linux program", "a", lambda: b"\x7fELF" + b"\0" * 99, kinds.PROGRAM),
    ("a Mac program", "a", lambda: b"\xcf\xfa\xed\xfe" + b"\0" * 99, kinds.PROGRAM),
    ("a shell script", "a.txt", lambda: b"#!/bin/sh\nrm -r /\n", kinds.PROGRAM),
    ("an HEIC photograph", "a.heic", lambda: b"\0\0\0\x18ftypheic" + b"\0" * 99, kinds.HEIC),
    ("an HEIF photograph called JPEG", "a.jpg", lambda: b"\0\0\0\x18ftypmif1" + b"\0" * 99, kinds.HEIC),
    ("a film", "a.mp4", lambda: b"\0\0\0\x18ftypmp42" + b"\0" * 99, UNWELCOME),
    ("a sound", "a.wav", lambda: b"RIFF\0\0\0\0WAVE" + b"\0" * 99, UNWELCOME),
    ("a RAR archive", "a.rar", lambda: b"Rar!\x1a\x07\0", kinds.ARCHIVE),
    ("a 7-Zip archive", "a.7z", lambda: b"7z\xbc\xaf\x27\x1c", kinds.ARCHIVE),
    ("a gzip archive", "a.gz", lambda: b"\x1f\x8b\x08\0", kinds.ARCHIVE),
    ("an empty zip", "a.zip", lambda: package({}), kinds.ARCHIVE),
    ("a zip of photographs", "a.zip", lambda: package({"a.jpg": photograph()}), kinds.ARCHIVE),
    ("half a zip", "a.docx", lambda: word()[:2000], kinds.ARCHIVE),
    ("a zip that is two documents", "a.docx", lambda: word_with("xl/workbook.xml"), kinds.ARCHIVE),
    ("an OpenDocument sheet", "a.ods", lambda: text_document_with("mimetype", "application/x"), UNWELCOME),
    ("an old Word document", "a.doc", lambda: OLD, kinds.OLD),
    ("a Word document with a password", "a.docx", lambda: OLD + "EncryptedPackage".encode("utf-16-le"), kinds.LOCKED),
    ("wide text", "a.txt", lambda: "text".encode("utf-16"), kinds.WIDE),
    ("Latin-1 text", "a.txt", lambda: b"\xe9l\xe8ve", UNWELCOME),
    ("text with a zero", "a.txt", lambda: b"a\0b", UNWELCOME),
    ("text with an escape", "a.txt", lambda: b"a\x1b[2Jb", cleaning.NOT_TEXT),
    ("text with a late bad byte", "a.txt", lambda: b"a" * 5000 + b"\xff", cleaning.NOT_TEXT),
    ("text that ends in half a letter", "a.txt", lambda: b"a" * 5000 + b"\xc3", cleaning.NOT_TEXT),
    ("text that turns its direction", "a.txt", lambda: "a\u202etxt.exe".encode(), cleaning.NOT_TEXT),
    ("half a JPEG", "a.jpg", lambda: photograph(size=(400, 400))[:-500], pictures.BROKEN_PICTURE),
    ("a JPEG's first bytes", "a.jpg", lambda: b"\xff\xd8\xff", pictures.BROKEN_PICTURE),
    ("half a PNG", "a.png", lambda: photograph("PNG")[:-40], pictures.BROKEN_PICTURE),
    ("half a WebP", "a.webp", lambda: photograph("WEBP")[:40], pictures.BROKEN_PICTURE),
    ("half a GIF", "a.gif", lambda: photograph("GIF")[:20], pictures.BROKEN_PICTURE),
    ("41 megapixels", "a.png", lambda: png_claiming(8200, 5000), pictures.TOO_MANY_PIXELS),
    ("100 megapixels", "a.png", lambda: png_claiming(10000, 10000), pictures.TOO_MANY_PIXELS),
    ("4,000 megapixels", "a.png", lambda: png_claiming(65000, 65000), pictures.TOO_MANY_PIXELS),
    ("a GIF of 4,000 megapixels", "a.gif", lambda: gif_claiming(65000, 65000), pictures.TOO_MANY_PIXELS),
    ("a PDF with a password", "a.pdf", encrypted_pdf, portable.ENCRYPTED),
    ("a PDF without pages", "a.pdf", lambda: pdf_of(0), portable.NO_PAGES),
    ("a PDF of 1,001 pages", "a.pdf", lambda: pdf_of(1001), portable.TOO_MANY_PAGES),
    ("a PDF's first line", "a.pdf", lambda: b"%PDF-1.7\n", portable.BROKEN_PDF),
    ("a PDF full of noise", "a.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 20, portable.BROKEN_PDF),
    ("a document with macros", "a.docx", lambda: word_with("word/vbaProject.bin"), packages.HAS_MACROS),
    ("macros by another name", "a.docx", lambda: word_with("[Content_Types].xml", MACRO_TYPES), packages.HAS_MACROS),
    ("a document with controls", "a.docx", lambda: word_with("word/activeX/activeX1.bin"), packages.HAS_MACROS),
    ("a text with macros", "a.odt", lambda: text_document_with("Basic/Standard/m.xml", "<x/>"), packages.HAS_MACROS),
    ("a locked zip", "a.docx", locked_package, packages.LOCKED),
    ("a locked text", "a.odt", lambda: text_document_with("META-INF/manifest.xml", ENCRYPTED_LIST), packages.LOCKED),
    ("a member above its folder", "a.docx", lambda: word_with("word/../../evil.xml"), packages.TRICK_NAMES),
    ("a member at the root", "a.docx", lambda: word_with("/etc/passwd"), packages.TRICK_NAMES),
    ("a member with a back slash", "a.docx", lambda: word_with("..\\evil.xml"), packages.TRICK_NAMES),
    ("a name that comes twice", "a.docx", with_a_name_twice, packages.TRICK_NAMES),
    ("a name twice but for capitals", "a.docx", lambda: word_with("WORD/document.xml"), packages.TRICK_NAMES),
    ("an odd packing", "a.docx", lambda: squeezed(canaries.word_members(), zipfile.ZIP_LZMA), packages.TRICK_NAMES),
    ("more than 50 MB", "a.docx", lambda: word_with("word/x.xml", noise(51_000_000)), packages.EXPLODES),
    ("many small bombs inside", "a.docx", word_of_small_bombs, packages.EXPLODES),
    ("a zip bomb", "a.docx", lambda: word_with("word/x.xml", b" " * 20_000_000), packages.EXPLODES),
    (
        "4,000 members",
        "a.docx",
        lambda: package(canaries.word_members() | dict.fromkeys(map(str, range(4000)), "")),
        packages.TOO_MANY_PARTS,
    ),
    ("entities that multiply", "a.docx", lambda: word_with("word/document.xml", DOCTYPE), MARKUP_TRICK),
    ("broken XML", "a.docx", lambda: word_with("word/document.xml", "<a><b></a>"), office.BROKEN_OFFICE),
    ("an empty part", "a.docx", lambda: word_with("word/comments.xml", ""), office.BROKEN_OFFICE),
    ("broken XML in a text", "a.odt", lambda: text_document_with("content.xml", "<a>"), opendocument.BROKEN_TEXT),
    ("a text without a list", "a.odt", lambda: package({"mimetype": kinds.ODT.media_type}), opendocument.BROKEN_TEXT),
    ("an embedded program", "a.docx", lambda: word_showing("embeddings/ole.bin", b"MZ"), packages.UNCLEANABLE),
    ("an embedded film", "a.docx", lambda: word_showing("media/a.mp4", b"x"), packages.UNCLEANABLE),
    ("a program called a picture", "a.docx", lambda: word_showing("media/a.png", b"MZ"), packages.UNCLEANABLE),
    (
        "a broken picture inside",
        "a.docx",
        lambda: word_showing("media/a.png", photograph("PNG")[:60]),
        pictures.BROKEN_PICTURE,
    ),
    (
        "a huge picture inside",
        "a.docx",
        lambda: word_showing("media/a.png", png_claiming(9000, 9000)),
        pictures.TOO_MANY_PIXELS,
    ),
    (
        "documents in documents in documents",
        "a.docx",
        lambda: word_with("word/embeddings/sheet.xlsx", word()),
        packages.UNCLEANABLE,
    ),
    ("an object in a text", "a.odt", lambda: text_document_with("Object 1", b"x"), packages.UNCLEANABLE),
]
