"""A signature covers every value, an unfamiliar document gets a verdict, and somebody else's verifier agrees."""

import copy
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as some
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError

from microcred.badges import linked_data
from microcred.badges.signing import Reason, Standing, Verdict, did_key, sign, signing_key, verify, whole_seconds

NOON = datetime.fromisoformat("2026-03-05T12:00:00Z")
PUBLISHED = {
    "credentials-v2.json": "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    "open-badges-3.0.3.json": "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
}
JSON = some.recursive(
    some.none() | some.booleans() | some.floats() | some.integers() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every way from the document down to a simple value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield from places(each, (*place, name)) if isinstance(each, dict | list) else [(*place, name)]


def at(document: Any, place: tuple[Any, ...]) -> Any:
    for name in place:
        document = document[name]
    return document


def changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int | float) else value + "x"


def reason(document: object) -> Reason | None:
    return verify(document).reason


def achievement(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["credentialSubject"]["achievement"]
    return found


def test_a_signed_badge_is_valid_as_text_and_as_document(signed: dict[str, Any]) -> None:
    expected = Verdict(Standing.VALID, None, signed, signed["issuer"]["id"])
    assert [verify(signed), verify(json.dumps(signed)), verify(json.dumps(signed).encode())] == [expected] * 3


def test_nothing_that_was_signed_is_altered_by_signing(unsigned: dict[str, Any], signed: dict[str, Any]) -> None:
    assert {name: value for name, value in signed.items() if name != "proof"} == unsigned


def test_every_changed_value_is_noticed(signed: dict[str, Any]) -> None:
    found = list(places(signed))
    accepted = []
    for place in found:
        forged = copy.deepcopy(signed)
        at(forged, place[:-1])[place[-1]] = changed(at(forged, place))
        accepted += [place] if verify(forged).is_valid else []
    assert accepted == []
    assert len(found) > 75


def test_every_removed_value_is_noticed(signed: dict[str, Any]) -> None:
    accepted = []
    for place in places(signed):
        forged = copy.deepcopy(signed)
        del at(forged, place[:-1])[place[-1]]
        accepted += [place] if verify(forged).is_valid else []
    assert accepted == []


@pytest.mark.parametrize(
    "addition",
    [
        {"honours": "with distinction"},
        {"https://schema.org/name": "Another"},
        {"@id": "urn:x:1"},
        {"humanCode": None},
        {"related": []},
        {"creator": {}},
        {"specialization": {"unheard": 1}},
        {"fieldOfStudy": "Physics"},
        {"type": ["Achievement", "Masterpiece"]},
        {"type": ["Achievement", "Achievement"]},
        {"tag": ["Questioning", "Questioning"]},
        {"tag": [["Questioning"]]},
        {"id": "wait-time"},
        {"id": "_:b0"},
    ],
    ids=json.dumps,
)
def test_an_addition_does_not_ride_along_unsigned(signed: dict[str, Any], addition: dict[str, Any]) -> None:
    achievement(signed).update(addition)
    assert verify(signed).standing is Standing.CHANGED


def test_an_achievement_told_twice_is_refused(signed: dict[str, Any]) -> None:
    told = achievement(signed)
    signed["credentialSubject"]["achievement"] = [told, {"id": told["id"]}]
    assert reason(signed) is Reason.UNSIGNED_PART


def test_the_same_badge_written_by_a_browser_stays_valid(signed: dict[str, Any]) -> None:
    """JavaScript writes 6.0 as 6, orders members by insertion and has no spaces."""
    text = json.dumps(signed, separators=(",", ":"), sort_keys=True).replace(
        '"creditsAvailable":6', '"creditsAvailable":6.0'
    )
    assert verify(text).standing is Standing.VALID


def test_another_key_cannot_sign_in_the_issuers_name(unsigned: dict[str, Any], signed: dict[str, Any]) -> None:
    other = Ed25519PrivateKey.generate()
    with pytest.raises(ValueError, match="holder of the key"):
        sign(unsigned, other, NOON)
    forged = sign({**unsigned, "issuer": {**unsigned["issuer"], "id": did_key(other.public_key())}}, other, NOON)
    assert reason({**forged, "issuer": unsigned["issuer"]}) is Reason.OTHER_ISSUER
    assert verify(forged).issuer == did_key(other.public_key()) != signed["issuer"]["id"]


def test_a_key_named_in_the_issuers_name_must_have_signed(unsigned: dict[str, Any], signed: dict[str, Any]) -> None:
    other = Ed25519PrivateKey.generate()
    theirs = sign({**unsigned, "issuer": {**unsigned["issuer"], "id": did_key(other.public_key())}}, other, NOON)
    signed["proof"][0]["proofValue"] = theirs["proof"][0]["proofValue"]
    assert reason(signed) is Reason.OTHER_SIGNATURE


@pytest.mark.parametrize(
    "words",
    [
        {"cryptosuite": "eddsa-jcs-2022"},
        {"cryptosuite": "none"},
        {"type": "Ed25519Signature2020"},
        {"proofPurpose": "authentication"},
        {"created": "2026-03-05T12:00:00.5Z"},
        {"proofValue": ""},
        {"proofValue": "z" * 10_000},
        {"expires": "2026-03-05T12:00:00Z"},
        {"verificationMethod": "https://evil.example/key#1"},
        {"verificationMethod": ["did:key:z6Mk"]},
    ],
    ids=json.dumps,
)
def test_the_kind_of_proof_is_fixed_by_us(signed: dict[str, Any], words: dict[str, Any]) -> None:
    signed["proof"][0].update(words)
    assert reason(signed) is Reason.NO_PROOF


def test_two_proofs_are_none(signed: dict[str, Any]) -> None:
    assert reason({**signed, "proof": signed["proof"] * 2}) is Reason.NO_PROOF


@pytest.mark.parametrize(
    "contexts",
    ["https://www.w3.org/ns/credentials/v2", ["https://evil.example/context"], [{"name": "urn:x:1"}], [], None, 7],
)
def test_other_contexts_are_refused_and_not_fetched(signed: dict[str, Any], contexts: Any) -> None:
    assert reason({**signed, "@context": contexts}) is Reason.OTHER_CONTEXT


@pytest.mark.parametrize(
    ("hostile", "why"),
    [
        ("", Reason.NOT_JSON),
        ("[" * 200_000, Reason.NOT_JSON),
        ('{"a":' * 100_000, Reason.NOT_JSON),
        ("null", Reason.NOT_JSON),
        ('{"a":1,"a":2}', Reason.NOT_JSON),
        ('{"a":NaN}', Reason.NOT_JSON),
        ('{"a":1e999}', Reason.NOT_JSON),
        ('{"a":' + "1" * 5000 + "}", Reason.NOT_JSON),
        (b"\xff\xfe\x00", Reason.NOT_JSON),
        (b"\x89PNG\r\n\x1a\n", Reason.NOT_JSON),
        ({"a": {1}}, Reason.NOT_JSON),
        (object(), Reason.NOT_JSON),
        ("{}", Reason.NO_PROOF),
        ('{"proof":[[]]}', Reason.NO_PROOF),
        (" " * 2_000_000, Reason.TOO_LARGE),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_credential_is_unreadable(hostile: object, why: Reason) -> None:
    assert verify(hostile) == Verdict(Standing.UNREADABLE, why)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "x" * 300_000),
        ("tag", [f"tag {place}" for place in range(2000)]),
        ("alignment", [{"type": ["Alignment"], "targetName": "same"}] * 8),
        ("alignment", [{"type": ["Alignment", "Profile", "Result", "Address"]}] * 400),
    ],
)
def test_what_would_take_long_is_refused_at_once(signed: dict[str, Any], name: str, value: Any) -> None:
    achievement(signed)[name] = value
    start = time.thread_time()
    assert reason(signed) is Reason.TOO_COMPLICATED
    assert time.thread_time() - start < 1


def test_the_heaviest_document_let_through_takes_seconds_at_most(signed: dict[str, Any]) -> None:
    achievement(signed)["tag"] = [f"tag {place}" for place in range(linked_data.MOST_VALUES - 200)]
    start = time.thread_time()
    assert reason(signed) is Reason.OTHER_SIGNATURE
    assert time.thread_time() - start < 3


def test_a_deep_document_is_refused(signed: dict[str, Any]) -> None:
    nested: Any = "name"
    for _ in range(30):
        nested = {"narrative": nested}
    achievement(signed)["criteria"] = nested
    assert reason(signed) is Reason.TOO_COMPLICATED


@settings(max_examples=60, deadline=None)
@given(JSON)
def test_any_json_gets_a_verdict(anything: Any) -> None:
    assert verify(anything).standing is Standing.UNREADABLE


@pytest.mark.parametrize(
    "name", ["issuer", "credentialSubject", "id", "type", "validFrom", "credentialStatus", "proof"]
)
@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [[]], {"id": {"id": 7}}, "\ud800"], ids=repr)
def test_wrong_types_get_a_verdict(signed: dict[str, Any], name: str, value: Any) -> None:
    assert not verify({**signed, name: value}).is_valid


def test_threads_do_not_spoil_each_other(signed: dict[str, Any]) -> None:
    verdicts: list[bool] = []
    threads = [threading.Thread(target=lambda: verdicts.append(verify(signed).is_valid)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verdicts == [True] * 8


def test_the_contexts_are_the_published_ones() -> None:
    shipped = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in linked_data.SHIPPED.iterdir()}
    assert shipped == PUBLISHED


def test_the_key_of_the_standards_own_example_has_its_published_name(tmp_path: Path) -> None:
    """The key pair of the W3C's Data Integrity EdDSA Cryptosuites, section B.1."""
    seed = "c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6"
    (tmp_path / "signing").write_text(seed + "\n")
    name = did_key(signing_key(tmp_path / "signing").public_key())
    assert name == "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"


@pytest.mark.parametrize("content", ["", "abc", "0" * 63, "g" * 64, "0" * 65])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "signing").write_text(content)
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        signing_key(tmp_path / "signing")


def test_a_moment_is_written_in_whole_seconds_and_needs_its_zone() -> None:
    assert whole_seconds(datetime.fromisoformat("2026-03-05T14:00:00.9+02:00")) == "2026-03-05T12:00:00Z"
    with pytest.raises(ValueError, match="time zone"):
        whole_seconds(NOON.replace(tzinfo=None))


def test_what_no_signature_would_cover_is_not_signed(unsigned: dict[str, Any], key: Ed25519PrivateKey) -> None:
    with pytest.raises(ValueError, match="not defined"):
        sign({**unsigned, "honours": "yes"}, key, NOON)


@pytest.mark.usefixtures("socket_disabled")
def test_an_independent_verifier_accepts_our_badge(signed: dict[str, Any]) -> None:
    read = OB3LdpVerifier().verify(json.dumps(signed))
    assert (read.issuer.id, read.achievement.name) == (signed["issuer"]["id"], "Wait Time")


@pytest.mark.usefixtures("socket_disabled")
def test_an_independent_verifier_refuses_one_changed_letter(signed: dict[str, Any]) -> None:
    forged = json.dumps(signed).replace("Wait Time", "Wait Tame", 1)
    with pytest.raises(OB3VerificationError):
        OB3LdpVerifier().verify(forged)
    assert reason(forged) is Reason.OTHER_SIGNATURE
