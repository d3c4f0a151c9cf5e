"""Finding anchors: for the coordinator who keeps them, the author who lends one, and those who learn from examples."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select
from sqlalchemy.orm import joinedload, selectinload

from microcred.accounts.models import Account
from microcred.catalog.models import Criterion, Level, MicroCredential, Rubric
from microcred.db import db
from microcred.evidence.blind import BlindPart, blind_submission
from microcred.evidence.models import Artefact, Submission
from microcred.scoring.anchor_models import Anchor, AnchorLevel
from microcred.scoring.models import OPEN, Review, ReviewState


def anchors() -> Select[Any]:
    """Every anchor, those that have ended last, the newest first."""
    loaded = (joinedload(Anchor.source).joinedload(Submission.micro_credential), joinedload(Anchor.submission))
    return select(Anchor).order_by(Anchor.retired_at.is_not(None), Anchor.id.desc()).options(*loaded)


def anchor_to_keep(user: Account, anchor_id: int) -> Anchor | None:
    """An anchor with its levels, for the coordinator."""
    whole = (
        selectinload(Anchor.levels),
        joinedload(Anchor.source).joinedload(Submission.rubric).selectinload(Rubric.criteria),
    )
    return db.session.get(Anchor, anchor_id, options=whole) if user.is_coordinator else None


def anchor_from(submission_id: int) -> Anchor | None:
    """The anchor that a submission was asked to become, or became."""
    return db.session.scalar(select(Anchor).where(Anchor.source_id == submission_id))


def own_anchor(user: Account, anchor_id: int) -> Anchor | None:
    """What the person was asked about one of their own submissions."""
    own = select(Anchor).join(Submission, Submission.id == Anchor.source_id)
    return db.session.scalar(own.where(Anchor.id == anchor_id, Submission.person_id == user.id))


class ExampleLine(NamedTuple):
    """One criterion of an example: the level that counts as right, and why."""

    criterion: Criterion
    level: Level
    explanation: str

    @property
    def is_met(self) -> bool:
        """Whether that level meets the criterion."""
        return self.criterion.is_met_at(self.level.position)


class Example(NamedTuple):
    """Lent evidence as others see it; without `lines` for reviewers who are still to practise on it."""

    code_name: str
    title: str
    micro_credential_id: int
    rubric_id: int
    parts: list[BlindPart]
    lines: list[ExampleLine]
    is_to_be_practised: bool
    is_shown: bool


def visible_example(user: Account, code_name: str) -> Example | None:
    """An example under its code name: what is shown to all, and to the coordinator whatever is lent."""
    columns = (
        Anchor.id,
        Submission.id.label("submission_id"),
        Submission.rubric_id,
        Submission.micro_credential_id,
        MicroCredential.title,
        Anchor.shown_since.is_not(None).label("is_shown"),
        _is_to_be_practised(user).label("is_to_be_practised"),
    )
    statement = select(*columns).join(Submission, Submission.id == Anchor.submission_id)
    named = statement.join(MicroCredential, MicroCredential.id == Submission.micro_credential_id)
    found = db.session.execute(named.where(Submission.code_name == code_name, _is_visible(user))).first()
    blind = blind_submission(found.submission_id) if found else None
    if found is None or blind is None:
        return None
    is_closed = bool(found.is_to_be_practised)
    return Example(
        code_name=code_name,
        title=found.title,
        micro_credential_id=found.micro_credential_id,
        rubric_id=found.rubric_id,
        parts=blind.parts,
        lines=[] if is_closed else _lines(found.id),
        is_to_be_practised=is_closed,
        is_shown=bool(found.is_shown),
    )


def _is_visible(user: Account) -> ColumnElement[bool]:
    return and_(Anchor.retired_at.is_(None), or_(Anchor.shown_since.is_not(None), literal(user.is_coordinator)))


def _is_to_be_practised(user: Account) -> ColumnElement[bool]:
    """Whether the levels would tell a reviewer what they are to find out for themselves.

    That is so also of what lies open on their desk, whatever it is used for by now.
    """
    has_to = literal(user.is_reviewer and not user.is_coordinator)
    is_unseen = and_(Anchor.trains_since.is_not(None), ~_has_look(user, ReviewState.FINAL))
    return and_(has_to, or_(is_unseen, _has_look(user, *OPEN)))


def _has_look(user: Account, *states: ReviewState) -> ColumnElement[bool]:
    own = (Review.submission_id == Anchor.submission_id, Review.reviewer_id == user.id)
    return exists().where(*own, Review.state.in_(states))


def _lines(anchor_id: int) -> list[ExampleLine]:
    loaded = joinedload(AnchorLevel.criterion).selectinload(Criterion.levels)
    levels = db.session.scalars(select(AnchorLevel).where(AnchorLevel.anchor_id == anchor_id).options(loaded))
    return [
        ExampleLine(each.criterion, each.criterion.levels[each.level_position], each.explanation)
        for each in sorted(levels, key=lambda level: level.criterion.position)
    ]


class ExampleFile(NamedTuple):
    """A file of an example."""

    code_name: str
    number: int
    stored_name: str
    media_type: str
    extension: str

    @property
    def file_name(self) -> str:
        """What the file is called when it leaves the house."""
        return f"{self.code_name}-{self.number}.{self.extension.lstrip('.')}"


def example_file(user: Account, code_name: str, number: int) -> ExampleFile | None:
    """A file of an example that the person may see."""
    columns = (
        Submission.code_name,
        Artefact.number,
        Artefact.stored_name,
        Artefact.media_type,
        Artefact.extension,
    )
    statement = (
        select(*columns)
        .join(Anchor, Anchor.submission_id == Submission.id)
        .join(Artefact, Artefact.submission_id == Submission.id)
        .where(Submission.code_name == code_name, _is_visible(user))
        .where(Artefact.number == number, Artefact.stored_name.is_not(None))
    )
    found = db.session.execute(statement).first()
    return ExampleFile._make(found) if found else None


def examples_of(micro_credential: MicroCredential) -> Sequence[str]:
    """The code names of the examples that are shown for a micro-credential, the oldest first."""
    statement = select(Submission.code_name).join(Anchor, Anchor.submission_id == Submission.id)
    shown = statement.where(Anchor.shown_since.is_not(None), Anchor.retired_at.is_(None))
    own = shown.where(Submission.micro_credential_id == micro_credential.id)
    return db.session.scalars(own.order_by(Anchor.shown_since, Anchor.id)).all()
