"""Evidence as reviewers may know it: selected column by column, and none that names its author."""

from typing import NamedTuple

from sqlalchemy import or_, select

from microcred.catalog.models import EvidencePart, MicroCredential
from microcred.db import db
from microcred.evidence.models import Artefact, PartText, Submission


class BlindArtefact(NamedTuple):
    """A file or link by its number in the submission."""

    number: int
    part_id: int
    link: str | None
    caption: str
    media_type: str | None
    extension: str | None
    size: int | None


class BlindPart(NamedTuple):
    """What was asked for and what was written, with what was attached."""

    id: int
    name: str
    prompt: str
    text: str
    artefacts: list[BlindArtefact]


class BlindSubmission(NamedTuple):
    """A submission under its code name."""

    code_name: str
    title: str
    skill: str
    rubric_id: int
    attempt: int
    parts: list[BlindPart]


def blind_submission(submission_id: int) -> BlindSubmission | None:
    """Everything that a score may rest on."""
    statement = (
        select(
            Submission.code_name,
            MicroCredential.title,
            MicroCredential.skill,
            Submission.rubric_id,
            Submission.attempt,
        )
        .join(MicroCredential, MicroCredential.id == Submission.micro_credential_id)
        .where(Submission.id == submission_id)
    )
    row = db.session.execute(statement).first()
    return BlindSubmission(*row, _parts(submission_id)) if row else None


def _parts(submission_id: int) -> list[BlindPart]:
    """The parts that are asked for now, and retired ones for which something was written."""
    artefacts = _artefacts(submission_id)
    statement = (
        select(EvidencePart.id, EvidencePart.name, EvidencePart.prompt, PartText.text)
        .select_from(Submission)
        .join(EvidencePart, EvidencePart.micro_credential_id == Submission.micro_credential_id)
        .outerjoin(PartText, (PartText.part_id == EvidencePart.id) & (PartText.submission_id == Submission.id))
        .where(Submission.id == submission_id, or_(EvidencePart.retired_at.is_(None), PartText.id.is_not(None)))
        .order_by(EvidencePart.position)
    )
    return [
        BlindPart(part_id, name, prompt, text or "", [each for each in artefacts if each.part_id == part_id])
        for part_id, name, prompt, text in db.session.execute(statement)
    ]


def _artefacts(submission_id: int) -> list[BlindArtefact]:
    columns = (getattr(Artefact, name) for name in BlindArtefact._fields)
    statement = select(*columns).where(Artefact.submission_id == submission_id).order_by(Artefact.position)
    return [BlindArtefact._make(row) for row in db.session.execute(statement)]
