"""An answer is told ten minutes after it was given; until then it can be taken back, and nothing gives it away."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select

from microcred import jobs, outbox
from microcred.accounts.models import Account
from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.outbox import Mail
from microcred.pilots.models import Pilot
from microcred.recognition.actions import thank
from microcred.recognition.models import Entitlement, Giveaway
from microcred.volunteers import actions, answers, queries
from microcred.volunteers.models import ANSWER_WAITS, Volunteer, VolunteerState
from tests.cast import Cast
from tests.conftest import Browser

Browse = Callable[[Account], Browser]
Enter = Callable[..., Volunteer]
S = VolunteerState

ANSWERS: dict[str, Callable[[Volunteer, Cast], Volunteer]] = {
    "yes": lambda entry, cast: answers.approve(entry, by=cast.pia),
    "no": lambda entry, cast: answers.decline(entry, "We need you in the lab.", by=cast.pia),
}


def letters(person: Account) -> list[str]:
    return list(db.session.scalars(select(Mail.subject).where(Mail.person_id == person.id).order_by(Mail.id)))


def due_letters() -> list[str]:
    return [mail.subject for mail in outbox.waiting()]


def later(minutes: int = 11) -> datetime:
    return utcnow() + timedelta(minutes=minutes)


@pytest.fixture
def pin(pilot: Pilot) -> Giveaway:
    """What whoever joins is thanked with."""
    giveaway = Giveaway(
        switched_on_at=utcnow(),
        announced_at=utcnow(),
        pilot=pilot,
        name="For who joined",
        rule="joined",
        value_cents=100,
        code="pin",
    )
    db.session.add(giveaway)
    db.session.flush()
    return giveaway


def thanked() -> list[int]:
    return list(db.session.scalars(select(Entitlement.person_id)))


@pytest.mark.parametrize("name", ANSWERS)
def test_the_message_leaves_after_ten_minutes(cast: Cast, applied: Enter, name: str) -> None:
    entry = applied(cast.amara)
    db.session.execute(delete(Mail))
    with at(moment := utcnow()):
        ANSWERS[name](entry, cast)
    mail = db.session.get_one(Mail, entry.answer_mail_id)
    assert (mail.person_id, mail.leaves_at) == (cast.amara.id, moment + ANSWER_WAITS)
    assert due_letters() == []
    with at(moment + ANSWER_WAITS):
        assert due_letters() == [mail.subject]


@pytest.mark.parametrize("name", ANSWERS)
def test_the_own_pages_say_nothing_until_then(
    cast: Cast, pilot: Pilot, applied: Enter, browse: Browse, name: str
) -> None:
    entry = applied(cast.amara)
    amara = browse(cast.amara)
    urls = ("/", f"/pilots/{pilot.id}/volunteering", "/evidence")
    before = [shown(amara.get(url).text) for url in urls]
    ANSWERS[name](entry, cast)
    assert [shown(amara.get(url).text) for url in urls] == before
    entry.answered_at = utcnow() - ANSWER_WAITS
    assert [shown(amara.get(url).text) == page for url, page in zip(urls, before, strict=True)][:2] == [False, False]


def shown(page: str) -> str:
    """A page without its one-time keys, and without the number of places that are left, which everybody sees."""
    lines = [line for line in page.splitlines() if "csrf_token" not in line and "form_key" not in line]
    text = "\n".join(line for line in lines if "nonce" not in line)
    return text.replace("<dd>1</dd>", "<dd>2</dd>")


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_taken_back_was_never_told(cast: Cast, pilot: Pilot, applied: Enter, name: str) -> None:
    entry = ANSWERS[name](applied(cast.amara), cast)
    answers.take_back_answer(entry, by=cast.pia)
    assert (entry.state, entry.answer_mail_id, letters(cast.amara), pilot.places_taken) == (S.APPLIED, None, [], 0)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_whose_message_has_left_stands(cast: Cast, applied: Enter, name: str) -> None:
    entry = ANSWERS[name](applied(cast.amara), cast)
    db.session.get_one(Mail, entry.answer_mail_id).sent_at = utcnow()
    db.session.flush()
    state = entry.state
    with pytest.raises(Refused, match="cannot be taken back any more"):
        answers.take_back_answer(entry, by=cast.pia)
    assert entry.state == state


def test_whoever_answers_for_the_school_takes_back_the_answer_of_another(cast: Cast, applied: Enter) -> None:
    entry = answers.approve(applied(cast.amara), by=cast.pia)
    assert answers.take_back_answer(entry, by=cast.cora).state == S.APPLIED


def test_who_is_offered_a_place_meanwhile_hears_of_that_alone(cast: Cast, pilot: Pilot, approved: Enter) -> None:
    first, _second, waiting = (approved(person) for person in (cast.amara, cast.chloe, cast.bruno))
    cast.bruno.language = "en"
    assert waiting.told_state == S.APPLIED
    actions.withdraw(first, by=cast.amara)
    assert (waiting.state, waiting.told_state) == (S.OFFERED, S.OFFERED)
    assert letters(cast.bruno) == ["A place in “Feedback that lands” is free for you"]
    with pytest.raises(Refused, match="cannot be taken back any more"):
        answers.take_back_answer(waiting, by=cast.pia)


@pytest.mark.parametrize("name", ANSWERS)
def test_who_withdraws_before_hears_no_answer(
    cast: Cast, pilot: Pilot, applied: Enter, pin: Giveaway, name: str
) -> None:
    entry = ANSWERS[name](applied(cast.amara), cast)
    actions.withdraw(entry, by=cast.amara)
    with at(later()):
        jobs.thank_the_told()
    assert (entry.state, entry.joined_at, letters(cast.amara), pilot.places_taken) == (S.WITHDRAWN, None, [], 0)
    assert thanked() == []


def test_who_was_told_no_does_not_withdraw(cast: Cast, applied: Enter) -> None:
    entry = ANSWERS["no"](applied(cast.amara), cast)
    with at(later()), pytest.raises(Refused, match="declined"):
        actions.withdraw(entry, by=cast.amara)


def test_nobody_applies_again_before_a_no_is_told(cast: Cast, applied: Enter) -> None:
    ANSWERS["no"](applied(cast.amara), cast)
    with pytest.raises(Refused, match="already"):
        applied(cast.amara)
    with at(later()):
        assert applied(cast.amara).state == S.APPLIED


def test_who_joined_is_thanked_once_it_is_told(cast: Cast, pilot: Pilot, approved: Enter, pin: Giveaway) -> None:
    entry = approved(cast.amara)
    jobs.thank_the_told()
    thank(pilot, cast.amara)
    assert thanked() == []
    with at(later()):
        jobs.thank_the_told()
        assert (thanked(), entry.answer_mail_id) == ([cast.amara.id], None)
        jobs.thank_the_told()
        assert thanked() == [cast.amara.id]


def test_nobody_hands_in_before_the_yes_is_told(cast: Cast, pilot: Pilot, approved: Enter) -> None:
    approved(cast.amara)
    assert not queries.is_joined(pilot, cast.amara)
    with at(later()):
        assert queries.is_joined(pilot, cast.amara)
