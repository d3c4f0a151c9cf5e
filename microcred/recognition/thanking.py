"""Making people due what the rules thank for."""

from collections.abc import Collection, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from microcred.accounts.models import Account
from microcred.db import Model, db, is_sqlite, utcnow
from microcred.lots import lots
from microcred.pilots.models import Pilot
from microcred.recognition.eligibility import Due, everyone_due
from microcred.recognition.models import Entitlement, Giveaway, PersonalCode
from microcred.schooldays import local

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and digits that nobody takes for one another."""

CODE_LENGTH = 8
BATCH = 200


def thank(pilot: Pilot, person: Account) -> list[Entitlement]:
    """Make a person due what the pilot's giveaways thank for and is not due yet; returns what is new.

    Nothing is ever taken away, and a second call adds nothing. The history keeps no entry: its time would tell when
    somebody voted.
    """
    giveaways = db.session.scalars(
        select(Giveaway).where(Giveaway.pilot_id == pilot.id, Giveaway.archived_at.is_(None)).order_by(Giveaway.id)
    )
    return _entitle(everyone_due(giveaways, person))


def thank_everyone(giveaway: Giveaway) -> list[Entitlement]:
    """Make everyone due a giveaway whom its rule thanks already; returns what is new."""
    return _entitle(everyone_due([giveaway]))


def _entitle(due: Sequence[Due]) -> list[Entitlement]:
    today = datetime.combine(local(utcnow()).date(), time(), tzinfo=local(utcnow()).tzinfo)
    rows = [
        {
            "person_id": each.person_id,
            "giveaway_id": each.giveaway_id,
            "reason": each.reason,
            "because": {"name": each.name},
            "due_at": today,
        }
        for each in due
    ]
    if rows:
        give_codes({each.person_id for each in due})
    return sorted(_add_missing(Entitlement, rows), key=lambda entitlement: entitlement.id)


def give_codes(person_ids: Collection[int]) -> None:
    """See that these people have a personal code."""
    held = set(db.session.scalars(select(PersonalCode.account_id).where(PersonalCode.account_id.in_(person_ids))))
    _add_missing(
        PersonalCode, [{"account_id": each, "code": new_code()} for each in sorted(person_ids) if each not in held]
    )


def new_code() -> str:
    """Draw a code that nobody can guess."""
    return "".join(lots().choice(CODE_LETTERS) for _each in range(CODE_LENGTH))


def _add_missing(model: type[Model], rows: list[dict[str, Any]]) -> list[Any]:
    """Add the rows that no constraint forbids, also when somebody else adds the same at this moment."""
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    added: list[Any] = []
    for start in range(0, len(rows), BATCH):
        statement = insert(model).values(rows[start : start + BATCH]).on_conflict_do_nothing().returning(model)
        added += db.session.scalars(statement)
    return added
