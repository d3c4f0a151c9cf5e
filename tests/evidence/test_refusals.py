"""Bad files, each refused with its own reason, and noise that must never lead to anything but a refusal."""

import io
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from microcred.errors import Refused
from microcred.evidence import kinds
from microcred.evidence.cleaning import clean
from tests.evidence.bad_files import BAD_FILES, OLD
from tests.evidence.canaries import CARRIERS, LARGEST, cleaned, photograph


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
