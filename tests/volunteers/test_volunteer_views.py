"""The call for volunteers: what a teacher sees, sends and is answered."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.pilots.models import Pilot
from microcred.recognition.models import Entitlement, Giveaway
from microcred.volunteers import actions, answers, queries
from microcred.volunteers.models import Volunteer, VolunteerState
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
S = VolunteerState


def url(pilot: Pilot) -> str:
    return f"/pilots/{pilot.id}/volunteering"


def state_of(pilot: Pilot, person: Account) -> str | None:
    entry = queries.newest_entry(pilot, person)
    return str(entry.state) if entry else None


@pytest.fixture
def offered(cast: Cast, pilot: Pilot, approved: Callable[..., Volunteer]) -> Volunteer:
    """Bruno's entry, to whom the place that Amara gave back is offered."""
    entries = [approved(person) for person in (cast.amara, cast.chloe, cast.bruno)]
    actions.withdraw(entries[0], by=cast.amara)
    db.session.commit()
    assert entries[2].state == S.OFFERED
    return entries[2]


def test_the_call_tells_purpose_places_and_the_rule_of_the_queue(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    page = browse(cast.amara).get(url(pilot)).text
    rule = "Places are given in the order of application"
    for part in ("See whether short courses help.", "places left of 2", rule, "North school"):
        assert part in page


def test_a_teacher_volunteers(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    amara = browse(cast.amara)
    response = amara.send(url(pilot), why="  Curious.  ")
    assert (response.status_code, response.location) == (303, url(pilot))
    entry = queries.active_volunteer(pilot, cast.amara)
    assert entry is not None
    assert entry.why == "Curious."
    page = amara.get(url(pilot)).text
    assert "Thank you! Your principal will answer." in page
    assert "Waiting for your principal’s answer" in page


def test_a_teacher_volunteers_by_htmx_and_gets_the_fragment(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    response = browse(cast.amara).send(url(pilot), htmx=True, why="Curious.")
    assert response.status_code == 200
    assert response.text.count(f'<section id="pilot-{pilot.id}-call"') == 1
    assert "<html" not in response.text
    assert "Waiting for your principal’s answer" in response.text


@pytest.mark.parametrize(("htmx", "start"), [(False, "<!doctype html>"), (True, "<section")])
def test_an_application_without_a_reason_is_refused_and_kept(
    cast: Cast, pilot: Pilot, browse: Browse, htmx: bool, start: str
) -> None:
    response = browse(cast.amara).send(url(pilot), htmx=htmx, why="   ")
    assert response.status_code == 422
    assert response.text.lstrip().startswith(start)
    assert "Please give your reason" in response.text
    assert state_of(pilot, cast.amara) is None


def test_a_long_reason_is_refused_and_what_was_typed_is_kept(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    response = browse(cast.amara).send(url(pilot), why="x" * 301)
    assert response.status_code == 422
    assert f'value="{"x" * 301}"' in response.text


def test_a_second_application_is_refused_with_a_sentence(
    cast: Cast, pilot: Pilot, applied: Callable[..., Volunteer], browse: Browse
) -> None:
    applied(cast.amara)
    for htmx in (False, True):
        response = browse(cast.amara).send(url(pilot), htmx=htmx, why="Again.")
        assert response.status_code == 422
        assert response.text.count("You have volunteered for this pilot already.") == 1


def test_a_double_click_applies_once(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    amara = browse(cast.amara)
    answers = [amara.send(url(pilot), key="one-key", why="Curious.") for _click in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(db.session.scalars(select(Volunteer)).all()) == 1


def test_volunteering_and_joining_are_thanked(cast: Cast, pilot: Pilot, offered: Volunteer, browse: Browse) -> None:
    for rule in ("volunteered", "joined"):
        db.session.add(
            Giveaway(
                switched_on_at=utcnow(),
                announced_at=utcnow(),
                pilot=pilot,
                name=f"For who {rule}",
                rule=rule,
                value_cents=100,
                code=rule,
            )
        )
    browse(cast.bruno).send(f"/volunteers/{offered.id}/acceptance")
    due = db.session.scalars(select(Entitlement.reason).where(Entitlement.person_id == cast.bruno.id))
    assert sorted(due) == [f"joined:{pilot.id}", f"volunteered:{pilot.id}"]


@pytest.mark.parametrize("name", ["pia", "cora", "rita"])
def test_others_read_the_call_and_cannot_apply(cast: Cast, pilot: Pilot, browse: Browse, name: str) -> None:
    browser = browse(getattr(cast, name))
    assert "Teachers of the pilot’s schools volunteer here." in browser.get(url(pilot)).text
    assert browser.send(url(pilot), why="Me too.").status_code == 403


def test_the_call_of_another_school_is_not_there(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    pilot.schools = [cast.south]
    amara = browse(cast.amara)
    assert amara.get(url(pilot)).status_code == 404
    assert amara.send(url(pilot), why="Me too.").status_code == 404


def test_who_waits_sees_the_own_place_in_the_queue(
    cast: Cast, pilot: Pilot, approved: Callable[..., Volunteer], browse: Browse, teacher: Callable[..., Account]
) -> None:
    for person in (cast.amara, cast.chloe, teacher("Tess Ng", cast.north)):
        approved(person)
    answers.note_told(approved(teacher("Udo Roy", cast.north)))
    udo = db.session.scalars(select(Account).where(Account.name == "Udo Roy")).one()
    assert "number 2 on the waiting list" in browse(udo).get(url(pilot)).text


@pytest.mark.parametrize(
    ("path", "state", "text"),
    [
        ("acceptance", "joined", "You have joined"),
        ("no-thanks", "withdrawn", "You are not on the waiting list. That is fine."),
        ("withdrawal", "withdrawn", "You are not on the waiting list. That is fine."),
    ],
)
def test_an_offer_is_answered(
    cast: Cast, pilot: Pilot, offered: Volunteer, browse: Browse, path: str, state: str, text: str
) -> None:
    bruno = browse(cast.bruno)
    cast.bruno.language = "en"
    response = bruno.send(f"/volunteers/{offered.id}/{path}", htmx=True)
    assert response.status_code == 200
    assert text in response.text
    assert state_of(pilot, cast.bruno) == state


def test_an_offer_is_accepted_once(cast: Cast, pilot: Pilot, offered: Volunteer, browse: Browse) -> None:
    bruno = browse(cast.bruno)
    here = f"/volunteers/{offered.id}/acceptance"
    assert [bruno.send(here).status_code, bruno.send(here).status_code] == [303, 422]
    assert bruno.send(here, htmx=True).status_code == 422
    assert pilot.places_taken == 2


@pytest.mark.parametrize("path", ["acceptance", "no-thanks", "withdrawal"])
@pytest.mark.parametrize("name", ["amara", "pia", "cora"])
def test_nobody_answers_for_another(
    cast: Cast, pilot: Pilot, offered: Volunteer, browse: Browse, name: str, path: str
) -> None:
    browser = browse(getattr(cast, name))
    assert browser.send(f"/volunteers/{offered.id}/{path}").status_code == 404
    assert browser.send(f"/volunteers/{offered.id + 99}/{path}").status_code == 404
    assert state_of(pilot, cast.bruno) == "offered"
