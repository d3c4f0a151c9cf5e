"""Signing documents and verifying them: Data Integrity proofs of the kind `eddsa-rdfc-2022`, keys as `did:key`.

The algorithm is fixed here; what a document says about it is compared, never obeyed. Nothing is fetched.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from microcred.badges.linked_data import LARGEST, Document, NotStated, OutsideContext, TooMuch, canonical

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519 = b"\xed\x01"  # the multicodec prefix of an Ed25519 public key
KIND = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod"}
PROOF_TERMS = {*KIND, "created", "verificationMethod", "proofValue"}
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
METHOD = re.compile(r"(did:key:(z6Mk[1-9A-HJ-NP-Za-km-z]{44}))#\2")
SIGNATURE = re.compile(r"z[1-9A-HJ-NP-Za-km-z]{64,88}")


class Standing(StrEnum):
    """What is known of a document after its signature was checked."""

    VALID = "valid"
    CHANGED = "changed"
    UNREADABLE = "unreadable"


class Reason(StrEnum):
    """Why a document is not valid; the page that tells a person words it."""

    TOO_LARGE = "too large"
    NOT_JSON = "not JSON"
    TOO_COMPLICATED = "too complicated"
    OTHER_CONTEXT = "other context"
    NOT_A_CREDENTIAL = "not a credential"
    NO_PROOF = "no proof of the one kind accepted here"
    UNSIGNED_PART = "a part that no signature covers"
    OTHER_ISSUER = "the issuer does not hold the key"
    OTHER_SIGNATURE = "the signature is for another text"


CHANGED = {Reason.UNSIGNED_PART, Reason.OTHER_ISSUER, Reason.OTHER_SIGNATURE}


@dataclass(frozen=True)
class Verdict:
    """The outcome of `verify`: the document and its issuer are there only when it is valid."""

    standing: Standing
    reason: Reason | None = None
    document: Document | None = None
    issuer: str | None = None

    @property
    def is_valid(self) -> bool:
        return self.standing is Standing.VALID


class Unverified(ValueError):
    """A check failed: what `verify` turns into a verdict, and what stops `sign`."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def signing_key(hex_seed_path: Path) -> Ed25519PrivateKey:
    """Return the key whose seed is in a file as 64 hexadecimal digits; raise ValueError when it is not."""
    digits = hex_seed_path.read_text("ascii").strip()
    if not re.fullmatch(r"[0-9a-fA-F]{64}", digits):
        raise ValueError("The file of the signing key must hold 64 hexadecimal digits.")
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(digits))


def did_key(public_key: Ed25519PublicKey) -> str:
    """Return the `did:key` of a public key: the key is its own name."""
    return "did:key:" + _base58(ED25519 + public_key.public_bytes_raw())


def whole_seconds(moment: datetime) -> str:
    """Return a moment in UTC as credentials write it: whole seconds and a Z; raise ValueError without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment in a credential needs its time zone.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sign(document: Mapping[str, Any], key: Ed25519PrivateKey, created: datetime) -> Document:
    """Return the document with a proof; raise ValueError when the key is not its issuer's or a part can't be signed."""
    unsigned = _without_proof(_parse(document))
    issuer = did_key(key.public_key())
    if _issuer(unsigned) != issuer:
        raise ValueError("The issuer of a document must be the holder of the key that signs it.")
    method = f"{issuer}#{issuer.removeprefix('did:key:')}"
    proof = {**KIND, "created": whole_seconds(created), "verificationMethod": method}
    signature = key.sign(_digest(unsigned, proof))
    return {**unsigned, "proof": [{**proof, "proofValue": _base58(signature)}]}


def verify(document: object) -> Verdict:
    """Tell whether a document (text, bytes or parsed) is as its issuer signed it; never raises, never fetches."""
    try:
        return _verify(_parse(document))
    except Unverified as failed:
        standing = Standing.CHANGED if failed.reason in CHANGED else Standing.UNREADABLE
        return Verdict(standing, failed.reason)


def _verify(document: Document) -> Verdict:
    proof = _only_proof(document)
    unsigned = _without_proof(document)
    issuer = _issuer_by_key(unsigned, proof)
    digest = _checked_digest(unsigned, {name: value for name, value in proof.items() if name != "proofValue"})
    _check_signature(issuer, proof["proofValue"], digest)
    return Verdict(Standing.VALID, None, document, issuer)


def _without_proof(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "proof"}


def _parse(document: object) -> Document:
    text = document if isinstance(document, str | bytes) else _text(document)
    if len(text) > LARGEST * 4:  # spaces and escapes may swell an honest badge; its compact form is measured later
        raise Unverified(Reason.TOO_LARGE)
    try:
        parsed = json.loads(text, object_pairs_hook=_once_each, parse_float=_number, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Unverified(Reason.NOT_JSON) from None
    if not isinstance(parsed, dict):
        raise Unverified(Reason.NOT_JSON)
    return parsed


def _text(document: object) -> str:
    try:
        return json.dumps(document)
    except (TypeError, ValueError, RecursionError):
        raise Unverified(Reason.NOT_JSON) from None


def _once_each(pairs: list[tuple[str, Any]]) -> Document:
    """Refuse a name that occurs twice in an object: which of the two is meant differs from reader to reader."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a name occurs twice")
    return members


def _number(text: str) -> float:
    """Read 5.0 as 5, as the browsers of those who hand badges on do: otherwise the same badge would have two hashes."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number without end")
    return int(number) if number.is_integer() else number


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not a number of JSON")


def _only_proof(document: Document) -> dict[str, str]:
    proofs = document.get("proof")
    proof = proofs[0] if isinstance(proofs, list) and len(proofs) == 1 else proofs
    if not isinstance(proof, dict) or not all(isinstance(value, str) for value in proof.values()):
        raise Unverified(Reason.NO_PROOF)
    if proof.keys() != PROOF_TERMS or not KIND.items() <= proof.items() or not _well_written(proof):
        raise Unverified(Reason.NO_PROOF)
    return proof


def _well_written(proof: dict[str, str]) -> bool:
    shapes = {"created": MOMENT, "verificationMethod": METHOD, "proofValue": SIGNATURE}
    return all(shape.fullmatch(proof[name]) for name, shape in shapes.items())


def _issuer(document: Mapping[str, Any]) -> object:
    issuer = document.get("issuer")
    return issuer.get("id") if isinstance(issuer, dict) else issuer


def _issuer_by_key(unsigned: Document, proof: dict[str, str]) -> str:
    issuer = proof["verificationMethod"].partition("#")[0]
    if _issuer(unsigned) != issuer:
        raise Unverified(Reason.OTHER_ISSUER)
    return issuer


def _digest(unsigned: Document, proof: Mapping[str, str]) -> bytes:
    """Return the 64 bytes that eddsa-rdfc-2022 signs: the hash of the proof's own words, then that of the document."""
    words = canonical({"@context": unsigned.get("@context"), **proof})
    return hashlib.sha256(words).digest() + hashlib.sha256(canonical(unsigned)).digest()


def _checked_digest(unsigned: Document, proof: Mapping[str, str]) -> bytes:
    try:
        return _digest(unsigned, proof)
    except OutsideContext:
        raise Unverified(Reason.OTHER_CONTEXT) from None
    except NotStated:
        raise Unverified(Reason.UNSIGNED_PART) from None
    except TooMuch:
        raise Unverified(Reason.TOO_COMPLICATED) from None
    except Exception:  # whatever a library makes of hostile input, the answer to the person is a verdict
        raise Unverified(Reason.NOT_A_CREDENTIAL) from None


def _check_signature(issuer: str, signature: str, digest: bytes) -> None:
    try:
        key = _from_base58(issuer.removeprefix("did:key:")).removeprefix(ED25519)
        Ed25519PublicKey.from_public_bytes(key).verify(_from_base58(signature), digest)
    except (InvalidSignature, ValueError):
        raise Unverified(Reason.OTHER_SIGNATURE) from None


def _base58(content: bytes) -> str:
    """Return bytes as multibase base58btc; none that are written here begin with a zero byte that would need care."""
    number, digits = int.from_bytes(content), ""
    while number:
        number, digit = divmod(number, 58)
        digits = ALPHABET[digit] + digits
    zeros = len(content) - len(content.lstrip(b"\0"))
    return "z" + ALPHABET[0] * zeros + digits


def _from_base58(text: str) -> bytes:
    digits = text.removeprefix("z")
    number = 0
    for digit in digits:
        number = number * 58 + ALPHABET.index(digit)
    zeros = len(digits) - len(digits.lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)
