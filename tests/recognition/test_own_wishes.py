"""What one says to a thank-you: later, after all, and whether others may read of it; what a principal is not told."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from microcred.accounts.models import Account
from microcred.db import at, utcnow
from microcred.errors import Refused
from microcred.recognition import actions, answering, queries
from microcred.schooldays import local
from tests.conftest import Browser
from tests.recognition.conftest import World

Browse = Callable[[Account], Browser]


def in_days(count: int) -> date:
    return local(utcnow()).date() + timedelta(days=count)


def test_what_is_wanted_later_is_not_due_until_that_day(world: World, browse: Browse) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway(name="Mug"))
    url = f"/entitlements/{entitlement.id}/postponements"
    answer = browse(world.cast.amara).send(url, until=in_days(3).isoformat())
    assert (answer.status_code, entitlement.state, entitlement.is_waiting) == (303, "later", False)
    card = browse(world.cast.pia).get(f"/desk/people/{world.cast.amara.id}").text
    assert "Asked for later" in card
    assert ">Give<" not in card
    assert "Nobody is waiting" in browse(world.cast.pia).get("/thank-yous/waiting").text
    with at(utcnow() + timedelta(days=3)):
        assert entitlement.state == "due"


def test_whoever_comes_earlier_may_have_it_after_all(world: World) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    answering.postpone(entitlement, in_days(3), by=world.cast.amara)
    actions.accept_after_all(entitlement, by=world.cast.amara)
    assert entitlement.state == "due"


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_day_that_is_past_or_far_off_is_refused(world: World, days: int) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    with pytest.raises(Refused, match="after today") as refused:
        answering.postpone(entitlement, in_days(days), by=world.cast.amara)
    assert (refused.value.field, entitlement.state) == ("until", "due")


def test_nobody_postpones_for_somebody_else(world: World, browse: Browse) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway())
    url = f"/entitlements/{entitlement.id}/postponements"
    until = in_days(3).isoformat()
    assert browse(world.cast.bruno).send(url, until=until).status_code == 404
    assert browse(world.cast.pia).send(url, until=until).status_code == 403
    assert browse(world.cast.amara).send(url, until="soon").status_code == 422
    assert browse(world.cast.amara).send(url, until="soon", htmx=True).status_code == 422


def test_public_thanks_are_asked_for_and_never_assumed(world: World, browse: Browse) -> None:
    amara = browse(world.cast.amara)
    assert not queries.wants_public_thanks(world.cast.amara)
    assert amara.send("/thank-yous/preferences", is_public="y").status_code == 303
    assert queries.wants_public_thanks(world.cast.amara)
    assert 'name="is_public" value="y" checked' in amara.get("/thank-yous").text
    assert amara.send("/thank-yous/preferences").status_code == 303
    assert not queries.wants_public_thanks(world.cast.amara)


def test_a_principal_is_not_told_what_somebody_did_not_do_or_turned_down(world: World, browse: Browse) -> None:
    entitlement = world.due(world.cast.amara, world.giveaway(name="Mug"))
    world.giveaway("earned", name="Press")
    actions.decline(entitlement, by=world.cast.amara)
    url = f"/desk/people/{world.cast.amara.id}"
    told, kept = browse(world.cast.cora).get(url).text, browse(world.cast.pia).get(url).text
    for word in ("Not due yet", "Comes with earning a badge", "Declined", "Mug"):
        assert (word in told, word in kept) == (True, False)
