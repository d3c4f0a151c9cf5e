"""Announcements reach everyone in the pilot once; posts and replies can be taken back and put back."""

import pytest
from sqlalchemy import select

from microcred.db import db
from microcred.errors import Refused
from microcred.history import Entry
from microcred.noticeboard import actions, queries
from microcred.noticeboard.models import Post, PostKind
from microcred.outbox import Mail
from microcred.pilots.models import Pilot
from tests.cast import Cast

TEXT = "The poll opens on Monday."


def test_an_announcement_is_mailed_once_to_everyone_in_the_pilot(cast: Cast, pilot: Pilot) -> None:
    actions.announce(pilot, "The poll", TEXT, by=cast.cora)
    db.session.commit()
    mails = db.session.scalars(select(Mail).order_by(Mail.person_id)).all()
    people = [cast.amara, cast.bruno, cast.pia, cast.rita, cast.ravi, cast.rosa]
    assert [mail.person_id for mail in mails] == [person.id for person in people]
    assert {mail.subject for mail in mails} == {"The poll"}
    assert mails[0].text.splitlines()[:3] == ["Hello Amara Okafor,", "", TEXT]


def test_an_announcement_taken_back_and_restored_is_not_mailed_again(cast: Cast, pilot: Pilot) -> None:
    told = actions.announce(pilot, "The poll", TEXT, by=cast.cora)
    mails = len(db.session.scalars(select(Mail)).all())
    actions.take_back_announcement(told, by=cast.cora)
    assert queries.latest_announcements(pilot, 3) == []
    assert db.session.scalars(queries.announcements(pilot)).all() == [told]
    actions.restore_announcement(told, by=cast.cora)
    assert queries.latest_announcements(pilot, 3) == [told]
    assert len(db.session.scalars(select(Mail)).all()) == mails == 6


def test_a_reply_to_a_reply_belongs_to_the_thread(cast: Cast, pilot: Pilot) -> None:
    post = actions.share(pilot, PostKind.WIN, "It worked.", by=cast.amara)
    first = actions.reply(post, "How?", by=cast.bruno)
    second = actions.reply(first, "Slowly.", by=cast.amara)
    db.session.commit()
    assert [reply.text for reply in post.replies] == ["How?", "Slowly."]
    assert (first.thread, second.thread, second.kind) == (post, post, None)


def test_a_post_that_was_taken_back_takes_no_replies_until_it_is_restored(cast: Cast, pilot: Pilot) -> None:
    post = actions.share(pilot, PostKind.CHALLENGE, "Nobody speaks.", by=cast.amara)
    actions.take_back(post, by=cast.amara)
    with pytest.raises(Refused) as refused:
        actions.reply(post, "Wait longer.", by=cast.bruno)
    assert (str(refused.value.sentence), refused.value.field) == ("This post has been taken back.", "text")
    actions.restore(post, by=cast.amara)
    assert actions.reply(post, "Wait longer.", by=cast.bruno).thread is post


def test_doing_it_twice_is_doing_it_once(cast: Cast, pilot: Pilot) -> None:
    post = actions.share(pilot, PostKind.WIN, "It worked.", by=cast.amara)
    actions.restore(post, by=cast.amara)
    first = actions.take_back(post, by=cast.amara).taken_back_at
    assert actions.take_back(post, by=cast.amara).taken_back_at == first
    db.session.commit()
    verbs = db.session.scalars(select(Entry.verb).where(Entry.thing == "Post").order_by(Entry.id)).all()
    assert verbs == ["shared", "took back"]


def threads(user: object, pilot: Pilot, kind: str = "") -> list[Post]:
    return list(db.session.scalars(queries.threads(user, pilot, kind)))  # type: ignore[arg-type]


def test_what_was_taken_back_is_shown_to_its_author_and_where_there_are_replies(cast: Cast, pilot: Pilot) -> None:
    lonely = actions.share(pilot, PostKind.WIN, "It worked.", by=cast.amara)
    answered = actions.share(pilot, PostKind.CHALLENGE, "Nobody speaks.", by=cast.amara)
    actions.reply(answered, "Wait longer.", by=cast.bruno)
    for post in (lonely, answered):
        actions.take_back(post, by=cast.amara)
    db.session.commit()
    assert threads(cast.amara, pilot) == [answered, lonely]
    assert threads(cast.bruno, pilot) == [answered]
    assert queries.latest_threads(cast.amara, pilot, 3) == []


def test_threads_are_narrowed_by_kind_and_hold_no_replies_of_their_own(cast: Cast, pilot: Pilot) -> None:
    win = actions.share(pilot, PostKind.WIN, "It worked.", by=cast.amara)
    challenge = actions.share(pilot, PostKind.CHALLENGE, "Nobody speaks.", by=cast.bruno)
    actions.reply(win, "How?", by=cast.bruno)
    db.session.commit()
    assert threads(cast.cora, pilot) == [challenge, win]
    assert threads(cast.cora, pilot, "win") == [win]
    assert threads(cast.cora, pilot, "challenge") == [challenge]


def test_who_does_not_see_the_pilot_sees_none_of_its_noticeboard(cast: Cast, pilot: Pilot) -> None:
    told = actions.announce(pilot, "The poll", TEXT, by=cast.cora)
    post = actions.share(pilot, PostKind.WIN, "It worked.", by=cast.amara)
    db.session.commit()
    outside = [cast.chloe, cast.pavel, cast.adam]
    for person in cast.people:
        readable = None if person.is_reviewer else post
        expected = (None, None) if person in outside else (told, readable)
        seen = (queries.visible_announcement(person, told.id), queries.visible_post(person, post.id))
        assert seen == expected, person.name
