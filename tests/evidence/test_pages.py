"""Pages of a PDF as pictures: drawn apart, within limits, and never more than the document has."""

import io
import tempfile
from pathlib import Path

import pytest
from PIL import Image

from microcred.evidence import apart
from microcred.evidence.pages import Outline, Unshowable, outline, page_count, page_picture
from tests.evidence.bad_files import encrypted_pdf, pdf_of
from tests.evidence.canaries import pdf_saying


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """A page with a sentence on it."""
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_saying("Wait time in practice"))
    return path


def test_a_page_becomes_a_picture_that_is_wide_enough_to_read(pdf: Path) -> None:
    with Image.open(io.BytesIO(page_picture(pdf, 1))) as picture:
        assert (picture.format, picture.size[0] >= 1200) == ("WEBP", True)
        assert sum(picture.convert("L").histogram()[:128]) > 0, "there is ink on it"


def test_the_outline_knows_the_pages_and_their_words(pdf: Path) -> None:
    assert outline(pdf) == Outline(1, ("Wait time in practice",))


def test_a_long_document_is_shown_up_to_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(pdf_of(60))
    assert (page_count(path), list(outline(path).shown)) == (60, list(range(1, 51)))
    with pytest.raises(Unshowable):
        page_picture(path, 51)


@pytest.mark.parametrize("number", [0, 2, 51])
def test_a_page_that_is_not_there_cannot_be_shown(pdf: Path, number: int) -> None:
    with pytest.raises(Unshowable):
        page_picture(pdf, number)


@pytest.mark.parametrize("content", [b"%PDF-1.7 and nothing else", encrypted_pdf()])
def test_what_is_no_readable_pdf_cannot_be_shown(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(content)
    with pytest.raises(Unshowable):
        outline(path)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("print(2 + 2)", b"4\n"),
        ("bytearray(200 * 1024 * 1024); print('too much')", b""),
        ("while True: pass", b""),
        ("import os; print(sorted(os.environ))", b"['LC_CTYPE', 'TMPDIR']\n"),
    ],
)
def test_work_apart_has_little_memory_little_time_and_no_settings(tmp_path: Path, code: str, outcome: bytes) -> None:
    module = tmp_path / "work.py"
    module.write_text(code)
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target:
        apart.run_apart(module, "", source=source, target=target, seconds=1, megabytes=100)
        target.seek(0)
        assert target.read() == outcome
