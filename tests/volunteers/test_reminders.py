"""One reminder to those who answer for a school, after some school days."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select

from microcred.accounts.models import Account, Role, RoleName
from microcred.db import at, db
from microcred.outbox import Mail
from microcred.pilots.actions import end_pilot
from microcred.pilots.models import Pilot
from microcred.schooldays import Holiday, has_run_out, school_days_since
from microcred.volunteers import answers
from microcred.volunteers.models import Volunteer
from microcred.volunteers.reminders import remind_principals
from tests.cast import Cast

Enter = Callable[..., Volunteer]

MONDAY = datetime(2026, 11, 30, 15, tzinfo=UTC)


def on(day: int) -> datetime:
    """In the morning of a day of December 2026; the first is a Tuesday."""
    return datetime(2026, 12, day, 13, tzinfo=UTC)


@pytest.fixture
def waits(cast: Cast, pilot: Pilot, applied: Enter) -> Volunteer:
    """Amara applied on a Monday."""
    pilot.sign_up_opens_at = datetime(2026, 11, 1, tzinfo=UTC)
    with at(MONDAY):
        entry = applied(cast.amara)
    db.session.execute(delete(Mail))
    return entry


def reminded() -> list[str]:
    wanted = select(Mail).where(Mail.subject.contains("for your answer")).order_by(Mail.id)
    return [db.session.get_one(Account, mail.person_id).name.split()[0] for mail in db.session.scalars(wanted)]


def run(day: int) -> list[str]:
    with at(on(day)):
        remind_principals()
    return reminded()


def test_the_reminder_comes_after_three_school_days_and_once(cast: Cast, waits: Volunteer) -> None:
    assert (run(3), run(4), run(4), run(11)) == ([], ["Pia"], ["Pia"], ["Pia"])
    assert waits.reminded_at == on(4)


def test_days_without_school_do_not_count(cast: Cast, waits: Volunteer) -> None:
    db.session.add(Holiday(held_on=date(2026, 12, 2), name="Snow"))
    assert (run(4), run(6), run(7)) == ([], ["Pia"], ["Pia"])


def test_the_message_tells_how_many_wait_and_since_when(cast: Cast, applied: Enter, waits: Volunteer) -> None:
    with at(on(1)):
        applied(cast.bruno)
    assert run(4) == ["Pia"]
    mail = db.session.scalars(select(Mail).where(Mail.person_id == cast.pia.id).order_by(Mail.id.desc())).first()
    assert mail is not None
    assert mail.subject == "1 volunteer waits for your answer"
    assert ("– Amara Okafor\n" in mail.text, "Bruno" in mail.text) == (True, False)
    assert run(7) == ["Pia", "Pia"]


def test_a_deputy_is_reminded_too_but_not_of_the_own_entry(cast: Cast, applied: Enter, waits: Volunteer) -> None:
    cast.amara.roles.append(Role(name=RoleName.DEPUTY, school_id=cast.north.id))
    cast.rosa.roles.append(Role(name=RoleName.DEPUTY, school_id=cast.north.id))
    db.session.flush()
    assert sorted(run(4)) == ["Pia", "Rosa"]


def test_who_was_answered_in_time_or_cannot_sign_in_is_no_reason(cast: Cast, applied: Enter, waits: Volunteer) -> None:
    with at(on(2)):
        answers.approve(waits, by=cast.pia)
        applied(cast.chloe)
    cast.chloe.disabled_at = on(3)
    assert run(11) == []


def test_nobody_is_reminded_once_the_pilot_has_ended(cast: Cast, pilot: Pilot, waits: Volunteer) -> None:
    end_pilot(pilot, by=cast.cora)
    assert run(11) == []


def test_a_school_without_a_principal_is_reminded_as_soon_as_it_has_one(cast: Cast, waits: Volunteer) -> None:
    cast.pia.disabled_at = on(1)
    assert run(11) == []
    cast.pia.disabled_at = None
    assert run(14) == ["Pia"]


@pytest.mark.parametrize(("day", "days"), [(1, 1), (4, 4), (6, 4), (7, 5)])
def test_school_days_are_counted_without_the_first(waits: Volunteer, day: int, days: int) -> None:
    with at(on(day)):
        assert school_days_since(MONDAY, frozenset()) == days
        assert has_run_out(MONDAY, 4, frozenset()) == (day > 4)
