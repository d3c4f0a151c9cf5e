"""The pages of a giveaway's rule: conditions, the preview, switching, announcing, and what a principal never learns."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.noticeboard.models import Announcement
from microcred.recognition import actions
from microcred.recognition.models import Entitlement, Giveaway
from microcred.schooldays import local
from microcred.volunteers.models import VolunteerState
from tests.conftest import Browser
from tests.recognition.conftest import World

Browse = Callable[[Account], Browser]
EMPTY: dict[str, Any] = {"per_person": "", "per_period": "", "period_days": "", "in_total": ""}


def due(giveaway: Giveaway) -> int:
    return db.session.scalar(select(func.count()).where(Entitlement.giveaway_id == giveaway.id)) or 0


def test_a_giveaway_of_the_form_begins_switched_off(world: World, browse: Browse) -> None:
    world.vote(world.cast.amara)
    cora = browse(world.cast.cora)
    fields: dict[str, Any] = {
        "name": "Mug",
        "picture": "",
        "value_cents": "8.50",
        "rule": "voted",
        "needed": "",
        "until_on": "",
    }
    assert cora.send(f"/pilots/{world.pilot.id}/giveaways", **fields).status_code == 303
    giveaway = db.session.scalars(select(Giveaway)).one()
    assert (giveaway.switched_on_at, giveaway.announced_at, due(giveaway), giveaway.needed) == (None, None, 0, 1)


def test_conditions_are_kept_shown_and_refused_with_a_sentence(world: World, browse: Browse) -> None:
    giveaway, cora = world.giveaway(is_on=False), browse(world.cast.cora)
    url, day = f"/giveaways/{giveaway.id}/conditions", local(utcnow()).date() + timedelta(days=9)
    start: dict[str, Any] = {f"start_{world.cast.north.id}": day.isoformat()}
    also = {"also_1-rule": "voted", "also_1-poll": str(world.poll.id), "also_2-rule": "shared_win", "also_2-count": "2"}
    assert cora.send(url, **EMPTY | {"in_total": "7", "per_person": "1"} | also | start).status_code == 303
    giveaway = db.session.scalars(select(Giveaway)).one()
    assert (giveaway.in_total, giveaway.per_person, giveaway.per_period) == (7, 1, None)
    assert [each["rule"] for each in giveaway.also] == ["voted", "shared_win"]
    assert [(each.school_id, each.starts_on) for each in giveaway.starts] == [(world.cast.north.id, day)]
    page = cora.get(url).text
    assert (page.count("selected"), day.isoformat() in page, 'value="7"' in page) == (6, True, True)
    refused = cora.send(url, **EMPTY | {"per_period": "2"})
    assert (refused.status_code, refused.text.count("belong together")) == (422, 2)


def test_the_preview_is_seen_before_it_is_switched_on_and_people_are_told_once(world: World, browse: Browse) -> None:
    world.vote(world.cast.amara)
    giveaway, cora = world.giveaway(is_on=False, name="Chalk mug"), browse(world.cast.cora)
    url = f"/giveaways/{giveaway.id}/reach"
    page = cora.get(url).text
    assert ("Amara Okafor" in page, "switched off" in page, due(giveaway)) == (True, True, 0)
    assert cora.send(f"/giveaways/{giveaway.id}/switchings-on").status_code == 303
    assert due(giveaway) == 1
    told: dict[str, Any] = {"title": "A mug", "text": "For whoever votes."}
    assert cora.send(f"/giveaways/{giveaway.id}/announcements", **told).status_code == 303
    refused = cora.send(f"/giveaways/{giveaway.id}/announcements", **told)
    assert (refused.status_code, db.session.scalar(select(func.count()).select_from(Announcement))) == (422, 1)
    assert cora.send(f"/giveaways/{giveaway.id}/switchings-off").status_code == 303
    assert "switched off" in cora.get(url).text
    assert due(giveaway) == 1


def test_the_preview_of_three_people_costs_as_many_queries_as_of_one(
    world: World, browse: Browse, count_queries: Callable[[Callable[[], Any]], int]
) -> None:
    giveaway, cora = world.giveaway(is_on=False), browse(world.cast.cora)
    url = f"/giveaways/{giveaway.id}/reach"
    world.vote(world.cast.amara)
    of_one = count_queries(lambda: cora.get(url))
    world.vote(world.cast.bruno, world.cast.chloe)
    assert count_queries(lambda: cora.get(url)) == of_one


CANARIES = ("taking part in", "All of them are taken", "So far", "Not due yet", "declined", "offered until", "reached")


def test_a_principal_reads_no_reason_why_not_that_tells_what_somebody_did(world: World, browse: Browse) -> None:
    """Neither a vote, a no, nor a result shows in the card, whatever the giveaways ask and hold back."""
    for rule in ("voted", "voted_often", "volunteered", "earned", "handed_in", "completed"):
        world.giveaway(rule, needed=2)
    world.giveaway(in_total=1, name="Scarce")
    world.vote(world.cast.amara)
    for entitlement in actions.thank(world.pilot, world.cast.amara):
        actions.decline(entitlement, by=world.cast.amara)
    silent, declined = (f"/desk/people/{person.id}" for person in (world.cast.bruno, world.cast.amara))
    pia, cora = browse(world.cast.pia), browse(world.cast.cora)
    for url in (silent, declined):
        page = pia.get(url).text
        assert [canary for canary in CANARIES if canary in page] == []
    assert "Not due yet" in cora.get(silent).text
    assert "Declined" in cora.get(declined).text


def test_sharing_a_win_is_thanked_with_the_post(world: World, browse: Browse) -> None:
    giveaway, amara = world.giveaway("shared_win"), browse(world.cast.amara)
    win: dict[str, Any] = {"kind": "win", "text": "It worked."}
    assert amara.send(f"/pilots/{world.pilot.id}/posts", **win | {"kind": "challenge"}).status_code == 303
    assert due(giveaway) == 0
    assert amara.send(f"/pilots/{world.pilot.id}/posts", **win).status_code == 303
    assert due(giveaway) == 1


def test_completing_the_pilot_is_thanked_with_the_mark(world: World, browse: Browse) -> None:
    giveaway = world.giveaway("completed")
    entry = world.volunteer(world.cast.amara, VolunteerState.JOINED)
    world.pilot.places_taken = 1
    assert browse(world.cast.cora).send(f"/volunteers/{entry.id}/completion").status_code == 303
    assert due(giveaway) == 1
