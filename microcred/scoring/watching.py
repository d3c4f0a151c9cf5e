"""What the coordinator sees of calibration: who may score what, and how far each agrees, at first and lately."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.catalog.models import MicroCredential
from microcred.db import db
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.barring import barred, training_anchors
from microcred.scoring.calibration import Agreement, finished_looks, needed_percent, reviewers, standing
from microcred.scoring.drift import Drift, drifts
from microcred.scoring.models import AnchorUse


class WatchedReviewer(NamedTuple):
    """One reviewer in one micro-credential; `is_barred`: may practise on none of its anchors."""

    name: str
    agreement: Agreement
    is_barred: bool
    drift: Drift | None

    @property
    def is_calibrated(self) -> bool:
        """Whether they may score it."""
        return self.is_barred or self.agreement.suffices(needed_percent())

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
        self.closed = barred(anchors, people)
        in_use = {anchor.id for anchor in anchors}
        self.agreed = standing(look for look in finished_looks(AnchorUse.TRAINING) if look.anchor_id in in_use)
        self.drifts = {(each.reviewer_id, each.micro_credential_id): each for each in drifted}

    def course(self, micro_credential: MicroCredential) -> WatchedCourse:
        """One micro-credential."""
        own = [anchor for anchor in self.anchors if anchor.source.micro_credential_id == micro_credential.id]
        watched = [self.reviewer(person, own, micro_credential.id) for person in self.people]
        return WatchedCourse(micro_credential.title, len(own), watched)

    def reviewer(self, person: Account, anchors: Sequence[Anchor], micro_credential_id: int) -> WatchedReviewer:
        """One reviewer in it."""
        key = (person.id, micro_credential_id)
        is_barred = all((anchor.id, person.id) in self.closed for anchor in anchors)
        return WatchedReviewer(person.name, self.agreed.get(key, Agreement()), is_barred, self.drifts.get(key))
