"""Finding micro-credentials, stacks, rubrics and imports. Whoever has signed in sees the catalogue."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from microcred.accounts.models import Account
from microcred.catalog.models import CatalogueImport, Criterion, MicroCredential, Rubric, Stack
from microcred.db import db


def micro_credentials(search: str = "") -> list[MicroCredential]:
    """Those that have not been archived, stack by stack; narrowed by a piece of title or skill."""
    statement = _by_stack().where(MicroCredential.archived_at.is_(None))
    if search.strip():
        piece = f"%{_escaped(search.strip())}%"
        titled = MicroCredential.title.ilike(piece, escape="\\")
        statement = statement.where(or_(titled, MicroCredential.skill.ilike(piece, escape="\\")))
    return list(db.session.scalars(statement))


def _escaped(piece: str) -> str:
    return piece.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def archived_micro_credentials() -> list[MicroCredential]:
    """Those that have been archived."""
    return list(db.session.scalars(_by_stack().where(MicroCredential.archived_at.is_not(None))))


def _by_stack() -> Select[Any]:
    return select(MicroCredential).order_by(MicroCredential.stack_id, MicroCredential.id)


def whole_catalogue() -> list[MicroCredential]:
    """Every micro-credential that has not been archived, with all that an export writes."""
    statement = _by_stack().where(MicroCredential.archived_at.is_(None))
    return list(db.session.scalars(statement.options(*_everything())))


def every_micro_credential() -> list[MicroCredential]:
    """Every micro-credential, archived or not, with what it requires."""
    return list(db.session.scalars(_by_stack().options(joinedload(MicroCredential.requires))))


def _everything() -> tuple[Any, ...]:
    levels = selectinload(MicroCredential.rubric).selectinload(Rubric.criteria).selectinload(Criterion.levels)
    return levels, selectinload(MicroCredential.parts), joinedload(MicroCredential.requires)


def micro_credentials_by_code(codes: Iterable[str]) -> dict[str, MicroCredential]:
    """Micro-credentials, archived or not, by their codes; unknown codes are left out."""
    statement = select(MicroCredential).where(MicroCredential.code.in_(list(codes))).options(*_everything())
    return {each.code: each for each in db.session.scalars(statement)}


def stacks() -> list[Stack]:
    """Every stack, the oldest first."""
    return list(db.session.scalars(select(Stack).order_by(Stack.id)))


def stacks_by_code(codes: Iterable[str]) -> dict[str, Stack]:
    """Stacks by their codes; unknown codes are left out."""
    return {each.code: each for each in db.session.scalars(select(Stack).where(Stack.code.in_(list(codes))))}


def visible_micro_credential(user: Account, micro_credential_id: int) -> MicroCredential | None:
    """One micro-credential, archived or not, with parts and rubric, for whoever has signed in."""
    if not user.is_authenticated:
        return None
    return db.session.get(MicroCredential, micro_credential_id, options=_everything())


def visible_stack(user: Account, stack_id: int) -> Stack | None:
    """One stack, for whoever has signed in."""
    return db.session.get(Stack, stack_id) if user.is_authenticated else None


def visible_rubric(user: Account, rubric_id: int) -> Rubric | None:
    """One version of a rubric, for whoever has signed in: rubrics are public to everyone in the pilot."""
    if not user.is_authenticated:
        return None
    return db.session.get(Rubric, rubric_id, options=[selectinload(Rubric.criteria).selectinload(Criterion.levels)])


def micro_credential_of(rubric: Rubric) -> MicroCredential:
    """The micro-credential that a version belongs to."""
    return db.session.get_one(MicroCredential, rubric.micro_credential_id)


def members(stack: Stack) -> list[MicroCredential]:
    """A stack's micro-credentials that have not been archived, with what each requires."""
    statement = _by_stack().where(MicroCredential.stack_id == stack.id, MicroCredential.archived_at.is_(None))
    return list(db.session.scalars(statement.options(joinedload(MicroCredential.requires))))


def versions(micro_credential: MicroCredential) -> list[Rubric]:
    """Every version of a micro-credential's rubric, the newest first."""
    statement = select(Rubric).where(Rubric.micro_credential_id == micro_credential.id)
    return list(db.session.scalars(statement.order_by(Rubric.version.desc())))


def imports() -> Select[Any]:
    """Every import of a catalogue, the newest first."""
    return select(CatalogueImport).options(joinedload(CatalogueImport.imported_by)).order_by(CatalogueImport.id.desc())


def catalogue_import(user: Account, import_id: int) -> CatalogueImport | None:
    """One import, for the coordinator."""
    return db.session.get(CatalogueImport, import_id) if user.is_coordinator else None
