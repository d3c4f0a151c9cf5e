"""A rubric of ten criteria, evidence with pictures and documents, and reviews of it that wait on somebody's desk."""

import io
import secrets
from datetime import timedelta
from typing import Any, NamedTuple

from PIL import Image, ImageDraw
from sqlalchemy import select

from microcred.accounts.models import Account, Role, RoleName
from microcred.catalog.actions import import_catalogue
from microcred.catalog.models import MicroCredential, Stack
from microcred.db import db, utcnow, writing
from microcred.evidence.cleaning import clean
from microcred.evidence.models import Artefact, PartText, Submission, SubmissionState
from microcred.evidence.queries import storage
from microcred.evidence.storage import KeptFile
from microcred.pilots.models import Pilot
from microcred.scoring.models import Review, ReviewState
from microcred.scoring.phrases import add_phrase
from tests.browser.house import House

CRITERIA = 10
CODE = "long-look"
LARGEST = 8 * 1024 * 1024
LONG = (
    "In the first lesson I asked three questions that could be answered with one word, and counted who spoke: five of "
    "twenty-six. In the second I waited for ten seconds, and wrote down what they said before I said a word.\n\n"
    "- Eleven spoke, and four of them had not spoken in the first lesson.\n"
    "- Two asked something back, which I had not seen in this class before.\n\n"
    "What I would do otherwise: tell them beforehand that I am going to wait, so that the silence is theirs as well. "
)


class Waiting(NamedTuple):
    """A reviewer with two reviews, and the ids of the first and the one after it."""

    reviewer: str
    review_id: int
    next_id: int

    @property
    def url(self) -> str:
        """The desk."""
        return f"/reviews/{self.review_id}"


def waiting(house: House) -> Waiting:
    """Two submissions on the desk of the demo's last reviewer, who has nothing else to do."""
    with house.rows(), writing():
        held = select(Role.account_id).where(Role.name == RoleName.REVIEWER)
        reviewer = db.session.scalars(select(Account).where(Account.id.in_(held)).order_by(Account.id.desc())).all()[0]
        for other in db.session.scalars(select(Review).where(Review.reviewer_id == reviewer.id)):
            other.state = ReviewState.SET_ASIDE if other.is_open else other.state
        course = _course()
        for earlier in db.session.scalars(select(Submission).where(Submission.micro_credential_id == course.id)):
            earlier.state = SubmissionState.WITHDRAWN
        teachers = select(Role.account_id).where(Role.name == RoleName.TEACHER)
        authors = db.session.scalars(select(Account).where(Account.id.in_(teachers)).order_by(Account.id.desc())).all()
        made = [_review(_submission(course, author), reviewer) for author in authors[:2]]
        db.session.flush()
        return Waiting(reviewer.name, made[0].id, made[1].id)


def _course() -> MicroCredential:
    known = select(MicroCredential).where(MicroCredential.code == CODE)
    if course := db.session.scalar(known):
        return course
    coordinator = db.session.scalars(select(Role).where(Role.name == RoleName.COORDINATOR)).all()[0].account_id
    by = db.session.get_one(Account, coordinator)
    course = import_catalogue(_catalogue(), by=by)[0]
    for text in ("Seen in two of the three lessons.", "Name the moment at which it can be seen."):
        add_phrase(course, "criterion-1", text, owner=None, by=by)
    return course


def _catalogue() -> dict[str, Any]:
    stack = db.session.scalars(select(Stack).order_by(Stack.id)).all()[0]
    return {
        "format": "microcred-catalogue-1",
        "stacks": [{name: getattr(stack, name) for name in ("code", "title", "description", "design")}],
        "micro_credentials": [
            {
                "code": CODE,
                "stack": stack.code,
                "requires": None,
                "title": "Looking at ten things at once",
                "skill": "Looks closely.",
                "why": "It helps.",
                "effort_hours": 8,
                "reviewer_hours": 1,
                "subjects": ["any"],
                "alignment": [],
                "evidence": [
                    _part("overview", "Overview", files=False),
                    _part("work", "From the classroom", files=True),
                ],
                "rubric": {"criteria": [_criterion(number) for number in range(1, CRITERIA + 1)]},
            }
        ],
    }


def _part(code: str, name: str, *, files: bool) -> dict[str, Any]:
    prompt = "Tell what you tried, with whom, and what you saw. Leave out names."
    return {"code": code, "name": name, "prompt": prompt, "word_limit": 400, "files": files}


def _criterion(number: int) -> dict[str, Any]:
    names = ("Not seen", "Begun", "Met", "Beyond")
    levels = [
        {
            "code": f"level-{place}",
            "name": name,
            "points": place,
            "descriptor": f"{name}: the teacher waits, listens and builds on what is said, as in example {number}.",
        }
        for place, name in enumerate(names)
    ]
    name = f"Criterion {number}: waits until there is something to listen to"
    required = {"is_required": number != CRITERIA, "required_level": "level-2"}
    return {"code": f"criterion-{number}", "name": name, "levels": levels} | required


def _submission(course: MicroCredential, author: Account) -> Submission:
    moment = utcnow() - timedelta(days=2)
    submission = Submission(
        code_name=f"Desk-{secrets.token_hex(3)}", person=author, pilot=db.session.scalars(select(Pilot)).all()[0],
        micro_credential=course, rubric=course.rubric, attempt=1, state=SubmissionState.IN_REVIEW,
        started_at=moment, submitted_at=moment,
    )  # fmt: skip
    submission.texts = [PartText(part=part, text=LONG * 2, revision=1, saved_at=moment) for part in course.parts]
    notes = b"Notes: <b>who spoke</b>, and when.\n" * 9
    files = {"photo.png": _photo(), "plan.pdf": _plan(), "notes.txt": notes}
    for number, (name, content) in enumerate(files.items(), start=1):
        with clean(io.BytesIO(content), name, largest_bytes=LARGEST) as file:
            kept = KeptFile.keep(file, storage())
        artefact = Artefact(**kept._asdict(), part=course.parts[1], number=number, position=number, added_at=moment)
        artefact.caption = ("The board after the lesson", "The plan", "")[number - 1]
        submission.artefacts.append(artefact)
    db.session.add(submission)
    db.session.flush()
    return submission


def _review(submission: Submission, reviewer: Account) -> Review:
    moment = utcnow()
    review = Review(submission=submission, reviewer=reviewer, seat=1, state=ReviewState.ACCEPTED, comment="")
    review.offered_at, review.due_at, review.started_at = moment, moment + timedelta(days=5), moment
    db.session.add(review)
    return review


def _photo() -> bytes:
    return _drawn(Image.new("RGB", (1600, 1200), "#fbf6e6"), "PNG")


def _plan() -> bytes:
    return _drawn(Image.new("RGB", (850, 1100), "white"), "PDF")


def _drawn(sheet: Image.Image, kind: str) -> bytes:
    pen = ImageDraw.Draw(sheet)
    for line in range(12):
        pen.line([(80, 120 + 70 * line), (sheet.width - 80, 110 + 70 * line)], fill="#23261f", width=4)
    file = io.BytesIO()
    sheet.save(file, kind)
    return file.getvalue()
