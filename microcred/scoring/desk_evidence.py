"""The files on a reviewer's desk: which of them may be fetched, and what of them is shown in place."""

from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.db import db
from microcred.evidence.kinds import PDF, TEXT
from microcred.evidence.models import Artefact, Submission
from microcred.evidence.pages import Outline, Unshowable, outline
from microcred.evidence.queries import storage
from microcred.evidence.storage import UnknownFile
from microcred.scoring.desk import READABLE
from microcred.scoring.models import Review

LONGEST_SHOWN = 60_000
"""Bytes of a text; who wants more of it downloads the file."""


class OwnArtefact(NamedTuple):
    """A file of evidence on a reviewer's desk."""

    reviewer_id: int
    code_name: str
    review_id: int
    number: int
    stored_name: str
    media_type: str
    extension: str
    caption: str

    @property
    def file_name(self) -> str:
        """What the file is called when it leaves the house."""
        return f"{self.code_name}-{self.number}.{self.extension.lstrip('.')}"

    @property
    def outline(self) -> Outline | None:
        """The pages of a PDF; None for anything else, and for one that cannot be drawn."""
        try:
            return outline(self._path) if self.media_type == PDF.media_type else None
        except (Unshowable, UnknownFile):
            return None

    @property
    def text(self) -> str | None:
        """The beginning of a text; None for anything else."""
        try:
            return self._beginning() if self.media_type == TEXT.media_type else None
        except UnknownFile:
            return None

    def _beginning(self) -> str:
        with self._path.open("rb") as stored:
            return stored.read(LONGEST_SHOWN).decode("utf-8-sig", "replace")

    @property
    def _path(self) -> Path:
        return storage().path(self.stored_name)


class OwnPage(NamedTuple):
    """One page of a PDF on a reviewer's desk."""

    artefact: OwnArtefact
    page: int

    @property
    def reviewer_id(self) -> int:
        """Whose desk it lies on."""
        return self.artefact.reviewer_id


def own_artefact(user: Account, review_id: int, number: int) -> OwnArtefact | None:
    """A file of the evidence that the person reviews, once they have said yes to it."""
    statement = (
        select(
            Review.reviewer_id,
            Submission.code_name,
            Review.id,
            Artefact.number,
            Artefact.stored_name,
            Artefact.media_type,
            Artefact.extension,
            Artefact.caption,
        )
        .join(Submission, Submission.id == Review.submission_id)
        .join(Artefact, Artefact.submission_id == Submission.id)
        .where(Review.id == review_id, Review.reviewer_id == user.id, Review.state.in_(READABLE))
        .where(Artefact.number == number, Artefact.stored_name.is_not(None))
    )
    found = db.session.execute(statement).first()
    return OwnArtefact._make(found) if found else None


def own_document(user: Account, review_id: int, number: int) -> OwnArtefact | None:
    """A PDF or a text of the evidence that the person reviews: what can be read in place."""
    found = own_artefact(user, review_id, number)
    return found if found and found.media_type in (PDF.media_type, TEXT.media_type) else None


def own_page(user: Account, review_id: int, number: int, page: int) -> OwnPage | None:
    """A page of a PDF of the evidence that the person reviews."""
    found = own_artefact(user, review_id, number)
    return OwnPage(found, page) if found and found.media_type == PDF.media_type else None
