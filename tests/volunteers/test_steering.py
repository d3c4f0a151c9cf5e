"""What the coordinator does to the entries of others: a move, somebody entered, a question."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from microcred.accounts.models import Account, School
from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.history import Entry
from microcred.outbox import Mail
from microcred.pilots.actions import change_places, end_pilot
from microcred.pilots.models import Pilot
from microcred.volunteers import actions, answers, queries, steering
from microcred.volunteers.models import Volunteer, VolunteerState
from microcred.volunteers.places import fill_places
from tests.cast import Cast

Enter = Callable[..., Volunteer]
S = VolunteerState


@pytest.fixture
def line(cast: Cast, pilot: Pilot, approved: Enter, teacher: Callable[[str, School], Account]) -> list[Volunteer]:
    """Two have joined; four wait."""
    for person in (cast.amara, cast.chloe):
        answers.note_told(approved(person))
    names = ("Ada One", "Ben Two", "Cleo Three", "Dan Four")
    return [answers.note_told(approved(teacher(name, cast.north))) for name in names]


def standing(pilot: Pilot) -> list[str]:
    db.session.flush()
    return [entry.person.name.split()[0] for entry in db.session.scalars(queries.queue(pilot))]


def letters(person: Account) -> list[Mail]:
    return list(db.session.scalars(select(Mail).where(Mail.person_id == person.id).order_by(Mail.id)))


@pytest.mark.parametrize(
    ("number", "place", "order"),
    [
        (3, 1, ["Dan", "Ada", "Ben", "Cleo"]),
        (0, 3, ["Ben", "Cleo", "Ada", "Dan"]),
        (0, 4, ["Ben", "Cleo", "Dan", "Ada"]),
        (2, 2, ["Ada", "Cleo", "Ben", "Dan"]),
    ],
)
def test_who_waits_is_moved_and_nobody_else_overtakes(
    cast: Cast, pilot: Pilot, line: list[Volunteer], number: int, place: int, order: list[str]
) -> None:
    turns = sorted(entry.turn for entry in line)
    steering.move_in_queue(line[number], place, "Leaves in June.", by=cast.cora)
    assert standing(pilot) == order
    assert sorted(entry.turn for entry in line) == turns


def test_equal_turns_are_told_apart_by_a_move(cast: Cast, pilot: Pilot, line: list[Volunteer]) -> None:
    for entry in line:
        entry.turn = 7
    steering.move_in_queue(line[3], 2, "Leaves in June.", by=cast.cora)
    assert standing(pilot) == ["Ada", "Dan", "Ben", "Cleo"]
    assert sorted(entry.turn for entry in line) == [7, 8, 9, 10]


def test_a_move_is_kept_with_its_reason_and_the_person_is_told(cast: Cast, line: list[Volunteer]) -> None:
    steering.move_in_queue(line[2], 1, "Leaves in June.", by=cast.cora)
    db.session.commit()
    kept = db.session.scalars(select(Entry).where(Entry.verb == steering.MOVED)).one()
    assert queries.history_of(line[2], steering.MOVED) == [kept]
    assert (kept.actor_id, kept.thing_id) == (cast.cora.id, str(line[2].id))
    assert kept.details == {"reason": "Leaves in June.", "place_before": 3, "place_after": 1}
    told = letters(line[2].person)[-1]
    assert told.subject == "Your place on the waiting list for “Feedback that lands” has changed"
    assert "you were number 3 and are number 1 now" in told.text
    assert "Leaves in June." in told.text
    assert [len(letters(other.person)) for other in (line[0], line[1])] == [1, 1]


@pytest.mark.parametrize(
    ("place", "reason", "sentence", "field"),
    [
        (1, " ", "give a reason", "reason"),
        (0, "Why not.", "no such place: 4 wait", "place"),
        (5, "Why not.", "no such place: 4 wait", "place"),
        (2, "Why not.", "the place already", "place"),
    ],
)
def test_a_move_without_reason_or_to_no_place_is_refused(
    cast: Cast, pilot: Pilot, line: list[Volunteer], place: int, reason: str, sentence: str, field: str
) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        steering.move_in_queue(line[1], place, reason, by=cast.cora)
    assert refusal.value.field == field
    assert standing(pilot) == ["Ada", "Ben", "Cleo", "Dan"]


def test_only_who_waits_for_a_place_is_moved(cast: Cast, pilot: Pilot, line: list[Volunteer]) -> None:
    gone = actions.withdraw(line[0], by=line[0].person)
    with pytest.raises(Refused, match="withdrawn"):
        steering.move_in_queue(gone, 1, "Why not.", by=cast.cora)


def test_whoever_cannot_sign_in_has_no_place(cast: Cast, pilot: Pilot, line: list[Volunteer]) -> None:
    line[1].person.disabled_at = utcnow()
    steering.move_in_queue(line[3], 2, "Leaves in June.", by=cast.cora)
    assert standing(pilot) == ["Ada", "Dan", "Cleo"]
    with pytest.raises(Refused):
        steering.move_in_queue(line[1], 1, "Why not.", by=cast.cora)


def test_a_move_tells_an_answer_that_still_waited_to_be_told(
    cast: Cast, approved: Enter, line: list[Volunteer]
) -> None:
    late = approved(cast.bruno)
    assert late.told_state == S.APPLIED
    steering.move_in_queue(late, 1, "Leaves in June.", by=cast.cora)
    assert (late.told_state, len(letters(cast.bruno))) == (S.WAITING, 1)
    with pytest.raises(Refused, match="cannot be taken back"):
        answers.take_back_answer(late, by=cast.pia)


def test_more_places_go_to_those_who_wait(cast: Cast, pilot: Pilot, line: list[Volunteer]) -> None:
    fill_places(change_places(pilot, 4, by=cast.cora))
    assert [entry.state for entry in line] == [S.OFFERED, S.OFFERED, S.WAITING, S.WAITING]
    with pytest.raises(Refused, match="4 places are taken already"):
        change_places(pilot, 3, by=cast.cora)
    end_pilot(pilot, by=cast.cora)
    with pytest.raises(Refused, match="has ended"):
        change_places(pilot, 9, by=cast.cora)
    assert pilot.places == 4


def test_somebody_is_entered_told_and_may_withdraw(cast: Cast, pilot: Pilot) -> None:
    entry = steering.add_volunteer(pilot, cast.amara, "Told me in the hallway.", by=cast.cora)
    assert (entry.state, entry.added_by, entry.why) == (S.APPLIED, cast.cora, "Told me in the hallway.")
    assert [mail.subject for mail in letters(cast.amara)] == ["You were entered in “Feedback that lands”"]
    assert "Cora Whitefeather has entered you" in letters(cast.amara)[0].text
    assert len(letters(cast.pia)) == 1
    db.session.commit()
    assert [each.actor_id for each in queries.history_of(entry, "added a volunteer")] == [cast.cora.id]
    assert actions.withdraw(entry, by=cast.amara).state == S.WITHDRAWN


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Nobody here has that address"),
        ("dora", "Nobody here has that address"),
        ("pia", "does not teach at a school of this pilot"),
        ("chloe", "Chloe Nguyen has volunteered for this pilot already"),
    ],
)
def test_whom_the_rules_leave_out_is_not_entered(
    cast: Cast, pilot: Pilot, applied: Enter, name: str, sentence: str
) -> None:
    applied(cast.chloe)
    with pytest.raises(Refused, match=sentence) as refusal:
        steering.add_volunteer(pilot, getattr(cast, name) if name else None, "Why not.", by=cast.cora)
    assert refusal.value.field == "email"


def test_nobody_is_entered_before_sign_up_opens(cast: Cast, pilot: Pilot) -> None:
    pilot.sign_up_opens_at = utcnow() + timedelta(hours=1)
    db.session.flush()
    with pytest.raises(Refused, match="Sign-up opens on"):
        steering.add_volunteer(pilot, cast.amara, "Told me in the hallway.", by=cast.cora)


def test_a_question_is_asked_once_in_some_school_days(cast: Cast, approved: Enter) -> None:
    entry = answers.note_told(approved(cast.amara))
    steering.ask_how_it_goes(entry, by=cast.cora)
    db.session.commit()
    assert letters(cast.amara)[-1].subject == "How is it going?"
    with at(utcnow() + timedelta(days=13)), pytest.raises(Refused, match="was asked a few days ago"):
        steering.ask_how_it_goes(entry, by=cast.cora)
    with at(utcnow() + timedelta(days=16)):
        steering.ask_how_it_goes(entry, by=cast.cora)
    assert [mail.subject for mail in letters(cast.amara)].count("How is it going?") == 2


def test_only_who_takes_part_is_asked(cast: Cast, applied: Enter) -> None:
    with pytest.raises(Refused, match="waiting for an answer"):
        steering.ask_how_it_goes(applied(cast.amara), by=cast.cora)
