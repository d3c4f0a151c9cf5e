"""The badge travels in its picture: what is baked comes out again, for others too, and the picture stays a picture."""

import io
import json
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from openbadgeslib.verify import verify_badge
from PIL import Image

from microcred.badges.baking import KEYWORD, LARGEST, SIGNATURE, UNCOMPRESSED, bake, extract
from microcred.badges.signing import verify


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (8, 8), "#23593f").save(file, "PNG")
    return file.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def with_chunk(kind: bytes, content: bytes, times: int = 1) -> bytes:
    return picture()[:33] + chunk(kind, content) * times + picture()[33:]


PLAIN = picture()


@settings(max_examples=50, deadline=None)
@given(some.text())
def test_what_is_baked_comes_out(credential: str) -> None:
    try:
        credential.encode()
    except UnicodeEncodeError:
        return
    assert extract(bake(PLAIN, credential)) == credential


def test_a_baked_picture_looks_the_same() -> None:
    baked, plain = Image.open(io.BytesIO(bake(PLAIN, "{}"))), Image.open(io.BytesIO(PLAIN))
    assert (baked.format, baked.tobytes()) == ("PNG", plain.tobytes())


def test_baking_again_replaces_the_older_badge() -> None:
    assert bake(bake(PLAIN, "old"), "new") == bake(PLAIN, "new")


def test_the_badge_stands_in_one_uncompressed_chunk_of_the_standards_name() -> None:
    assert bake(PLAIN, "{}") == with_chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0{}")


@pytest.mark.usefixtures("socket_disabled")
def test_an_independent_verifier_reads_the_baked_badge(signed: dict[str, Any]) -> None:
    result = verify_badge(bake(PLAIN, json.dumps(signed)), "3", resolve_did=True)
    assert (result.valid, result.issuer_did) == (True, signed["issuer"]["id"])


@pytest.mark.usefixtures("socket_disabled")
def test_an_independent_verifier_refuses_a_changed_baked_badge(signed: dict[str, Any]) -> None:
    forged = json.dumps(signed).replace("Proficient", "Proficiemt", 1)
    assert verify_badge(bake(PLAIN, forged), "3", resolve_did=True).valid is False
    assert verify(extract(bake(PLAIN, forged))).is_valid is False


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (b"", "not a PNG"),
        (b"GIF89a", "not a PNG"),
        (SIGNATURE, "damaged"),
        (PLAIN[:-1], "damaged"),
        (PLAIN[:40] + bytes([PLAIN[40] ^ 1]) + PLAIN[41:], "damaged"),
        (SIGNATURE + b"\xff\xff\xff\xffIHDR", "damaged"),
        (SIGNATURE + chunk(b"IEND", b""), "not complete"),
        (PLAIN[:-12], "not complete"),
        (SIGNATURE + b"\0" * LARGEST, "too large"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_is_no_sound_picture_is_refused_in_a_sentence(broken: bytes, sentence: str) -> None:
    for attempt in (extract, lambda png: bake(png, "{}")):
        with pytest.raises(ValueError, match=sentence):
            attempt(broken)


@pytest.mark.parametrize(
    ("unusual", "sentence"),
    [
        (PLAIN, "not exactly one badge"),
        (with_chunk(b"iTXt", KEYWORD + UNCOMPRESSED + b"{}", times=2), "not exactly one badge"),
        (with_chunk(b"iTXt", b"openbadges" + UNCOMPRESSED + b"{}"), "not exactly one badge"),
        (with_chunk(b"iTXt", KEYWORD + b"\0\1\0\0\0" + zlib.compress(b"{}")), "do not allow"),
        (with_chunk(b"iTXt", KEYWORD + UNCOMPRESSED + b"\xff"), "not text"),
    ],
    ids=["none", "two", "other keyword", "compressed", "not UTF-8"],
)
def test_a_picture_without_one_plain_badge_is_refused(unusual: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        extract(unusual)


def test_a_badge_too_large_for_a_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        bake(PLAIN, "x" * LARGEST)


@settings(max_examples=100, deadline=None)
@given(some.binary(max_size=200))
def test_any_bytes_get_a_sentence(anything: bytes) -> None:
    with pytest.raises(ValueError, match="This PNG picture is"):
        extract(SIGNATURE + anything)
