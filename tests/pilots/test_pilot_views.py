"""Pages of pilots: the four answers of each form, and who finds what."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from microcred.accounts.models import Account
from microcred.catalog.models import MicroCredential
from microcred.db import db
from microcred.noticeboard.actions import announce, share
from microcred.noticeboard.models import PostKind
from microcred.pilots import actions, queries
from microcred.pilots.models import Pilot
from microcred.volunteers.actions import volunteer
from microcred.volunteers.answers import approve
from microcred.volunteers.models import VolunteerState
from tests.cast import Cast
from tests.conftest import Browser
from tests.pilots.conftest import pilot_fields

Browse = Callable[[Account], Browser]


def typed(cast: Cast, **changed: Any) -> dict[str, Any]:
    """What a coordinator types into the form."""
    return {
        "title": "Autumn pilot",
        "purpose": "See what students think while there is time.",
        "success": "Eight of ten volunteers earn one badge.",
        "schools": [cast.north.id, cast.south.id],
        "places": "3",
        "sign_up_opens_at": "2026-09-14T08:00",
        "starts_on": "2026-10-05",
        "ends_on": "2026-12-18",
        "reviewers_per_submission": "2",
    } | changed


def test_the_coordinator_creates_a_pilot(cast: Cast, browse: Browse) -> None:
    response = browse(cast.cora).send("/pilots", **typed(cast, title="  Winter \x00 pilot "))
    pilot = db.session.scalars(select(Pilot)).one()
    assert (response.status_code, response.location) == (303, f"/pilots/{pilot.id}")
    assert (pilot.title, pilot.places, pilot.school_ids) == ("Winter pilot", 3, [cast.north.id, cast.south.id])
    assert browse(cast.cora).get(f"/pilots/{pilot.id}").status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", " ", "Please fill this in."),
        ("title", "x" * 161, "At most 160 characters, please."),
        ("places", "0", "A whole number from 1 to 10000, please."),
        ("places", "9" * 400, "A whole number from 1 to 10000, please."),
        ("places", "a few", "A whole number from 1 to 10000, please."),
        ("ends_on", "2026-10-01", "The pilot would end before it starts."),
        ("starts_on", "31 June", "Not a valid date value."),
        ("sign_up_opens_at", "2026-12-19T08:00", "Sign-up would open after the pilot has ended."),
        ("reviewers_per_submission", "3", "Not a valid choice."),
        ("schools", [], "Please fill this in."),
        ("schools", ["99"], "'99' is not a valid choice for this field."),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_kept(
    cast: Cast, browse: Browse, field: str, value: Any, sentence: str
) -> None:
    response = browse(cast.cora).send("/pilots", **typed(cast, **{field: value}))
    assert response.status_code == 422
    beside = response.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert sentence in beside.replace("&#39;", "'")
    assert "Eight of ten volunteers earn one badge." in response.text
    assert db.session.scalar(select(func.count()).select_from(Pilot)) == 0


def test_a_pilot_is_changed_and_new_places_go_to_those_who_wait(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    form = typed(cast, places="1")
    assert browse(cast.cora).send(f"/pilots/{pilot.id}", **form).status_code == 303
    entries = [volunteer(pilot, person, "Curious.") for person in (cast.amara, cast.bruno)]
    for entry in entries:
        approve(entry, by=cast.pia)
    assert [entry.state for entry in entries] == [VolunteerState.JOINED, VolunteerState.WAITING]
    response = browse(cast.cora).send(f"/pilots/{pilot.id}", **typed(cast, places="2"))
    assert (response.status_code, response.location) == (303, f"/pilots/{pilot.id}")
    assert [entry.state for entry in entries] == [VolunteerState.JOINED, VolunteerState.OFFERED]


def test_fewer_places_than_taken_are_refused_on_the_form(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    actions.take_place(pilot)
    actions.take_place(pilot)
    response = browse(cast.cora).send(f"/pilots/{pilot.id}", **typed(cast, places="1"))
    assert response.status_code == 422
    assert "2 places are taken already: there cannot be fewer." in response.text
    assert 'value="1"' in response.text
    assert pilot.places == 3


def test_the_form_shows_local_time(cast: Cast, pilot: Pilot, browse: Browse, app: Any) -> None:
    app.config["MICROCRED_TIME_ZONE"], before = "America/Toronto", app.config["MICROCRED_TIME_ZONE"]
    try:
        page = browse(cast.cora).get(f"/pilots/{pilot.id}/edit").text
    finally:
        app.config["MICROCRED_TIME_ZONE"] = before
    assert 'value="2026-09-14T08:00"' in page


def test_offering_answers_with_the_offers(
    cast: Cast, pilot: Pilot, micro_credential: MicroCredential, browse: Browse
) -> None:
    url, chosen = f"/pilots/{pilot.id}/offers", micro_credential.id
    response = browse(cast.cora).send(url, htmx=True, micro_credential=chosen)
    assert response.status_code == 200
    assert response.text.lstrip().startswith(f'<section class="card" id="pilot-{pilot.id}-offers">')
    assert "Everything in the catalogue is offered." in response.text
    made = queries.standing_offers(pilot)[0]
    again = browse(cast.cora).send(url, htmx=True, micro_credential=chosen)
    assert again.status_code == 422
    assert "Not a valid choice." in again.text
    withdrawn = browse(cast.cora).send(f"/offers/{made.id}/withdrawal", htmx=True)
    assert withdrawn.status_code == 200
    assert f"/offers/{made.id}/restoration" in withdrawn.text
    assert queries.standing_offers(pilot) == []
    assert browse(cast.cora).send(f"/offers/{made.id}/restoration").status_code == 303
    assert queries.standing_offers(pilot) == [made]


def test_offering_without_a_script_goes_back_to_the_pilot(
    cast: Cast, pilot: Pilot, micro_credential: MicroCredential, browse: Browse
) -> None:
    url = f"/pilots/{pilot.id}/offers"
    assert browse(cast.cora).send(url, micro_credential="none").status_code == 422
    response = browse(cast.cora).send(url, micro_credential=micro_credential.id)
    assert (response.status_code, response.location) == (303, f"/pilots/{pilot.id}")


def test_ending_a_pilot_can_be_undone(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    cora = browse(cast.cora)
    assert cora.send(f"/pilots/{pilot.id}/end").status_code == 303
    assert pilot.ended_at is not None
    assert f"/pilots/{pilot.id}/reopening" in cora.get(f"/pilots/{pilot.id}").text
    assert cora.send(f"/pilots/{pilot.id}/end").status_code == 422
    assert cora.send(f"/pilots/{pilot.id}/reopening").status_code == 303
    assert pilot.ended_at is None


def test_a_pilot_of_other_schools_does_not_exist(cast: Cast, browse: Browse) -> None:
    pilot = actions.create_pilot(**pilot_fields(cast) | {"schools": [cast.north]}, by=cast.cora)
    answers = [browse(cast.chloe).get(f"/pilots/{number}") for number in (pilot.id, pilot.id + 1)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert browse(cast.amara).get(f"/pilots/{pilot.id}").status_code == 200


def test_only_the_coordinator_runs_pilots(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    for person in (cast.amara, cast.pia, cast.rita):
        client = browse(person)
        answers = [client.get("/pilots/new"), client.get(f"/pilots/{pilot.id}/edit"), client.send("/pilots")]
        answers.append(client.send(f"/pilots/{pilot.id}/end"))
        assert [answer.status_code for answer in answers] == [403] * 4


def test_the_list_takes_as_many_queries_for_three_pilots_as_for_one(
    cast: Cast, pilot: Pilot, browse: Browse, count_queries: Callable[[Callable[[], Any]], int]
) -> None:
    amara = browse(cast.amara)
    amara.get("/pilots")
    with_one = count_queries(lambda: amara.get("/pilots"))
    for _each in range(2):
        actions.create_pilot(**pilot_fields(cast), by=cast.cora)
    assert amara.get("/pilots").text.count('<section class="card') == 3
    assert count_queries(lambda: amara.get("/pilots")) == with_one


def test_the_page_shows_what_was_said_last_as_plain_text(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    announce(pilot, "The poll", "- *one*\n- two & <three>\n", by=cast.cora)
    share(pilot, PostKind.WIN, "word " * 100, by=cast.amara)
    page = browse(cast.chloe).get(f"/pilots/{pilot.id}").text
    assert "one two &amp; &lt;three&gt;" in page
    assert "A win of Amara Okafor" in page
    assert 40 < page.count("word ") < 50
