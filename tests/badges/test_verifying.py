"""Anyone verifies a badge: what is found and why, without a name, whatever somebody brings."""

import copy
import io
import json
import zlib
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from microcred.badges.actions import award_badge, revoke_award
from microcred.badges.baking import KEYWORD, SIGNATURE, bake
from microcred.badges.drawing import badge_svg
from microcred.badges.issuer import district_key
from microcred.badges.linked_data import CREDENTIALS, OPEN_BADGES
from microcred.badges.models import Award
from microcred.badges.signing import did_key, sign
from microcred.badges.verification import Outcome, examine
from microcred.db import db, utcnow
from tests.badges.conftest import Earn
from tests.badges.test_baking import PLAIN, chunk, with_chunk
from tests.cast import Cast
from tests.conftest import Browser

GENUINE, UNREADABLE = "This badge is genuine", "This could not be read as a badge"


@pytest.fixture
def award(earn: Earn) -> Award:
    """Amara's badge."""
    return award_badge(earn())


def signed_by(key: Ed25519PrivateKey, award: Award, **changes: Any) -> str:
    """The words of an award under a signature of somebody's own."""
    document = json.loads(award.credential) | changes
    document.pop("proof")
    document["issuer"]["id"] = did_key(key.public_key())
    return json.dumps(sign(document, key, utcnow()))


def test_our_own_badge_is_genuine_as_text_and_as_picture(award: Award) -> None:
    for brought in (
        award.credential,
        award.credential.encode(),
        f"\n {award.credential} ",
        bake(PLAIN, award.credential),
    ):
        finding = examine(brought)
        assert (finding.outcome, finding.award, finding.is_holder) == (Outcome.VALID, award, None)


def test_a_badge_that_was_written_anew_by_another_program_stays_genuine(award: Award) -> None:
    assert examine(json.dumps(json.loads(award.credential), indent=4, sort_keys=True)).outcome == Outcome.VALID


def test_what_the_badge_says_is_read_back(award: Award) -> None:
    finding = examine(award.credential)
    assert [str(moment) for moment in (finding.started_on, finding.ended_on)] == ["2026-03-02", "2026-03-27"]
    assert finding.reading is not None
    assert (finding.reading.name, finding.reading.credits) == (award.micro_credential.title, "10")


@pytest.mark.parametrize(
    "place", ["Exit", 'creditsEarned": 1', "2026-03-27", "sha256$", "Test district", 'proofValue": "z']
)
def test_one_changed_character_is_found(award: Award, place: str) -> None:
    at = award.credential.index(place) + len(place) - 1
    other = "2" if award.credential[at] != "2" else "3"
    finding = examine(award.credential[:at] + other + award.credential[at + 1 :])
    assert (finding.outcome in (Outcome.CHANGED, Outcome.UNREADABLE), finding.award) == (True, None)


def test_a_revoked_badge_is_told_without_the_reason(award: Award, cast: Cast, visitor: Browser) -> None:
    revoke_award(award, "Copied evidence.", by=cast.cora)
    assert examine(award.credential).outcome == Outcome.REVOKED
    page = visitor.get(f"/verify/{award.code}").text
    assert ("This badge was revoked" in page, "Copied" in page) == (True, False)


def test_a_badge_of_another_key_is_of_an_unknown_issuer_even_under_our_id(award: Award) -> None:
    finding = examine(signed_by(Ed25519PrivateKey.generate(), award))
    assert (finding.outcome, finding.award) == (Outcome.UNKNOWN_ISSUER, None)


def test_a_badge_that_only_names_us_as_issuer_is_changed(award: Award) -> None:
    forged = json.loads(signed_by(Ed25519PrivateKey.generate(), award))
    forged["issuer"]["id"] = json.loads(award.credential)["issuer"]["id"]
    assert examine(json.dumps(forged)).outcome == Outcome.CHANGED


def test_a_badge_with_our_signature_that_is_not_on_record_is_told(award: Award) -> None:
    lost = signed_by(district_key(), award, id="urn:uuid:00000000-0000-4000-8000-00000000dead")
    assert examine(lost).outcome == Outcome.NOT_ON_RECORD


def test_a_badge_stays_genuine_after_the_key_was_lost_or_replaced(
    app: Flask, award: Award, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MICROCRED_SIGNING_KEY_FILE", app.config["MICROCRED_DATA"] / "keys" / "gone")
    assert examine(award.credential).outcome == Outcome.VALID


def test_the_signed_list_is_signed_but_no_badge(visitor: Browser) -> None:
    finding = examine(visitor.get("/badges/status-list").data)
    assert (finding.outcome, finding.why) == (Outcome.UNREADABLE, "It is signed, but it is not a badge.")


def test_the_holders_name_is_told_to_who_knows_the_address(award: Award, cast: Cast, visitor: Browser) -> None:
    nameless = visitor.get(f"/verify/{award.code}").text
    wrong = visitor.send("/verify", code=award.code, email=cast.bruno.email).text
    right = visitor.send("/verify", code=award.code, email=" AMARA@School.local ").text
    assert [cast.amara.name in page for page in (nameless, wrong, right)] == [False, False, True]
    assert "It was not given to this address." in wrong


def test_a_page_of_verification_needs_no_sign_in_and_holds_no_name(award: Award, cast: Cast, visitor: Browser) -> None:
    reply = visitor.get(f"/verify/{award.code}")
    assert (reply.status_code, GENUINE in reply.text) == (200, True)
    for word in ("Amara", "Okafor", cast.amara.email, "quiet-otter", "North school"):
        assert word not in reply.text


@pytest.mark.parametrize("typed", ["{}", " {} ", "{:lower}"])
def test_a_typed_code_leads_to_its_badge(award: Award, visitor: Browser, typed: str) -> None:
    code = award.code.lower().replace("-", "") if typed == "{:lower}" else typed.format(award.code)
    reply = visitor.get("/verify", query_string={"code": code})
    assert (reply.status_code, reply.location) == (302, f"/verify/{award.code}")


@pytest.mark.parametrize("code", ["2222-2222-2222", "'", "\0", "<b>", "☃" * 500, "ß" * 60])
def test_an_unknown_code_is_told_beside_its_field(visitor: Browser, code: str) -> None:
    sentence = "There is no badge with this code here."
    typed = visitor.get("/verify", query_string={"code": code})
    assert (typed.status_code, sentence in typed.text) == ((422, True) if code.strip() else (200, False))
    sent = visitor.send("/verify", code=code)
    assert sent.status_code == 422
    assert 'value="<b>"' not in sent.text


def test_a_code_in_the_address_that_is_unknown_is_a_404_with_the_form(visitor: Browser) -> None:
    reply = visitor.get("/verify/2222-2222-2222")
    assert (reply.status_code, "There is no badge with this code here." in reply.text) == (404, True)


def test_nothing_brought_is_refused_with_a_sentence(visitor: Browser) -> None:
    reply = visitor.send("/verify")
    assert (reply.status_code, "Choose a file, or paste" in reply.text) == (422, True)


def test_a_file_is_verified(award: Award, visitor: Browser) -> None:
    for content, name in ((bake(PLAIN, award.credential), "badge.png"), (award.credential.encode(), "badge.json")):
        reply = visitor.send("/verify", badge=(io.BytesIO(content), name))
        assert (reply.status_code, GENUINE in reply.text) == (200, True)


def test_a_badge_may_be_verified_again_with_the_same_form(award: Award, visitor: Browser) -> None:
    first, second = (visitor.send("/verify", text=award.credential, key="one") for _ in range(2))
    assert [GENUINE in reply.text for reply in (first, second)] == [True, True]


def compressed(text: bytes) -> bytes:
    return with_chunk(b"iTXt", KEYWORD + b"\0\x01\0\0\0" + zlib.compress(text))


def baked(text: str) -> bytes:
    return bake(PLAIN, text)


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


def badge_like(**changes: Any) -> bytes:
    document: dict[str, Any] = {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": "did:key:z6Mk"},
        "credentialSubject": {"type": ["AchievementSubject"]},
        "proof": [{"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}],
    }
    return json.dumps(document | changes).encode()


HOSTILE: dict[str, bytes] = {
    "one byte": b"x",
    "zero bytes of text": b"\0\0\0\0",
    "a JPEG": b"\xff\xd8\xff\xe0" + b"\0" * 200,
    "a GIF": b"GIF89a" + b"\0" * 20,
    "a PDF": b"%PDF-1.7\n%%EOF",
    "a ZIP": b"PK\x03\x04" + b"\0" * 60,
    "a script": b"<script>alert(1)</script>",
    "a drawing": badge_svg("hexagon-book", "Title").encode(),
    "a PNG without a badge": PLAIN,
    "the head of a PNG": SIGNATURE,
    "a PNG cut in its head": PLAIN[:20],
    "a PNG cut in the middle": PLAIN[: len(PLAIN) // 2],
    "a PNG without its end": PLAIN[:-12],
    "a PNG with a wrong checksum": PLAIN[:-1] + b"x",
    "a PNG with an endless chunk": SIGNATURE + b"\xff\xff\xff\xffIHDR",
    "a PNG that begins with another chunk": SIGNATURE + chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0{}") + PLAIN[8:],
    "a PNG with two badges": with_chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0{}", times=2),
    "a PNG with a packed badge": compressed(b"{}"),
    "a PNG with a bomb": compressed(b"a" * 20_000_000),
    "a PNG with an empty badge": baked(""),
    "a PNG with a badge that is no text": with_chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0\xff\xfe"),
    "a PNG with a long text": baked("[" * 500_000),
    "a PNG of five megabytes": SIGNATURE + b"\0" * 5_000_000,
    "text of two megabytes": b"a" * 2_000_000,
    "deep objects": nested(100_000),
    "deep arrays": b"[" * 200_000,
    "objects deeper than a badge's": nested(500),
    "a number": b"1",
    "a long number": b'{"a": ' + b"9" * 5000 + b"}",
    "infinity": b'{"a": Infinity}',
    "a number without end": b'{"a": 1e999}',
    "null": b"null",
    "an array": b"[{}]",
    "an empty object": b"{}",
    "a name twice": b'{"a": 1, "a": 2}',
    "half a character": b'{"a": "\\ud800"}',
    "text of another encoding": '{"a": "é"}'.encode("latin-1"),
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a JWT": b"eyJhbGciOiJub25lIn0.e30.",
    "no proof": badge_like(proof=[]),
    "a proof that is a text": badge_like(proof="z"),
    "a proof of numbers": badge_like(proof=[{"type": 1}]),
    "a proof that says too little": badge_like(),
    "no context": badge_like(**{"@context": []}),
    "a context of one's own": badge_like(**{"@context": ["https://evil.example/context"]}),
    "a context that is an object": badge_like(**{"@context": {"a": "b"}}),
    "an issuer that is a number": badge_like(issuer=5),
    "a subject that is a list of lists": badge_like(credentialSubject=[[[]]]),
    "an id that is an object": badge_like(id={"@id": 1}),
}


@pytest.mark.parametrize("brought", HOSTILE)
def test_whatever_is_brought_gets_a_sentence(visitor: Browser, brought: str) -> None:
    reply = visitor.send("/verify", badge=(io.BytesIO(HOSTILE[brought]), "badge.png"))
    reply.request.environ["wsgi.input"].close()  # the client keeps a large form in a file of its own
    assert (reply.status_code, UNREADABLE in reply.text) == (200, True)
    assert "<script>alert" not in reply.text


@pytest.mark.parametrize(("size", "status"), [(1_100_000, 422), (20_000_000, 413)])
def test_a_text_that_is_far_too_long_is_refused(visitor: Browser, size: int, status: int) -> None:
    assert visitor.send("/verify", text="a" * size).status_code == status


WEIRD: dict[str, dict[str, Any]] = {
    "a script for a name": {"name": "<script>alert(1)</script>"},
    "a date of another age": {"validFrom": "0001-01-01T00:00:00Z"},
    "the last day": {"validFrom": "9999-12-31T23:59:59Z"},
    "no day at all": {"validFrom": "tomorrow"},
    "a status of no list": {"credentialStatus": {"id": "urn:x:1", "type": "BitstringStatusListEntry"}},
}


@pytest.mark.parametrize("weird", WEIRD)
def test_a_strange_badge_with_a_sound_signature_is_shown_harmlessly(award: Award, visitor: Browser, weird: str) -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    changes = copy.deepcopy(WEIRD[weird])
    subject = json.loads(award.credential)["credentialSubject"]
    name = changes.pop("name", None)
    if name:
        subject["achievement"]["name"] = name
    reply = visitor.send("/verify", text=signed_by(other, award, credentialSubject=subject, **changes))
    assert (reply.status_code, "<script>alert" in reply.text) == (200, False)
    assert "Nobody here knows who issued this badge" in reply.text or UNREADABLE in reply.text


def test_a_badge_of_ours_is_found_with_few_questions(award: Award, visitor: Browser, count_queries: Any) -> None:
    db.session.commit()
    assert count_queries(lambda: visitor.get(f"/verify/{award.code}")) <= 4
