"""A pilot of North school, whose noticeboard this is."""

from datetime import UTC, date, datetime

import pytest

from microcred.db import db
from microcred.pilots.actions import create_pilot
from microcred.pilots.models import Pilot
from tests.cast import Cast


@pytest.fixture
def pilot(cast: Cast) -> Pilot:
    """A pilot of North school."""
    made = create_pilot(
        title="Autumn pilot",
        purpose="See what students think.",
        success="One badge each.",
        schools=[cast.north],
        places=3,
        sign_up_opens_at=datetime(2026, 9, 14, 12, tzinfo=UTC),
        starts_on=date(2026, 10, 5),
        ends_on=date(2026, 12, 18),
        reviewers_per_submission=2,
        by=cast.cora,
    )
    db.session.commit()
    return made
