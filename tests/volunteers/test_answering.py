"""The principal answers: one by one, several at once, and without learning who said no."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from microcred.accounts.models import Account
from microcred.db import at, db, utcnow
from microcred.pilots.actions import end_pilot
from microcred.pilots.models import Pilot
from microcred.volunteers import actions
from microcred.volunteers.models import ANSWER_WAITS, Volunteer, VolunteerState
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
Enter = Callable[..., Volunteer]
S = VolunteerState


def url(pilot: Pilot) -> str:
    return f"/pilots/{pilot.id}/applicants"


def test_a_principal_sees_the_own_school_and_the_days_waiting(
    cast: Cast, pilot: Pilot, applied: Enter, browse: Browse
) -> None:
    with at(utcnow() - timedelta(days=7)):
        pilot.sign_up_opens_at = utcnow()
        applied(cast.amara)
    applied(cast.chloe)
    page = browse(cast.pia).get(url(pilot)).text
    assert "Amara Okafor" in page
    assert "Waiting for 5 school days, since" in page
    assert "Chloe Nguyen" not in page


@pytest.mark.parametrize("name", ["amara", "cora", "rita", "adam"])
def test_only_principals_have_the_page(cast: Cast, pilot: Pilot, browse: Browse, name: str) -> None:
    assert browse(getattr(cast, name)).get(url(pilot)).status_code == (404 if name == "adam" else 403)


def test_an_approval_swaps_the_applicant_and_offers_undo(
    cast: Cast, pilot: Pilot, applied: Enter, browse: Browse
) -> None:
    entry = applied(cast.amara)
    response = browse(cast.pia).send(f"/volunteers/{entry.id}/approval", htmx=True)
    assert response.status_code == 200
    assert response.text.lstrip().startswith(f'<article id="volunteer-{entry.id}-applicant"')
    assert "Amara Okafor has joined the pilot, and is told so in ten minutes." in response.text
    assert f'action="/volunteers/{entry.id}/retraction"' in response.text
    assert entry.state == S.JOINED


def test_a_decline_needs_its_reason_beside_the_field(cast: Cast, applied: Enter, browse: Browse) -> None:
    entry, other = applied(cast.amara), applied(cast.bruno)
    pia = browse(cast.pia)
    plain = pia.send(f"/volunteers/{entry.id}/decline", reason=" ")
    htmx = pia.send(f"/volunteers/{entry.id}/decline", htmx=True, reason="x" * 501)
    assert [plain.status_code, htmx.status_code] == [422, 422]
    assert plain.text.count(f'id="reason-{entry.id}-error"') == 1
    assert f'id="reason-{other.id}-error"' not in plain.text
    assert "x" * 501 in htmx.text
    assert entry.state == S.APPLIED


def test_a_decline_with_a_reason(cast: Cast, pilot: Pilot, applied: Enter, browse: Browse) -> None:
    entry = applied(cast.amara)
    pia = browse(cast.pia)
    response = pia.send(f"/volunteers/{entry.id}/decline", reason="We need you in the lab.")
    assert (response.status_code, response.location) == (303, url(pilot))
    assert (entry.state, entry.reason) == (S.DECLINED, "We need you in the lab.")
    assert "We need you in the lab." in pia.get(url(pilot)).text


def test_an_answer_is_undone_from_the_flash(cast: Cast, pilot: Pilot, applied: Enter, browse: Browse) -> None:
    entry = applied(cast.amara)
    pia = browse(cast.pia)
    pia.send(f"/volunteers/{entry.id}/approval")
    assert f'action="/volunteers/{entry.id}/retraction"' in pia.get(url(pilot)).text
    assert pia.send(f"/volunteers/{entry.id}/retraction").status_code == 303
    assert entry.state == S.APPLIED
    assert pia.send(f"/volunteers/{entry.id}/retraction").status_code == 422


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("path", ["approval", "decline"])
def test_a_second_answer_is_refused_with_a_sentence(
    cast: Cast, approved: Enter, browse: Browse, path: str, htmx: bool
) -> None:
    entry = approved(cast.amara)
    response = browse(cast.pia).send(f"/volunteers/{entry.id}/{path}", htmx=htmx, reason="No.")
    assert response.status_code == 422
    assert response.text.count("This entry does not wait for an answer any more.") == 1


def test_an_approval_after_the_end_is_refused_with_a_sentence(
    cast: Cast, pilot: Pilot, applied: Enter, browse: Browse
) -> None:
    entry = applied(cast.amara)
    end_pilot(pilot, by=cast.cora)
    response = browse(cast.pia).send(f"/volunteers/{entry.id}/approval", htmx=True)
    assert response.status_code == 422
    assert response.text.count("This pilot has ended.") == 1
    assert "Decline with this reason" in response.text


@pytest.mark.parametrize("path", ["approval", "decline", "retraction"])
@pytest.mark.parametrize("name", ["pavel", "amara", "rita"])
def test_nobody_answers_for_another_school(cast: Cast, applied: Enter, browse: Browse, name: str, path: str) -> None:
    entry = applied(cast.amara)
    browser = browse(getattr(cast, name))
    assert browser.send(f"/volunteers/{entry.id}/{path}", reason="No.").status_code == 404
    assert entry.state == S.APPLIED


def test_several_are_approved_at_once_in_the_order_of_applying(
    cast: Cast, pilot: Pilot, applied: Enter, browse: Browse, teacher: Callable[..., Account]
) -> None:
    people = [cast.amara, cast.bruno, teacher("Tess Ng", cast.north)]
    entries = [applied(person) for person in people]
    ids = [entry.id for entry in reversed(entries)]
    response = browse(cast.pia).send(f"{url(pilot)}/answers", chosen=ids, answer="approve")
    assert response.status_code == 303
    assert [entry.state for entry in entries] == [S.JOINED, S.JOINED, S.WAITING]


def test_several_are_declined_for_one_reason(cast: Cast, pilot: Pilot, applied: Enter, browse: Browse) -> None:
    entries = [applied(person) for person in (cast.amara, cast.bruno)]
    browse(cast.pia).send(f"{url(pilot)}/answers", chosen=[e.id for e in entries], answer="decline", reason="Exams.")
    assert [(entry.state, entry.reason) for entry in entries] == [(S.DECLINED, "Exams.")] * 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"answer": "approve"}, "Tick at least one person."),
        ({"answer": "decline", "chosen": "amara"}, "everyone you decline is told it."),
        ({"chosen": "amara"}, "everyone you decline is told it."),
        ({"answer": "approve", "chosen": "chloe"}, "does not wait for an answer any more."),
        ({"answer": "approve", "chosen": "99999999999999999999"}, "does not wait for an answer any more."),
        ({"answer": "approve", "chosen": "x"}, "could not be coerced"),
    ],
)
def test_a_bad_answer_to_several_changes_nothing(
    cast: Cast, pilot: Pilot, applied: Enter, browse: Browse, fields: dict[str, Any], sentence: str
) -> None:
    entries = {"amara": applied(cast.amara), "chloe": applied(cast.chloe)}
    chosen = fields.get("chosen")
    sent = fields | ({"chosen": str(entries[chosen].id)} if chosen in entries else {})
    response = browse(cast.pia).send(f"{url(pilot)}/answers", **sent)
    assert response.status_code == 422
    assert sentence in response.text
    assert {entry.state for entry in entries.values()} == {S.APPLIED}


def test_a_principal_cannot_tell_a_no_from_waiting(
    cast: Cast, pilot: Pilot, applied: Enter, approved: Enter, browse: Browse, teacher: Callable[..., Account]
) -> None:
    first, _second, no, waiting = (
        approved(person) for person in (cast.chloe, teacher("Tess Ng", cast.south), cast.amara, cast.bruno)
    )
    for entry in (first, _second, no, waiting):
        entry.answered_at = utcnow() - ANSWER_WAITS
    before = rows_of(browse(cast.pia).get(url(pilot)).text)
    assert "not so far" in before
    actions.withdraw(first, by=cast.chloe)
    db.session.commit()
    assert rows_of(browse(cast.pia).get(url(pilot)).text) == before
    actions.decline_offer(no, by=cast.amara)
    db.session.commit()
    assert rows_of(browse(cast.pia).get(url(pilot)).text) == before
    refused = [browse(cast.pia).send(f"/volunteers/{entry.id}/approval", htmx=True).text for entry in (no, waiting)]
    assert ["This entry does not wait for an answer any more." in page for page in refused] == [True, True]
    assert ["withdrawn" in page or "a place is" in page for page in refused] == [False, False]


def rows_of(page: str) -> str:
    """The answered ones, without the one-time keys of their forms."""
    rows = page.split("<tbody>")[1].split("</tbody>")[0]
    return "\n".join(line for line in rows.splitlines() if "csrf_token" not in line and "form_key" not in line)


def test_who_withdrew_before_the_answer_is_not_there(cast: Cast, pilot: Pilot, applied: Enter, browse: Browse) -> None:
    entry = actions.withdraw(applied(cast.amara), by=cast.amara)
    pia = browse(cast.pia)
    assert "Amara Okafor" not in pia.get(url(pilot)).text
    assert pia.send(f"/volunteers/{entry.id}/approval").status_code == 404


def test_what_people_typed_is_escaped(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    actions.volunteer(pilot, cast.amara, "<script>alert(1)</script>")
    page = browse(cast.pia).get(url(pilot)).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_asks_as_often_for_three_as_for_one(
    cast: Cast,
    pilot: Pilot,
    applied: Enter,
    approved: Enter,
    browse: Browse,
    teacher: Callable[..., Account],
    count_queries: Callable[[Callable[[], object]], int],
) -> None:
    pia = browse(cast.pia)
    applied(cast.amara)
    approved(cast.bruno)
    db.session.commit()
    one = count_queries(lambda: pia.get(url(pilot)))
    for name in ("Tess Ng", "Udo Roy"):
        applied(teacher(name, cast.north))
    for name in ("Vera Lam", "Will Ito"):
        approved(teacher(name, cast.north))
    db.session.commit()
    assert count_queries(lambda: pia.get(url(pilot))) == one
