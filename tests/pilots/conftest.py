"""A pilot of both schools with three places, and a micro-credential to offer."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from microcred.catalog.actions import import_catalogue
from microcred.catalog.models import MicroCredential
from microcred.db import db
from microcred.pilots import actions
from microcred.pilots.models import Pilot
from tests.cast import Cast

DEMO = Path(__file__).parents[2] / "microcred" / "demo" / "catalogue.json"


def pilot_fields(cast: Cast) -> dict[str, Any]:
    """What a pilot is made of."""
    return {
        "title": "Autumn pilot",
        "purpose": "See what students think while there is time.",
        "success": "Eight of ten volunteers earn one badge.",
        "schools": [cast.north, cast.south],
        "places": 3,
        "sign_up_opens_at": datetime(2026, 9, 14, 12, tzinfo=UTC),
        "starts_on": date(2026, 10, 5),
        "ends_on": date(2026, 12, 18),
        "reviewers_per_submission": 2,
    }


@pytest.fixture
def pilot(cast: Cast) -> Pilot:
    """A pilot of both schools, with three places."""
    made = actions.create_pilot(**pilot_fields(cast), by=cast.cora)
    db.session.commit()
    return made


@pytest.fixture
def micro_credential(cast: Cast) -> MicroCredential:
    """The first micro-credential of the demo's catalogue."""
    catalogue = json.loads(DEMO.read_text(encoding="utf-8"))
    kept = catalogue | {"stacks": catalogue["stacks"][:1], "micro_credentials": catalogue["micro_credentials"][:1]}
    made = import_catalogue(kept, by=cast.cora)[0]
    db.session.commit()
    return made
