"""Why evidence waits: how many reviewers cannot be asked, whoever its author is."""

from typing import NamedTuple

from microcred.scoring.absences import away_ids
from microcred.scoring.assignment import Author, Candidate, Hindrance, hindrance
from microcred.scoring.calibration import calibrated_ids
from microcred.scoring.candidates import most_open, open_loads
from microcred.scoring.people import reviewers
from microcred.scoring.reviewer_models import MOST_OPEN

NOBODY = Author(0)
"""Whoever handed it in is left out on purpose: who is missing from the numbers would have a conflict with them."""


class HeldBack(NamedTuple):
    """Of all reviewers how many are not asked for a micro-credential at the moment, each counted once.

    The numbers are the same for everybody's evidence, so that they tell nothing of an author.
    """

    reviewers: int
    uncalibrated: int
    away: int
    full: int

    @property
    def free(self) -> int:
        """How many can be asked, unless they have a conflict of interest or have had it already."""
        return self.reviewers - self.uncalibrated - self.away - self.full


def held_back(micro_credential_id: int) -> HeldBack:
    """How many reviewers training, absences and open reviews keep from a micro-credential."""
    reasons = [hindrance(candidate, NOBODY) for candidate in _anybody(micro_credential_id)]
    counted = (reasons.count(each) for each in (Hindrance.UNCALIBRATED, Hindrance.AWAY, Hindrance.FULL))
    return HeldBack(len(reasons), *counted)


def _anybody(micro_credential_id: int) -> list[Candidate]:
    calibrated, away = calibrated_ids(micro_credential_id), away_ids()
    loads, limits = open_loads(), most_open()
    return [
        Candidate(
            id=person.id,
            is_calibrated=calibrated is None or person.id in calibrated,
            is_away=person.id in away,
            open_reviews=loads.get(person.id, 0),
            most_open=limits.get(person.id, MOST_OPEN),
        )
        for person in reviewers()
    ]
