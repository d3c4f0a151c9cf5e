"""Reminders go to those who have not voted, a few times at most, and name nobody."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from microcred.accounts.models import Account
from microcred.db import at, db
from microcred.errors import Refused
from microcred.history import Entry
from microcred.outbox import Mail
from microcred.polls import actions, counting
from microcred.polls.models import Poll
from microcred.polls.reminding import remind_voters, remind_voters_of_last_day, why_no_reminder
from microcred.polls.voting import cast_ballot
from microcred.schooldays import Holiday
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
Draft = Callable[..., Poll]

MONDAY = datetime(2026, 4, 13, 15, tzinfo=UTC)


def test_only_those_who_have_not_voted_are_reminded(poll: Poll, cast: Cast) -> None:
    cast_ballot(poll, cast.amara, [])
    assert remind_voters(poll, by=cast.cora) == 2
    assert db.session.scalars(select(Mail.person_id).order_by(Mail.person_id)).all() == [cast.bruno.id, cast.chloe.id]
    db.session.commit()
    (entry,) = db.session.scalars(select(Entry).where(Entry.verb == "reminded"))
    assert entry.details == {"people": 2}


def test_a_second_reminder_waits_a_day_and_the_third_is_refused(draft: Draft, cast: Cast) -> None:
    with at(MONDAY):
        poll = actions.open_poll(draft(closes_at=MONDAY + timedelta(days=9)), by=cast.cora)
        remind_voters(poll, by=cast.cora)
        with pytest.raises(Refused, match="within the last day"):
            remind_voters(poll, by=cast.cora)
    with at(MONDAY + timedelta(days=1)):
        remind_voters(poll, by=cast.cora)
    with at(MONDAY + timedelta(days=3)), pytest.raises(Refused, match="as often as is allowed"):
        remind_voters(poll, by=cast.cora)
    db.session.refresh(poll)
    assert poll.reminders_sent == 2


def test_nobody_is_reminded_of_a_poll_that_is_not_open(poll: Poll, draft: Draft, cast: Cast) -> None:
    for unopened in (draft(), counting.close_poll(poll, by=cast.cora)):
        with pytest.raises(Refused, match="not open"):
            remind_voters(unopened, by=cast.cora)


def test_the_reminder_says_how_to_stop_it(poll: Poll, cast: Cast) -> None:
    remind_voters(poll, by=cast.cora)
    text = db.session.scalars(select(Mail.text).where(Mail.person_id == cast.amara.id)).one()
    assert "“None of these” is a vote too, and after it there are no more reminders" in text


def test_the_last_school_day_brings_one_reminder_by_itself(draft: Draft, cast: Cast) -> None:
    with at(MONDAY):
        poll = actions.open_poll(draft(closes_at=MONDAY + timedelta(days=7)), by=cast.cora)
        cast_ballot(poll, cast.amara, ["A"])
    friday = MONDAY + timedelta(days=4)
    with at(friday - timedelta(minutes=1)):
        assert remind_voters_of_last_day() == []
    with at(friday):
        assert remind_voters_of_last_day() == [poll]
    for later in (timedelta(minutes=1), timedelta(days=2, hours=23)):
        with at(friday + later):
            assert remind_voters_of_last_day() == []
    assert db.session.scalars(select(Mail.person_id).order_by(Mail.person_id)).all() == [cast.bruno.id, cast.chloe.id]


def test_a_day_off_moves_the_last_school_day(draft: Draft, cast: Cast) -> None:
    with at(MONDAY):
        actions.open_poll(draft(closes_at=MONDAY + timedelta(days=3)), by=cast.cora)
    db.session.add(Holiday(held_on=(MONDAY + timedelta(days=2)).date(), name="Snow"))
    with at(MONDAY + timedelta(days=1)):
        assert len(remind_voters_of_last_day()) == 1


def test_a_poll_that_opens_on_its_last_day_reminds_nobody_by_itself(draft: Draft, cast: Cast) -> None:
    with at(MONDAY):
        actions.open_poll(draft(closes_at=MONDAY + timedelta(hours=5)), by=cast.cora)
    with at(MONDAY + timedelta(hours=4)):
        assert remind_voters_of_last_day() == []


def test_the_last_day_is_silent_after_the_last_reminder(draft: Draft, cast: Cast) -> None:
    with at(MONDAY):
        poll = actions.open_poll(draft(closes_at=MONDAY + timedelta(days=4)), by=cast.cora)
        poll.reminders_sent = 2
        db.session.flush()
    with at(MONDAY + timedelta(days=3, hours=1)):
        assert remind_voters_of_last_day() == []
        assert why_no_reminder(poll) == "They were reminded as often as is allowed."


def test_the_coordinator_reminds_with_a_button_that_names_nobody(poll: Poll, cast: Cast, browse: Browse) -> None:
    cora = browse(cast.cora)
    cast_ballot(poll, cast.amara, ["A"])
    db.session.commit()
    page = cora.get(f"/polls/{poll.id}").text
    assert "Remind those who have not voted (2)" in page
    assert "Bruno" not in page
    answer = cora.send(f"/polls/{poll.id}/reminders")
    assert answer.status_code == 303
    page = cora.get(f"/polls/{poll.id}").text
    assert "They were reminded within the last day." in page
    refused = cora.send(f"/polls/{poll.id}/reminders")
    assert refused.status_code == 422
    assert "within the last day" in refused.text
    assert browse(cast.amara).send(f"/polls/{poll.id}/reminders").status_code == 403


def test_when_all_have_voted_there_is_nobody_to_remind(poll: Poll, cast: Cast, browse: Browse) -> None:
    for person in (cast.amara, cast.bruno, cast.chloe):
        cast_ballot(poll, person, [])
    db.session.execute(delete(Mail))
    db.session.commit()
    assert "Everybody has voted." in browse(cast.cora).get(f"/polls/{poll.id}").text
