"""A course to hand evidence in for, and reviewers who score it in one line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from microcred.accounts.models import Account
from microcred.catalog.models import Criterion, EvidencePart, Level, MicroCredential, Rubric, Stack
from microcred.db import db, utcnow
from microcred.evidence.models import Submission, SubmissionState
from microcred.pilots.models import Pilot
from microcred.scoring import actions
from microcred.scoring.models import Outcome, Review, ReviewState, Score
from tests.cast import Cast

MET, NOT_MET, BEYOND = 1, 0, 2


@dataclass
class Course:
    """A pilot with one micro-credential of three criteria, the last one optional; its levels are 0, 1 (met) and 2."""

    pilot: Pilot
    micro_credential: MicroCredential
    rubric: Rubric

    @property
    def criteria(self) -> list[Criterion]:
        """Its criteria, in order."""
        return self.rubric.criteria


def make_micro_credential() -> MicroCredential:
    """A micro-credential with two parts of evidence."""
    stack = Stack(code="talk", title="Talk", description="Talking in class", design="book")
    micro_credential = MicroCredential(
        code="questions", stack=stack, title="Asking open questions", skill="Asks open questions", why="It opens talk",
        effort_hours=8, reviewer_hours=1, alignment=[],
        parts=[
            EvidencePart(position=n, code=name.lower(), name=name, prompt=f"{name}?", word_limit=99, takes_files=n == 1)
            for n, name in enumerate(("Overview", "Artefacts"))
        ],
    )  # fmt: skip
    db.session.add(micro_credential)
    db.session.flush()
    return micro_credential


def make_rubric(micro_credential: MicroCredential) -> Rubric:
    """Its rubric: two required criteria and an optional one."""
    names = (("plan", "Plans questions", True), ("ask", "Asks and waits", True), ("extra", "Invites others", False))
    criteria = [
        Criterion(
            position=place, code=code, name=name, is_required=required, required_position=MET, levels=_levels(code)
        )
        for place, (code, name, required) in enumerate(names)
    ]
    rubric = Rubric(
        micro_credential_id=micro_credential.id, version=1, hash="0" * 64, created_at=utcnow(), criteria=criteria
    )
    db.session.add(rubric)
    db.session.flush()
    micro_credential.rubric_id = rubric.id
    return rubric


def _levels(code: str) -> list[Level]:
    return [
        Level(position=place, code=name, name=name.title(), points=place, descriptor=f"{name} in {code}")
        for place, name in enumerate(("beginning", "proficient", "advanced"))
    ]


def make_pilot(cast: Cast) -> Pilot:
    """A pilot of both schools."""
    return Pilot(
        title="First try", purpose="Talk more", success="More talk", schools=[cast.north, cast.south], places=20,
        places_taken=0, sign_up_opens_at=utcnow(), starts_on=date(2026, 1, 5), ends_on=date(2026, 6, 5),
        reviewers_per_submission=2, created_at=utcnow(),
    )  # fmt: skip


HandIn = Callable[..., Submission]


def seated(submission: Submission, seat: int) -> Review:
    """The newest review in a seat."""
    reviews = db.session.query(Review).filter_by(submission_id=submission.id, seat=seat).order_by(Review.id)
    return reviews.all()[-1]


def begin(review: Review) -> Review:
    """Accept a review."""
    return actions.accept_review(review, by=review.reviewer)


def score(review: Review, levels: dict[str, int]) -> Review:
    """Accept a review where that is due, and save these levels with feedback, by the code of the criterion."""
    if review.state == "offered":
        begin(review)
    criteria = {criterion.code: criterion for criterion in review.submission.rubric.criteria}
    for code, level in levels.items():
        actions.save_score(review, criteria[code], level, f"Feedback on {code}", by=review.reviewer)
    return review


def finish(review: Review, **levels: int) -> Submission:
    """Score and make final."""
    score(review, levels)
    return actions.finish_review(review, "All in all", by=review.reviewer)


def outcomes_of(submission: Submission) -> dict[str, tuple[int, bool]]:
    """What was decided: level and met, by the code of the criterion."""
    rows = db.session.query(Outcome).filter_by(submission_id=submission.id)
    return {row.criterion.code: (row.level_position, row.is_met) for row in rows}


Levels = Sequence[int]


def decided(submission: Submission, levels: Levels, reviewers: Sequence[Account] = ()) -> Submission:
    """Rows alone, for much evidence in little time: these levels as outcomes, and as the scores of these reviewers."""
    criteria = submission.rubric.criteria
    is_met = [each.is_met_at(level) for each, level in zip(criteria, levels, strict=True)]
    is_earned = all(met or not each.is_required for each, met in zip(criteria, is_met, strict=True))
    submission.decided_at = utcnow()
    submission.state = SubmissionState.EARNED if is_earned else SubmissionState.NOT_YET
    for criterion, level, met in zip(criteria, levels, is_met, strict=True):
        db.session.add(Outcome(submission_id=submission.id, criterion=criterion, level_position=level, is_met=met))
    for seat, reviewer in enumerate(reviewers, start=1):
        reviewed(submission, reviewer, seat, levels)
    db.session.flush()
    return submission


def reviewed(
    submission: Submission, reviewer: Account, seat: int, levels: Levels, feedback: str = "Well done."
) -> Review:
    """One final review, with these levels and the same feedback on every criterion."""
    now = utcnow()
    review = Review(submission=submission, reviewer=reviewer, seat=seat, state=ReviewState.FINAL, comment="")
    review.offered_at = review.due_at = review.final_at = now
    review.scores = [
        Score(criterion=criterion, level_position=level, feedback=feedback, saved_at=now)
        for criterion, level in zip(submission.rubric.criteria, levels, strict=False)
    ]
    db.session.add(review)
    db.session.flush()
    return review
