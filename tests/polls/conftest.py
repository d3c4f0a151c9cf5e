"""A pilot of both schools with a catalogue of four courses and a stack, and polls about them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from microcred.accounts import actions as accounts
from microcred.accounts.models import Account, RoleName, School
from microcred.catalog.format import rubric_hash
from microcred.catalog.models import MicroCredential, Rubric, Stack
from microcred.db import db, utcnow
from microcred.pilots.actions import create_pilot
from microcred.pilots.models import Pilot
from microcred.polls import actions
from microcred.polls.models import Poll
from tests.cast import Cast

TITLES = ("Exit tickets", "Number talks", "Reading conferences", "Wait time")


@pytest.fixture
def pilot(cast: Cast) -> Pilot:
    """A pilot in which North and South take part."""
    now = utcnow()
    return create_pilot(
        title="Winter pilot",
        purpose="To try.",
        success="Ten badges.",
        schools=[cast.north, cast.south],
        places=20,
        sign_up_opens_at=now,
        starts_on=now.date(),
        ends_on=(now + timedelta(days=90)).date(),
        reviewers_per_submission=2,
        by=cast.cora,
    )


@pytest.fixture
def courses(cast: Cast) -> list[MicroCredential]:
    """Four micro-credentials, each with a rubric; the last two make up the second stack."""
    stacks = [
        Stack(code=code, title=title, description="…", design="bloom")
        for code, title in (("listening", "Listening"), ("asking", "Asking"))
    ]
    return [_course(title, stacks[place // 2]) for place, title in enumerate(TITLES)]


HASH_OF_NOTHING = rubric_hash({"criteria": []})
"""What a rubric without a criterion is known by."""


def _course(title: str, stack: Stack) -> MicroCredential:
    code = title.lower().replace(" ", "-")
    course = MicroCredential(code=code, title=title, skill="A skill.", why="It helps.", effort_hours=6, stack=stack)
    db.session.add(course)
    db.session.flush()
    course.rubric = Rubric(micro_credential_id=course.id, version=1, hash=HASH_OF_NOTHING, created_at=utcnow())
    db.session.flush()
    return course


@pytest.fixture
def draft(pilot: Pilot, courses: list[MicroCredential], cast: Cast) -> Callable[..., Poll]:
    """Drafts a poll about the courses: A, B, C, D; up to two approvals, two seats."""

    def make(**changes: Any) -> Poll:
        wanted: dict[str, Any] = {
            "question": "Which courses would you take?",
            "micro_credentials": courses,
            "stacks": [],
            "max_approvals": 2,
            "seats": 2,
            "closes_at": utcnow() + timedelta(days=5),
            "shows_standings_to": "all",
            "by": cast.cora,
        }
        return actions.create_poll(pilot, **(wanted | changes))

    return make


@pytest.fixture
def poll(draft: Callable[..., Poll], cast: Cast) -> Poll:
    """An open poll."""
    return actions.open_poll(draft(), by=cast.cora)


@pytest.fixture
def staff(cast: Cast) -> Callable[[School, int], list[Account]]:
    """More teachers for a school."""

    def hire(school: School, count: int) -> list[Account]:
        return [
            accounts.create_person(
                f"Teacher {number}", f"t{number}@{school.id}.local", school=school, roles=[RoleName.TEACHER], by=None
            )
            for number in range(count)
        ]

    return hire
