"""The four answers of a form, the one-time key, the gates, and the error pages."""

import json
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from flask import Flask, Response
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from microcred.accounts import actions
from microcred.accounts.models import Account, School
from microcred.db import db, lock
from microcred.form_keys import FormKey
from microcred.headers import POLICY
from microcred.web import Answer, Form, attempt, own_path
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]


def schools() -> int:
    return db.session.scalar(select(func.count()).select_from(School)) or 0


def test_a_plain_form_that_succeeds_sends_on(cast: Cast, browse: Browse) -> None:
    reply = browse(cast.adam).send("/schools", name="West school")
    assert (reply.status_code, reply.location, schools()) == (303, "/schools", 3)


def test_a_plain_form_that_is_refused_comes_back_whole_with_what_was_typed(cast: Cast, browse: Browse) -> None:
    reply = browse(cast.adam).send("/schools", name="North school")
    assert (reply.status_code, schools()) == (422, 2)
    assert "There is a school of that name already." in reply.text
    assert 'value="North school"' in reply.text


def test_htmx_without_a_fragment_is_sent_on(cast: Cast, browse: Browse) -> None:
    reply = browse(cast.adam).send("/schools", name="West school", htmx=True)
    assert (reply.status_code, reply.headers["HX-Redirect"]) == (204, "/schools")


def test_a_button_that_is_refused_gets_a_page_with_the_sentence(cast: Cast, browse: Browse) -> None:
    reply = browse(cast.adam).send(f"/people/{cast.adam.id}/disabling")
    assert (reply.status_code, "You cannot disable yourself." in reply.text) == (422, True)


def test_nothing_is_half_done_when_an_action_refuses(cast: Cast, browse: Browse) -> None:
    browse(cast.adam).send("/schools", key="once", name="North school")
    assert db.session.get(FormKey, "once") is None


def test_a_refused_form_can_be_sent_again_with_the_same_key(cast: Cast, browse: Browse) -> None:
    adam = browse(cast.adam)
    adam.send("/schools", key="once", name="North school")
    assert adam.send("/schools", key="once", name="West school").status_code == 303


def test_a_later_click_that_finds_the_thing_gone_gets_the_first_answer(cast: Cast, visitor: Browser) -> None:
    token = actions.welcome(cast.bruno, by=cast.adam, link=lambda token: f"/welcome/{token}")
    assert chosen(visitor, f"/welcome/{token}", "once") == (303, "/")
    assert chosen(stranger(visitor), f"/welcome/{token}", "once") == (303, "/")
    assert chosen(stranger(visitor), f"/welcome/{token}", "twice") == (404, None)


def chosen(client: Browser, url: str, key: str) -> tuple[int, str | None]:
    reply = client.send(url, key=key, password="a long and unusual sentence")
    return reply.status_code, reply.location


def stranger(visitor: Browser) -> Browser:
    client = visitor.application.test_client()
    assert isinstance(client, Browser)
    return client


def test_the_key_of_somebody_else_tells_nothing(cast: Cast, browse: Browse) -> None:
    browse(cast.adam).send("/schools", key="once", name="West school")
    assert browse(cast.amara).send("/schools", key="once", name="West school").status_code == 403


def test_a_form_without_its_token_changes_nothing(cast: Cast, browse: Browse) -> None:
    reply = browse(cast.adam).post("/schools", data={"name": "West school", "form_key": "x"})
    assert (reply.status_code, schools()) == (400, 2)
    assert 'name="name" value="West school"' in reply.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_change_from_another_site_is_refused(cast: Cast, browse: Browse, site: str) -> None:
    reply = browse(cast.adam).post("/schools", data={"name": "West school"}, headers={"Sec-Fetch-Site": site})
    assert (reply.status_code, schools()) == (400, 2)


def test_what_is_not_mine_to_see_is_the_same_404_as_what_is_not_there(cast: Cast, browse: Browse) -> None:
    amara = browse(cast.amara)
    hidden, absent = amara.get(f"/people/{cast.bruno.id}"), amara.get("/people/999999")
    assert amara.get(f"/people/{'9' * 30}").status_code == 404
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert without_tokens(hidden.text) == without_tokens(absent.text)


def without_tokens(page: str) -> str:
    import re

    page = re.sub(r'(nonce|value)="[^"]*"', "", page)
    return re.sub(r"/people/\d+", "/people/0", page)


def test_a_page_that_needs_a_role_is_refused_to_others(cast: Cast, browse: Browse) -> None:
    assert browse(cast.amara).get("/people").status_code == 403


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page_and_back(cast: Cast, visitor: Browser) -> None:
    reply = visitor.get("/people?q=a")
    assert (reply.status_code, reply.location) == (302, "/sign-in?next=/people?q%3Da")


def test_a_form_that_came_too_late_keeps_what_was_typed(cast: Cast, visitor: Browser) -> None:
    plain = visitor.send("/schools", name="West school")
    assert (plain.status_code, 'name="name" value="West school"' in plain.text) == (401, True)
    htmx = visitor.send("/schools", name="West school", htmx=True)
    assert (htmx.status_code, htmx.headers["HX-Redirect"]) == (401, "/sign-in?next=/")


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/polls/7?page=2", "/polls/7?page=2"),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("https://evil.example", None),
        ("javascript:alert(1)", None),
        ("/a\nb", None),
        ("/" + "a" * 400, None),
        ("", None),
        (None, None),
    ],
)
def test_nobody_is_sent_to_another_site(path: str | None, own: str | None) -> None:
    assert own_path(path) == own


def test_every_page_carries_its_policy(cast: Cast, browse: Browse) -> None:
    headers = browse(cast.amara).get("/me").headers
    policy = headers["Content-Security-Policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert policy == POLICY.format(nonce=nonce)
    assert "unsafe" not in policy
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_the_language_is_chosen_and_kept(cast: Cast, browse: Browse) -> None:
    bruno = browse(cast.bruno)
    assert '<html lang="fr"' in bruno.get("/me").text
    assert bruno.send("/language", language="en", next="/me").location == "/me"
    assert '<html lang="en"' in bruno.get("/me").text
    assert bruno.send("/language", language="tlh").status_code == 400


def test_a_log_line_holds_the_rule_and_no_name(app: Flask, cast: Cast, browse: Browse) -> None:
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(logging.getLogger("microcred").handlers[0].format(record))  # type: ignore[method-assign]
    logging.getLogger("microcred").addHandler(handler)
    try:
        browse(cast.adam).get(f"/people/{cast.amara.id}?q=Okafor")
    finally:
        logging.getLogger("microcred").removeHandler(handler)
    line = json.loads(lines[-1])
    assert (line["rule"], line["status"]) == ("/people/<int:account_id>", 200)
    assert "Okafor" not in lines[-1]


def test_too_large_a_form_is_refused_with_a_page(cast: Cast, browse: Browse) -> None:
    reply = browse(cast.adam).send("/schools", name="x" * 12_000_000)
    assert (reply.status_code, "too large" in reply.text) == (413, True)


def test_healthz_answers(visitor: Browser) -> None:
    reply = visitor.get("/healthz")
    assert (reply.status_code, reply.text) == (200, "ok\n")


def test_a_page_of_an_earlier_version_still_finds_its_files(visitor: Browser) -> None:
    with visitor.get("/static/0123456789ab/app.css") as reply:
        assert (reply.status_code, reply.mimetype) == (200, "text/css")
    assert visitor.get("/static/0123456789ab/../app.py").status_code == 404


def test_static_files_are_served_under_their_hash(app: Flask, visitor: Browser) -> None:
    path = app.jinja_env.globals["static"]("app.css")  # type: ignore[operator]
    with visitor.get(path) as reply:
        content = reply.data
    assert (reply.status_code, "immutable" in reply.headers["Cache-Control"]) == (200, True)
    assert content == (Path(app.root_path).parent / "static" / "app.css").read_bytes()


def adding(app: Flask, name: str | None) -> Response:
    """What somebody is answered who passed every check a moment ago and now adds a school."""
    db.session.commit()
    with app.test_request_context("/schools", method="POST", data={"form_key": "once"}):
        return attempt(Form(meta={"csrf": False}), lambda: db.session.add(School(name=name)), Answer(to="/schools"))


def test_the_second_of_two_at_the_same_moment_is_told_so(app: Flask, cast: Cast) -> None:
    reply = adding(app, "North school")
    assert (reply.status_code, schools(), db.session.get(FormKey, "once")) == (422, 2, None)
    assert "Somebody did this at the same moment. Look again." in reply.get_data(as_text=True)


def test_what_was_removed_at_the_same_moment_is_called_gone(app: Flask, cast: Cast) -> None:
    school = School(name="West school")
    db.session.add(school)
    for touch in (lock, lambda school: school.name):
        db.session.commit()
        with app.test_request_context("/schools", method="POST", data={"form_key": "once"}):
            reply = attempt(Form(meta={"csrf": False}), partial(remove_and, touch, school), Answer(to="/schools"))
        assert (reply.status_code, "It is gone already" in reply.get_data(as_text=True)) == (404, True)
        assert db.session.get(FormKey, "once") is None


def remove_and(touch: Callable[[School], object], school: School) -> object:
    """Take its row away behind the session's back, as somebody else would, and touch it."""
    db.session.execute(text("DELETE FROM schools WHERE id = :id"), {"id": school.id})
    db.session.expire(school)
    return touch(school)


def test_a_slip_of_our_own_is_not_called_a_meeting(app: Flask, cast: Cast) -> None:
    with pytest.raises(IntegrityError):
        adding(app, None)
