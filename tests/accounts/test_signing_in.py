"""Signing in: by password, slowed down after failures, ended for good by signing out."""

from collections.abc import Callable

from sqlalchemy import func, select

from microcred.accounts import actions
from microcred.accounts.models import Account, SignIn
from microcred.db import db
from tests.cast import Cast
from tests.conftest import Browser

PASSWORD = "chalk dust in sunlight"


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
