"""Who takes part and is not heard of is at risk, and only the coordinator sees it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from microcred.accounts.models import Account
from microcred.db import at, db, utcnow
from microcred.evidence import actions as evidence
from microcred.noticeboard import actions as noticeboard
from microcred.noticeboard.models import PostKind
from microcred.volunteers.silence import silent_since
from tests.conftest import Browser
from tests.world import World

Browse = Callable[[Account], Browser]


@pytest.fixture
def quiet(world: World) -> datetime:
    """Amara and Chloe joined four weeks ago and were not heard of since; their evidence is of that day."""
    moment = utcnow() - timedelta(weeks=4)
    world.pilot.starts_on = moment.date() - timedelta(days=1)
    for name in ("amara", "chloe"):
        world.volunteers[name].joined_at = moment
    for table, column in (("submissions", "started_at"), ("submissions", "submitted_at"), ("part_texts", "saved_at")):
        rows = db.metadata.tables[table]
        db.session.execute(rows.update().where(rows.c[column].is_not(None)).values({column: moment}))
    for table, column in (("artefacts", "added_at"), ("posts", "posted_at")):
        db.session.execute(db.metadata.tables[table].update().values({column: moment}))
    db.session.expire_all()
    return moment


def at_risk(world: World) -> dict[str, datetime]:
    names = {entry.id: name for name, entry in world.volunteers.items()}
    return {names[each]: moment for each, moment in silent_since(world.pilot).items()}


def test_who_was_silent_for_ten_school_days_is_at_risk(world: World, quiet: datetime) -> None:
    assert at_risk(world) == {"amara": quiet, "chloe": quiet}
    world.volunteers["amara"].joined_at = utcnow() - timedelta(days=13)
    db.session.flush()
    assert at_risk(world) == {"chloe": quiet}


def test_evidence_breaks_the_silence(world: World, quiet: datetime) -> None:
    with at(quiet + timedelta(days=2)):
        evidence.start_submission(world.offers[-1], world.cast.chloe)
    assert at_risk(world)["chloe"] == quiet + timedelta(days=2)


def test_a_post_or_a_reply_breaks_the_silence(world: World, quiet: datetime) -> None:
    with at(quiet + timedelta(days=3)):
        noticeboard.share(world.pilot, PostKind.WIN, "It worked.", by=world.cast.chloe)
    assert at_risk(world) == {"amara": quiet, "chloe": quiet + timedelta(days=3)}
    noticeboard.share(world.pilot, PostKind.WIN, "It worked again.", by=world.cast.chloe)
    db.session.flush()
    assert at_risk(world) == {"amara": quiet}


def test_the_coordinator_filters_them_and_the_principal_sees_nothing(
    world: World, quiet: datetime, browse: Browse
) -> None:
    here = f"/pilots/{world.pilot.id}/volunteers"
    cora, entry = browse(world.cast.cora), world.volunteers["amara"]
    page = cora.get(f"{here}?risk=1&q=amara").text
    assert (page.count("-listed"), page.count("silent since")) == (1, 1)
    assert "How is it going?" in cora.get(f"/volunteers/{entry.id}").text
    assert cora.send(f"/volunteers/{entry.id}/question").location == f"/volunteers/{entry.id}"
    assert "Asked how it goes" in cora.get(f"/volunteers/{entry.id}").text
    assert cora.send(f"/volunteers/{entry.id}/question").status_code == 422
    assert "silent" not in browse(world.cast.pia).get(f"/pilots/{world.pilot.id}/applicants").text
    assert browse(world.cast.pia).send(f"/volunteers/{entry.id}/question").status_code == 404


def test_nobody_is_silent_before_the_first_day_or_after_the_end(world: World, quiet: datetime) -> None:
    world.pilot.starts_on = utcnow().date()
    db.session.flush()
    assert at_risk(world) == {}
    world.pilot.starts_on, world.pilot.ended_at = quiet.date() - timedelta(days=1), utcnow()
    db.session.flush()
    assert at_risk(world) == {}
