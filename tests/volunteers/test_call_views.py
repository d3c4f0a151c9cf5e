"""The page of the call, before and after it opens, and the coordinator's form."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from microcred.accounts.actions import disable_person
from microcred.accounts.models import Account, TaughtSubject
from microcred.db import at, db, utcnow
from microcred.jobs import end_offers
from microcred.pilots.actions import end_pilot
from microcred.pilots.models import Pilot
from microcred.recognition.models import Giveaway
from microcred.schooldays import local
from microcred.volunteers import actions, answers, queries
from microcred.volunteers.call import change_call
from microcred.volunteers.models import Volunteer
from microcred.volunteers.rules.contenders import Kept
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]


@pytest.fixture
def here(pilot: Pilot) -> str:
    return f"/pilots/{pilot.id}/volunteering"


@pytest.fixture
def edit(pilot: Pilot) -> str:
    return f"/pilots/{pilot.id}/call"


def typed(**fields: Any) -> dict[str, Any]:
    return {"effort_hours": "12", "promise": "", "rule": "order", "draws_at": "", "released_on": ""} | fields


def field_of(page: str, label: str) -> str:
    """The name of the field with that label."""
    return re.findall(r'<label for="(\w+)">\s*' + re.escape(label), page)[0]


def test_the_call_tells_what_it_takes_and_gives(cast: Cast, pilot: Pilot, browse: Browse, here: str) -> None:
    for name, rule in (("A clip", "volunteered"), ("A mug", "joined"), ("A press", "earned")):
        picture = "giveaways/press-mug.svg"
        db.session.add(
            Giveaway(
                switched_on_at=utcnow(),
                announced_at=utcnow(),
                pilot=pilot,
                name=name,
                code=name,
                rule=rule,
                value_cents=1,
                picture=picture,
            )
        )
    db.session.add(
        Giveaway(
            switched_on_at=utcnow(),
            announced_at=utcnow(),
            pilot=pilot,
            name="A photo",
            code="A photo",
            rule="joined",
            value_cents=1,
            picture_file="0123456789abcdef.jpg",
        )
    )
    change_call(pilot, effort_hours=12, promise="Two **half-days**.", by=cast.cora)
    page = browse(cast.amara).get(here).text
    for part in ("About 12 hours of work in all.", "<strong>half-days</strong>", "A clip", "A mug"):
        assert part in page
    assert page.count("giveaways/press-mug") == 2
    assert page.count("/picture?version=01234567") == 1
    assert "A press" not in page


def test_before_it_opens_the_page_shows_the_moment_and_looks_again_by_itself(
    cast: Cast, pilot: Pilot, browse: Browse, here: str
) -> None:
    pilot.sign_up_opens_at = utcnow() + timedelta(seconds=90)
    amara = browse(cast.amara)
    page = amara.get(here).text
    assert "Sign-up opens on" in page
    assert [89 <= int(seconds) <= 92 for seconds in re.findall(r'hx-trigger="every (\d+)s"', page)] == [True]
    assert 'name="why"' not in page
    response = amara.send(here, why="Too early.")
    assert response.status_code == 422
    assert "Sign-up opens on" in response.text
    pilot.sign_up_opens_at = utcnow() - timedelta(seconds=1)
    page = amara.get(here).text
    assert ("hx-trigger" in page, 'name="why"' in page) == (False, True)


def test_a_page_does_not_wait_for_days(cast: Cast, pilot: Pilot, browse: Browse, here: str) -> None:
    pilot.sign_up_opens_at = utcnow() + timedelta(days=40)
    assert "hx-trigger" not in browse(cast.amara).get(here).text


def test_after_the_end_nobody_applies(cast: Cast, pilot: Pilot, browse: Browse, here: str) -> None:
    end_pilot(pilot, by=cast.cora)
    response = browse(cast.amara).send(here, why="Too late.")
    assert response.status_code == 422
    assert "This pilot has ended." in response.text


def test_two_tabs_apply_once(cast: Cast, pilot: Pilot, browse: Browse, here: str) -> None:
    amara = browse(cast.amara)
    assert [amara.send(here, why="One tab.").status_code, amara.send(here, why="Another.").status_code] == [303, 422]


def test_the_coordinator_writes_the_call_and_sees_it(cast: Cast, pilot: Pilot, browse: Browse, edit: str) -> None:
    cora = browse(cast.cora)
    response = cora.send(edit, **typed(effort_hours="14", promise="Time."))
    assert (response.status_code, response.location) == (303, f"/pilots/{pilot.id}/volunteering")
    page = cora.get(response.location).text
    assert "About 14 hours of work in all." in page
    assert f'href="{edit}"' in page


def test_places_are_kept_by_a_number_for_each_school_and_subject(
    cast: Cast, pilot: Pilot, browse: Browse, edit: str
) -> None:
    pilot.places = 6
    db.session.add(TaughtSubject(account_id=cast.amara.id, subject="Art & <craft>"))
    cora = browse(cast.cora)
    page = cora.get(edit).text
    south, art = field_of(page, "South school"), field_of(page, "Teachers of Art &amp; &lt;craft&gt;")
    released_on = (local(utcnow()).date() + timedelta(days=20)).isoformat()
    fields = typed(rule="reserved", released_on=released_on, **{south: "2", art: "1"})
    assert cora.send(edit, **fields).status_code == 303
    kept = [(each.school_id, each.subject, each.places) for each in queries.call_of(pilot).reservations]
    assert kept == [(cast.south.id, None, 2), (None, "Art & <craft>", 1)]
    page = browse(cast.amara).get(f"/pilots/{pilot.id}/volunteering").text
    assert "2 places are kept for South school." in page
    assert "1 place is kept for teachers of Art &amp; &lt;craft&gt;." in page
    assert cora.send(edit, **(fields | {south: "", art: "3"})).status_code == 303
    assert [each.places for each in queries.call_of(pilot).reservations] == [3]


def test_a_refused_call_keeps_what_was_typed(cast: Cast, pilot: Pilot, browse: Browse, edit: str) -> None:
    cora = browse(cast.cora)
    south = field_of(cora.get(edit).text, "South school")
    released_on = (local(utcnow()).date() + timedelta(days=20)).isoformat()
    response = cora.send(edit, **typed(rule="reserved", promise="Kept text", released_on=released_on, **{south: "7"}))
    assert response.status_code == 422
    for part in ("7 cannot be kept", "Kept text", 'value="7"'):
        assert part in response.text
    assert queries.call_of(pilot).rule == "order"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"effort_hours": "-3"}, "A whole number from 1 to 1000, please."),
        ({"effort_hours": "9" * 400}, "A whole number from 1 to 1000, please."),
        ({"rule": "lottery"}, "Not a valid choice."),
        ({"rule": "draw"}, "Say when the lots are drawn."),
        ({"rule": "draw", "draws_at": "2001-01-01T10:00"}, "The draw would be in the past."),
    ],
)
def test_bad_input_gets_a_sentence(
    cast: Cast, pilot: Pilot, browse: Browse, edit: str, fields: dict[str, str], sentence: str
) -> None:
    response = browse(cast.cora).send(edit, **typed(**fields))
    assert response.status_code == 422
    assert sentence in response.text


@pytest.mark.parametrize("name", ["amara", "pia", "rita", "adam"])
def test_others_do_not_write_the_call(cast: Cast, pilot: Pilot, browse: Browse, edit: str, name: str) -> None:
    browser = browse(getattr(cast, name))
    closed = 404 if name == "adam" else 403
    assert [browser.get(edit).status_code, browser.send(edit, **typed()).status_code] == [closed, closed]


def test_who_waits_for_the_draw_is_not_told_a_number_in_a_queue(
    cast: Cast, pilot: Pilot, browse: Browse, here: str, applied: Callable[..., Volunteer]
) -> None:
    change_call(pilot, effort_hours=1, promise="", rule="draw", draws_at=utcnow() + timedelta(days=2), by=cast.cora)
    with at(utcnow() - timedelta(minutes=30)):
        entry = answers.approve(applied(cast.amara), by=cast.pia)
    page = browse(cast.amara).get(here).text
    for part in ("Waiting for the draw", f"Your ticket in the draw is number {entry.id}.", "waiting for the draw"):
        assert part in page
    assert "Waiting for a place" not in page


def test_who_waits_with_kept_places_sees_the_place_in_line_and_for_whom_places_are_kept(
    cast: Cast, pilot: Pilot, browse: Browse, here: str, applied: Callable[..., Volunteer]
) -> None:
    released_on = local(utcnow()).date() + timedelta(days=20)
    kept = [Kept(2, school_id=cast.south.id)]
    change_call(pilot, effort_hours=1, promise="", rule="reserved", released_on=released_on, kept=kept, by=cast.cora)
    with at(utcnow() - timedelta(minutes=30)):
        answers.approve(applied(cast.amara), by=cast.pia)
    page = browse(cast.amara).get(here).text
    assert "number 1 on the waiting list" in page
    assert "2 places are kept for South school." in page


def test_an_offer_that_ran_out_is_still_told(
    cast: Cast, pilot: Pilot, browse: Browse, here: str, approved: Callable[..., Volunteer]
) -> None:
    cast.bruno.language = "en"
    pilot.sign_up_opens_at = utcnow() - timedelta(days=30)
    with at(utcnow() - timedelta(days=20)):
        entries = [approved(person) for person in (cast.amara, cast.chloe, cast.bruno)]
        actions.withdraw(entries[0], by=cast.amara)
    end_offers()
    page = browse(cast.bruno).get(here).text
    assert "An offer of a place ran out on" in page
    assert "A place is free for you" in page


def test_fewer_places_than_are_kept_are_refused_on_the_page_of_the_pilot(
    cast: Cast, pilot: Pilot, browse: Browse
) -> None:
    released_on = local(utcnow()).date() + timedelta(days=20)
    kept = [Kept(2, school_id=cast.south.id)]
    change_call(pilot, effort_hours=1, promise="", rule="reserved", released_on=released_on, kept=kept, by=cast.cora)
    fields: dict[str, Any] = {
        "title": pilot.title,
        "purpose": pilot.purpose,
        "success": pilot.success,
        "schools": [str(school.id) for school in pilot.schools],
        "places": "1",
        "sign_up_opens_at": local(pilot.sign_up_opens_at).strftime("%Y-%m-%dT%H:%M"),
        "starts_on": pilot.starts_on.isoformat(),
        "ends_on": pilot.ends_on.isoformat(),
        "reviewers_per_submission": "2",
    }
    response = browse(cast.cora).send(f"/pilots/{pilot.id}", **fields)
    assert response.status_code == 422
    assert "2 cannot be kept" in response.text
    assert browse(cast.cora).send(f"/pilots/{pilot.id}", **(fields | {"places": "3"})).status_code == 303


def test_an_offer_that_nobody_can_take_goes_to_the_next_at_once(
    cast: Cast, pilot: Pilot, approved: Callable[..., Volunteer], teacher: Callable[..., Account]
) -> None:
    people = (cast.amara, cast.chloe, cast.bruno, teacher("Tess Ng", cast.north))
    entries = [approved(person) for person in people]
    actions.withdraw(entries[0], by=cast.amara)
    disable_person(cast.bruno, by=cast.adam)
    end_offers()
    assert [str(entry.state) for entry in entries] == ["withdrawn", "joined", "waiting", "offered"]
    assert pilot.places_taken == 2


def test_the_page_of_the_call_asks_the_same_for_one_and_for_three_who_wait(
    cast: Cast,
    pilot: Pilot,
    browse: Browse,
    here: str,
    approved: Callable[..., Volunteer],
    teacher: Callable[..., Account],
    count_queries: Callable[[Callable[[], Any]], int],
) -> None:
    amara = browse(cast.amara)
    for person in (cast.chloe, cast.bruno, cast.amara):
        approved(person)
    db.session.commit()
    one = count_queries(lambda: amara.get(here))
    for name in ("Tess Ng", "Udo Roy"):
        approved(teacher(name, cast.north))
    db.session.commit()
    assert count_queries(lambda: amara.get(here)) == one
    assert one <= 13
