"""Pages of badges: the wall, downloads that others verify, other people's badges, the coordinator's list."""

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.status import decode_encoded_list, set_indices
from openbadgeslib.ob3.verifier import OB3VerificationError
from openbadgeslib.verify import verify_badge
from PIL import Image
from sqlalchemy import select

from microcred import history
from microcred.accounts.models import Account
from microcred.badges import queries
from microcred.badges.actions import award_badge, revoke_award
from microcred.badges.baking import bake, extract
from microcred.badges.models import Award
from microcred.badges.signing import verify
from microcred.catalog.models import MicroCredential
from microcred.db import db
from tests.badges.conftest import Earn
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
Count = Callable[[Callable[[], object]], int]
OWN = ("", "/certificate", "/badge.svg", "/badge.png", "/badge.json")


@pytest.fixture
def award(earn: Earn) -> Award:
    """Amara's badge."""
    return award_badge(earn())


def test_the_wall_shows_ones_own_badges_only(award: Award, cast: Cast, browse: Browse) -> None:
    assert f"/badges/{award.code}" in browse(cast.amara).get("/badges").text
    assert f"/badges/{award.code}" not in browse(cast.chloe).get("/badges").text


@pytest.mark.parametrize("page", OWN)
def test_a_badge_opens_for_its_holder_and_for_the_coordinator_only(
    award: Award, cast: Cast, browse: Browse, page: str
) -> None:
    codes = {
        person.email: browse(person).get(f"/badges/{award.code}{page}").status_code
        for person in (cast.amara, cast.cora, cast.bruno, cast.pia, cast.rita, cast.adam)
    }
    assert list(codes.values()) == [200, 200, 404, 404, 404, 404]


def test_a_badge_of_somebody_else_and_one_that_does_not_exist_look_the_same(
    award: Award, cast: Cast, browse: Browse
) -> None:
    bruno = browse(cast.bruno)
    one, other = (bruno.get(f"/badges/{code}").status for code in (award.code, "2222-2222-2222"))
    assert one == other == "404 NOT FOUND"


def test_others_verify_the_text_that_is_downloaded_and_reject_one_changed_character(
    award: Award, cast: Cast, browse: Browse
) -> None:
    reply = browse(cast.amara).get(f"/badges/{award.code}/badge.json")
    assert reply.headers["Content-Disposition"] == f"attachment; filename=badge-{award.code}.json"
    assert OB3LdpVerifier().verify(reply.text).achievement.name == award.micro_credential.title
    with pytest.raises(OB3VerificationError):
        OB3LdpVerifier().verify(reply.text.replace("Exit", "exit", 1))


def test_others_verify_the_picture_that_is_downloaded_and_reject_one_changed_character(
    award: Award, cast: Cast, browse: Browse
) -> None:
    reply = browse(cast.amara).get(f"/badges/{award.code}/badge.png")
    assert Image.open(io.BytesIO(reply.data)).size == (600, 600)
    assert verify_badge(reply.data, "3", resolve_did=True).valid
    changed = bake(reply.data, extract(reply.data).replace("Exit", "exit", 1))
    assert not verify_badge(changed, "3", resolve_did=True).valid


def test_the_picture_is_drawn_once_and_kept(award: Award, cast: Cast, browse: Browse) -> None:
    amara, address = browse(cast.amara), f"/badges/{award.code}/badge.png"
    assert amara.get(address).data == amara.get(address).data


def test_a_badge_keeps_its_picture_when_the_catalogue_changes(award: Award, cast: Cast, browse: Browse) -> None:
    amara, address = browse(cast.amara), f"/badges/{award.code}/badge.svg"
    before = amara.get(address).data
    award.micro_credential.title = "Another title"
    assert amara.get(address).data == before


def test_the_pictures_of_the_catalogue_are_drawn_for_whoever_has_signed_in(
    cast: Cast, browse: Browse, visitor: Browser, micro_credentials: list[MicroCredential]
) -> None:
    first = micro_credentials[0]
    for address in (f"/micro-credentials/{first.id}/badge.svg", f"/stacks/{first.stack_id}/badge.svg"):
        reply = browse(cast.rita).get(address)
        assert (reply.status_code, reply.mimetype, reply.text[:4]) == (200, "image/svg+xml", "<svg")
        assert visitor.get(address).status_code == 302
    assert browse(cast.rita).get("/micro-credentials/999999/badge.svg").status_code == 404


def test_the_coordinator_revokes_with_a_reason(award: Award, cast: Cast, browse: Browse) -> None:
    cora, address = browse(cast.cora), f"/badges/{award.code}/revocation"
    without = cora.send(address, reason="")
    assert (without.status_code, "Please fill this in." in without.text) == (422, True)
    reply = cora.send(address, reason="Copied evidence.")
    assert (reply.status_code, reply.location, award.state) == (303, f"/badges/{award.code}", "revoked")
    again = cora.send(address, reason="Once more, typed in vain.")
    assert (again.status_code, "revoked already" in again.text) == (422, True)
    assert "Copied evidence." in browse(cast.amara).get(f"/badges/{award.code}").text


def test_nobody_else_revokes(award: Award, cast: Cast, browse: Browse) -> None:
    address = f"/badges/{award.code}/revocation"
    codes = [browse(person).send(address, reason="No.").status_code for person in (cast.amara, cast.bruno, cast.adam)]
    assert (codes, award.state) == ([403, 404, 404], "issued")


def test_the_list_finds_by_name_badge_code_and_state(award: Award, earn: Earn, cast: Cast, browse: Browse) -> None:
    other = award_badge(earn(cast.chloe))
    revoke_award(other, "Copied evidence.", by=cast.cora)
    for search, found in (("amara", [award]), ("exit", [other, award]), (award.code.lower(), [award]), ("zzz", [])):
        assert db.session.scalars(queries.awards(search)).all() == found
    assert db.session.scalars(queries.awards(state="issued")).all() == [award]
    assert award.code in browse(cast.cora).get("/awards?q=amara%00").text
    page = browse(cast.cora).get("/awards?state=revoked").text
    assert (other.code in page, award.code in page) == (True, False)


def test_the_list_is_the_coordinators(award: Award, cast: Cast, browse: Browse) -> None:
    codes = [browse(person).get("/awards").status_code for person in (cast.cora, cast.amara, cast.pia, cast.adam)]
    assert codes == [200, 403, 403, 403]


def test_the_list_is_taken_along_and_that_is_in_the_history(award: Award, cast: Cast, browse: Browse) -> None:
    reply = browse(cast.cora).send("/awards/downloads")
    rows = list(csv.reader(io.StringIO(reply.data.decode("utf-8-sig"))))
    assert (len(rows), rows[1][0], rows[1][5]) == (2, "Amara Okafor", award.code)
    newest = db.session.scalars(select(history.Entry).order_by(history.Entry.id.desc())).first()
    assert newest is not None
    assert (newest.verb, newest.actor_id) == ("downloaded the badges", cast.cora.id)


def test_what_is_outstanding_is_issued_with_one_click(earn: Earn, cast: Cast, browse: Browse) -> None:
    submission, cora = earn(), browse(cast.cora)
    assert "1 badge is outstanding" in cora.get("/awards").text
    first, second = (cora.send("/awards", key="one") for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, "/awards")
    assert queries.award_of(submission) is not None
    assert "outstanding" not in cora.get("/awards").text


def test_without_the_key_the_coordinator_reads_why(
    app: Flask, earn: Earn, cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    earn()
    monkeypatch.setitem(app.config, "MICROCRED_SIGNING_KEY_FILE", app.config["MICROCRED_DATA"] / "keys" / "gone")
    reply = browse(cast.cora).send("/awards")
    assert (reply.status_code, "The key that signs badges is missing." in reply.text) == (422, True)
    assert browse(cast.cora).get("/badges/status-list").status_code == 503


def test_the_public_list_says_who_was_revoked_and_is_signed(
    award: Award, earn: Earn, cast: Cast, visitor: Browser
) -> None:
    revoke_award(award_badge(earn(cast.chloe)), "Copied evidence.", by=cast.cora)
    reply = visitor.get("/badges/status-list")
    listed = verify(reply.data).document
    assert listed is not None
    assert listed["id"] == "http://localhost/badges/status-list"
    assert set_indices(decode_encoded_list(listed["credentialSubject"]["encodedList"])) == set(
        queries.revoked_indexes()
    )
    assert reply.headers["Cache-Control"] == "public, max-age=300"


def test_with_a_public_address_a_badge_says_where_revocation_is_listed(
    app: Flask, earn: Earn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MICROCRED_PUBLIC_URL", "https://badges.school.example")
    document = verify(award_badge(earn()).credential).document
    assert document is not None
    assert document["credentialStatus"]["statusListCredential"] == "https://badges.school.example/badges/status-list"
    assert document["issuer"]["url"] == "https://badges.school.example/"


def test_without_a_public_address_a_badge_names_none(earn: Earn) -> None:
    document = verify(award_badge(earn()).credential).document
    assert document is not None
    assert ("credentialStatus" in document, "url" in document["issuer"]) == (False, False)


@pytest.mark.parametrize(("address", "who"), [("/badges", "amara"), ("/awards", "cora")])
def test_a_list_asks_the_same_number_of_questions_for_one_row_and_for_three(
    earn: Earn,
    cast: Cast,
    browse: Browse,
    count_queries: Count,
    micro_credentials: list[MicroCredential],
    address: str,
    who: str,
) -> None:
    reader = browse(getattr(cast, who))
    award_badge(earn(cast.amara, micro_credentials[0]))
    one = count_queries(lambda: reader.get(address))
    for micro_credential in micro_credentials[1:3]:
        award_badge(earn(cast.amara, micro_credential))
    assert count_queries(lambda: reader.get(address)) == one
