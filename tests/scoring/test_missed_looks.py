"""Answers that wait for a look beyond their moment: the leads are told once, and read how many wait."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from microcred.accounts.actions import create_person
from microcred.accounts.models import Account, RoleName
from microcred.db import at, db, utcnow
from microcred.evidence.models import Submission
from microcred.outbox import Mail
from microcred.scoring import actions
from microcred.scoring.looking import releases
from microcred.scoring.missed_looks import tell_of_missed_looks
from microcred.scoring.releasing import look_at
from microcred.scoring.returning import return_review
from tests.cast import Cast
from tests.conftest import Browser
from tests.scoring.releasing import IN_BATCHES, rule, scored
from tests.scoring.reviewing import Course, HandIn, seated

Browse = Callable[[Account], Browser]
PAGE = "/scoring/releases"
A_WHILE = timedelta(days=15)


@pytest.fixture
def waiting(cast: Cast, hand_in: HandIn, course: Course) -> Submission:
    """Scored, to be looked at; a moment is published for it."""
    rule(course, cast, lead_looks=True, **IN_BATCHES)
    return scored(hand_in(cast.amara, code_name="Cedar-1"))


def tell(after: timedelta) -> list[Submission]:
    with at(utcnow() + after):
        told = tell_of_missed_looks()
        db.session.commit()
    return told


def mails() -> list[tuple[int | None, bool]]:
    """To whom, and whether the evidence is named by its code name alone."""
    found = db.session.scalars(select(Mail).where(Mail.subject.contains("for a look")).order_by(Mail.id))
    return [(mail.person_id, "Cedar-1" in mail.text and "Amara" not in mail.text) for mail in found]


def test_the_leads_are_told_once_of_an_answer_that_missed_its_moment(cast: Cast, waiting: Submission) -> None:
    assert tell(timedelta(0)) == []
    assert (tell(A_WHILE), mails()) == ([waiting], [(cast.cora.id, True)])
    assert (tell(A_WHILE * 2), len(mails())) == ([], 1)


def test_without_a_published_moment_the_promised_day_counts(cast: Cast, hand_in: HandIn, course: Course) -> None:
    rule(course, cast, lead_looks=True)
    submission = scored(hand_in(cast.amara))
    submission.answer_due_at = utcnow() + timedelta(days=1)
    assert (tell(timedelta(hours=23)), tell(timedelta(hours=25))) == ([], [submission])


def test_what_was_looked_at_or_given_back_is_not_told(cast: Cast, hand_in: HandIn, waiting: Submission) -> None:
    look_at(waiting, by=cast.cora)
    other = scored(hand_in(cast.bruno))
    return_review(seated(other, 1), "Once more.", by=cast.cora)
    assert (tell(A_WHILE), mails()) == ([], [])


def test_what_is_laid_before_the_leads_anew_is_told_anew(cast: Cast, waiting: Submission) -> None:
    tell(A_WHILE)
    review = seated(waiting, 1)
    return_review(review, "Once more.", by=cast.cora)
    actions.finish_review(review, "", by=review.reviewer)
    db.session.commit()
    assert (tell(A_WHILE), len(mails())) == ([waiting], 2)


def test_who_has_a_part_in_it_is_not_told(cast: Cast, waiting: Submission) -> None:
    waiting.person = cast.cora
    other = create_person("Lea", "lea@school.local", school=None, roles=[RoleName.COORDINATOR], by=None)
    tell(A_WHILE)
    assert [person_id for person_id, _named in mails()] == [other.id]


def test_the_home_page_of_a_coordinator_leads_to_what_waits_for_a_look(
    cast: Cast, hand_in: HandIn, waiting: Submission, browse: Browse
) -> None:
    page = browse(cast.cora).get("/").text
    assert page.count("1 result waits for a lead’s look.") == 1
    assert page.count('href="/scoring/releases">Look at what is scored</a>') == 1
    look_at(waiting, by=cast.cora)
    assert "for a lead’s look" not in browse(cast.cora).get("/").text


def test_a_lead_reads_when_nobody_else_may_look(cast: Cast, waiting: Submission, browse: Browse) -> None:
    def told() -> tuple[int, int, bool]:
        found = releases(cast.cora)
        return found.for_others, found.for_nobody, "No other coordinator" in browse(cast.cora).get(PAGE).text

    assert told() == (0, 0, False)
    waiting.person = cast.cora
    assert told() == (1, 1, True)
    other = create_person("Lea", "lea@school.local", school=None, roles=[RoleName.COORDINATOR], by=None)
    assert told() == (1, 0, False)
    seated(waiting, 1).reviewer = other
    assert told() == (1, 1, True)
