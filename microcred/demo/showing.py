"""Evidence, scores, badges and thank-yous of the demo."""

import io
from collections.abc import Callable
from datetime import time, timedelta

from PIL import Image, ImageDraw
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.badges.actions import award_badge
from microcred.catalog.models import Criterion, EvidencePart
from microcred.db import db, utcnow
from microcred.demo.choosing import FAVOURITES
from microcred.demo.people import District, days_ago
from microcred.evidence import actions as evidence
from microcred.evidence.cleaning import clean
from microcred.evidence.models import Privacy, Submission, SubmissionState
from microcred.evidence.queries import storage
from microcred.pilots.models import Offer, Pilot
from microcred.recognition.actions import give, owe
from microcred.recognition.models import Entitlement
from microcred.recognition.thanking import thank
from microcred.schooldays import local
from microcred.scoring import actions as scoring
from microcred.scoring.appeals import file_appeal, unmet_outcomes
from microcred.scoring.assigning import assign_reviewers
from microcred.scoring.models import OPEN, Review
from microcred.scoring.phrases import add_phrase
from microcred.scoring.release_days import SCHOOL_WEEK
from microcred.scoring.rules import change_rules
from microcred.scoring.seats import criteria_of

LARGEST = 10 * 1024 * 1024
DAYS_TO_RELEASE = timedelta(days=3)
PAPER, INK, GREEN = "#faf6ec", "#22302b", "#23593f"

Chapter = Callable[[District, Submission, int], None]


def keep_an_eye_on_the_score(district: District, joined: list[Account]) -> None:
    """Let those who joined hand in evidence, and reviewers score it, until it stands in every state."""
    offers = {offer.micro_credential.code: offer for offer in db.session.scalars(select(Offer).order_by(Offer.id))}
    _share_phrases(district, list(offers.values()))
    for number, (teacher, chapter) in enumerate(zip(joined, _chapters(), strict=False)):
        code = FAVOURITES[number % len(FAVOURITES)]
        began = 32 - number
        with days_ago(began, 16):
            submission = evidence.start_submission(offers[code], teacher)
            _write(district, submission, number)
        chapter(district, submission, began)


def _share_phrases(district: District, offers: list[Offer]) -> None:
    """Give every reviewer two sentences for each criterion of what is offered."""
    for course in (offer.micro_credential for offer in offers):
        for criterion in course.rubric.criteria if course.rubric else []:
            told = district.voices["feedback"].get(course.code, {}).get(criterion.code, {})
            for sentences in list(told.values())[1:3]:
                add_phrase(course, criterion.code, sentences[-1], owner=None, by=district.coordinator)


def _chapters() -> list[Chapter]:
    return [
        *([earned] * 8),
        improved,
        not_yet,
        appealed,
        not_yet,
        disputed,
        incomplete,
        denied,
        given_up,
        half,
        waiting,
        ready,
        held,
        unassigned,
        draft,
    ]


def _write(district: District, submission: Submission, number: int) -> None:
    told = district.voices["evidence"][submission.micro_credential.code][number // len(FAVOURITES) % 2]
    for part in submission.micro_credential.parts:
        evidence.save_text(submission, part, told.get(part.code, told["reflection"]), 0)
        if part.takes_files:
            _attach(submission, part, _drawn(number, "PNG"), "photo.png", "A page of what came in")
            if number % 2 == 0:
                _attach(submission, part, _drawn(number + 1, "PDF"), "sheet.pdf", "The sheet, scanned")


def _attach(submission: Submission, part: EvidencePart, content: io.BytesIO, name: str, caption: str) -> None:
    with clean(content, name, largest_bytes=LARGEST) as file:
        evidence.attach_file(submission, part, file, storage=storage(), caption=caption, privacy=Privacy.NO_PUPIL)


def _drawn(number: int, kind: str) -> io.BytesIO:
    """A drawn stand-in for a photo of classwork: a sheet with lines of handwriting and a tick."""
    sheet = Image.new("RGB", (960, 640), PAPER)
    pen = ImageDraw.Draw(sheet)
    for line in range(7):
        y = 110 + 68 * line
        pen.line([(90, y), (870, y)], fill="#d9cdb4", width=2)
        points = [
            (100 + 12 * step, y - 10 - ((step * (number + 3) * (line + 2)) % 17)) for step in range(30 + 4 * line)
        ]
        pen.line(points, fill=INK, width=3)
    pen.line([(760, 520), (800, 565), (880, 450)], fill=GREEN, width=12)
    file = io.BytesIO()
    sheet.save(file, kind)
    file.seek(0)
    return file


def _hand_in(submission: Submission, began: int) -> None:
    with days_ago(max(began - 4, 0), 17):
        evidence.submit(submission, by=submission.person)
        assign_reviewers(submission)
        thank(submission.pilot, submission.person)


def _open_reviews(submission: Submission) -> list[Review]:
    open_ones = (
        select(Review).where(Review.submission_id == submission.id, Review.state.in_(OPEN)).order_by(Review.seat)
    )
    return list(db.session.scalars(open_ones))


def _score(district: District, review: Review, days: int, missed: int | None = None) -> None:
    """Score one review: the required level or better, except the criterion at place `missed`, which falls short."""
    submission = review.submission
    with days_ago(max(days, 0), 19, review.seat * 7):
        if review.state == "offered":
            scoring.accept_review(review, by=review.reviewer)
        for place, criterion in enumerate(criteria_of(review)):
            position = _position(district, criterion, is_missed=place == missed)
            phrases = district.voices["feedback"][submission.micro_credential.code][criterion.code]
            feedback = phrases[criterion.levels[position].code][0]
            scoring.save_score(review, criterion, position, feedback, by=review.reviewer)
        scoring.finish_review(review, "Thank you for letting us look into your classroom.", by=review.reviewer)
        if submission.state == SubmissionState.EARNED:
            award_badge(submission)
            thank(submission.pilot, submission.person)


def _position(district: District, criterion: Criterion, *, is_missed: bool) -> int:
    if is_missed:
        return criterion.required_position - 1
    return district.chance.choice(range(criterion.required_position, len(criterion.levels)))


def earned(district: District, submission: Submission, began: int) -> None:
    """Both reviewers find every required criterion met."""
    _hand_in(submission, began)
    for review in _open_reviews(submission):
        _score(district, review, began - 9)


def not_yet(district: District, submission: Submission, began: int) -> None:
    """Both reviewers miss the same criterion."""
    _hand_in(submission, began)
    for review in _open_reviews(submission):
        _score(district, review, began - 9, missed=1)


def improved(district: District, submission: Submission, began: int) -> None:
    """Not yet at first; then handed in again, and earned."""
    not_yet(district, submission, began)
    with days_ago(began - 12, 16):
        again = evidence.resubmit(submission, by=submission.person)
    earned(district, again, began - 10)


def disputed(district: District, submission: Submission, began: int) -> None:
    """The reviewers disagree on one criterion, and a third is asked."""
    _hand_in(submission, began)
    for review in _open_reviews(submission):
        _score(district, review, began - 9, missed=0 if review.seat == 1 else None)


def appealed(district: District, submission: Submission, began: int) -> None:
    """Not yet, and its author asks somebody else to look again at what is not met."""
    not_yet(district, submission, began)
    with days_ago(began - 11, 18):
        reason = "The second page of the photo shows it: the questions are in the margin."
        reasons = {outcome.criterion_id: reason for outcome in unmet_outcomes(submission)}
        file_appeal(submission, reasons, by=submission.person)


def ready(district: District, submission: Submission, began: int) -> None:
    """Scored, and its answer is given on the day of the week that is published."""
    _hand_in(submission, began)
    _set_rules(district, submission.pilot, lead_looks=False)
    for review in _open_reviews(submission):
        _score(district, review, 1)


def held(district: District, submission: Submission, began: int) -> None:
    """Scored by two who agree that it falls short, and to be looked at by a lead before it is told."""
    _hand_in(submission, began)
    _set_rules(district, submission.pilot, lead_looks=True)
    for review in _open_reviews(submission):
        _score(district, review, 1, missed=1)


def _set_rules(district: District, pilot: Pilot, *, lead_looks: bool) -> None:
    """Give answers on a school day that is still to come when the story has been told."""
    weekday = local(utcnow() + DAYS_TO_RELEASE).weekday()
    change_rules(
        pilot,
        double_percent=0,
        allows_same_school=False,
        shows_others=False,
        lead_looks=lead_looks,
        release_weekday=weekday if weekday in SCHOOL_WEEK else 0,
        release_time=time(15),
        by=district.coordinator,
    )


def incomplete(district: District, submission: Submission, began: int) -> None:
    """A part is missing, and the evidence comes back."""
    _hand_in(submission, began)
    review = _open_reviews(submission)[0]
    with days_ago(began - 6, 18):
        scoring.accept_review(review, by=review.reviewer)
        scoring.mark_incomplete(submission, "The photo shows one page; please add two more.", by=review.reviewer)


def denied(district: District, submission: Submission, began: int) -> None:
    """It breaks the rules of the pilot."""
    _hand_in(submission, began)
    with days_ago(began - 6, 9):
        reason = "The sheet in the photo is from a published workbook, not from your own class."
        scoring.deny(submission, reason, by=district.coordinator)


def given_up(_district: District, submission: Submission, began: int) -> None:
    """Given up before it was handed in."""
    with days_ago(began - 2, 18):
        evidence.give_up(submission, by=submission.person)


def half(district: District, submission: Submission, began: int) -> None:
    """One reviewer is done, the other isn't."""
    _hand_in(submission, began)
    _score(district, _open_reviews(submission)[0], began - 8)


def waiting(_district: District, submission: Submission, began: int) -> None:
    """Handed in, and offered to reviewers."""
    _hand_in(submission, began)


def unassigned(_district: District, submission: Submission, began: int) -> None:
    """Handed in, and nobody has been asked yet: the coordinator has something to do."""
    with days_ago(max(began - 4, 0), 17):
        evidence.submit(submission, by=submission.person)
        thank(submission.pilot, submission.person)


def draft(_district: District, _submission: Submission, _began: int) -> None:
    """Still being written."""


def thank_everyone(district: District) -> None:
    """Hand out what was due a week ago; the mugs don't suffice, and what became due since then still waits."""
    by = district.coordinator
    for days in (30, 14):
        with days_ago(days, 12):
            due = select(Entitlement).where(Entitlement.due_at < utcnow()).order_by(Entitlement.id)
            for entitlement in db.session.scalars(due).all():
                if entitlement.state == "due":
                    _hand_over(entitlement, by)


def _hand_over(entitlement: Entitlement, by: Account) -> None:
    if entitlement.giveaway.stock:
        give(entitlement, by=by)
    else:
        owe(entitlement, by=by)
