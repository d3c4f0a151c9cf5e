"""Offering reviews: who is asked, who waits, what a no leads to, and the coordinator's hand."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from microcred.accounts.models import Account, Role, RoleName, TaughtSubject
from microcred.db import db, utcnow
from microcred.errors import Refused
from microcred.evidence.models import Artefact, CoAuthor, SubmissionState
from microcred.invariants import broken_promises
from microcred.outbox import Mail
from microcred.schooldays import due_after, local
from microcred.scoring import actions
from microcred.scoring.assigning import offer_by_hand
from microcred.scoring.board import board
from microcred.scoring.candidates import sharers
from microcred.scoring.drawing import KEPT, is_as_drawn, untrue_drawings
from microcred.scoring.models import Review, ScoringRules
from microcred.scoring.reviewer_models import Absence, Assignment, Conflict, ConflictSource, ReviewerProfile
from tests.cast import Cast
from tests.scoring.reviewing import MET, NOT_MET, Course, HandIn, begin, finish, seated


def test_two_reviewers_are_asked_by_mail_and_the_answer_has_a_date(cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    reviews = actions.assign_reviewers(submission)
    assert [(review.seat, review.state) for review in reviews] == [(1, "offered"), (2, "offered")]
    assert submission.state == SubmissionState.IN_REVIEW
    assert submission.answer_due_at == due_after(reviews[0].offered_at, 10)
    assert {mail.person_id for mail in db.session.query(Mail)} == {review.reviewer_id for review in reviews}
    assert all("Maple-1" in mail.text and "Amara" not in mail.text + mail.subject for mail in db.session.query(Mail))


def test_what_is_on_record_draws_the_same_reviewers_again(cast: Cast, hand_in: HandIn) -> None:
    reviews = actions.assign_reviewers(hand_in(cast.amara), by=cast.cora)
    drawn = db.session.query(Assignment).one()
    assert (drawn.seats, drawn.chosen_ids, drawn.drawn_by_id) == (
        [1, 2],
        [review.reviewer_id for review in reviews],
        cast.cora.id,
    )
    assert is_as_drawn(drawn)
    assert [set(kept) for kept in drawn.candidates] == [set(KEPT)] * 3


def test_a_drawing_that_was_tampered_with_is_found(cast: Cast, hand_in: HandIn) -> None:
    actions.assign_reviewers(hand_in(cast.amara))
    drawn = db.session.query(Assignment).one()
    assert list(untrue_drawings()) == []
    drawn.chosen_ids = drawn.chosen_ids[::-1]
    db.session.flush()
    assert list(untrue_drawings()) == [drawn.id]
    assert f"assignment {drawn.id} does not draw the same reviewers again" in list(broken_promises())


def test_of_those_who_are_hindered_nothing_is_kept(cast: Cast, hand_in: HandIn) -> None:
    _declare(cast.rita, cast.amara)
    actions.assign_reviewers(hand_in(cast.amara))
    drawn = db.session.query(Assignment).one()
    assert {kept["id"] for kept in drawn.candidates} == {cast.ravi.id, cast.rosa.id}


def test_how_many_review_is_settled_once(cast: Cast, hand_in: HandIn, course: Course) -> None:
    course.pilot.reviewers_per_submission = 1
    db.session.add(ScoringRules(pilot_id=course.pilot.id, double_percent=100))
    submission = hand_in(cast.amara)
    assert [review.seat for review in actions.assign_reviewers(submission)] == [1, 2]
    assert submission.reviewers_wanted == 2
    db.session.get_one(ScoringRules, course.pilot.id).double_percent = 0
    assert actions.assign_reviewers(submission) == []
    assert submission.reviewers_wanted == 2
    assert len(actions.assign_reviewers(hand_in(cast.chloe))) == 1


def test_looking_again_is_no_second_throw_of_the_dice(cast: Cast, hand_in: HandIn, course: Course) -> None:
    course.pilot.reviewers_per_submission = 1
    db.session.add(ScoringRules(pilot_id=course.pilot.id, double_percent=100))
    for each in (cast.rita, cast.ravi):
        _declare(each, cast.amara)
    submission = hand_in(cast.amara)
    assert actions.assign_reviewers(submission) == []
    db.session.get_one(ScoringRules, course.pilot.id).double_percent = 0
    assert actions.assign_reviewers(submission) == []
    assert submission.reviewers_wanted == 2


def test_who_is_away_full_or_made_it_together_is_not_asked(cast: Cast, hand_in: HandIn, course: Course) -> None:
    course.pilot.reviewers_per_submission = 1
    submission = hand_in(cast.amara)
    today = local(utcnow()).date()
    db.session.add(Absence(reviewer_id=cast.rita.id, starts_on=today, ends_on=today))
    db.session.add(ReviewerProfile(reviewer_id=cast.ravi.id, most_open=0))
    shared = Artefact(
        submission=submission, part=course.micro_credential.parts[1], number=1, link="https://a.example",
        added_at=utcnow(), co_authors=[CoAuthor(person_id=cast.rosa.id, named_at=utcnow())],
    )  # fmt: skip
    db.session.add(shared)
    assert actions.assign_reviewers(submission) == []
    for reviewer, sentence in (
        (cast.rita, "is away"),
        (cast.ravi, "as many open reviews"),
        (cast.rosa, "together with the author"),
    ):
        with pytest.raises(Refused, match=sentence):
            offer_by_hand(submission, reviewer, by=cast.cora)
    assert (submission.state, db.session.query(Review).count()) == (SubmissionState.SUBMITTED, 0)


def test_who_was_named_as_a_partner_has_one_in_who_named_them(cast: Cast, hand_in: HandIn, course: Course) -> None:
    cast.chloe.roles.append(Role(name=RoleName.REVIEWER))
    theirs, hers = hand_in(cast.chloe), hand_in(cast.amara)
    theirs.artefacts.append(
        Artefact(
            part=course.micro_credential.parts[1], number=1, link="https://a.example", added_at=utcnow(),
            co_authors=[CoAuthor(person_id=cast.amara.id, named_at=utcnow())],
        )
    )  # fmt: skip
    db.session.flush()
    assert sharers(hers) == {cast.chloe.id}
    assert sharers(theirs) == {cast.amara.id}
    theirs.submitted_at = None
    db.session.flush()
    assert sharers(hers) == set(), "anybody can write any name into a draft"


def test_a_pilot_may_allow_reviewers_of_the_same_school(cast: Cast, hand_in: HandIn, course: Course) -> None:
    cast.bruno.roles.append(Role(name=RoleName.REVIEWER))
    submission = hand_in(cast.amara)
    with pytest.raises(Refused, match="same school"):
        offer_by_hand(submission, cast.bruno, by=cast.cora)
    db.session.add(ScoringRules(pilot_id=course.pilot.id, allows_same_school=True))
    assert offer_by_hand(submission, cast.bruno, by=cast.cora).reviewer_id == cast.bruno.id


def test_who_teaches_its_subject_is_asked_first(cast: Cast, hand_in: HandIn, course: Course) -> None:
    course.micro_credential.subjects, course.pilot.reviewers_per_submission = ["Science"], 1
    cast.rosa.taught_subjects = [TaughtSubject(subject="science")]
    for person in (cast.amara, cast.chloe):
        assert [review.reviewer_id for review in actions.assign_reviewers(hand_in(person))] == [cast.rosa.id]


def test_a_vacant_seat_is_offered_by_hand_and_the_last_of_them_fills_it(cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    first = offer_by_hand(submission, cast.rita, by=cast.cora)
    assert (first.seat, first.state, submission.state) == (1, "offered", "in review")
    assert offer_by_hand(submission, cast.rosa, by=cast.cora).seat == 2
    with pytest.raises(Refused, match="Every seat is taken"):
        offer_by_hand(submission, cast.ravi, by=cast.cora)


def test_an_offer_says_until_when_to_answer(cast: Cast, hand_in: HandIn) -> None:
    with time_machine.travel(datetime(2026, 3, 6, 15, tzinfo=UTC), tick=False):
        first, _second = actions.assign_reviewers(hand_in(cast.amara))
        assert first.answer_by == due_after(first.offered_at, 1)
        assert local(first.answer_by).isoformat() == "2026-03-09T23:59:59-04:00"


def test_the_load_is_balanced(cast: Cast, hand_in: HandIn) -> None:
    for person in (cast.amara, cast.bruno, cast.chloe):
        actions.assign_reviewers(hand_in(person))
    counts = [
        db.session.query(Review).filter_by(reviewer_id=each.id).count() for each in (cast.rita, cast.ravi, cast.rosa)
    ]
    assert counts == [2, 2, 2]


def test_with_too_few_reviewers_without_a_conflict_it_waits_and_nobody_is_asked(
    cast: Cast, hand_in: HandIn, course: Course
) -> None:
    _declare(cast.rita, cast.amara)
    cast.ravi.roles.append(Role(name=RoleName.TEACHER, school_id=cast.north.id))
    submission = hand_in(cast.amara)
    assert actions.assign_reviewers(submission) == []
    assert submission.state == SubmissionState.SUBMITTED
    assert db.session.query(Review).count() == 0
    assert _waiting(course, cast) == [submission.code_name]


def test_a_reviewer_never_gets_their_own_evidence(cast: Cast, hand_in: HandIn) -> None:
    cast.amara.roles.append(Role(name=RoleName.REVIEWER))
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    assert cast.amara.id not in {review.reviewer_id for review in db.session.query(Review)}


def test_a_conflict_is_kept_and_the_seat_goes_to_the_next(cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    declined = seated(submission, 1)
    actions.decline_review(declined, "conflict", by=declined.reviewer)
    assert [(row.reviewer_id, row.person_id) for row in db.session.query(Conflict)] == [
        (declined.reviewer_id, cast.amara.id)
    ]
    assert seated(submission, 1).state == "offered"
    assert len({seated(submission, 1).reviewer_id, seated(submission, 2).reviewer_id, declined.reviewer_id}) == 3
    actions.decline_review(seated(submission, 1), "no time", by=seated(submission, 1).reviewer)
    assert db.session.query(Conflict).count() == 1


def test_a_seat_that_nobody_takes_waits_on_the_board_until_somebody_can(
    cast: Cast, hand_in: HandIn, course: Course
) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    for _time in range(2):
        actions.decline_review(seated(submission, 1), "no time", by=seated(submission, 1).reviewer)
    assert _waiting(course, cast) == [submission.code_name]
    finish(seated(submission, 2), plan=MET, ask=MET, extra=MET)
    assert submission.state == SubmissionState.IN_REVIEW
    cast.pavel.roles.append(Role(name=RoleName.REVIEWER))
    assert [review.reviewer_id for review in actions.assign_reviewers(submission, by=cast.cora)] == [cast.pavel.id]
    assert _waiting(course, cast) == []


def test_a_second_try_gets_fresh_eyes_as_far_as_there_are_any(cast: Cast, hand_in: HandIn, course: Course) -> None:
    course.pilot.reviewers_per_submission = 1
    first = hand_in(cast.amara)
    actions.assign_reviewers(first)
    finish(seated(first, 1), plan=NOT_MET, ask=MET, extra=MET)
    second = hand_in(cast.amara, previous=first)
    actions.assign_reviewers(second)
    assert seated(second, 1).reviewer_id != seated(first, 1).reviewer_id


def test_a_review_is_given_to_somebody_else_by_hand_under_the_same_rules(cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    first, second = seated(submission, 1), seated(submission, 2)
    free = next(
        each for each in (cast.rita, cast.ravi, cast.rosa) if each.id not in {first.reviewer_id, second.reviewer_id}
    )
    with pytest.raises(Refused, match="has, or had, a review"):
        actions.reassign_review(first, second.reviewer, by=cast.cora)
    with pytest.raises(Refused, match="Only somebody who is a reviewer"):
        actions.reassign_review(first, cast.chloe, by=cast.cora)
    _declare(free, cast.amara)
    with pytest.raises(Refused, match="declared a conflict"):
        actions.reassign_review(first, free, by=cast.cora)
    db.session.query(Conflict).delete()
    offered = actions.reassign_review(first, free, by=cast.cora)
    assert (first.state, offered.state, offered.seat, offered.reviewer_id) == ("set aside", "offered", 1, free.id)
    back = actions.reassign_review(offered, first.reviewer, by=cast.cora)
    assert back.reviewer_id == first.reviewer_id
    told = db.session.query(Mail).filter_by(person_id=free.id).order_by(Mail.id).all()[-1]
    assert "You are not asked any more to review" in told.text


def test_incomplete_evidence_goes_back_at_no_cost_and_may_return_to_the_same_reviewers(
    cast: Cast, hand_in: HandIn
) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    reviews = [seated(submission, 1), seated(submission, 2)]
    begin(reviews[0])
    actions.mark_incomplete(submission, "The second photo", by=reviews[0].reviewer)
    assert (submission.state, submission.attempt, submission.answer_due_at) == ("incomplete", 1, None)
    assert [review.state for review in reviews] == ["set aside", "set aside"]
    texts = {mail.person_id: mail.text for mail in db.session.query(Mail).order_by(Mail.id)}
    assert "The second photo" in texts[cast.amara.id]
    assert "You are not asked any more to review" in texts[reviews[1].reviewer_id]
    submission.state = SubmissionState.SUBMITTED
    db.session.flush()
    assert len(actions.assign_reviewers(submission)) == 2


def test_only_a_reviewer_who_has_accepted_or_the_coordinator_gives_back(cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    with pytest.raises(Refused, match="Accept the review first"):
        actions.mark_incomplete(submission, "All of it", by=seated(submission, 1).reviewer)
    with pytest.raises(Refused, match="Write what is missing"):
        actions.mark_incomplete(submission, "  ", by=cast.cora)
    assert actions.mark_incomplete(submission, "All of it", by=cast.cora).state == "incomplete"


def test_what_is_final_keeps_evidence_from_going_back(cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    finish(seated(submission, 1), plan=MET, ask=MET, extra=MET)
    with pytest.raises(Refused, match="final already"):
        actions.mark_incomplete(submission, "All of it", by=cast.cora)


def test_evidence_that_is_taken_back_takes_its_offers_along(cast: Cast, hand_in: HandIn) -> None:
    submission = hand_in(cast.amara)
    actions.assign_reviewers(submission)
    actions.withdraw_reviews(submission, by=cast.amara)
    assert {review.state for review in db.session.query(Review)} == {"set aside"}
    actions.assign_reviewers(submission)
    begin(seated(submission, 1))
    with pytest.raises(Refused, match="A reviewer has begun"):
        actions.withdraw_reviews(submission, by=cast.amara)


def test_the_author_is_told_without_a_score(cast: Cast, hand_in: HandIn, course: Course) -> None:
    course.pilot.reviewers_per_submission = 1
    texts = []
    for person, level in ((cast.amara, MET), (cast.chloe, NOT_MET)):
        submission = hand_in(person)
        actions.assign_reviewers(submission)
        finish(seated(submission, 1), plan=level, ask=MET, extra=MET)
        mail = db.session.query(Mail).filter_by(person_id=person.id).one()
        texts.append(f"{mail.subject} {mail.text}".replace(person.name, "…"))
    assert texts[0] == texts[1]


def _waiting(course: Course, cast: Cast) -> list[str]:
    return [card.code_name for card in board(course.pilot.id, frozenset(), user=cast.cora)[0].cards]


def _declare(reviewer: Account, person: Account) -> None:
    declared = person.created_at + timedelta(hours=1)
    db.session.add(
        Conflict(reviewer_id=reviewer.id, person_id=person.id, declared_at=declared, source=ConflictSource.NAMED)
    )
    db.session.flush()
