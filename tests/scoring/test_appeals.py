"""An appeal: filed once and in time, answered by who did not score it, and never to anybody's loss."""

from datetime import UTC, datetime, timedelta

import pytest

from microcred.accounts import actions as accounts
from microcred.accounts.models import Account, RoleName
from microcred.db import at, db, utcnow
from microcred.errors import Refused
from microcred.evidence import actions as evidence
from microcred.evidence.models import Submission, SubmissionState
from microcred.outbox import Mail
from microcred.scoring import actions
from microcred.scoring.appeals import appeals_of, file_appeal
from microcred.scoring.double_scores import double_scores
from microcred.scoring.models import Review, ReviewState
from microcred.scoring.seats import criteria_of
from tests.cast import Cast
from tests.scoring.releasing import IN_BATCHES, rule
from tests.scoring.reviewing import BEYOND, MET, NOT_MET, Course, HandIn, decided, finish, outcomes_of, seated

NOT_YET = (MET, NOT_MET, NOT_MET)


@pytest.fixture
def not_yet(cast: Cast, hand_in: HandIn) -> Submission:
    """Amara's evidence, scored by Rita and Ravi: "plan" is met, "ask" and the optional "extra" are not."""
    submission = decided(hand_in(cast.amara), NOT_YET, [cast.rita, cast.ravi])
    db.session.commit()
    return submission


def appeal(submission: Submission, *codes: str) -> Review:
    """Appeal these criteria; returns the review that is offered for it."""
    criteria = {each.code: each for each in submission.rubric.criteria}
    file_appeal(submission, {criteria[code].id: f"Look at {code}." for code in codes}, by=submission.person)
    return seated(submission, 4)


def newest_mail(person: Account) -> str:
    return db.session.query(Mail).filter_by(person_id=person.id).order_by(Mail.id.desc()).limit(1).one().subject


def test_an_appeal_goes_to_somebody_who_did_not_score_it(cast: Cast, not_yet: Submission) -> None:
    review = appeal(not_yet, "ask")
    assert (review.reviewer, review.state) == (cast.rosa, ReviewState.OFFERED)
    assert (not_yet.state, not_yet.answer_due_at) == (SubmissionState.UNDER_APPEAL, review.due_at)
    assert [criterion.code for criterion in criteria_of(review)] == ["ask"]
    assert newest_mail(cast.amara) == "Your appeal is filed: Asking open questions"


def test_an_appeal_keeps_criterion_reason_and_level(not_yet: Submission) -> None:
    appeal(not_yet, "extra", "ask")
    kept = [(each.criterion.code, each.reason, each.level_before, each.level_after) for each in appeals_of(not_yet)]
    assert kept == [("ask", "Look at ask.", NOT_MET, None), ("extra", "Look at extra.", NOT_MET, None)]


def test_fresh_eyes_come_before_those_that_saw_an_earlier_try(cast: Cast, hand_in: HandIn) -> None:
    first = decided(hand_in(cast.amara), NOT_YET, [cast.rosa])
    second = decided(hand_in(cast.amara, previous=first), NOT_YET, [cast.rita, cast.ravi])
    fresh = accounts.create_person("New", "new@school.local", school=None, roles=[RoleName.REVIEWER], by=None)
    assert appeal(second, "ask").reviewer == fresh


def test_without_anybody_else_who_saw_an_earlier_try_answers(cast: Cast, hand_in: HandIn) -> None:
    first = decided(hand_in(cast.amara), NOT_YET, [cast.rosa])
    second = decided(hand_in(cast.amara, previous=first), NOT_YET, [cast.rita, cast.ravi])
    assert appeal(second, "ask").reviewer == cast.rosa


def test_without_anybody_an_appeal_waits_until_somebody_is_found(cast: Cast, hand_in: HandIn) -> None:
    submission = decided(hand_in(cast.amara), NOT_YET, [cast.rita, cast.ravi])
    submission.answer_due_at = utcnow()
    reviewed = Review(submission=submission, reviewer=cast.rosa, seat=3, state=ReviewState.DECLINED)
    reviewed.offered_at = reviewed.due_at = utcnow()
    db.session.add(reviewed)
    ask = submission.rubric.criteria[1]
    file_appeal(submission, {ask.id: "Look again."}, by=cast.amara)
    assert submission.answer_due_at is None
    accounts.create_person("New", "new@school.local", school=None, roles=[RoleName.REVIEWER], by=None)
    assert [review.seat for review in actions.assign_reviewers(submission)] == [4]


def test_a_better_level_earns(cast: Cast, not_yet: Submission) -> None:
    before = not_yet.decided_at
    finish(appeal(not_yet, "ask"), ask=BEYOND)
    assert not_yet.state == SubmissionState.EARNED
    assert outcomes_of(not_yet) == {"plan": (MET, True), "ask": (BEYOND, True), "extra": (NOT_MET, False)}
    assert not_yet.decided_at == not_yet.moved_at != before
    (answered,) = appeals_of(not_yet)
    assert (answered.level_after, answered.answered_at is not None) == (BEYOND, True)
    assert newest_mail(cast.amara) == "Your appeal is answered: Asking open questions"


def test_an_appeal_that_changes_nothing_leaves_the_answer(not_yet: Submission) -> None:
    before = not_yet.decided_at
    finish(appeal(not_yet, "ask"), ask=NOT_MET)
    assert (not_yet.state, not_yet.decided_at, not_yet.answer_due_at) == (SubmissionState.NOT_YET, before, None)
    assert outcomes_of(not_yet)["ask"] == (NOT_MET, False)


def test_an_optional_criterion_alone_does_not_earn(not_yet: Submission) -> None:
    finish(appeal(not_yet, "extra"), extra=MET)
    assert not_yet.state == SubmissionState.NOT_YET
    assert outcomes_of(not_yet)["extra"] == (MET, True)


def test_nobody_loses_by_asking(cast: Cast, course: Course, hand_in: HandIn) -> None:
    course.criteria[1].required_position = BEYOND
    submission = decided(hand_in(cast.amara), (MET, MET, MET), [cast.rita, cast.ravi])
    finish(appeal(submission, "ask"), ask=NOT_MET)
    assert outcomes_of(submission)["ask"] == (MET, False)
    assert [each.level_after for each in appeals_of(submission)] == [MET]


def test_what_an_appeal_met_stays_met_in_the_next_try(cast: Cast, course: Course, hand_in: HandIn) -> None:
    submission = decided(hand_in(cast.amara), (NOT_MET, NOT_MET, NOT_MET), [cast.rita, cast.ravi])
    finish(appeal(submission, "ask"), ask=MET)
    following = hand_in(cast.amara, previous=submission)
    actions.assign_reviewers(following)
    assert [criterion.code for criterion in criteria_of(seated(following, 1))] == ["plan", "extra"]


def test_who_declines_an_appeal_is_followed_by_the_next(cast: Cast, not_yet: Submission) -> None:
    offered = appeal(not_yet, "ask")
    fresh = accounts.create_person("New", "new@school.local", school=None, roles=[RoleName.REVIEWER], by=None)
    actions.decline_review(offered, "no time", by=offered.reviewer)
    assert seated(not_yet, 4).reviewer == fresh


def refusal(submission: Submission, reasons: dict[int, str]) -> str:
    with pytest.raises(Refused) as refused:
        file_appeal(submission, reasons, by=submission.person)
    db.session.rollback()
    return str(refused.value.sentence)


def test_an_answer_is_appealed_once(not_yet: Submission) -> None:
    finish(appeal(not_yet, "ask"), ask=NOT_MET)
    extra = not_yet.rubric.criteria[2]
    assert refusal(not_yet, {extra.id: "This too."}) == (
        "This answer was appealed, and the appeal is answered: an answer is appealed once."
    )


def test_a_second_appeal_meets_the_first(not_yet: Submission) -> None:
    appeal(not_yet, "ask")
    db.session.commit()
    ask = not_yet.rubric.criteria[1]
    assert refusal(not_yet, {ask.id: "Again."}) == (
        "You have appealed against this answer. Somebody else looks at it now."
    )


@pytest.mark.parametrize("state", [state for state in SubmissionState if state != SubmissionState.NOT_YET])
def test_only_not_yet_is_appealed(not_yet: Submission, state: SubmissionState) -> None:
    not_yet.state = state
    db.session.commit()
    with pytest.raises(Refused):
        file_appeal(not_yet, {not_yet.rubric.criteria[1].id: "Look."}, by=not_yet.person)
    assert appeals_of(not_yet) == []


@pytest.mark.parametrize(("place", "reason"), [(0, "It is met."), (1, " \n ")])
def test_what_is_met_or_has_no_reason_is_not_appealed(not_yet: Submission, place: int, reason: str) -> None:
    sentences = {
        0: "Choose at least one of the criteria that are not met yet.",
        1: "Write why “Asks and waits” should be looked at again.",
    }
    assert refusal(not_yet, {not_yet.rubric.criteria[place].id: reason}) == sentences[place]


def test_an_appeal_names_a_criterion(not_yet: Submission) -> None:
    assert refusal(not_yet, {}) == "Choose at least one of the criteria that are not met yet."


def test_the_last_day_is_the_tenth_school_day_also_when_the_clocks_change(not_yet: Submission) -> None:
    not_yet.decided_at = datetime(2026, 3, 2, 15, tzinfo=UTC)  # a Monday; summer time begins on the 8th
    db.session.commit()
    midnight = datetime(2026, 3, 17, 4, tzinfo=UTC)  # the end of the 16th in Toronto
    ask = not_yet.rubric.criteria[1]
    with at(midnight):
        assert refusal(not_yet, {ask.id: "Late."}) == "The time to appeal against this answer is over."
    with at(midnight - timedelta(seconds=1)):
        assert file_appeal(not_yet, {ask.id: "In time."}, by=not_yet.person)[0].reason == "In time."


def test_after_an_appeal_no_next_try_begins_before_the_answer(not_yet: Submission) -> None:
    appeal(not_yet, "ask")
    with pytest.raises(Refused, match="Only what was answered"):
        evidence.resubmit(not_yet, by=not_yet.person)


def test_after_the_next_try_began_the_answer_is_not_appealed(not_yet: Submission) -> None:
    evidence.resubmit(not_yet, by=not_yet.person)
    db.session.commit()
    ask = not_yet.rubric.criteria[1]
    assert refusal(not_yet, {ask.id: "Look."}) == "You have begun the next try: what is looked at now is that one."


def test_agreement_and_severity_do_not_know_of_appeals(cast: Cast, not_yet: Submission) -> None:
    before = db.session.execute(double_scores()).all()
    finish(appeal(not_yet, "ask"), ask=MET)
    assert db.session.execute(double_scores()).all() == before
    assert len(before) == 3


def test_an_appeal_is_answered_at_once_whatever_look_and_moment_the_rules_ask_for(
    cast: Cast, course: Course, not_yet: Submission
) -> None:
    review = appeal(not_yet, "ask")
    rule(course, cast, lead_looks=True, **IN_BATCHES)
    finish(review, ask=MET)
    assert (not_yet.state, newest_mail(cast.amara)) == (
        SubmissionState.EARNED,
        "Your appeal is answered: Asking open questions",
    )
