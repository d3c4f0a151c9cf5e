"""A badge is awarded exactly once, for what was earned, and says so without a name; it can be revoked once."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask_babel import force_locale
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from sqlalchemy import select

from microcred import history
from microcred.badges import queries
from microcred.badges.actions import award_badge, award_badge_if_possible, issue_outstanding, revoke_award
from microcred.badges.codes import as_written, code_for
from microcred.badges.issuer import district
from microcred.badges.models import Award
from microcred.badges.reading import is_for, read_badge
from microcred.badges.signing import verify
from microcred.catalog.models import Criterion
from microcred.db import db
from microcred.errors import Refused
from microcred.evidence.models import Submission, SubmissionState
from microcred.outbox import Mail
from microcred.scoring.models import Outcome, Review, ReviewState
from tests.badges.conftest import Earn
from tests.cast import Cast

Break = Callable[[Submission], None]


def newest_mail(person_id: int) -> Mail:
    mail = db.session.scalar(select(Mail).where(Mail.person_id == person_id).order_by(Mail.id.desc()).limit(1))
    assert mail is not None
    return mail


def test_what_was_earned_becomes_a_signed_badge(earn: Earn) -> None:
    submission = earn()
    award = award_badge(submission)
    badge = json.loads(award.credential)
    reading = read_badge(badge)
    assert verify(award.credential).is_valid
    assert award.code == code_for(badge["id"])
    assert (reading.issuer_id, reading.issuer_name) == (district().id, "Test district")
    assert (reading.name, reading.hours, reading.credits) == (submission.micro_credential.title, "10", "10")
    assert (reading.started[:10], reading.ended[:10]) == ("2026-03-02", "2026-03-27")
    required = [(each.name, each.levels[each.required_position].name) for each in submission.rubric.criteria]
    assert list(reading.results) == required


def test_an_independent_verifier_accepts_the_badge(earn: Earn) -> None:
    award = award_badge(earn())
    assert OB3LdpVerifier().verify(award.credential).achievement.name == award.micro_credential.title


def test_the_badge_names_its_holder_only_as_a_salted_hash(earn: Earn, cast: Cast) -> None:
    first, second = (award_badge(earn(person)) for person in (cast.amara, cast.chloe))
    for word in ("Amara", "Okafor", cast.amara.email, "school.local", "quiet-otter", "North school", "Rita", "Ravi"):
        assert word.lower() not in first.credential.lower()
    assert is_for(json.loads(first.credential), "AMARA@school.local ")
    assert not is_for(json.loads(second.credential), cast.amara.email)


def test_the_same_micro_credential_is_the_same_achievement_and_another_badge(earn: Earn, cast: Cast) -> None:
    first, second = (json.loads(award_badge(earn(person)).credential) for person in (cast.amara, cast.chloe))
    assert first["credentialSubject"]["achievement"] == second["credentialSubject"]["achievement"]
    assert first["id"] != second["id"]


def test_the_badge_is_written_in_the_districts_language_whoever_clicks(earn: Earn) -> None:
    with force_locale("fr_CA"):
        badge = json.loads(award_badge(earn()).credential)
    narrative = badge["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert narrative.startswith("Evidence from the holder’s own classroom was scored against a public rubric")
    assert narrative.endswith("Checking that it helped (Proficient).")


def test_the_teacher_is_told(earn: Earn, cast: Cast) -> None:
    award = award_badge(earn())
    mail = newest_mail(cast.amara.id)
    assert mail.subject == f"You have earned a badge: {award.micro_credential.title}"
    assert award.code in mail.text


def test_a_second_badge_for_the_same_evidence_is_refused(earn: Earn) -> None:
    submission = earn()
    award_badge(submission)
    with pytest.raises(Refused, match="issued already"):
        award_badge(submission)
    assert len(db.session.scalars(select(Award)).all()) == 1


def state(name: SubmissionState) -> Break:
    def change(submission: Submission) -> None:
        submission.state = name

    return change


def unmet(submission: Submission) -> None:
    first_outcome(submission).is_met = False


def without_outcome(submission: Submission) -> None:
    db.session.delete(first_outcome(submission))


def first_outcome(submission: Submission) -> Outcome:
    statement = select(Outcome).join(Criterion).where(Outcome.submission_id == submission.id, Criterion.is_required)
    outcome = db.session.scalars(statement).first()
    assert outcome is not None
    return outcome


def review_in(state: ReviewState) -> Break:
    def change(submission: Submission) -> None:
        review = db.session.scalars(select(Review).where(Review.submission_id == submission.id)).first()
        assert review is not None
        review.state = state

    return change


def without_reviews(submission: Submission) -> None:
    for review in db.session.scalars(select(Review).where(Review.submission_id == submission.id)):
        db.session.delete(review)


UNEARNED: dict[str, tuple[Break, str]] = {
    **{name.value: (state(name), "has not earned") for name in SubmissionState if name != SubmissionState.EARNED},
    "a required criterion unmet": (unmet, "has not been met"),
    "a required criterion undecided": (without_outcome, "has not been met"),
    "a review in draft": (review_in(ReviewState.DRAFT), "not all final"),
    "one of two reviews declined": (review_in(ReviewState.DECLINED), "not all final"),
    "no review": (without_reviews, "not all final"),
}


@pytest.mark.parametrize("missing", UNEARNED)
def test_what_was_not_earned_gets_no_badge(earn: Earn, missing: str) -> None:
    submission = earn()
    spoil, sentence = UNEARNED[missing]
    spoil(submission)
    with pytest.raises(Refused, match=sentence):
        award_badge(submission)
    assert db.session.scalars(select(Award)).all() == []


@pytest.mark.parametrize("missing", [name for name in UNEARNED if name != "one of two reviews declined"])
def test_an_award_that_its_evidence_does_not_bear_out_is_found(earn: Earn, missing: str) -> None:
    submission = earn()
    award = award_badge(submission)
    assert queries.unearned_awards() == []
    UNEARNED[missing][0](submission)
    db.session.flush()
    assert queries.unearned_awards() == [award]


@pytest.fixture
def no_key(app: Flask, monkeypatch: pytest.MonkeyPatch, data_folder: object) -> None:
    """The file of the signing key is gone."""
    monkeypatch.setitem(app.config, "MICROCRED_SIGNING_KEY_FILE", app.config["MICROCRED_DATA"] / "keys" / "gone")


@pytest.mark.usefixtures("no_key")
def test_without_the_signing_key_the_badge_is_refused_and_stays_outstanding(earn: Earn) -> None:
    submission = earn()
    with pytest.raises(Refused, match="key that signs badges"):
        award_badge(submission)
    assert award_badge_if_possible(submission) is None
    assert queries.outstanding() == [submission]


def test_what_is_outstanding_is_issued_once(earn: Earn, cast: Cast) -> None:
    submissions = [earn(person) for person in (cast.amara, cast.chloe)]
    assert queries.outstanding() == submissions
    assert [award.submission for award in issue_outstanding(by=cast.cora)] == submissions
    assert (queries.outstanding(), issue_outstanding(by=cast.cora)) == ([], [])


def test_one_that_cannot_be_issued_does_not_hold_back_the_others(earn: Earn, cast: Cast) -> None:
    broken, sound = (earn(person) for person in (cast.amara, cast.chloe))
    unmet(broken)
    assert [award.submission for award in issue_outstanding(by=cast.cora)] == [sound]
    assert queries.outstanding() == [broken]


def test_a_badge_is_revoked_once_with_its_reason(earn: Earn, cast: Cast) -> None:
    award = award_badge(earn())
    with pytest.raises(Refused, match="say why"):
        revoke_award(award, "  ", by=cast.cora)
    revoke_award(award, "Copied evidence.", by=cast.cora)
    with pytest.raises(Refused, match="revoked already"):
        revoke_award(award, "Again.", by=cast.cora)
    assert (award.state, award.revoked_reason, award.revoked_by_id) == ("revoked", "Copied evidence.", cast.cora.id)
    assert queries.revoked_indexes() == [award.status_index]
    assert "Copied evidence." in newest_mail(cast.amara.id).text


def test_awarding_and_revoking_stand_in_the_history(earn: Earn, cast: Cast) -> None:
    award = award_badge(earn())
    revoke_award(award, "Copied evidence.", by=cast.cora)
    db.session.commit()
    entries = db.session.scalars(select(history.Entry).where(history.Entry.thing == "Award")).all()
    assert [(entry.verb, entry.thing_id) for entry in entries] == [
        ("awarded", str(award.id)),
        ("revoked", str(award.id)),
    ]


@pytest.mark.parametrize("typed", ["{}", " {} ", "{:lower}", "{:plain}", "{:spaced}"])
def test_a_code_is_found_however_it_is_typed(earn: Earn, typed: str) -> None:
    code = award_badge(earn()).code
    ways = {"{:lower}": code.lower(), "{:plain}": code.replace("-", ""), "{:spaced}": code.replace("-", " ")}
    assert as_written(ways.get(typed) or typed.format(code)) == code
