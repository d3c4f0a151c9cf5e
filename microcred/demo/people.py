"""The demo's people, and the clock they live by."""

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from microcred.accounts import actions
from microcred.accounts.models import Account, RoleName, School
from microcred.catalog.models import MicroCredential
from microcred.db import at, utcnow
from microcred.pilots.models import Pilot
from microcred.schooldays import local, time_zone

FRIDAY = 4
FOLDER = Path(__file__).parent


def read(name: str) -> Any:
    """One of the demo's files."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


@dataclass
class District:
    """Everyone and everything that the story is about; `chance` falls the same way in every telling."""

    schools: list[School]
    people: list[Account]
    voices: dict[str, Any] = field(default_factory=lambda: read("voices"))
    chance: random.Random = field(default_factory=lambda: random.Random(2026))  # noqa: S311 — a story, not a secret
    pilot: Pilot = field(init=False)
    courses: dict[str, MicroCredential] = field(default_factory=dict)

    def holding(self, role: RoleName) -> list[Account]:
        """Everyone with that role, in the file's order."""
        return [person for person in self.people if role in person.role_names]

    @property
    def teachers(self) -> list[Account]:
        """The forty teachers: the first of the file, then the others as if they stood in one staff room."""
        first, *others = self.holding(RoleName.TEACHER)
        return [first, *random.Random(7).sample(others, len(others))]  # noqa: S311

    @property
    def coordinator(self) -> Account:
        """Who runs the pilot."""
        return self.holding(RoleName.COORDINATOR)[0]

    def principal_of(self, school_id: int | None) -> Account:
        """Who leads a school."""
        return next(person for person in self.people if person.is_principal_of(school_id))


def settle() -> District:
    """Found the schools and add the people."""
    told = read("people")
    schools = {name: actions.create_school(name, by=None) for name in told["schools"]}
    people = [
        actions.create_person(
            each["name"],
            each["email"],
            school=schools.get(each["school"]),
            roles=[RoleName(role) for role in each["roles"]],
            language=each["language"],
            by=None,
        )
        for each in told["people"]
    ]
    return District(list(schools.values()), people)


@contextmanager
def days_ago(days: int, hour: int = 15, minute: int = 30) -> Iterator[datetime]:
    """Let the clock stand at a time of day, local school time, so many days ago, or on the Friday before a weekend.

    It never stands later than now.
    """
    day = local(utcnow()).date() - timedelta(days=days)
    day -= timedelta(days=max(day.weekday() - FRIDAY, 0))
    moment = min(datetime.combine(day, time(hour, minute), tzinfo=time_zone()), utcnow())
    with at(moment):
        yield moment
