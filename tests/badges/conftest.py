"""A badge to sign, to change and to bake: one district, one micro-credential, one teacher."""

import copy
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from microcred.badges.credential import (
    Achievement,
    Alignment,
    Criterion,
    Earned,
    Issuer,
    Level,
    Recipient,
    StatusEntry,
    open_badge,
)
from microcred.badges.signing import did_key, sign

NOON = datetime(2026, 3, 5, 12, 0, 0, 123456, tzinfo=UTC)


def levels(criterion: int) -> tuple[Level, ...]:
    """Two levels of a criterion, with ids of their own."""
    return tuple(
        Level(f"urn:uuid:00000000-0000-4000-8000-0000000{criterion}00{place}", name, str(place), str(place), name + ".")
        for place, name in enumerate(("Emerging", "Proficient"), 1)
    )


@pytest.fixture(scope="session")
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture(scope="session")
def issuer(key: Ed25519PrivateKey) -> Issuer:
    return Issuer(did_key(key.public_key()), "Nordvale District", "https://nordvale.example/")


@pytest.fixture(scope="session")
def achievement() -> Achievement:
    rubric = tuple(
        Criterion(f"urn:uuid:00000000-0000-4000-8000-00000000000{place}", name, levels(place), levels(place)[1].id)
        for place, name in enumerate(("Asks open questions", "Waits for answers"), 1)
    )
    return Achievement(
        id="urn:uuid:00000000-0000-4000-8000-00000000aaaa",
        name="Wait Time",
        description="Gives pupils time to think.",
        criteria="Every criterion at Proficient.",
        stack="Questioning",
        hours=Decimal("6.0"),
        version="2",
        language="en",
        alignments=(Alignment("Questioning", "https://standards.example/3b", "Framework", "3b", "Uses questioning."),),
        rubric=rubric,
        image="data:image/png;base64,iVBORw0KGgo=",
    )


@pytest.fixture(scope="session")
def earned(achievement: Achievement) -> Earned:
    reached = {criterion.id: criterion.levels[1].id for criterion in achievement.rubric}
    teacher = Recipient("Ada@School.example", "c0ffee")
    return Earned(teacher, reached, Decimal("0.5"), date(2026, 1, 12), date(2026, 3, 1))


@pytest.fixture(scope="session")
def badge(issuer: Issuer, achievement: Achievement, earned: Earned) -> dict[str, Any]:
    entry = StatusEntry("https://nordvale.example/status/1", 94)
    badge_id = "urn:uuid:00000000-0000-4000-8000-00000000bbbb"
    return open_badge(badge_id, issuer, achievement, earned, valid_from=NOON, status=entry)


@pytest.fixture(scope="session")
def signed_badge(badge: dict[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    return sign(badge, key, NOON)


@pytest.fixture
def unsigned(badge: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(badge)


@pytest.fixture
def signed(signed_badge: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(signed_badge)
