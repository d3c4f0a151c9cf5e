"""People, schools, roles, and the sessions of those who have signed in."""

import re
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from flask_login import AnonymousUserMixin, UserMixin
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from microcred.db import Model


class RoleName(StrEnum):
    """What a person does in the pilot."""

    TEACHER = "teacher"
    REVIEWER = "reviewer"
    PRINCIPAL = "principal"
    DEPUTY = "deputy"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


EMAIL_PATTERN = re.compile(r"[^@\s,;<>\"\x00-\x1f]{1,64}@[^@\s,;<>\"\x00-\x1f]{1,189}")


def role_titles() -> dict[RoleName, str]:
    """What the roles are called in the reader's language."""
    return {
        RoleName.TEACHER: _("teacher"),
        RoleName.REVIEWER: _("reviewer"),
        RoleName.PRINCIPAL: _("principal"),
        RoleName.DEPUTY: _("deputy"),
        RoleName.COORDINATOR: _("coordinator"),
        RoleName.ADMINISTRATOR: _("administrator"),
    }


SCHOOL_ROLES = {RoleName.TEACHER, RoleName.PRINCIPAL, RoleName.DEPUTY}
"""Roles that are held for one school; the others are held for the district."""


class School(Model):
    """A school of the district."""

    __tablename__ = "schools"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    closed_at: Mapped[datetime | None]


class Role(Model):
    """One role of one person; `school_id` is empty for the whole district."""

    __tablename__ = "roles"
    __table_args__ = (
        UniqueConstraint("account_id", "name", "school_id"),
        Index(
            "uq_roles_once_for_the_district",
            "account_id",
            "name",
            unique=True,
            sqlite_where=text("school_id IS NULL"),
            postgresql_where=text("school_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[RoleName] = mapped_column(String(20))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"), index=True)


class Account(UserMixin, Model):
    """A person who can sign in, by an e-mail kept in lower case; disabled rather than deleted."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(2))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"), index=True)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    welcome_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    welcome_until: Mapped[datetime | None]

    school: Mapped[School | None] = relationship(lazy="joined")
    roles: Mapped[list[Role]] = relationship(lazy="selectin", cascade="all, delete-orphan", order_by=Role.id)
    taught_subjects: Mapped[list["TaughtSubject"]] = relationship(
        cascade="all, delete-orphan", order_by="TaughtSubject.subject"
    )

    @property
    def is_active(self) -> bool:
        """Whether the person may sign in."""
        return self.disabled_at is None

    @property
    def subjects(self) -> list[str]:
        """What the person teaches, in alphabetical order."""
        return [taught.subject for taught in self.taught_subjects]

    @property
    def role_names(self) -> set[RoleName]:
        """Every role the person holds somewhere."""
        return {RoleName(role.name) for role in self.roles}

    @property
    def is_teacher(self) -> bool:
        """Whether the person volunteers, votes and hands in."""
        return RoleName.TEACHER in self.role_names

    @property
    def is_reviewer(self) -> bool:
        """Whether the person scores."""
        return RoleName.REVIEWER in self.role_names

    @property
    def is_principal(self) -> bool:
        """Whether the person leads a school."""
        return RoleName.PRINCIPAL in self.role_names

    @property
    def is_coordinator(self) -> bool:
        """Whether the person runs pilots."""
        return RoleName.COORDINATOR in self.role_names

    @property
    def is_administrator(self) -> bool:
        """Whether the person keeps people, schools and roles."""
        return RoleName.ADMINISTRATOR in self.role_names

    @property
    def described(self) -> str:
        """The roles in the reader's language, e.g. "teacher, reviewer"."""
        titles = [title for name, title in role_titles().items() if name in self.role_names]
        return ", ".join(titles) or _("no role")

    @property
    def led_school_ids(self) -> set[int]:
        """The schools that the person is principal of."""
        return {role.school_id for role in self.roles if role.name == RoleName.PRINCIPAL and role.school_id}

    def is_principal_of(self, school_id: int | None) -> bool:
        """Whether the person leads that school."""
        return school_id in self.led_school_ids

    @property
    def answered_school_ids(self) -> set[int]:
        """The schools for whose volunteers the person answers: as their principal, or as a principal's deputy."""
        stood_in_for = {role.school_id for role in self.roles if role.name == RoleName.DEPUTY and role.school_id}
        return self.led_school_ids | stood_in_for

    def answers_for(self, school_id: int | None) -> bool:
        """Whether the person answers for that school's volunteers."""
        return school_id in self.answered_school_ids


class TaughtSubject(Model):
    """One subject that a person teaches."""

    __tablename__ = "taught_subjects"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)


class Nobody(AnonymousUserMixin):
    """Somebody who has not signed in: holds no role."""

    id = None
    name = ""
    language = None
    school_id = None
    is_teacher = is_reviewer = is_principal = is_coordinator = is_administrator = False
    led_school_ids: frozenset[int] = frozenset()
    answered_school_ids: frozenset[int] = frozenset()

    def is_principal_of(self, school_id: int | None) -> bool:
        """Leads no school."""
        return False

    def answers_for(self, school_id: int | None) -> bool:
        """Answers for nobody."""
        return False


class SignIn(Model):
    """A session: the browser holds the token, the database only its hash; deleting the row ends it."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class FailedTries(Model):
    """How often signing in under one address failed in a row, and when the next try is heard."""

    __tablename__ = "failed_tries"

    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    heard_again_at: Mapped[datetime]
