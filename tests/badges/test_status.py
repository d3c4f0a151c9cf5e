"""A list of revoked badges: the right bits, the same text for the same bits, and no bombs."""

import base64
import gzip
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from openbadgeslib.ob3.status import decode_encoded_list, set_indices

from microcred.badges.credential import Issuer
from microcred.badges.signing import sign, verify
from microcred.badges.status import SMALLEST, encoded_list, is_revoked, status_list_credential
from tests.badges.conftest import NOON

EMPTY = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"  # the example of the standard


def packed(bits: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(gzip.compress(bits)).decode().rstrip("=")


@settings(max_examples=25, deadline=None)
@given(some.sets(some.integers(0, SMALLEST - 1), max_size=20))
def test_exactly_the_revoked_entries_are_set(revoked: set[int]) -> None:
    encoded = encoded_list(revoked)
    near = {index + step for index in revoked for step in (-1, 0, 1)} & set(range(SMALLEST))
    assert {index for index in near if is_revoked(encoded, index)} == revoked


def test_an_independent_reader_finds_the_same_entries() -> None:
    assert set_indices(decode_encoded_list(encoded_list([0, 94, SMALLEST - 1]))) == {0, 94, SMALLEST - 1}


def test_the_standards_own_empty_list_revokes_nobody() -> None:
    assert [is_revoked(EMPTY, index) for index in (0, 94_567, SMALLEST - 1)] == [False] * 3


def test_the_same_entries_give_the_same_text() -> None:
    assert encoded_list([5, 94]) == encoded_list({94: 1, 5: 1}) != encoded_list([5])


@pytest.mark.parametrize(
    ("indexes", "size"), [([-1], SMALLEST), ([SMALLEST], SMALLEST), ([], 1024), ([], SMALLEST + 1)]
)
def test_impossible_lists_are_refused(indexes: list[int], size: int) -> None:
    with pytest.raises(ValueError, match="status list"):
        encoded_list(indexes, size)


@pytest.mark.parametrize("index", [-1, SMALLEST])
def test_an_entry_beyond_the_list_is_refused(index: int) -> None:
    with pytest.raises(ValueError, match="no such entry"):
        is_revoked(EMPTY, index)


@pytest.mark.parametrize(
    ("encoded", "sentence"),
    [
        ("", "not written in base64url"),
        ("x" + EMPTY[1:], "not written in base64url"),
        ("u!!!!", "not written in base64url"),
        ("u\u00e9", "not written in base64url"),
        ("u", "cut short"),
        (EMPTY[:-20], "cut short"),
        (packed(b"\0" * 99), "too short"),
        (packed(b"\0" * 20_000_000), "too long"),
        ("uAAAA", "not packed with gzip"),
    ],
    ids=lambda value: value[:12],
)
def test_a_list_that_is_broken_or_a_bomb_is_refused(encoded: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        is_revoked(encoded, 0)


def test_the_list_is_signed_like_a_badge(issuer: Issuer, key: Any) -> None:
    url = "https://nordvale.example/status/1"
    document = sign(status_list_credential(url, issuer, encoded_list([94]), valid_from=NOON), key, NOON)
    emptied = {**document, "credentialSubject": {**document["credentialSubject"], "encodedList": EMPTY}}
    assert [verify(document).is_valid, verify(emptied).is_valid] == [True, False]
    assert document["credentialSubject"] == {
        "id": f"{url}#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": encoded_list([94]),
    }
