"""The administrator's home: people, schools, and what is odd."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import distinct, exists, func, select

from microcred.accounts.models import Account, Role, RoleName, School
from microcred.db import db, utcnow
from microcred.outbox import Mail

PATIENCE = timedelta(hours=1)
"""How long mail may wait before it is odd."""


class Administering(NamedTuple):
    """How many hold each role, and people and schools in numbers."""

    by_role: dict[str, int]
    people: int
    disabled: int
    schools: int
    closed_schools: int
    without_password: int
    without_role: int
    teachers_without_school: int
    schools_without_principal: int
    late_mail: int


def administering() -> Administering:
    """Everything that the home of an administrator shows."""
    row = db.session.execute(select(*_numbers())).one()
    return Administering(_by_role(), *row)


def _numbers() -> Sequence[Any]:
    active = Account.disabled_at.is_(None)
    is_open = School.closed_at.is_(None)
    return [
        _count(Account.id, active),
        _count(Account.id, ~active),
        _count(School.id, is_open),
        _count(School.id, ~is_open),
        _count(Account.id, active, Account.password_hash.is_(None)),
        _count(Account.id, active, ~_holds()),
        _count(Account.id, active, Account.school_id.is_(None), _holds(Role.name == RoleName.TEACHER)),
        _count(School.id, is_open, ~_is_led()),
        _count(Mail.id, Mail.sent_at.is_(None), Mail.written_at < utcnow() - PATIENCE),
    ]


def _count(column: Any, *conditions: Any) -> Any:
    return select(func.count(column)).where(*conditions).scalar_subquery()


def _holds(*conditions: Any) -> Any:
    return exists().where(Role.account_id == Account.id, *conditions)


def _is_led() -> Any:
    leads = exists().where(Role.school_id == School.id, Role.name == RoleName.PRINCIPAL)
    return leads.where(Account.id == Role.account_id, Account.disabled_at.is_(None))


def _by_role() -> dict[str, int]:
    held = select(Role.name, func.count(distinct(Role.account_id)).label("people")).join(
        Account, Account.id == Role.account_id
    )
    rows = db.session.execute(held.where(Account.disabled_at.is_(None)).group_by(Role.name))
    return {row.name: row.people for row in rows}
