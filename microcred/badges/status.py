"""Revocation: a signed list of bits (BitstringStatusList), so long that asking for it does not betray which badge."""

import base64
import gzip
import re
import zlib
from collections.abc import Iterable
from datetime import datetime

from microcred.badges.credential import Issuer
from microcred.badges.linked_data import CREDENTIALS, Document
from microcred.badges.signing import whole_seconds

SMALLEST = 131_072  # entries; the standard asks for no fewer
BASE64URL = re.compile(r"(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?")
LARGEST = 8 * 1024 * 1024  # bytes of an unpacked list


def encoded_list(revoked_indexes: Iterable[int], size: int = SMALLEST) -> str:
    """Return the bits as `u` and base64url of their gzip; the same indexes give the same text; ValueError outside."""
    if size < SMALLEST or size % 8:
        raise ValueError(f"A status list has at least {SMALLEST} entries, in whole bytes.")
    bits = bytearray(size // 8)
    for index in revoked_indexes:
        if not 0 <= index < size:
            raise ValueError("There is no such entry in the status list.")
        bits[index // 8] |= 128 >> index % 8  # the first entry is the leftmost bit
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")


def is_revoked(encoded: str, index: int) -> bool:
    """Tell whether an entry is set; raise ValueError when the list can't be read or has no such entry."""
    bits = _bits(encoded)
    if not 0 <= index < len(bits) * 8:
        raise ValueError("There is no such entry in the status list.")
    return bool(bits[index // 8] & 128 >> index % 8)


def status_list_credential(url: str, issuer: Issuer, encoded: str, *, valid_from: datetime) -> Document:
    """Return the unsigned list as it will be published at `url`; it is signed like a badge."""
    return {
        "@context": [CREDENTIALS],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": {"id": issuer.id, "name": issuer.name},
        "validFrom": whole_seconds(valid_from),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded,
        },
    }


def _bits(encoded: str) -> bytes:
    body = encoded.removeprefix("u")
    if body == encoded or not BASE64URL.fullmatch(body):
        raise ValueError("The status list is not written in base64url.")
    return _unpacked(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def _unpacked(packed: bytes) -> bytes:
    """Unpack at most LARGEST bytes: a few kilobytes of gzip can hold gigabytes."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        bits = unpacker.decompress(packed, LARGEST)
    except zlib.error:
        raise ValueError("The status list is not packed with gzip.") from None
    if not unpacker.eof or len(bits) * 8 < SMALLEST:
        raise ValueError("The status list is cut short, too short or too long.")
    return bits
