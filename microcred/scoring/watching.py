"""What the coordinator sees of calibration: who may score what, and how far each agrees, at first and lately."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.catalog.models import MicroCredential
from microcred.db import db
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.barring import training_anchors
from microcred.scoring.calibration import Standing, needed_percent, standings
from microcred.scoring.drift import Drift, drifts
from microcred.scoring.people import reviewers


class WatchedReviewer(NamedTuple):
    """One reviewer in one micro-credential."""

    name: str
    standing: Standing
    drift: Drift | None

    @property
    def has_drifted(self) -> bool:
        """Whether they agreed less than is needed with the last anchor that came unannounced."""
        return self.drift is not None and not self.drift.latest.agreement.suffices(needed_percent())


class WatchedCourse(NamedTuple):
    """One micro-credential with anchors, and every reviewer."""

    title: str
    anchor_count: int
    reviewers: list[WatchedReviewer]


def watched_courses() -> list[WatchedCourse]:
    """Every micro-credential with anchors in training, or with looks at anchors that came unannounced, by title."""
    anchors, people, drifted = training_anchors(), reviewers(), drifts()
    wanted = {anchor.source.micro_credential_id for anchor in anchors} | {each.micro_credential_id for each in drifted}
    titles = select(MicroCredential).where(MicroCredential.id.in_(wanted)).order_by(MicroCredential.title)
    known = _Known(anchors, people, drifted)
    return [known.course(each) for each in db.session.scalars(titles)]


class _Known:
    """Everything that is known, found once for all micro-credentials."""

    def __init__(self, anchors: Sequence[Anchor], people: Sequence[Account], drifted: Sequence[Drift]) -> None:
        self.anchors, self.people = anchors, people
        self.standings = standings(anchors, people)
        self.drifts = {(each.reviewer_id, each.micro_credential_id): each for each in drifted}

    def course(self, micro_credential: MicroCredential) -> WatchedCourse:
        """One micro-credential."""
        count = sum(anchor.source.micro_credential_id == micro_credential.id for anchor in self.anchors)
        watched = [self.reviewer(person, micro_credential.id) for person in self.people]
        return WatchedCourse(micro_credential.title, count, watched)

    def reviewer(self, person: Account, micro_credential_id: int) -> WatchedReviewer:
        """One reviewer in it."""
        key = (person.id, micro_credential_id)
        return WatchedReviewer(person.name, self.standings.get(key, Standing()), self.drifts.get(key))
