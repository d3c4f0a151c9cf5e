"""Whether scores drift: now and then an anchor comes with a review, unannounced, and looks like any other evidence.

A reviewer gets it only for what they are calibrated for, only one at a time, none that they have had in the last half
year in any way, and none beyond what they take on at a time. Anchors that are shown as examples are left out, because
their levels are public. Whoever keeps the anchors knows their levels, and so is not tried by them.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db, utcnow
from microcred.evidence.models import Submission
from microcred.scoring.anchor_models import Anchor
from microcred.scoring.assignment import lot
from microcred.scoring.barring import barred, training_anchors
from microcred.scoring.calibration import Look, finished_looks, standings
from microcred.scoring.candidates import most_open, open_loads
from microcred.scoring.decision import AN_ANCHORS
from microcred.scoring.models import OPEN, AnchorUse, Review
from microcred.scoring.reviewer_models import MOST_OPEN

FORGOTTEN_AFTER = timedelta(days=182)
"""How long an anchor is not met again: half a year, about as long as the code name of a piece is remembered."""


def anchor_to_mix_in(reviewer: Account, seed: str) -> Submission | None:
    """The anchor that comes with a review that was just offered, or None: the same seed draws the same.

    Anchors that the reviewer has never had come first.
    """
    if reviewer.is_coordinator or not is_drawn(seed, reviewer.id, current_app.config["MICROCRED_DRIFT_PERCENT"]):
        return None
    looks = _looks(reviewer)
    if any(look.state in OPEN and look.anchor_use == AnchorUse.DRIFT for look in looks):
        return None
    if open_loads().get(reviewer.id, 0) >= most_open().get(reviewer.id, MOST_OPEN):
        return None
    met = {look.submission_id for look in looks}
    fresh = {look.submission_id for look in looks if look.offered_at > utcnow() - FORGOTTEN_AFTER}
    usable = [anchor for anchor in _usable(reviewer) if anchor.submission_id not in fresh]
    chosen = min(usable, key=lambda each: (each.submission_id in met, lot(f"{seed}:anchor", each.id)), default=None)
    return chosen.submission if chosen else None


def hold_in_training(copy: Submission) -> bool:
    """Hold an anchor that is still in training; False where it is not, or where somebody changes it at this moment.

    To wait for them while other evidence is held could be to wait crosswise: then it comes another time.
    """
    own = select(Anchor.id).where(Anchor.submission_id == copy.id, Anchor.trains_since.is_not(None))
    held = own.where(Anchor.retired_at.is_(None)).with_for_update(key_share=True, skip_locked=True)
    return db.session.scalar(held) is not None


def is_drawn(seed: str, reviewer_id: int, percent: int) -> bool:
    """Whether the lot falls on an anchor, in `percent` of all seeds; anybody can draw it again."""
    return int(lot(f"{seed}:drift", reviewer_id)[:8], 16) % 100 < percent


def _looks(reviewer: Account) -> list[Review]:
    """Every anchor that ever lay on the reviewer's desk or was offered to them."""
    mine = select(Review).where(Review.reviewer_id == reviewer.id, Review.seat == AN_ANCHORS)
    return list(db.session.scalars(mine))


def _usable(reviewer: Account) -> list[Anchor]:
    anchors = training_anchors()
    closed, standing = barred(anchors, [reviewer]), standings(anchors, [reviewer])
    return [
        anchor
        for anchor in anchors
        if not anchor.is_shown
        and (anchor.id, reviewer.id) not in closed
        and standing[reviewer.id, anchor.source.micro_credential_id].is_calibrated
    ]


class Drift(NamedTuple):
    """How far a reviewer agreed with unannounced anchors of a micro-credential: at first, lately, in how many looks."""

    reviewer_id: int
    micro_credential_id: int
    first: Look
    latest: Look
    tries: int

    @property
    def change(self) -> int:
        """By how many percentage points agreement rose, or fell (below 0)."""
        return (self.latest.agreement.percent or 0) - (self.first.agreement.percent or 0)


def drifts(reviewer: Account | None = None) -> list[Drift]:
    """The drift of one reviewer, or of all, in each micro-credential."""
    return _drifts(finished_looks(AnchorUse.DRIFT, reviewer))


def _drifts(looks: Iterable[Look]) -> list[Drift]:
    found: dict[tuple[int, int], list[Look]] = {}
    for look in looks:
        found.setdefault((look.reviewer_id, look.micro_credential_id), []).append(look)
    return [Drift(*key, first=own[0], latest=own[-1], tries=len(own)) for key, own in found.items()]
