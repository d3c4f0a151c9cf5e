"""Finding pilots and what they offer."""

from typing import Any

from sqlalchemy import Select, false, select
from sqlalchemy.orm import joinedload

from microcred.accounts.models import Account, Role, RoleName, School
from microcred.catalog.models import MicroCredential
from microcred.db import db
from microcred.pilots.models import Offer, Pilot


def visible_to(user: Account) -> Select[Any]:
    """The pilots that somebody may see, the newest first: coordinator and reviewers all, others their schools'."""
    statement = select(Pilot).order_by(Pilot.id.desc())
    if user.is_coordinator or user.is_reviewer:
        return statement
    school_ids = _school_ids(user)
    return statement.where(Pilot.schools.any(School.id.in_(school_ids)) if school_ids else false())


def _school_ids(user: Account) -> set[int]:
    taught = {user.school_id} if user.is_teacher and user.school_id else set()
    return taught | set(user.answered_school_ids)


def visible_pilot(user: Account, pilot_id: int) -> Pilot | None:
    """One pilot, if the person may see it."""
    return db.session.scalar(visible_to(user).where(Pilot.id == pilot_id))


def visible_pilots(user: Account) -> list[Pilot]:
    """Every pilot that the person may see, the newest first."""
    return list(db.session.scalars(visible_to(user)))


def current_pilot(user: Account) -> Pilot | None:
    """The newest pilot that has not ended, of those that the person may see."""
    return db.session.scalar(visible_to(user).where(Pilot.ended_at.is_(None)).limit(1))


def standing_offers(pilot: Pilot) -> list[Offer]:
    """What the pilot offers now: offers that have not been withdrawn, in the order in which they were made."""
    statement = select(Offer).where(Offer.pilot_id == pilot.id, Offer.withdrawn_at.is_(None)).order_by(Offer.id)
    return list(db.session.scalars(statement))


def visible_offer(user: Account, offer_id: int) -> Offer | None:
    """One offer, withdrawn or not, of a pilot that the person may see."""
    offer = db.session.get(Offer, offer_id)
    return offer if offer and visible_pilot(user, offer.pilot_id) else None


def visible_offers(user: Account, micro_credential: MicroCredential) -> list[Offer]:
    """Where a micro-credential is offered now, in pilots that have not ended and that the person may see."""
    pilots = visible_to(user).where(Pilot.ended_at.is_(None)).with_only_columns(Pilot.id).order_by(None)
    statement = select(Offer).where(Offer.micro_credential_id == micro_credential.id, Offer.withdrawn_at.is_(None))
    return list(db.session.scalars(statement.where(Offer.pilot_id.in_(pilots)).options(joinedload(Offer.pilot))))


def audience(pilot: Pilot) -> list[Account]:
    """Whom the pilot's news are for: teachers and principals of its schools, and the reviewers."""
    in_schools = Role.name.in_((RoleName.TEACHER, RoleName.PRINCIPAL)) & Role.school_id.in_(pilot.school_ids)
    held = select(Role.account_id).where(in_schools | (Role.name == RoleName.REVIEWER))
    statement = select(Account).where(Account.id.in_(held), Account.disabled_at.is_(None)).order_by(Account.id)
    return list(db.session.scalars(statement))
