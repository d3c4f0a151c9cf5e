"""Volunteering and answering: who may, when, and who is told what."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.history import Entry
from microcred.outbox import Mail
from microcred.pilots.actions import end_pilot
from microcred.pilots.models import Pilot
from microcred.volunteers import actions, answers, queries
from microcred.volunteers.models import Volunteer, VolunteerState
from tests.cast import Cast

Enter = Callable[..., Volunteer]
S = VolunteerState


def subjects(person: Account) -> list[str]:
    return list(db.session.scalars(select(Mail.subject).where(Mail.person_id == person.id).order_by(Mail.id)))


def newest_text(person: Account) -> str:
    return (
        db.session.scalars(select(Mail.text).where(Mail.person_id == person.id).order_by(Mail.id.desc())).first() or ""
    )


def verbs(volunteer: Volunteer) -> list[str]:
    db.session.commit()
    statement = select(Entry.verb).where(Entry.thing == "Volunteer", Entry.thing_id == str(volunteer.id))
    return list(db.session.scalars(statement.order_by(Entry.id)))


def test_a_teacher_volunteers_and_the_own_principal_is_told_once(cast: Cast, pilot: Pilot, applied: Enter) -> None:
    entry = applied(cast.amara)
    assert (entry.state, entry.school_id, entry.why) == (S.APPLIED, cast.north.id, "I want to try this.")
    assert subjects(cast.pia) == ["Amara Okafor would like to take part in “Feedback that lands”"]
    assert "I want to try this." in newest_text(cast.pia)
    assert subjects(cast.pavel) == []
    assert verbs(entry) == ["volunteered"]


@pytest.mark.parametrize("name", ["pia", "rita", "cora", "adam"])
def test_who_does_not_teach_at_the_pilots_schools_is_refused(cast: Cast, applied: Enter, name: str) -> None:
    with pytest.raises(Refused, match="for the teachers of its schools"):
        applied(getattr(cast, name))


def test_a_teacher_of_another_school_is_refused(cast: Cast, pilot: Pilot, applied: Enter) -> None:
    pilot.schools = [cast.south]
    db.session.flush()
    with pytest.raises(Refused, match="for the teachers of its schools"):
        applied(cast.amara)


def test_nobody_volunteers_before_sign_up_opens(cast: Cast, pilot: Pilot, applied: Enter) -> None:
    pilot.sign_up_opens_at = utcnow() + timedelta(hours=1)
    db.session.flush()
    with pytest.raises(Refused, match="Sign-up opens on"):
        applied(cast.amara)


def test_nobody_volunteers_after_the_end(cast: Cast, pilot: Pilot, applied: Enter) -> None:
    end_pilot(pilot, by=cast.cora)
    with pytest.raises(Refused, match="has ended"):
        applied(cast.amara)


def test_nobody_volunteers_after_the_last_day(cast: Cast, pilot: Pilot, applied: Enter) -> None:
    with at(utcnow() + timedelta(days=92)), pytest.raises(Refused, match="has ended"):
        applied(cast.amara)


def test_nobody_volunteers_twice_at_a_time(cast: Cast, applied: Enter) -> None:
    applied(cast.amara)
    with pytest.raises(Refused, match="already"):
        applied(cast.amara)


def test_who_withdrew_may_apply_again(cast: Cast, pilot: Pilot, applied: Enter) -> None:
    first = actions.withdraw(applied(cast.amara), by=cast.amara)
    second = applied(cast.amara)
    db.session.commit()
    assert (first.state, second.state) == (S.WITHDRAWN, S.APPLIED)
    assert queries.active_volunteer(pilot, cast.amara) == second


def test_an_approved_teacher_joins_while_there_is_a_place(cast: Cast, pilot: Pilot, approved: Enter) -> None:
    entry = approved(cast.amara)
    assert (entry.state, entry.answered_by, entry.joined_at) == (S.JOINED, cast.pia, entry.approved_at)
    assert pilot.places_taken == 1
    assert queries.is_joined(pilot, answers.note_told(entry).person)
    assert subjects(cast.amara) == ["You have a place in “Feedback that lands”"]


def test_an_approved_teacher_waits_when_every_place_is_taken(
    cast: Cast, pilot: Pilot, approved: Enter, teacher: Callable[..., Account]
) -> None:
    for person in (cast.amara, cast.chloe):
        approved(person)
    waiting = [approved(teacher(name, cast.north)) for name in ("Tess Ng", "Udo Roy")]
    assert [entry.state for entry in waiting] == [S.WAITING, S.WAITING]
    assert [queries.position(entry) for entry in waiting] == [1, 2]
    assert pilot.places_taken == 2
    assert subjects(waiting[1].person) == ["You are on the waiting list for “Feedback that lands”"]
    assert "you are number 2 on the waiting list" in newest_text(waiting[1].person)


def test_a_declined_teacher_is_told_why_in_the_own_language(cast: Cast, applied: Enter) -> None:
    entry = answers.decline(applied(cast.bruno), "Le laboratoire a besoin de vous.", by=cast.pia)
    assert (entry.state, entry.reason) == (S.DECLINED, "Le laboratoire a besoin de vous.")
    assert "Le laboratoire a besoin de vous." in newest_text(cast.bruno)
    assert verbs(entry) == ["volunteered", "declined"]


def test_an_answer_is_given_once(cast: Cast, applied: Enter) -> None:
    entry = answers.decline(applied(cast.amara), "Not now.", by=cast.pia)
    with pytest.raises(Refused, match="does not wait for an answer any more"):
        answers.approve(entry, by=cast.pia)


def test_nobody_is_approved_after_the_end(cast: Cast, pilot: Pilot, applied: Enter) -> None:
    entry = applied(cast.amara)
    end_pilot(pilot, by=cast.cora)
    with pytest.raises(Refused, match="has ended"):
        answers.approve(entry, by=cast.pia)


def test_a_decline_is_taken_back(cast: Cast, applied: Enter) -> None:
    entry = answers.decline(applied(cast.amara), "A slip.", by=cast.pia)
    answers.take_back_answer(entry, by=cast.pia)
    assert (entry.state, entry.reason, entry.answered_at, entry.ended_at) == (S.APPLIED, None, None, None)
    assert subjects(cast.amara) == []


def test_an_approval_is_taken_back_with_its_place(cast: Cast, pilot: Pilot, approved: Enter) -> None:
    entry = answers.take_back_answer(approved(cast.amara), by=cast.pia)
    assert (entry.state, entry.joined_at, entry.approved_at) == (S.APPLIED, None, None)
    assert pilot.places_taken == 0


def test_an_answer_stands_after_some_minutes(cast: Cast, approved: Enter) -> None:
    entry = approved(cast.amara)
    with at(utcnow() + timedelta(minutes=11)), pytest.raises(Refused, match="cannot be taken back"):
        answers.take_back_answer(entry, by=cast.pia)


def test_a_decline_stands_once_the_person_has_applied_again(cast: Cast, applied: Enter) -> None:
    entry = answers.note_told(answers.decline(applied(cast.amara), "A slip.", by=cast.pia))
    applied(cast.amara)
    with pytest.raises(Refused, match="cannot be taken back"):
        answers.take_back_answer(entry, by=cast.pia)


def test_an_approval_stands_once_a_place_was_accepted(
    cast: Cast, pilot: Pilot, approved: Enter, teacher: Callable[..., Account]
) -> None:
    first, _second, waiting = (approved(person) for person in (cast.amara, cast.chloe, cast.bruno))
    actions.withdraw(first, by=cast.amara)
    actions.accept_offer(waiting, by=cast.bruno)
    with pytest.raises(Refused, match="cannot be taken back"):
        answers.take_back_answer(waiting, by=cast.pia)
