"""What is handed in comes out blind, or is refused with a sentence, and never anything else."""

import hashlib
import io
import random
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject

from microcred.errors import Refused
from microcred.evidence import cleaning, kinds, office, opendocument, packages, pictures, portable
from microcred.evidence.blank_xml import MARKUP_TRICK
from microcred.evidence.cleaning import CleanFile, clean
from microcred.evidence.photo_markers import without_jpeg2000_metadata, without_jpeg_metadata
from tests.evidence import canaries
from tests.evidence.canaries import CANARY, hits, package, photograph

LARGEST = 2 * 1024 * 1024


def cleaned(content: bytes, name: str = "") -> CleanFile:
    return clean(io.BytesIO(content), name, largest_bytes=LARGEST)


def bytes_of(content: bytes, name: str = "") -> bytes:
    with cleaned(content, name) as file:
        return file.read()


def member(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(name).decode()


CARRIERS: dict[str, Callable[[], bytes]] = {
    "photo.jpg": photograph,
    "photo.png": lambda: photograph("PNG"),
    "photo.webp": lambda: photograph("WEBP"),
    "photo.gif": lambda: photograph("GIF"),
    "plan.pdf": canaries.pdf,
    "plan.docx": lambda: package(canaries.word_members()),
    "plan.xlsx": lambda: package(canaries.workbook_members()),
    "plan.pptx": lambda: package(canaries.presentation_members()),
    "plan.odt": lambda: package(canaries.opendocument_members()),
}


PLANTED = {
    "photo.jpg": 5,
    "photo.png": 5,
    "photo.webp": 4,
    "photo.gif": 1,
    "plan.pdf": 40,
    "plan.docx": 40,
    "plan.xlsx": 6,
    "plan.pptx": 5,
    "plan.odt": 20,
}


@pytest.mark.parametrize("name", CARRIERS)
def test_no_trace_of_the_author_is_left_in_any_layer(name: str) -> None:
    carrier = CARRIERS[name]()
    assert hits(carrier) >= PLANTED[name], "the control: the search must find the author in the file as it came"
    assert hits(bytes_of(carrier, name)) == 0


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("plan.docx", ["kept &amp; inserted ", "kept deletion"]),
        ("plan.xlsx", ["kept sum"]),
        ("plan.pptx", ["kept slide"]),
        ("plan.odt", ["kept text"]),
    ],
)
def test_what_a_document_says_is_kept(name: str, kept: list[str]) -> None:
    parts = {"plan.docx": "word/document.xml", "plan.xlsx": "xl/worksheets/sheet1.xml", "plan.odt": "content.xml"}
    content = member(bytes_of(CARRIERS[name](), name), parts.get(name, "ppt/slides/slide1.xml"))
    assert [words for words in kept if words in content] == kept


def test_a_word_document_keeps_what_its_content_needs_and_nothing_else() -> None:
    with zipfile.ZipFile(io.BytesIO(bytes_of(CARRIERS["plan.docx"]()))) as packed:
        names = packed.namelist()
        pictures_and_sheets = sorted(name.partition("/file")[0] for name in names if "/file" in name)
        times = {member.date_time for member in packed.infolist()}
    assert sorted(name for name in names if "/file" not in name) == [
        "[Content_Types].xml",
        "_rels/.rels",
        "word/_rels/document.xml.rels",
        "word/_rels/settings.xml.rels",
        "word/comments.xml",
        "word/document.xml",
        "word/settings.xml",
    ]
    assert pictures_and_sheets == ["word/embeddings", "word/media"]
    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_links_stay_and_pictures_from_elsewhere_lead_nowhere() -> None:
    listed = member(bytes_of(CARRIERS["plan.docx"]()), "word/_rels/document.xml.rels")
    assert listed.count('Target="https://school.example/kept"') == 1
    assert listed.count('Target="about:blank"') == 1


def test_the_template_on_the_authors_computer_is_forgotten() -> None:
    assert member(CARRIERS["plan.docx"](), "word/_rels/settings.xml.rels").count("<Relationship ") == 1
    assert member(bytes_of(CARRIERS["plan.docx"]()), "word/_rels/settings.xml.rels").count("<Relationship ") == 0


def test_the_type_stands_first_and_unpacked_in_an_opendocument_text() -> None:
    with zipfile.ZipFile(io.BytesIO(bytes_of(CARRIERS["plan.odt"]()))) as packed:
        first = packed.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert packed.namelist()[2:] == ["content.xml", "settings.xml", "Pictures/file3.jpg"]
    assert member(bytes_of(CARRIERS["plan.odt"]()), "content.xml").count("xlink:href='Pictures/file3.jpg'") == 0
    assert member(bytes_of(CARRIERS["plan.odt"]()), "content.xml").count('xlink:href="Pictures/file3.jpg"') == 1


def test_the_line_that_repeats_an_author_goes_from_an_excel_note() -> None:
    notes = member(bytes_of(CARRIERS["plan.xlsx"]()), "xl/comments1.xml")
    assert notes.partition("<commentList>")[2] == (
        "<comment><text><r><t/></r><r><t>kept note</t></r></text></comment></commentList></comments>"
    )


def test_a_pdf_keeps_its_pages_remarks_links_and_pictures_and_loses_what_acts() -> None:
    reader = PdfReader(io.BytesIO(bytes_of(canaries.pdf())))
    (page,) = reader.pages
    annotations = [note.get_object() for note in cast("ArrayObject", page["/Annots"])]
    assert [str(note["/Subtype"]) for note in annotations] == ["/Text", "/Link", "/Link", "/Stamp", "/Link"]
    assert annotations[0]["/Contents"] == "a kept remark"
    assert [note["/A"]["/URI"] for note in annotations if "/A" in note] == ["https://school.example/kept"]
    assert sorted(cast("DictionaryObject", reader.trailer["/Root"])) == ["/Pages", "/Type"]
    assert reader.metadata is None
    assert [shown.image and shown.image.size for shown in page.images] == [(40, 20)]


@pytest.mark.parametrize(
    ("orientation", "size"),
    [(1, (40, 20)), (2, (40, 20)), (3, (40, 20)), (4, (40, 20)), *((n, (20, 40)) for n in (5, 6, 7, 8))],
)
def test_a_photograph_stands_upright_without_its_orientation_tag(orientation: int, size: tuple[int, int]) -> None:
    with cleaned(photograph(orientation=orientation)) as file, Image.open(file.path) as picture:
        assert (picture.size, (file.width, file.height), dict(picture.getexif())) == (size, size, {})


def test_the_sixth_orientation_turns_the_left_edge_to_the_top() -> None:
    picture = Image.new("RGB", (40, 20), "white")
    picture.paste("black", (0, 0, 8, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    written = io.BytesIO()
    picture.save(written, "PNG", exif=exif)
    with cleaned(written.getvalue()) as file, Image.open(file.path) as upright:
        assert (upright.getpixel((10, 2)), upright.getpixel((10, 38))) == ((0, 0, 0), (255, 255, 255))


def test_a_long_picture_is_made_smaller_in_proportion() -> None:
    with cleaned(photograph("PNG", (6000, 600))) as file:
        assert (file.width, file.height) == (3000, 300)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_pictures_of_every_mode_are_drawn_anew(mode: str) -> None:
    written = io.BytesIO()
    Image.new(mode, (8, 8)).save(written, "JPEG" if mode in ("CMYK", "YCbCr") else "PNG")
    with cleaned(written.getvalue()) as file:
        assert (file.width, file.height) == (8, 8)


def test_a_very_large_picture_keeps_its_colours_where_they_were() -> None:
    picture = Image.new("RGBA", (7000, 700), (0, 0, 255, 255))
    picture.paste((255, 0, 0, 128), (0, 350, 7000, 700))
    written = io.BytesIO()
    picture.save(written, "PNG", compress_level=1)
    with cleaned(written.getvalue()) as file, Image.open(file.path) as small:
        assert small.size == (3000, 300)
        shades = [small.getpixel((1500, row)) for row in (0, 140, 160, 299)]
    assert shades == [(0, 0, 255, 255), (0, 0, 255, 255), (255, 0, 0, 128), (255, 0, 0, 128)]


def test_a_transparent_picture_stays_transparent() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(written, "PNG")
    with cleaned(written.getvalue()) as file, Image.open(file.path) as picture:
        assert picture.getpixel((4, 4)) == (255, 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "media_type", "extension"),
    [
        ("photo.jpg", "image/jpeg", ".jpg"),
        ("photo.png", "image/png", ".png"),
        ("photo.webp", "image/webp", ".webp"),
        ("photo.gif", "image/png", ".png"),
        ("plan.pdf", "application/pdf", ".pdf"),
        ("plan.docx", kinds.DOCX.media_type, ".docx"),
        ("plan.pptx", kinds.PPTX.media_type, ".pptx"),
        ("plan.xlsx", kinds.XLSX.media_type, ".xlsx"),
        ("plan.odt", kinds.ODT.media_type, ".odt"),
    ],
)
def test_the_kind_is_told_by_the_content_and_a_clean_file_describes_itself(
    name: str, media_type: str, extension: str
) -> None:
    with cleaned(CARRIERS[name]()) as file:
        content = file.read()
        assert (file.media_type, file.extension) == (media_type, extension)
        assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("name", ["plan.pdf", "plan.docx", "plan.pptx", "plan.xlsx", "plan.odt", "photo.png"])
def test_a_clean_file_can_be_cleaned_again_to_the_same_bytes(name: str) -> None:
    once = bytes_of(CARRIERS[name]())
    assert bytes_of(once) == once


def test_a_clean_file_goes_when_it_is_closed() -> None:
    file = cleaned(b"text")
    path = file.path
    assert path.read_bytes() == b"text"
    file.close()
    assert not path.exists()


def test_a_path_is_read_as_well_as_a_stream(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"text")
    with clean(tmp_path / "a", "NOTES.TXT", largest_bytes=4) as file:
        assert file.read() == b"text"


def test_text_is_kept_but_for_its_byte_order_mark() -> None:
    text = "Élève\r\n\tfin \N{WINKING FACE}\n" * 30_000
    assert clean_text_of(b"\xef\xbb\xbf" + text.encode()) == text


def clean_text_of(content: bytes) -> str:
    with clean(io.BytesIO(content), "a.md", largest_bytes=10**7) as file:
        return file.read().decode()


def test_a_full_disk_is_not_blamed_on_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    full = OSError(28, "No space left on device")

    def save(*_: object, **__: object) -> None:
        raise full

    monkeypatch.setattr(Image.Image, "save", save)
    with pytest.raises(OSError, match="No space left") as trouble:
        cleaned(photograph())
    assert trouble.value is full


def test_the_markers_of_a_photograph_go_and_its_pixels_stay() -> None:
    photo = photograph(size=(300, 200))
    stripped = without_jpeg_metadata(photo)
    with Image.open(io.BytesIO(photo)) as before, Image.open(io.BytesIO(stripped)) as after:
        assert (hits(stripped), after.tobytes()) == (0, before.tobytes())


def test_the_boxes_of_a_jpeg_2000_that_hold_metadata_go() -> None:
    start = b"\0\0\0\x0cjP  \r\n\x87\n"
    telling = struct.pack(">I4s", 8 + len(CANARY), b"xml ") + CANARY.encode()
    rest = b"\0\0\0\0jp2cpixels"
    assert without_jpeg2000_metadata(start + telling + rest) == start + rest


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
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600

BAD_FILES: list[tuple[str, str, Callable[[], bytes], object]] = [
    ("empty", "a.txt", lambda: b"", cleaning.EMPTY),
    ("a Windows program", "a.pdf", lambda: b"MZ\x90\0" + b"\0" * 99, kinds.PROGRAM),
    ("a Linux program", "a", lambda: b"\x7fELF" + b"\0" * 99, kinds.PROGRAM),
    ("a Mac program", "a", lambda: b"\xcf\xfa\xed\xfe" + b"\0" * 99, kinds.PROGRAM),
    ("a shell script", "a.txt", lambda: b"#!/bin/sh\nrm -r /\n", kinds.PROGRAM),
    ("an HEIC photograph", "a.heic", lambda: b"\0\0\0\x18ftypheic" + b"\0" * 99, kinds.HEIC),
    ("an HEIF photograph called JPEG", "a.jpg", lambda: b"\0\0\0\x18ftypmif1" + b"\0" * 99, kinds.HEIC),
    ("a film", "a.mp4", lambda: b"\0\0\0\x18ftypmp42" + b"\0" * 99, kinds.WELCOME),
    ("a sound", "a.wav", lambda: b"RIFF\0\0\0\0WAVE" + b"\0" * 99, kinds.WELCOME),
    ("a RAR archive", "a.rar", lambda: b"Rar!\x1a\x07\0", kinds.ARCHIVE),
    ("a 7-Zip archive", "a.7z", lambda: b"7z\xbc\xaf\x27\x1c", kinds.ARCHIVE),
    ("a gzip archive", "a.gz", lambda: b"\x1f\x8b\x08\0", kinds.ARCHIVE),
    ("an empty zip", "a.zip", lambda: package({}), kinds.ARCHIVE),
    ("a zip of photographs", "a.zip", lambda: package({"a.jpg": photograph()}), kinds.ARCHIVE),
    ("half a zip", "a.docx", lambda: word()[:2000], kinds.ARCHIVE),
    ("a zip that is two documents", "a.docx", lambda: word_with("xl/workbook.xml"), kinds.ARCHIVE),
    ("an OpenDocument sheet", "a.ods", lambda: text_document_with("mimetype", "application/x"), kinds.WELCOME),
    ("an old Word document", "a.doc", lambda: OLD, kinds.OLD),
    ("a Word document with a password", "a.docx", lambda: OLD + "EncryptedPackage".encode("utf-16-le"), kinds.LOCKED),
    ("wide text", "a.txt", lambda: "text".encode("utf-16"), kinds.WIDE),
    ("Latin-1 text", "a.txt", lambda: b"\xe9l\xe8ve", kinds.WELCOME),
    ("text with a zero", "a.txt", lambda: b"a\0b", kinds.WELCOME),
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


@pytest.mark.parametrize(
    ("name", "make", "sentence"), [bad[1:] for bad in BAD_FILES], ids=[bad[0] for bad in BAD_FILES]
)
def test_a_bad_file_is_refused_with_its_own_reason(name: str, make: Callable[[], bytes], sentence: object) -> None:
    with pytest.raises(Refused) as refusal:
        cleaned(make(), name)
    assert (str(refusal.value.sentence), refusal.value.field) == (str(sentence), "file")


def test_a_file_one_byte_too_large_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        clean(io.BytesIO(b"a" * (LARGEST + 1)), "a.txt", largest_bytes=LARGEST)
    assert str(refusal.value.sentence) == "This file is too large: at most 2 MB are accepted."


@pytest.mark.parametrize(
    ("name", "carrier"),
    [
        ("a.pdf", "photo.png"),
        ("a.png", "photo.jpg"),
        ("a.docx", "plan.xlsx"),
        ("a.docm", "plan.docx"),
        ("a.zip", "plan.docx"),
        ("photo.jpg.exe", "photo.jpg"),
        ("photo.svg", "photo.png"),
        ("a.odt", "plan.docx"),
    ],
)
def test_a_name_that_lies_is_refused(name: str, carrier: str) -> None:
    with pytest.raises(Refused) as refusal:
        cleaned(CARRIERS[carrier](), name)
    assert str(refusal.value.sentence).startswith(f"The name ends in .{name.rpartition('.')[2]}, but the content is: ")


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "program.js", "start.bat"])
def test_text_under_the_name_of_a_page_or_script_is_refused(name: str) -> None:
    with pytest.raises(Refused) as refusal:
        cleaned(b"<script>alert(1)</script>", name)
    assert str(refusal.value.sentence).endswith("but the content is: plain text. Is it the right file?")


@pytest.mark.parametrize("name", ["", "PHOTO.JPG", "photo.jpeg ", "../photo.jpg", "my.photo.jfif", "\0.jpg", "photo"])
def test_odd_names_of_a_good_photograph_do_no_harm(name: str) -> None:
    with cleaned(photograph(), name) as file:
        assert file.extension == ".jpg"


STARTS = (*kinds.SIGNATURES, b"PK\x03\x04", b"RIFF\x40\0\0\0WEBPVP8 ", b"\0\0\0\x18ftyp", *kinds.PROGRAMS, OLD[:8], b"")
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def is_clean_or_refused(content: bytes) -> bool:
    try:
        return cleaned(content).size > 0
    except Refused as refusal:
        return refusal.field == "file"


@pytest.mark.parametrize("start", STARTS)
@quick
@given(rest=st.binary(max_size=600))
def test_noise_after_any_signature_is_clean_or_refused(start: bytes, rest: bytes) -> None:
    assert is_clean_or_refused(start + rest)


@pytest.mark.parametrize("name", CARRIERS)
@quick
@given(chosen=st.data())
def test_a_good_file_with_bytes_changed_is_clean_or_refused(name: str, chosen: st.DataObject) -> None:
    content = bytearray(WHOLE[name])
    for _ in range(chosen.draw(st.integers(1, 8))):
        content[chosen.draw(st.integers(0, len(content) - 1))] = chosen.draw(st.integers(0, 255))
    assert is_clean_or_refused(bytes(content[: chosen.draw(st.integers(1, len(content)))]))


WHOLE = {name: make() for name, make in CARRIERS.items()}
