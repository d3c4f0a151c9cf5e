"""Pilots: created with sense, changed without taking away what people rely on, never overfull."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from microcred.accounts.actions import create_person
from microcred.accounts.models import RoleName
from microcred.catalog.models import MicroCredential
from microcred.db import at, db
from microcred.errors import Refused
from microcred.history import Entry
from microcred.pilots import actions, queries
from microcred.pilots.models import Offer, Pilot
from tests.cast import Cast
from tests.pilots.conftest import pilot_fields

BEFORE = datetime(2026, 9, 1, 8, tzinfo=UTC)


def refusal(call: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        call()
    return str(refused.value.sentence), refused.value.field


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"schools": []}, "schools"),
        ({"places": 0}, "places"),
        ({"ends_on": date(2026, 9, 30)}, "ends_on"),
        ({"sign_up_opens_at": datetime(2027, 2, 1, tzinfo=UTC)}, "sign_up_opens_at"),
        ({"reviewers_per_submission": 3}, "reviewers_per_submission"),
    ],
)
def test_a_pilot_without_sense_is_refused_beside_its_field(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    assert refusal(lambda: actions.create_pilot(**pilot_fields(cast) | wrong, by=cast.cora))[1] == field
    assert db.session.scalar(select(func.count()).select_from(Pilot)) == 0


def test_a_pilot_may_open_its_sign_up_on_its_last_day(cast: Cast) -> None:
    opens = datetime(2026, 12, 18, 12, tzinfo=UTC)
    assert actions.create_pilot(**pilot_fields(cast) | {"sign_up_opens_at": opens}, by=None).sign_up_opens_at == opens


def test_places_are_taken_until_none_is_left_and_given_back(cast: Cast, pilot: Pilot) -> None:
    assert [actions.take_place(pilot) for _each in range(4)] == [True, True, True, False]
    assert (pilot.places_taken, pilot.places_left) == (3, 0)
    assert [actions.free_place(pilot) for _each in range(4)] == [True, True, True, False]
    assert (pilot.places_taken, pilot.places_left) == (0, 3)


def test_places_cannot_fall_below_those_taken(cast: Cast, pilot: Pilot) -> None:
    actions.take_place(pilot)
    actions.take_place(pilot)
    fields = pilot_fields(cast)
    sentence = "2 places are taken already: there cannot be fewer."
    assert refusal(lambda: actions.change_pilot(pilot, **fields | {"places": 1}, by=cast.cora)) == (sentence, "places")
    assert actions.change_pilot(pilot, **fields | {"places": 2}, by=cast.cora).places_left == 0


def test_a_school_cannot_be_left_out_once_sign_up_has_opened(cast: Cast, pilot: Pilot) -> None:
    fewer = pilot_fields(cast) | {"schools": [cast.north]}
    sentence = "Sign-up has opened: South school cannot be left out any more."
    assert refusal(lambda: actions.change_pilot(pilot, **fewer, by=cast.cora)) == (sentence, "schools")
    with at(BEFORE):
        assert actions.change_pilot(pilot, **fewer, by=cast.cora).schools == [cast.north]


def test_an_ended_pilot_stays_as_it_is_until_it_is_reopened(
    cast: Cast, pilot: Pilot, micro_credential: MicroCredential
) -> None:
    made = actions.offer(pilot, micro_credential, by=cast.cora)
    actions.end_pilot(pilot, by=cast.cora)
    calls = [
        lambda: actions.end_pilot(pilot, by=cast.cora),
        lambda: actions.change_pilot(pilot, **pilot_fields(cast), by=cast.cora),
        lambda: actions.offer(pilot, micro_credential, by=cast.cora),
        lambda: actions.withdraw_offer(made, by=cast.cora),
    ]
    assert [refusal(call)[0] for call in calls] == ["This pilot has ended."] * 4
    assert actions.reopen_pilot(pilot, by=cast.cora).ended_at is None
    assert refusal(lambda: actions.reopen_pilot(pilot, by=cast.cora))[0] == "This pilot has not ended."


def test_offering_twice_is_offering_once(cast: Cast, pilot: Pilot, micro_credential: MicroCredential) -> None:
    made = actions.offer(pilot, micro_credential, by=cast.cora)
    assert actions.offer(pilot, micro_credential, by=cast.cora) is made
    db.session.commit()
    verbs = db.session.scalars(select(Entry.verb).where(Entry.thing == "Offer")).all()
    assert verbs == ["offered"]


def test_a_withdrawn_offer_can_be_made_again(cast: Cast, pilot: Pilot, micro_credential: MicroCredential) -> None:
    made = actions.offer(pilot, micro_credential, by=cast.cora)
    actions.withdraw_offer(made, by=cast.cora)
    assert queries.standing_offers(pilot) == []
    assert actions.offer(pilot, micro_credential, by=cast.cora) is made
    assert queries.standing_offers(pilot) == [made]
    assert db.session.scalar(select(func.count()).select_from(Offer)) == 1


def test_what_is_archived_or_has_no_rubric_is_not_offered(
    cast: Cast, pilot: Pilot, micro_credential: MicroCredential
) -> None:
    micro_credential.archived_at = BEFORE
    db.session.flush()
    sentence = refusal(lambda: actions.offer(pilot, micro_credential, by=cast.cora))[0]
    assert sentence == f"“{micro_credential.title}” is archived."
    micro_credential.archived_at, micro_credential.rubric = None, None
    db.session.flush()
    sentence = refusal(lambda: actions.offer(pilot, micro_credential, by=cast.cora))[0]
    assert sentence == f"“{micro_credential.title}” has no rubric yet."


def test_who_sees_a_pilot(cast: Cast) -> None:
    fields = pilot_fields(cast) | {"schools": [cast.north]}
    pilot = actions.create_pilot(**fields, by=cast.cora)
    seeing = [person for person in cast.people if queries.visible_pilot(person, pilot.id)]
    north = [cast.amara, cast.bruno, cast.pia, cast.rita, cast.ravi, cast.rosa, cast.cora, cast.dora]
    assert seeing == north
    assert queries.visible_pilots(cast.chloe) == []


def test_the_current_pilot_is_the_newest_that_has_not_ended(cast: Cast, pilot: Pilot) -> None:
    newer = actions.create_pilot(**pilot_fields(cast), by=cast.cora)
    assert queries.current_pilot(cast.amara) is newer
    actions.end_pilot(newer, by=cast.cora)
    assert queries.current_pilot(cast.amara) is pilot
    actions.end_pilot(pilot, by=cast.cora)
    assert queries.current_pilot(cast.amara) is None


def test_the_audience_is_everyone_of_the_schools_and_the_reviewers(cast: Cast) -> None:
    pilot = actions.create_pilot(**pilot_fields(cast) | {"schools": [cast.south]}, by=cast.cora)
    both = create_person("Bea Both", "bea@school.local", school=cast.south, roles=list(RoleName)[:3], by=None)
    assert queries.audience(pilot) == [cast.chloe, cast.pavel, cast.rita, cast.ravi, cast.rosa, both]


def test_sign_up_that_has_opened_does_not_open_anew(cast: Cast) -> None:
    fields = pilot_fields(cast)
    opened, later = fields["sign_up_opens_at"], fields["sign_up_opens_at"] + timedelta(days=3)
    with at(BEFORE):
        pilot = actions.create_pilot(**fields, by=None)
    with at(opened):
        told = refusal(lambda: actions.change_pilot(pilot, **fields | {"sign_up_opens_at": later}, by=None))
    assert told == ("Sign-up has opened already: it cannot open later.", "sign_up_opens_at")
    with at(opened - timedelta(days=1)):
        actions.change_pilot(pilot, **fields | {"sign_up_opens_at": later}, by=None)
    assert pilot.sign_up_opens_at == later
