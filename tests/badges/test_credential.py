"""What a badge says is what the teacher did, in the words and shapes of Open Badges 3.0."""

import dataclasses
import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest

from microcred.badges.credential import (
    Achievement,
    Alignment,
    Criterion,
    Earned,
    Issuer,
    Level,
    Recipient,
    identity_hash,
    open_badge,
)
from microcred.badges.reading import is_for, read_badge
from microcred.badges.signing import verify, whole_seconds
from tests.badges.conftest import NOON


def test_the_whole_badge_is_as_the_standard_writes_it(unsigned: dict[str, Any], issuer: Issuer) -> None:
    subject = unsigned.pop("credentialSubject")
    assert unsigned == {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:00000000-0000-4000-8000-00000000bbbb",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Wait Time",
        "issuer": {
            "id": issuer.id,
            "type": ["Profile"],
            "name": "Nordvale District",
            "url": "https://nordvale.example/",
        },
        "validFrom": "2026-03-05T12:00:00Z",
        "credentialStatus": {
            "id": "https://nordvale.example/status/1#94",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "94",
            "statusListCredential": "https://nordvale.example/status/1",
        },
    }
    assert list(subject) == [
        "type",
        "identifier",
        "activityStartDate",
        "activityEndDate",
        "creditsEarned",
        "achievement",
        "result",
    ]


def test_the_subject_tells_when_what_for_and_how_well(unsigned: dict[str, Any]) -> None:
    subject = unsigned["credentialSubject"]
    identity, achievement = subject.pop("identifier"), subject.pop("achievement")
    assert subject == {
        "type": ["AchievementSubject"],
        "activityStartDate": "2026-01-12T00:00:00Z",
        "activityEndDate": "2026-03-01T00:00:00Z",
        "creditsEarned": 0.5,
        "result": [
            {
                "type": ["Result"],
                "resultDescription": f"urn:uuid:00000000-0000-4000-8000-00000000000{place}",
                "achievedLevel": f"urn:uuid:00000000-0000-4000-8000-0000000{place}002",
                "status": "Completed",
            }
            for place in (1, 2)
        ],
    }
    assert identity[0]["identityType"] == "emailAddress"
    assert achievement["resultDescription"][0]["rubricCriterionLevel"][1] == {
        "id": "urn:uuid:00000000-0000-4000-8000-00000001002",
        "type": ["RubricCriterionLevel"],
        "name": "Proficient",
        "description": "Proficient.",
        "level": "2",
        "points": "2",
    }


def test_the_achievement_carries_rubric_standards_and_hours(unsigned: dict[str, Any]) -> None:
    achievement = unsigned["credentialSubject"]["achievement"]
    criteria = achievement.pop("resultDescription")
    assert achievement == {
        "id": "urn:uuid:00000000-0000-4000-8000-00000000aaaa",
        "type": ["Achievement"],
        "achievementType": "MicroCredential",
        "name": "Wait Time",
        "description": "Gives pupils time to think.",
        "criteria": {"narrative": "Every criterion at Proficient."},
        "creditsAvailable": 6,
        "version": "2",
        "inLanguage": "en",
        "tag": ["Questioning"],
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": "Questioning",
                "targetUrl": "https://standards.example/3b",
                "targetFramework": "Framework",
                "targetCode": "3b",
                "targetDescription": "Uses questioning.",
            }
        ],
        "image": {"id": "data:image/png;base64,iVBORw0KGgo=", "type": "Image"},
    }
    assert [(each["name"], each["resultType"]) for each in criteria] == [
        ("Asks open questions", "RubricCriterionLevel"),
        ("Waits for answers", "RubricCriterionLevel"),
    ]


def test_the_address_of_the_teacher_is_nowhere_in_clear(unsigned: dict[str, Any]) -> None:
    expected = "sha256$" + hashlib.sha256(b"ada@school.examplec0ffee").hexdigest()
    assert unsigned["credentialSubject"]["identifier"][0]["identityHash"] == expected
    assert "school.example" not in json.dumps(unsigned).lower()


def test_whole_hours_have_no_fraction(issuer: Issuer, achievement: Achievement, earned: Earned) -> None:
    """6.0 and 6 are one number to a browser and two to linked data."""
    whole = dataclasses.replace(achievement, hours=Decimal("10.00"))
    badge = open_badge("urn:uuid:1", issuer, whole, earned, valid_from=NOON)
    assert json.dumps(badge["credentialSubject"]["achievement"]["creditsAvailable"]) == "10"


def test_what_is_unknown_is_left_out(issuer: Issuer) -> None:
    bare = Achievement("urn:uuid:2", "Wait Time", "Waits.", "Waits long enough.")
    badge = open_badge("urn:uuid:1", Issuer(issuer.id, "N"), bare, Earned(Recipient("a@b.c", "s"), {}), valid_from=NOON)
    assert list(badge) == ["@context", "id", "type", "name", "issuer", "validFrom", "credentialSubject"]
    assert list(badge["credentialSubject"]) == ["type", "identifier", "achievement"]
    assert list(badge["credentialSubject"]["achievement"]) == [
        "id",
        "type",
        "achievementType",
        "name",
        "description",
        "criteria",
    ]


def test_an_alignment_named_twice_is_written_once(issuer: Issuer, achievement: Achievement, earned: Earned) -> None:
    doubled = dataclasses.replace(achievement, alignments=(Alignment("Q", "https://q.example/"),) * 2)
    badge = open_badge("urn:uuid:1", issuer, doubled, earned, valid_from=NOON)
    assert len(badge["credentialSubject"]["achievement"]["alignment"]) == 1


@pytest.mark.parametrize("reached", [("unheard", 0, 0), ("own", 0, 1), ("own", 1, 0)])
def test_a_result_names_a_level_of_its_own_criterion(
    issuer: Issuer, achievement: Achievement, earned: Earned, reached: tuple[str, int, int]
) -> None:
    kind, criterion, levels_of = reached
    name = achievement.rubric[criterion].id if kind == "own" else kind
    wrong = dataclasses.replace(earned, levels={name: achievement.rubric[levels_of].levels[0].id})
    with pytest.raises(ValueError, match="level of its own criterion"):
        open_badge("urn:uuid:1", issuer, achievement, wrong, valid_from=NOON)


def test_reading_gives_back_what_was_written(signed: dict[str, Any]) -> None:
    reading = read_badge(signed)
    assert (reading.issuer_name, reading.name, reading.hours, reading.credits) == (
        "Nordvale District",
        "Wait Time",
        "6",
        "0.5",
    )
    assert reading.results == (("Asks open questions", "Proficient"), ("Waits for answers", "Proficient"))
    assert (reading.valid_from, reading.status_index) == (whole_seconds(NOON), 94)


def test_a_badge_with_arrays_around_everything_reads_the_same(signed: dict[str, Any]) -> None:
    wrapped = {**signed, "credentialSubject": [signed["credentialSubject"]], "issuer": [signed["issuer"]]}
    assert read_badge(wrapped) == read_badge(signed)


@pytest.mark.parametrize("document", [{}, {"type": 7}, {"type": ["VerifiableCredential"]}, {"type": [["x"]]}])
def test_what_is_no_badge_is_not_read(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not an Open Badge"):
        read_badge(document)


def test_an_odd_badge_is_read_without_stumbling() -> None:
    odd = {"type": "OpenBadgeCredential", "issuer": "did:x", "credentialSubject": [{"result": 7}, {}], "id": []}
    reading = read_badge(odd)
    assert set(vars(reading).values()) == {"", (), None}


def test_only_the_owner_is_the_owner(signed: dict[str, Any]) -> None:
    assert [
        is_for(signed, each) for each in ("ada@school.example", " ADA@school.example", "bob@school.example", "")
    ] == [
        True,
        True,
        False,
        False,
    ]


def test_another_salt_hides_the_same_address() -> None:
    assert identity_hash("a@b.c", "1") != identity_hash("a@b.c", "2")


def test_a_large_rubric_can_be_signed_and_verified(issuer: Issuer, key: Any, earned: Earned) -> None:
    from microcred.badges.signing import sign

    rubric = tuple(
        Criterion(
            f"urn:uuid:c{place}",
            f"Criterion {place}",
            tuple(Level(f"urn:uuid:l{place}-{level}", "Level", str(level), "1", "d") for level in range(5)),
        )
        for place in range(15)
    )
    large = Achievement("urn:uuid:2", "Wait Time", "Waits.", "Long enough.", rubric=rubric)
    reached = dataclasses.replace(earned, levels={each.id: each.levels[3].id for each in rubric})
    badge = sign(open_badge("urn:uuid:1", issuer, large, reached, valid_from=NOON), key, NOON)
    assert verify(badge).is_valid
