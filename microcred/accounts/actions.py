"""Signing in and out, and keeping people, schools and roles."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, select

from microcred.accounts import passwords
from microcred.accounts.models import (
    SCHOOL_ROLES,
    Account,
    FailedTries,
    Role,
    RoleName,
    School,
    SignIn,
    TaughtSubject,
)
from microcred.accounts.people_file import Row
from microcred.accounts.queries import account_by_email, subjects, token_hash
from microcred.accounts.subjects import spelled, spelling, tidy
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.outbox import write_mail

LONGEST_WAIT = 60
WELCOME_DAYS = 14


def sign_in(email: str, password: str) -> str:
    """Sign in the person with that address and password; returns the token that the browser keeps.

    Refused when they don't belong together, and noted: each failure in a row doubles the wait for the next try, up to a
    minute. Refused while the wait lasts. Nobody is locked out for good.
    """
    tries = _tries(email)
    now = utcnow()
    if tries.heard_again_at > now:
        seconds = int((tries.heard_again_at - now).total_seconds()) + 1
        raise Refused(
            ngettext("Wait %(num)s second, then try again.", "Wait %(num)s seconds, then try again.", seconds)
        )
    account = account_by_email(email)
    if passwords.is_right(password, account.password_hash if account else None) and account and account.is_active:
        db.session.delete(tries)
        return start_session(account)
    tries.count += 1
    tries.heard_again_at = now + timedelta(seconds=min(2 ** (tries.count - 1), LONGEST_WAIT))
    raise Refused(_("The e-mail address and the password do not belong together."), is_noted=True)


def _tries(email: str) -> FailedTries:
    address_hash = hashlib.sha256(email.strip().lower().encode()).hexdigest()
    tries = db.session.get(FailedTries, address_hash, with_for_update=True)
    if tries is None:
        tries = FailedTries(address_hash=address_hash, count=0, heard_again_at=utcnow())
        db.session.add(tries)
        db.session.flush()
    return tries


def start_session(account: Account) -> str:
    """Sign somebody in; returns the token that the browser keeps."""
    token = secrets.token_hex(32)
    now = utcnow()
    ends_at = now + timedelta(hours=current_app.config["MICROCRED_SESSION_HOURS"])
    db.session.execute(delete(SignIn).where(SignIn.ends_at < now))
    db.session.add(SignIn(token_hash=token_hash(token), account_id=account.id, started_at=now, ends_at=ends_at))
    return token


def end_session(token: str) -> None:
    """Sign out: the token is worth nothing from now on."""
    db.session.execute(delete(SignIn).where(SignIn.token_hash == token_hash(token)))


def end_all_sessions(account: Account) -> None:
    """Sign somebody out everywhere."""
    db.session.execute(delete(SignIn).where(SignIn.account_id == account.id))


def renew_password(account: Account, password: str) -> str:
    """Choose a password and go on in a new session, the only one; refused as for `set_password`."""
    set_password(account, password)
    return start_session(account)


def choose_language(account: Account, language: str) -> None:
    """Remember the language somebody reads."""
    account.language = language


def set_password(account: Account, password: str) -> None:
    """Give somebody a password; ends every session and the welcome link. Refused when it is short or easily guessed."""
    if len(password) < passwords.SHORTEST:
        raise Refused(_("Use at least %(count)s characters.", count=passwords.SHORTEST), field="password")
    if passwords.is_common(password):
        raise Refused(_("That password is one of the first that a guesser tries. Choose another."), field="password")
    account.password_hash = passwords.hash_password(password)
    account.welcome_hash = account.welcome_until = None
    end_all_sessions(account)
    record(account, "set password", account)


def welcome(account: Account, *, by: Account | None, link: Callable[[str], str]) -> str:
    """Mail somebody a link for choosing a password, good once and for two weeks; returns its token.

    `link` makes the address of a token. Refused for somebody who is disabled. An earlier link ends.
    """
    lock(account)
    if not account.is_active:
        raise Refused(_("This person is disabled."))
    token = secrets.token_urlsafe(32)
    account.welcome_hash = token_hash(token)
    account.welcome_until = utcnow() + timedelta(days=WELCOME_DAYS)
    write_mail(account, "welcome", link=link(token), days=WELCOME_DAYS)
    record(by, "welcomed", account)
    return token


def create_school(name: str, *, by: Account | None) -> School:
    """Add a school; refused when there is one of that name."""
    if db.session.scalar(select(School).where(School.name == name)):
        raise Refused(_("There is a school of that name already."), field="name")
    school = School(name=name)
    db.session.add(school)
    record(by, "created", school)
    return school


def rename_school(school: School, name: str, *, by: Account) -> School:
    """Give a school another name; refused when another has it."""
    lock(school)
    if db.session.scalar(select(School).where(School.name == name, School.id != school.id)):
        raise Refused(_("There is a school of that name already."), field="name")
    record(by, "renamed", school, before=school.name, after=name)
    school.name = name
    return school


def create_person(
    name: str,
    email: str,
    *,
    school: School | None,
    roles: Iterable[RoleName],
    by: Account | None,
    language: str | None = None,
) -> Account:
    """Add a person; refused when the address is taken, or a school role lacks a school."""
    _refuse_taken(email)
    person = Account(name=name, email=email.strip().lower(), language=language, school=school, created_at=utcnow())
    person.roles = _roles(school, roles)
    db.session.add(person)
    record(by, "created", person)
    return person


def import_people(rows: Iterable[Row], *, by: Account) -> list[Account]:
    """Add everyone whom a file names; refused whole when one of them cannot be added."""
    known = spelling(subjects())
    return [_import_person(row, known, by) for row in rows]


def _import_person(row: Row, known: dict[str, str], by: Account) -> Account:
    person = create_person(row.name, row.email, school=row.school, roles=row.roles, by=by)
    _teach(person, tidy(row.subjects), known)
    return person


def change_person(
    person: Account, *, name: str, email: str, school: School | None, roles: Iterable[RoleName], by: Account
) -> Account:
    """Change a person; refused as for `create_person`, and when it would leave no administrator."""
    lock(person)
    wanted = set(roles)
    if person.email != email.strip().lower():
        _refuse_taken(email)
    if RoleName.ADMINISTRATOR not in wanted:
        _refuse_last_administrator(person)
    before = sorted(person.role_names)
    if RoleName.DEPUTY in before and (school and school.id) != person.school_id:
        wanted.discard(RoleName.DEPUTY)  # A deputy was named for one school, and stays behind with it.
    person.name, person.email, person.school = name, email.strip().lower(), school
    kept = {(role.name, role.school_id): role for role in person.roles}
    person.roles = [kept.get((role.name, role.school_id), role) for role in _roles(school, wanted)]
    if school and RoleName.DEPUTY in wanted.difference(before):
        write_mail(person, "deputy_named", school=school)
    record(by, "changed", person, roles_before=before, roles_after=sorted(wanted))
    return person


def set_subjects(person: Account, names: Iterable[str], *, by: Account | None) -> Account:
    """Say what somebody teaches; a subject that the district knows keeps the spelling that came first.

    Refused for more than twelve subjects and for one of more than 60 characters.
    """
    wanted = tidy(names)
    lock(person)
    before = sorted(person.subjects)
    _teach(person, wanted, spelling(subjects()))
    if sorted(person.subjects) != before:
        record(by, "set subjects", person)
    return person


def _teach(person: Account, names: Iterable[str], known: dict[str, str]) -> None:
    kept = {each.subject: each for each in person.taught_subjects}
    chosen = sorted(spelled(names, known))
    person.taught_subjects = [kept.get(name) or TaughtSubject(subject=name) for name in chosen]
    for name in chosen:
        known.setdefault(name.casefold(), name)


def disable_person(person: Account, *, by: Account) -> Account:
    """Let somebody not sign in any more, and end the sessions; refused for oneself and the last administrator."""
    lock(person)
    if person.id == by.id:
        raise Refused(_("You cannot disable yourself."))
    _refuse_last_administrator(person)
    person.disabled_at = person.disabled_at or utcnow()
    end_all_sessions(person)
    record(by, "disabled", person)
    return person


def enable_person(person: Account, *, by: Account) -> Account:
    """Let somebody sign in again."""
    lock(person)
    person.disabled_at = None
    record(by, "enabled", person)
    return person


def _roles(school: School | None, names: Iterable[RoleName]) -> list[Role]:
    wanted = [name for name in RoleName if name in set(names)]
    if not school and SCHOOL_ROLES.intersection(wanted):
        raise Refused(_("A teacher, principal or deputy needs a school."), field="school")
    return [Role(name=name, school_id=school.id if school and name in SCHOOL_ROLES else None) for name in wanted]


def _refuse_taken(email: str) -> None:
    if account_by_email(email):
        raise Refused(_("Somebody has that e-mail address already."), field="email")


def _refuse_last_administrator(person: Account) -> None:
    """Two administrators who disable each other at the same moment meet at the rows that are locked here."""
    administrators = select(Role.id).where(Role.name == RoleName.ADMINISTRATOR).order_by(Role.id)
    db.session.execute(administrators.with_for_update()).all()
    others = (
        select(Role.id)
        .join(Account, Account.id == Role.account_id)
        .where(Role.name == RoleName.ADMINISTRATOR, Account.disabled_at.is_(None), Account.id != person.id)
    )
    if person.is_administrator and not db.session.scalar(others.limit(1)):
        raise Refused(_("The district needs at least one administrator."), field="roles")
