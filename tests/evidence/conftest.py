"""A pilot that Amara has joined, what it offers, and evidence that can be handed in."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from microcred.accounts.models import Account
from microcred.catalog.actions import import_catalogue
from microcred.catalog.models import EvidencePart, MicroCredential
from microcred.db import db, utcnow
from microcred.evidence import actions
from microcred.evidence.cleaning import CleanFile, clean
from microcred.evidence.models import Submission, SubmissionState
from microcred.evidence.storage import Storage
from microcred.pilots.actions import create_pilot, offer
from microcred.pilots.models import Offer, Pilot
from microcred.schooldays import local
from microcred.volunteers import actions as volunteers
from microcred.volunteers import answers
from tests.cast import Cast

DEMO = Path(__file__).parents[2] / "microcred" / "demo" / "catalogue.json"

Start = Callable[[Account], Submission]


@pytest.fixture
def pilot(cast: Cast) -> Pilot:
    """A pilot of both schools that runs now; Amara and Bruno have joined it."""
    today = local(utcnow()).date()
    pilot = create_pilot(
        title="Feedback that lands",
        purpose="See whether short courses help.",
        success="Eight of ten finish.",
        schools=[cast.north, cast.south],
        places=5,
        sign_up_opens_at=utcnow() - timedelta(days=1),
        starts_on=today,
        ends_on=today + timedelta(days=90),
        reviewers_per_submission=2,
        by=cast.cora,
    )
    for person in (cast.amara, cast.bruno):
        entry = volunteers.volunteer(pilot, person, "I want to try this.")
        answers.note_told(answers.approve(entry, by=cast.pia))
    db.session.commit()
    return pilot


@pytest.fixture
def micro_credentials(cast: Cast) -> list[MicroCredential]:
    """Two micro-credentials; the second builds on the first."""
    catalogue = json.loads(DEMO.read_text("utf-8"))
    first, second = catalogue["micro_credentials"][:2]
    chosen = [first | {"requires": None}, second | {"requires": first["code"]}]
    stacks = [stack for stack in catalogue["stacks"] if stack["code"] in {first["stack"], second["stack"]}]
    return import_catalogue(catalogue | {"stacks": stacks, "micro_credentials": chosen}, by=cast.cora)


@pytest.fixture
def offers(cast: Cast, pilot: Pilot, micro_credentials: list[MicroCredential]) -> list[Offer]:
    """Both micro-credentials, offered in the pilot."""
    made = [offer(pilot, each, by=cast.cora) for each in micro_credentials]
    db.session.commit()
    return made


@pytest.fixture
def draft(cast: Cast, offers: list[Offer]) -> Submission:
    """What Amara has begun."""
    begun = actions.start_submission(offers[0], cast.amara)
    db.session.commit()
    return begun


@pytest.fixture
def overview(draft: Submission) -> EvidencePart:
    """The part that is written and takes no files."""
    return draft.micro_credential.standing_parts[0]


@pytest.fixture
def artefacts(draft: Submission) -> EvidencePart:
    """The part that takes files."""
    return draft.micro_credential.standing_parts[1]


@pytest.fixture
def complete(draft: Submission) -> Submission:
    """Amara's draft, with a few words for each part."""
    fill(draft)
    db.session.commit()
    return draft


def fill(submission: Submission) -> None:
    """Write a few words for each part."""
    for part in submission.micro_credential.standing_parts:
        actions.save_text(submission, part, f"My {part.name.lower()} in a few words.", 0)


def decided(submission: Submission, state: SubmissionState) -> Submission:
    """Give a submission the answer that reviewers would give."""
    submission.state, submission.decided_at = state, utcnow()
    db.session.flush()
    return submission


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """An empty folder of evidence."""
    return Storage(tmp_path / "evidence")


@pytest.fixture
def essay() -> Iterator[CleanFile]:
    """A clean text file."""
    with clean(io.BytesIO(b"an essay"), "essay.txt", largest_bytes=100) as file:
        yield file


def stored_files(folder: Path) -> list[str]:
    """The names of all files below a folder."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())
