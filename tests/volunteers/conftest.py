"""A pilot with two places, and teachers enough for them."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from microcred.accounts import actions as accounts
from microcred.accounts.models import Account, RoleName, School
from microcred.db import db, utcnow
from microcred.pilots.actions import create_pilot
from microcred.pilots.models import Pilot
from microcred.schooldays import local
from microcred.volunteers import actions, answers
from microcred.volunteers.models import Volunteer
from tests.cast import Cast

MakeTeacher = Callable[[str, School], Account]
Enter = Callable[..., Volunteer]


@pytest.fixture
def pilot(cast: Cast) -> Pilot:
    """A pilot of both schools, open since yesterday, with two places."""
    today = local(utcnow()).date()
    pilot = create_pilot(
        title="Feedback that lands",
        purpose="See whether short courses help.",
        success="Eight of ten finish.",
        schools=[cast.north, cast.south],
        places=2,
        sign_up_opens_at=utcnow() - timedelta(days=1),
        starts_on=today + timedelta(days=7),
        ends_on=today + timedelta(days=90),
        reviewers_per_submission=2,
        by=cast.cora,
    )
    db.session.commit()
    return pilot


@pytest.fixture
def teacher(cast: Cast) -> MakeTeacher:
    """Makes one more teacher."""

    def make(name: str, school: School) -> Account:
        address = f"{name.lower().replace(' ', '.')}@school.local"
        return accounts.create_person(name, address, school=school, roles=[RoleName.TEACHER], by=None, language="en")

    return make


@pytest.fixture
def applied(pilot: Pilot) -> Enter:
    """Enters somebody in the pilot."""
    return lambda person: actions.volunteer(pilot, person, "I want to try this.")


@pytest.fixture
def approved(cast: Cast, applied: Enter) -> Enter:
    """Enters somebody in the pilot, with the principal's yes."""
    return lambda person: answers.approve(applied(person), by=cast.pia)
