"""Cleaning apart: the same outcome as in place, said in the same words, and a worker does not grow by it."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from microcred.errors import Refused
from microcred.evidence import cleaning_apart, kinds
from microcred.evidence.cleaning import CleanFile, clean
from microcred.evidence.cleaning_apart import NOT_NOW, TOO_HARD, write_apart
from tests.evidence.bad_files import encrypted_pdf, png_claiming
from tests.evidence.canaries import CARRIERS, LARGEST, cleaned, photograph
from tests.evidence.layers import hits

ROOT = Path(__file__).parents[2]
MEGABYTE = 1024 * 1024
MOST_GROWTH = 20 * MEGABYTE


def cleaned_apart(content: bytes, name: str = "", welcome: tuple[kinds.Kind, ...] = kinds.KINDS) -> CleanFile:
    """Clean in a process of its own."""
    return clean(io.BytesIO(content), name, largest_bytes=LARGEST, welcome=welcome, write=write_apart)


@pytest.mark.parametrize("name", ["photo.jpg", "plan.docx", "plan.pdf"])
def test_a_file_is_as_clean_as_in_place(name: str) -> None:
    content = CARRIERS[name]()
    with cleaned(content, name) as here, cleaned_apart(content, name) as apart:
        assert (apart.media_type, apart.extension, apart.width, apart.height) == (
            here.media_type,
            here.extension,
            here.width,
            here.height,
        )
        assert (hits(content) > 0, hits(apart.read()), apart.size > 0) == (True, 0, True)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("holiday.pdf", photograph),
        ("plan.docx", lambda: b"MZ\x90\x00"),
        ("locked.pdf", encrypted_pdf),
        ("huge.png", lambda: png_claiming(20_000, 20_000)),
        ("broken.pdf", lambda: b"%PDF-1.7\n\0\xff"),
    ],
)
def test_a_refusal_comes_across_word_for_word(name: str, make: Callable[[], bytes]) -> None:
    with pytest.raises(Refused) as here:
        cleaned(make(), name)
    with pytest.raises(Refused) as apart:
        cleaned_apart(make(), name)
    assert (str(apart.value.sentence), apart.value.field) == (str(here.value.sentence), "file")


def test_only_what_the_setting_names_is_welcome() -> None:
    only = kinds.accepted((".pdf", ".txt"))
    with pytest.raises(Refused) as refusal:
        cleaned_apart(photograph(), "photo.jpg", only)
    assert str(refusal.value.sentence) == "This kind of file is not accepted. What is accepted ends in .pdf, .txt."
    with cleaned_apart(CARRIERS["plan.pdf"](), "plan.pdf", only) as file:
        assert file.extension == ".pdf"


def test_what_is_too_hard_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning_apart, "MEGABYTES", 10)
    with pytest.raises(Refused) as refusal:
        cleaned_apart(photograph(), "photo.jpg")
    assert str(refusal.value.sentence) == str(TOO_HARD)


def test_what_fails_for_another_reason_is_not_called_too_large(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "cleaner.py"
    broken.write_text("raise RuntimeError")
    monkeypatch.setattr(cleaning_apart, "CLEANER", broken)
    with pytest.raises(Refused) as refusal:
        cleaned_apart(photograph(), "photo.jpg")
    assert (str(refusal.value.sentence), refusal.value.field) == (str(NOT_NOW), "file")


GROWTH = """
import json, resource, sys
sys.path.insert(0, sys.argv[2])
from tests.evidence.heavy import grown
print(json.dumps(grown(sys.argv[1], sys.argv[3])))
"""


def growth(what: str, folder: Path, how: str = "apart") -> int:
    """By how many bytes a fresh process grew at its highest while it received a heavy file."""
    command = [sys.executable, "-c", GROWTH, what, str(ROOT), how]
    run = subprocess.run(command, check=True, capture_output=True, cwd=folder)
    return int(json.loads(run.stdout))


@pytest.mark.parametrize("what", ["jpeg", "pixels", "pdf", "docx"])
def test_ten_megabytes_do_not_grow_a_worker_by_more_than_twenty(tmp_path: Path, what: str) -> None:
    assert growth(what, tmp_path) <= MOST_GROWTH


def test_the_same_picture_cleaned_in_place_would_grow_it(tmp_path: Path) -> None:
    assert growth("pixels", tmp_path, "in place") > MOST_GROWTH
