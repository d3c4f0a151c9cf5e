"""Deputies answer as principals do, nobody for themselves, and the coordinator in anybody's place."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from microcred.accounts.models import Account, Role, RoleName, School
from microcred.db import db, utcnow
from microcred.outbox import Mail
from microcred.pilots.models import Pilot
from microcred.volunteers import actions, answers, queries
from microcred.volunteers.models import ANSWER_WAITS, Volunteer, VolunteerState
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
Enter = Callable[..., Volunteer]
S = VolunteerState


@pytest.fixture
def deputy(cast: Cast) -> Account:
    """Bruno, who teaches at North school, is its principal's deputy."""
    cast.bruno.roles.append(Role(name=RoleName.DEPUTY, school_id=cast.north.id))
    cast.bruno.language = "en"
    db.session.commit()
    return cast.bruno


def url(pilot: Pilot) -> str:
    return f"/pilots/{pilot.id}/applicants"


def test_a_deputy_answers_takes_back_and_notes(
    cast: Cast, pilot: Pilot, applied: Enter, deputy: Account, browse: Browse
) -> None:
    entry, bruno = applied(cast.amara), browse(deputy)
    assert "Amara Okafor" in bruno.get(url(pilot)).text
    assert bruno.send(f"/volunteers/{entry.id}/approval").location == url(pilot)
    assert (entry.state, entry.answered_by_id) == (S.JOINED, deputy.id)
    assert bruno.send(f"/volunteers/{entry.id}/retraction").status_code == 303
    assert entry.state == S.APPLIED
    bruno.send(f"{url(pilot)}/answers", chosen=[str(entry.id)], answer="approve")
    assert bruno.send(f"/volunteers/{entry.id}/release-note", note="Tess, on Mondays.").location == url(pilot)
    assert entry.release_note == "Tess, on Mondays."


def test_a_deputy_who_teaches_elsewhere_sees_the_pilot(
    cast: Cast, pilot: Pilot, applied: Enter, browse: Browse, teacher: Callable[[str, School], Account]
) -> None:
    applied(cast.amara)
    cast.rosa.roles.append(Role(name=RoleName.DEPUTY, school_id=cast.north.id))
    rosa = browse(cast.rosa)
    assert "Amara Okafor" in rosa.get(url(pilot)).text
    assert f'href="{url(pilot)}"' in rosa.get("/").text


def test_a_deputy_of_another_school_finds_nobody(cast: Cast, applied: Enter, browse: Browse) -> None:
    entry = applied(cast.amara)
    cast.chloe.roles.append(Role(name=RoleName.DEPUTY, school_id=cast.south.id))
    assert browse(cast.chloe).send(f"/volunteers/{entry.id}/approval").status_code == 404


def test_an_application_is_told_to_all_who_answer_but_not_to_the_person(
    cast: Cast, applied: Enter, deputy: Account
) -> None:
    first, second = applied(cast.amara), applied(deputy)
    assert [person.name for person in queries.answerers_for(first)] == ["Bruno Tremblay", "Pia Lindqvist"]
    assert [person.name for person in queries.answerers_for(second)] == ["Pia Lindqvist"]
    assert db.session.scalars(select(Mail.person_id).order_by(Mail.id)).all() == [
        deputy.id,
        cast.pia.id,
        cast.pia.id,
    ]


@pytest.mark.parametrize("path", ["approval", "decline", "retraction", "release-note"])
def test_nobody_answers_the_own_application(
    cast: Cast, pilot: Pilot, applied: Enter, deputy: Account, browse: Browse, path: str
) -> None:
    entry, bruno = applied(deputy), browse(deputy)
    assert "somebody else of your school does, or the coordinator" in bruno.get(url(pilot)).text
    refused = bruno.send(f"/volunteers/{entry.id}/{path}", reason="Yes please.", note="Me.")
    assert (refused.status_code, entry.state) == (422, S.APPLIED)
    if path in ("approval", "decline"):
        assert "Nobody answers their own application" in refused.text


def test_the_own_answer_is_not_read_from_the_list_of_the_school(
    cast: Cast, pilot: Pilot, applied: Enter, deputy: Account, browse: Browse
) -> None:
    entry, bruno = applied(deputy), browse(deputy)
    before = "Your own application" in bruno.get(url(pilot)).text
    answers.decline(entry, "We need you in the lab.", by=cast.pia)
    page = bruno.get(url(pilot)).text
    assert (before, "Your own application" in page, "We need you in the lab." in page) == (True, True, False)


@pytest.mark.parametrize(("path", "state"), [("approval", S.JOINED), ("decline", S.DECLINED)])
def test_the_coordinator_answers_in_the_principals_place(
    cast: Cast, applied: Enter, browse: Browse, path: str, state: VolunteerState
) -> None:
    entry, cora = applied(cast.amara), browse(cast.cora)
    here = f"/volunteers/{entry.id}"
    assert "In the principal’s place" in cora.get(here).text
    assert cora.send(f"{here}/{path}", reason="No room in May.").location == here
    assert (entry.state, entry.answered_by_id) == (state, cast.cora.id)
    assert f'action="{here}/retraction"' in cora.get(here).text
    assert cora.send(f"{here}/retraction").location == here
    assert entry.state == S.APPLIED


def test_a_decline_by_the_coordinator_needs_its_reason(cast: Cast, applied: Enter, browse: Browse) -> None:
    entry = applied(cast.amara)
    refused = browse(cast.cora).send(f"/volunteers/{entry.id}/decline", reason=" ")
    assert (refused.status_code, entry.state) == (422, S.APPLIED)
    assert f'id="reason-{entry.id}-error"' in refused.text


def test_of_two_who_answer_one_does_and_the_other_is_told(
    cast: Cast, applied: Enter, deputy: Account, browse: Browse
) -> None:
    entry = applied(cast.amara)
    browse(cast.pia).send(f"/volunteers/{entry.id}/decline", reason="Exams.")
    refused = browse(deputy).send(f"/volunteers/{entry.id}/approval")
    assert (refused.status_code, entry.state) == (422, S.DECLINED)
    assert "does not wait for an answer any more" in refused.text


def test_the_note_is_shown_to_the_person_and_the_coordinator_once_the_yes_is_told(
    cast: Cast, pilot: Pilot, approved: Enter, browse: Browse
) -> None:
    entry, own = approved(cast.amara), f"/pilots/{pilot.id}/volunteering"
    browse(cast.pia).send(f"/volunteers/{entry.id}/release-note", note="Tess covers\non Mondays.")
    assert "Tess covers" not in browse(cast.amara).get(own).text
    assert "Tess covers" in browse(cast.cora).get(f"/volunteers/{entry.id}").text
    entry.answered_at = utcnow() - ANSWER_WAITS
    assert "Tess covers" in browse(cast.amara).get(own).text
    browse(cast.pia).send(f"/volunteers/{entry.id}/release-note", note=" ")
    assert entry.release_note is None


def test_a_note_before_the_yes_or_too_long_is_refused(
    cast: Cast, pilot: Pilot, applied: Enter, approved: Enter, browse: Browse
) -> None:
    pia, first, second = browse(cast.pia), applied(cast.amara), approved(cast.bruno)
    early = pia.send(f"/volunteers/{first.id}/release-note", note="Tess.")
    long = pia.send(f"/volunteers/{second.id}/release-note", note="x" * 501)
    assert [early.status_code, long.status_code] == [422, 422]
    assert "The note comes after a yes." in early.text
    assert f'id="note-{second.id}-error"' in long.text
    assert (first.release_note, second.release_note) == (None, None)


def test_a_note_for_who_has_left_tells_nothing(cast: Cast, pilot: Pilot, approved: Enter, browse: Browse) -> None:
    entry = actions.withdraw(approved(cast.amara), by=cast.amara)
    assert browse(cast.pia).send(f"/volunteers/{entry.id}/release-note", note="Tess.").status_code == 303


def test_nobody_takes_back_or_reads_the_answer_to_the_own_application(
    cast: Cast, applied: Enter, deputy: Account, browse: Browse
) -> None:
    entry, bruno = applied(deputy), browse(deputy)
    answers.decline(entry, "We need you in the lab.", by=cast.pia)
    assert bruno.send(f"/volunteers/{entry.id}/retraction").status_code == 422
    peeked = bruno.send(f"/volunteers/{entry.id}/approval", htmx=True)
    assert (peeked.status_code, "We need you in the lab." in peeked.text, entry.state) == (422, False, S.DECLINED)
