"""Finding people, schools and sessions."""

import hashlib
from typing import Any, NamedTuple

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import lazyload

from microcred.accounts.models import Account, Role, RoleName, School, SignIn, TaughtSubject
from microcred.db import db, utcnow


def token_hash(token: str) -> str:
    """SHA-256 of a secret that is long and random, as 64 hex digits: what the database keeps of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def signed_in_account(token: str) -> Account | None:
    """The person whose session this is, while it lasts and the person is not disabled."""
    session = db.session.get(SignIn, token_hash(token))
    if session is None or session.ends_at <= utcnow() or not session.account.is_active:
        return None
    return session.account


def account_by_email(email: str) -> Account | None:
    """The person with that address, however it is capitalised."""
    return db.session.scalar(select(Account).where(Account.email == email.strip().lower()))


class Welcomed(NamedTuple):
    """A person at the end of a welcome link, and the link's token."""

    account: Account
    token: str


def welcomed(token: str) -> Welcomed | None:
    """The person whom a welcome link was made for, while it is good."""
    account = db.session.scalar(select(Account).where(Account.welcome_hash == token_hash(token)))
    if account and account.welcome_until and account.welcome_until > utcnow() and account.is_active:
        return Welcomed(account, token)
    return None


def cast_member(account_id: int) -> Account | None:
    """One of those whom a demo offers."""
    account = db.session.get(Account, account_id)
    return account if account and account.is_active else None


def anybody() -> bool:
    """Whether there is anyone at all."""
    return db.session.scalar(select(Account.id).limit(1)) is not None


def cast() -> list[Account]:
    """Everyone who can sign in, the busiest first: whom a demo offers."""
    return list(db.session.scalars(select(Account).where(Account.disabled_at.is_(None)).order_by(Account.id)))


def open_schools() -> list[School]:
    """Every school that has not been closed, by name."""
    return list(db.session.scalars(select(School).where(School.closed_at.is_(None)).order_by(School.name)))


def people(search: str = "", *, school_id: int | None = None, role: str = "") -> Select[Any]:
    """People by name, narrowed by a piece of name or address, a school and a role."""
    statement = select(Account).order_by(Account.name, Account.id)
    if search:
        found = (column.icontains(search, autoescape=True) for column in (Account.name, Account.email))
        statement = statement.where(or_(*found))
    if school_id:
        statement = statement.where(Account.school_id == school_id)
    if role:
        statement = statement.where(Account.id.in_(select(Role.account_id).where(Role.name == role)))
    return statement


def person_to_manage(user: Account, account_id: int) -> Account | None:
    """Any person, for the administrator; nobody for others."""
    return db.session.get(Account, account_id) if user.is_administrator else None


def school_to_manage(user: Account, school_id: int) -> School | None:
    """Any school, for the administrator."""
    return db.session.get(School, school_id) if user.is_administrator else None


def names(account_ids: set[int]) -> dict[int, str]:
    """The names of these people by their ids."""
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(account_ids)))
    return {row.id: row.name for row in rows}


def answerers_of(school_id: int) -> list[Account]:
    """Who answers that school's volunteers and can still sign in: its principals and their deputies."""
    answers = Role.name.in_((RoleName.PRINCIPAL, RoleName.DEPUTY)) & (Role.school_id == school_id)
    found = select(Account).where(Account.id.in_(select(Role.account_id).where(answers)))
    return list(db.session.scalars(found.where(Account.disabled_at.is_(None)).order_by(Account.id)))


def deputies_of(school_id: int) -> list[Account]:
    """Who is deputy at that school, by name; also somebody who cannot sign in any more."""
    held = select(Role.account_id).where(Role.name == RoleName.DEPUTY, Role.school_id == school_id)
    return list(db.session.scalars(select(Account).where(Account.id.in_(held)).order_by(Account.name, Account.id)))


def possible_deputies(school_id: int) -> list[Account]:
    """Who works at that school, can sign in, and answers for it so far neither as principal nor as deputy; by name."""
    there = select(Role.account_id).where(Role.school_id == school_id)
    answering = there.where(Role.name.in_((RoleName.PRINCIPAL, RoleName.DEPUTY)))
    statement = select(Account).where(Account.disabled_at.is_(None), Account.id.not_in(answering))
    statement = statement.where(or_(Account.school_id == school_id, Account.id.in_(there)))
    statement = statement.options(lazyload(Account.roles))
    return list(db.session.scalars(statement.order_by(Account.name, Account.id)))


def led_schools(user: Account) -> list[School]:
    """The schools that somebody is principal of, by name."""
    return list(db.session.scalars(select(School).where(School.id.in_(user.led_school_ids)).order_by(School.name)))


def led_school(user: Account, school_id: int) -> School | None:
    """A school, for its principal."""
    return db.session.get(School, school_id) if user.is_principal_of(school_id) else None


def subjects() -> list[str]:
    """Every subject that somebody teaches, in alphabetical order, each spelled as it was typed first."""
    return sorted(db.session.scalars(select(TaughtSubject.subject).distinct()), key=str.casefold)
