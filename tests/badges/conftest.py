"""A badge to sign, to change and to bake: one district, one micro-credential, one teacher; and evidence that earned."""

import copy
import itertools
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from microcred.badges.credential import (
    Achievement,
    Alignment,
    Criterion,
    Earned,
    Issuer,
    Level,
    Recipient,
    StatusEntry,
    open_badge,
)
from microcred.badges.signing import did_key, sign
from microcred.catalog.actions import import_catalogue
from microcred.catalog.models import MicroCredential
from microcred.db import db, utcnow
from microcred.evidence.models import Submission, SubmissionState
from microcred.pilots.actions import create_pilot
from microcred.pilots.models import Pilot
from microcred.scoring.models import Outcome, Review, ReviewState, Score
from tests.cast import Cast

DEMO = Path(__file__).parents[2] / "microcred" / "demo" / "catalogue.json"
Earn = Callable[..., Submission]
NOON = datetime(2026, 3, 5, 12, 0, 0, 123456, tzinfo=UTC)


def levels(criterion: int) -> tuple[Level, ...]:
    """Two levels of a criterion, with ids of their own."""
    return tuple(
        Level(f"urn:uuid:00000000-0000-4000-8000-0000000{criterion}00{place}", name, str(place), str(place), name + ".")
        for place, name in enumerate(("Emerging", "Proficient"), 1)
    )


@pytest.fixture(scope="session")
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture(scope="session")
def issuer(key: Ed25519PrivateKey) -> Issuer:
    return Issuer(did_key(key.public_key()), "Nordvale District", "https://nordvale.example/")


@pytest.fixture(scope="session")
def achievement() -> Achievement:
    rubric = tuple(
        Criterion(f"urn:uuid:00000000-0000-4000-8000-00000000000{place}", name, levels(place), levels(place)[1].id)
        for place, name in enumerate(("Asks open questions", "Waits for answers"), 1)
    )
    return Achievement(
        id="urn:uuid:00000000-0000-4000-8000-00000000aaaa",
        name="Wait Time",
        description="Gives pupils time to think.",
        criteria="Every criterion at Proficient.",
        stack="Questioning",
        hours=Decimal("6.0"),
        version="2",
        language="en",
        alignments=(Alignment("Questioning", "https://standards.example/3b", "Framework", "3b", "Uses questioning."),),
        rubric=rubric,
        image="data:image/png;base64,iVBORw0KGgo=",
    )


@pytest.fixture(scope="session")
def earned(achievement: Achievement) -> Earned:
    reached = {criterion.id: criterion.levels[1].id for criterion in achievement.rubric}
    teacher = Recipient("Ada@School.example", "c0ffee")
    return Earned(teacher, reached, Decimal("0.5"), date(2026, 1, 12), date(2026, 3, 1))


@pytest.fixture(scope="session")
def badge(issuer: Issuer, achievement: Achievement, earned: Earned) -> dict[str, Any]:
    entry = StatusEntry("https://nordvale.example/status/1", 94)
    badge_id = "urn:uuid:00000000-0000-4000-8000-00000000bbbb"
    return open_badge(badge_id, issuer, achievement, earned, valid_from=NOON, status=entry)


@pytest.fixture(scope="session")
def signed_badge(badge: dict[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    return sign(badge, key, NOON)


@pytest.fixture
def unsigned(badge: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(badge)


@pytest.fixture
def signed(signed_badge: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(signed_badge)


@pytest.fixture
def micro_credentials(cast: Cast) -> list[MicroCredential]:
    """The stacks of the demo's catalogue, five micro-credentials of it."""
    catalogue = json.loads(DEMO.read_text(encoding="utf-8"))
    kept = [entry for entry in catalogue["micro_credentials"] if entry["stack"] == catalogue["stacks"][0]["code"]]
    return import_catalogue(catalogue | {"stacks": catalogue["stacks"][:1], "micro_credentials": kept}, by=cast.cora)


@pytest.fixture
def pilot(cast: Cast) -> Pilot:
    """A pilot of both schools, with two reviewers for each submission."""
    return create_pilot(
        title="Autumn pilot",
        purpose="See whether short courses help.",
        success="Eight of ten finish.",
        schools=[cast.north, cast.south],
        places=5,
        sign_up_opens_at=utcnow() - timedelta(days=40),
        starts_on=(utcnow() - timedelta(days=30)).date(),
        ends_on=(utcnow() + timedelta(days=60)).date(),
        reviewers_per_submission=2,
        by=cast.cora,
    )


@pytest.fixture
def earn(cast: Cast, pilot: Pilot, micro_credentials: list[MicroCredential]) -> Earn:
    """Writes evidence that has earned its badge: two final reviews, every criterion met at its required level."""
    numbers = itertools.count(1)

    def write(person: Any = cast.amara, micro_credential: MicroCredential = micro_credentials[0]) -> Submission:
        submission = Submission(
            code_name=f"quiet-otter-{next(numbers)}",
            person=person,
            pilot=pilot,
            micro_credential=micro_credential,
            rubric=micro_credential.rubric,
            state=SubmissionState.EARNED,
            started_at=datetime(2026, 3, 2, 15, tzinfo=UTC),
            submitted_at=datetime(2026, 3, 20, 15, tzinfo=UTC),
            decided_at=datetime(2026, 3, 27, 15, tzinfo=UTC),
        )
        db.session.add(submission)
        db.session.flush()
        _score(submission, cast)
        db.session.commit()
        return submission

    return write


def _score(submission: Submission, cast: Cast) -> None:
    moment = datetime(2026, 3, 25, 15, tzinfo=UTC)
    for seat, reviewer in ((1, cast.rita), (2, cast.ravi)):
        final = {"state": ReviewState.FINAL, "offered_at": moment, "due_at": moment, "final_at": moment}
        review = Review(submission_id=submission.id, reviewer_id=reviewer.id, seat=seat, **final)
        review.scores = [
            Score(criterion=each, level_position=each.required_position, feedback="Clear.", saved_at=moment)
            for each in submission.rubric.criteria
        ]
        db.session.add(review)
    for criterion in submission.rubric.criteria:
        level = {"level_position": criterion.required_position, "is_met": True}
        db.session.add(Outcome(submission_id=submission.id, criterion_id=criterion.id, **level))
