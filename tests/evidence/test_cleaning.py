"""What is handed in comes out blind, or is refused with a sentence, and never anything else."""

import hashlib
import io
import struct
import zipfile
from pathlib import Path
from typing import cast

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from microcred.evidence import kinds
from microcred.evidence.cleaning import clean
from microcred.evidence.photo_markers import without_jpeg2000_metadata, without_jpeg_metadata
from tests.evidence import canaries
from tests.evidence.canaries import CANARY, CARRIERS, bytes_of, cleaned, photograph
from tests.evidence.layers import hits


def member(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(name).decode()


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
