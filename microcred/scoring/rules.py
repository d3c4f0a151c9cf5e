"""How a pilot scores, as its coordinator has set it, or as it is unless somebody says otherwise."""

from microcred.db import db
from microcred.pilots.models import Pilot
from microcred.scoring.models import ScoringRules


def rules_of(pilot: Pilot) -> ScoringRules:
    """The rules of a pilot; those of a pilot without any are not in the database until they are added."""
    kept = db.session.get(ScoringRules, pilot.id)
    return kept or ScoringRules(
        pilot_id=pilot.id, double_percent=0, allows_same_school=False, shows_others=False, lead_looks=False
    )
