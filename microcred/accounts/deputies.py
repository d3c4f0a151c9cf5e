"""Naming deputies, who answer a school's volunteers beside its principal, and ending that again."""

from flask_babel import gettext as _

from microcred.accounts.models import Account, Role, RoleName, School
from microcred.db import lock
from microcred.errors import Refused
from microcred.history import record
from microcred.outbox import write_mail


def name_deputy(school: School, person: Account, *, by: Account) -> Account:
    """Let somebody who works at the school answer its volunteers too; the person is told.

    Refused for somebody who is disabled, does not work there, leads the school, or is its deputy already.
    """
    lock(person)
    if not person.is_active:
        raise Refused(_("This person is disabled."), field="person")
    if not works_at(person, school):
        raise Refused(_("A deputy works at the school: choose somebody from the list."), field="person")
    if person.is_principal_of(school.id):
        raise Refused(_("Whoever leads the school needs no deputy’s role."), field="person")
    if _deputy_role(person, school):
        raise Refused(_("%(name)s is deputy already.", name=person.name), field="person")
    person.roles.append(Role(name=RoleName.DEPUTY, school_id=school.id))
    record(by, "named deputy", person, school=school.id)
    write_mail(person, "deputy_named", school=school)
    return person


def end_deputy(school: School, person: Account, *, by: Account) -> Account:
    """Let a deputy answer the school's volunteers no more; the person is told. Refused for who is no deputy of it."""
    lock(person)
    role = _deputy_role(person, school)
    if role is None:
        raise Refused(_("%(name)s is no deputy any more.", name=person.name))
    person.roles.remove(role)
    record(by, "ended deputy", person, school=school.id)
    if person.is_active:
        write_mail(person, "deputy_ended", school=school)
    return person


def works_at(person: Account, school: School) -> bool:
    """Whether the school is the person's own, or one that the person has a role at."""
    return school.id in {person.school_id, *(role.school_id for role in person.roles)}


def _deputy_role(person: Account, school: School) -> Role | None:
    held = (role for role in person.roles if role.name == RoleName.DEPUTY and role.school_id == school.id)
    return next(held, None)
