"""From rows to a signed badge: the micro-credential, its rubric, and what was decided criterion by criterion."""

import base64
import json
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from microcred.addresses import public_address
from microcred.badges import issuer
from microcred.badges.credential import (
    Achievement,
    Alignment,
    Criterion,
    Earned,
    Level,
    Recipient,
    StatusEntry,
    open_badge,
)
from microcred.badges.pictures import micro_credential_svg
from microcred.badges.signing import sign
from microcred.catalog import models as catalog
from microcred.config import LOCALES
from microcred.evidence.models import Submission
from microcred.schooldays import local
from microcred.scoring.models import Outcome

NAMES = uuid.UUID("3c1f2f5e-6d0b-5d53-9c39-6d7a5f0e6a41")
"""The space in which the names of achievements, criteria and levels are unique: the same words, the same name."""

MEDIA_TYPE = "data:image/svg+xml;base64,"


def signed_badge(
    badge_id: str, submission: Submission, outcomes: Sequence[Outcome], *, status_index: int, moment: datetime
) -> str:
    """The signed Open Badge as JSON; refused without a signing key, ValueError when its texts can't be signed."""
    key, district = issuer.district_key(), issuer.district()
    achievement = _achievement(district.id, submission.micro_credential, submission.rubric)
    earned = _earned(achievement, submission, outcomes)
    badge = open_badge(badge_id, district, achievement, earned, valid_from=moment, status=_status(status_index))
    return json.dumps(sign(badge, key, moment), ensure_ascii=False)


def _status(index: int) -> StatusEntry | None:
    """The place in the public list; a badge of a district without a public address is looked up by its code."""
    address = public_address(issuer.STATUS_LIST)
    return StatusEntry(address, index) if address else None


def _achievement(issuer_id: str, micro_credential: catalog.MicroCredential, rubric: catalog.Rubric) -> Achievement:
    name = _name(issuer_id, micro_credential.code, rubric.hash)
    svg = micro_credential_svg(micro_credential)
    return Achievement(
        id=name,
        name=micro_credential.title,
        description=micro_credential.skill,
        criteria=_narrative(rubric),
        stack=micro_credential.stack.title,
        hours=Decimal(micro_credential.effort_hours),
        version=str(rubric.version),
        language=current_app.config["MICROCRED_LANGUAGE"],
        alignments=tuple(_alignment(entry) for entry in micro_credential.alignment),
        rubric=tuple(_criterion(name, criterion) for criterion in rubric.criteria),
        image=MEDIA_TYPE + base64.b64encode(svg.encode()).decode(),
    )


def _narrative(rubric: catalog.Rubric) -> str:
    """What had to be done for the badge, in the district's language: also a French reviewer's click signs that one."""
    required = [criterion for criterion in rubric.criteria if criterion.is_required]
    levels = [f"{each.name} ({each.levels[each.required_position].name})" for each in required]
    with force_locale(LOCALES[current_app.config["MICROCRED_LANGUAGE"]]):
        return _(
            "Evidence from the holder’s own classroom was scored against a public rubric by reviewers who did not know "
            "whose it was. Every required criterion had to be met at its level: %(levels)s.",
            levels="; ".join(levels),
        )


def _alignment(entry: dict[str, str]) -> Alignment:
    """A standard of the catalogue; it has no page of its own there, so a name made of its words stands for one."""
    framework, code, name = entry["framework"], entry["code"], entry["name"]
    return Alignment(name=name, url=_name(framework, code, name), framework=framework, code=code)


def _criterion(achievement: str, criterion: catalog.Criterion) -> Criterion:
    name = _name(achievement, criterion.code)
    levels = tuple(_level(name, level) for level in criterion.levels)
    required = levels[criterion.required_position].id if criterion.is_required else None
    return Criterion(name, criterion.name, levels, required)


def _level(criterion: str, level: catalog.Level) -> Level:
    name = _name(criterion, level.code)
    return Level(name, level.name, str(level.position + 1), str(level.points), level.descriptor)


def _earned(achievement: Achievement, submission: Submission, outcomes: Sequence[Outcome]) -> Earned:
    return Earned(
        recipient=Recipient(submission.person.email, secrets.token_hex(16)),
        levels=dict(_reached(achievement.id, outcome) for outcome in outcomes),
        credits=achievement.hours,
        started_on=local(_first_try(submission).started_at).date(),
        ended_on=submission.decided_at and local(submission.decided_at).date(),
    )


def _reached(achievement: str, outcome: Outcome) -> tuple[str, str]:
    name = _name(achievement, outcome.criterion.code)
    return name, _name(name, outcome.criterion.levels[outcome.level_position].code)


def _first_try(submission: Submission) -> Submission:
    while submission.previous:
        submission = submission.previous
    return submission


def _name(*words: str) -> str:
    return uuid.uuid5(NAMES, "\n".join(words)).urn
