"""The noticeboard's pages: the four answers of each form, and who may read and write."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.noticeboard import actions
from microcred.noticeboard.models import Announcement, Post, PostKind
from microcred.pilots.models import Pilot
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]


@pytest.fixture
def win(cast: Cast, pilot: Pilot) -> Post:
    """Amara's win."""
    return actions.share(pilot, PostKind.WIN, "It **worked**.", by=cast.amara)


def test_a_teacher_shares_a_challenge(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    url = f"/pilots/{pilot.id}/posts"
    response = browse(cast.amara).send(url, kind="challenge", text="Nobody *speaks*.\r\n<script>alert(1)</script>")
    assert (response.status_code, response.location) == (303, f"/pilots/{pilot.id}/noticeboard")
    page = browse(cast.bruno).get(response.location).text
    assert "<em>speaks</em>" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "win", "text": " "}, "Please fill this in."),
        ({"kind": "gossip", "text": "Kept text"}, "Not a valid choice."),
        ({"kind": "win", "text": "x" * 5001}, "At most 5000 characters, please."),
    ],
)
def test_a_post_that_cannot_be_is_refused(
    cast: Cast, pilot: Pilot, browse: Browse, fields: dict[str, Any], sentence: str
) -> None:
    response = browse(cast.amara).send(f"/pilots/{pilot.id}/posts", **fields)
    assert response.status_code == 422
    assert sentence in response.text
    assert fields["text"].strip() in response.text
    assert db.session.scalars(select(Post)).all() == []


def test_a_reply_answers_with_the_thread(cast: Cast, win: Post, browse: Browse) -> None:
    response = browse(cast.bruno).send(f"/posts/{win.id}/replies", htmx=True, text="How did you do that?")
    assert response.status_code == 200
    assert response.text.lstrip().startswith(f'<article class="card" id="post-{win.id}-thread">')
    assert response.text.count("How did you do that?") == 1
    plain = browse(cast.bruno).send(f"/posts/{win.id}/replies", text="Really?")
    assert (plain.status_code, plain.location) == (303, f"/posts/{win.id}")
    assert [reply.text for reply in win.replies] == ["How did you do that?", "Really?"]


@pytest.mark.parametrize("htmx", [True, False])
def test_an_empty_reply_is_refused(cast: Cast, win: Post, browse: Browse, htmx: bool) -> None:
    response = browse(cast.bruno).send(f"/posts/{win.id}/replies", htmx=htmx, text="")
    assert response.status_code == 422
    assert f'id="reply-to-{win.id}-error"' in response.text
    assert ("<html" in response.text) is not htmx


def test_a_reply_to_what_was_taken_back_is_refused(cast: Cast, win: Post, browse: Browse) -> None:
    actions.take_back(win, by=cast.amara)
    response = browse(cast.bruno).send(f"/posts/{win.id}/replies", text="How?")
    assert response.status_code == 422
    assert win.replies == []


def test_a_post_is_taken_back_and_put_back_by_its_author_alone(cast: Cast, win: Post, browse: Browse) -> None:
    assert browse(cast.bruno).send(f"/posts/{win.id}/withdrawal").status_code == 403
    assert browse(cast.cora).send(f"/posts/{win.id}/withdrawal").status_code == 403
    response = browse(cast.amara).send(f"/posts/{win.id}/withdrawal", htmx=True)
    assert response.status_code == 200
    assert "This was taken back." in response.text
    assert f"/posts/{win.id}/restoration" in response.text
    assert "worked" not in browse(cast.amara).get(f"/posts/{win.id}").text
    assert browse(cast.bruno).send(f"/posts/{win.id}/restoration").status_code == 403
    assert browse(cast.amara).send(f"/posts/{win.id}/restoration").location == f"/posts/{win.id}"
    assert win.taken_back_at is None


def test_announcing_and_taking_back(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    url, cora = f"/pilots/{pilot.id}/announcements", browse(cast.cora)
    assert "It goes by mail to 6 people too." in cora.get(url).text
    response = cora.send(url, title="The poll", text="It opens on **Monday**.")
    assert (response.status_code, response.location) == (303, url)
    told = db.session.scalars(select(Announcement)).one()
    assert "It opens on <strong>Monday</strong>." in browse(cast.pia).get(url).text
    taken = cora.send(f"/announcements/{told.id}/withdrawal", htmx=True)
    assert taken.status_code == 200
    assert taken.text.lstrip().startswith(f'<article class="card" id="announcement-{told.id}-text">')
    page = browse(cast.pia).get(url).text
    assert "taken back on" in page
    assert "Monday</strong>" not in page
    assert cora.send(f"/announcements/{told.id}/restoration").status_code == 303
    assert told.taken_back_at is None


def test_an_announcement_without_a_title_is_refused(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    response = browse(cast.cora).send(f"/pilots/{pilot.id}/announcements", title="", text="Typed text")
    assert response.status_code == 422
    assert "Typed text" in response.text
    assert db.session.scalars(select(Announcement)).all() == []


def test_who_reads_and_who_writes(cast: Cast, pilot: Pilot, win: Post, browse: Browse) -> None:
    told = actions.announce(pilot, "The poll", "Monday.", by=cast.cora)
    expected = {
        cast.amara: (200, 422, 422, 403),
        cast.pia: (200, 403, 403, 403),
        cast.rita: (403, 403, 404, 403),
        cast.cora: (200, 422, 422, 422),
        cast.chloe: (404, 404, 404, 404),
        cast.pavel: (404, 404, 404, 404),
        cast.adam: (404, 404, 404, 404),
    }
    for person, codes in expected.items():
        client = browse(person)
        answers = (
            client.get(f"/pilots/{pilot.id}/noticeboard"),
            client.send(f"/pilots/{pilot.id}/posts"),
            client.send(f"/posts/{win.id}/replies"),
            client.send(f"/pilots/{pilot.id}/announcements"),
        )
        assert tuple(answer.status_code for answer in answers) == codes, person.name
        found = 200 if codes[0] == 200 else 404
        assert client.get(f"/posts/{win.id}").status_code == found
        taking_back = {404: 404}.get(codes[0], 303 if person is cast.cora else 403)
        assert client.send(f"/announcements/{told.id}/withdrawal").status_code == taking_back


def test_posts_are_narrowed_and_paged(cast: Cast, pilot: Pilot, win: Post, browse: Browse) -> None:
    for number in range(31):
        actions.share(pilot, PostKind.CHALLENGE, f"Challenge {number}.", by=cast.bruno)
    url, amara = f"/pilots/{pilot.id}/noticeboard", browse(cast.amara)

    def threads(query: str) -> int:
        return amara.get(url + query).text.count('-thread">')

    queries = ("", "?page=2", "?kind=win", "?kind=challenge&page=2", "?kind=gossip&page=x")
    assert [threads(query) for query in queries] == [30, 2, 1, 1, 30]


def test_the_board_takes_as_many_queries_for_three_threads_as_for_one(
    cast: Cast, pilot: Pilot, win: Post, browse: Browse, count_queries: Callable[[Callable[[], Any]], int]
) -> None:
    url, amara = f"/pilots/{pilot.id}/noticeboard", browse(cast.amara)
    actions.reply(win, "How?", by=cast.bruno)
    amara.get(url)
    with_one = count_queries(lambda: amara.get(url))
    for person in (cast.bruno, cast.cora):
        post = actions.share(pilot, PostKind.WIN, "Another.", by=person)
        actions.reply(post, "Fine.", by=cast.amara)
    db.session.commit()
    assert count_queries(lambda: amara.get(url)) == with_one


def test_an_empty_board_says_so(cast: Cast, pilot: Pilot, browse: Browse) -> None:
    page = browse(cast.pia).get(f"/pilots/{pilot.id}/noticeboard").text
    assert "Nothing here yet" in page
    assert "Share something" not in page
