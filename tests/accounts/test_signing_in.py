"""Signing in: by password, slowed down after failures, ended for good by signing out."""

from collections.abc import Callable
from datetime import UTC, datetime

import time_machine
from sqlalchemy import func, select

from microcred.accounts import actions
from microcred.accounts.models import Account, SignIn
from microcred.db import db
from tests.cast import Cast
from tests.conftest import Browser

PASSWORD = "chalk dust in sunlight"
MORNING = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_a_session_is_kept_as_a_hash_only(cast: Cast) -> None:
    token = actions.start_session(cast.amara)
    db.session.commit()
    kept = db.session.scalars(select(SignIn.token_hash)).all()
    assert token not in kept
    assert len(kept) == 1


def test_signing_out_ends_the_session_also_for_a_copy_of_the_cookie(
    cast: Cast, browse: Callable[[Account], Browser]
) -> None:
    amara = browse(cast.amara)
    cookie = amara.get_cookie("microcred")
    assert cookie is not None
    assert amara.get("/me").status_code == 200
    assert amara.send("/sign-out").status_code == 303
    amara.set_cookie("microcred", cookie.value)
    assert amara.get("/me").status_code == 302
    assert db.session.scalar(select(func.count()).select_from(SignIn)) == 0


def test_two_clicks_on_sign_in_sign_in_twice(cast: Cast, visitor: Browser) -> None:
    actions.set_password(cast.amara, PASSWORD)
    replies = [
        visitor.send("/sign-in", key="one", email="AMARA@school.local", password=PASSWORD) for _click in range(2)
    ]
    assert [(reply.status_code, reply.location) for reply in replies] == [(303, "/"), (303, "/")]
    assert visitor.get("/me").status_code == 200


def test_failures_in_a_row_slow_down_and_never_lock_out(cast: Cast, visitor: Browser) -> None:
    actions.set_password(cast.amara, PASSWORD)
    with time_machine.travel(MORNING, tick=False) as clock:
        for wait in (1, 2, 4, 8, 16, 32, 60, 60):
            wrong = visitor.send("/sign-in", email="amara@school.local", password="guess")
            assert (wrong.status_code, "do not belong together" in wrong.text) == (422, True)
            early = visitor.send("/sign-in", email="amara@school.local", password=PASSWORD)
            assert (early.status_code, "then try again" in early.text) == (422, True)
            clock.shift(wait)
        assert visitor.send("/sign-in", email="amara@school.local", password=PASSWORD).status_code == 303


def test_an_unknown_address_is_refused_in_the_same_words(cast: Cast, visitor: Browser) -> None:
    actions.set_password(cast.amara, PASSWORD)
    known = visitor.send("/sign-in", email="amara@school.local", password="guess")
    unknown = visitor.send("/sign-in", email="nobody@school.local", password="guess")
    sentence = "The e-mail address and the password do not belong together."
    assert [sentence in reply.text for reply in (known, unknown)] == [True, True]


def test_a_disabled_person_cannot_sign_in(cast: Cast, visitor: Browser) -> None:
    actions.set_password(cast.dora, PASSWORD)
    assert visitor.send("/sign-in", email="dora@school.local", password=PASSWORD).status_code == 422


def test_a_session_ends_after_its_hours_and_after_idle_minutes(
    cast: Cast, browse: Callable[[Account], Browser]
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        busy, idle = browse(cast.amara), browse(cast.bruno)
        idle.get("/me")
        for _quarter in range(31):
            clock.shift(15 * 60)
            assert busy.get("/me").status_code == 200
        assert idle.get("/me").status_code == 302
        clock.shift(16 * 60)
        assert busy.get("/me").status_code == 302
