"""Pages of a PDF as pictures: drawn apart, within limits, and never more than the document has."""

import io
import json
import logging
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from microcred.evidence import apart
from microcred.evidence.kept_pages import KeptPages
from microcred.evidence.pages import Outline, Unshowable, outline, page_picture
from microcred.logs import JsonLines, logger
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


def test_what_was_drawn_is_not_drawn_again_nor_what_could_not_be(pdf: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and nothing else")
    first = page_picture(pdf, 1)
    for _ in range(2):
        with pytest.raises(Unshowable):
            page_picture(broken, 1)
        with pytest.raises(Unshowable):
            outline(broken)
        broken.write_bytes(pdf.read_bytes())
    pdf.unlink()
    assert page_picture(pdf, 1) == first


def test_a_long_document_fits_and_what_was_not_asked_for_the_longest_goes_first() -> None:
    kept = KeptPages(3 * (1024 + 10))
    for key in "abc":
        kept.keep(key, key.encode() * 10)
    assert kept.get("a") == b"a" * 10
    kept.keep("d", b"")
    assert [kept.get(key) for key in "abcd"] == [b"a" * 10, None, b"c" * 10, b""]
    kept.keep("e", b"e" * 4000)
    assert [kept.get(key) for key in "abcde"] == [None] * 5


def test_a_long_document_is_shown_up_to_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(pdf_of(60))
    assert (outline(path).pages, list(outline(path).shown)) == (60, list(range(1, 51)))
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
    ("code", "failure"),
    [
        ("raise ValueError('Amara Okafor')", apart.Broken),
        ("raise MemoryError", apart.TooHard),
        ("import os; os.kill(os.getpid(), 9)", apart.TooHard),
        ("while True: pass", apart.TooHard),
    ],
)
def test_why_work_apart_failed_is_told_and_written_down_without_its_words(
    tmp_path: Path, written: list[logging.LogRecord], code: str, failure: type[Exception]
) -> None:
    module = tmp_path / "work.py"
    module.write_text(code)
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as target, pytest.raises(failure):
        apart.run_apart(module, "", source=source, target=target, seconds=1, megabytes=100)
    lines = [json.loads(JsonLines().format(record)) for record in written]
    assert [set(line) for line in lines] == [{"at", "level", "event", "module", "kind", "code"}]
    assert (lines[0]["kind"], lines[0]["module"], lines[0]["code"] != 0) == (failure.__name__, "work.py", True)


@pytest.fixture
def written() -> Iterator[list[logging.LogRecord]]:
    """What is logged meanwhile."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign, assignment]
    logger.addHandler(handler)
    yield records
    logger.removeHandler(handler)


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
        with suppress(apart.Unfinished):
            apart.run_apart(module, "", source=source, target=target, seconds=1, megabytes=100)
        target.seek(0)
        assert target.read() == outcome
