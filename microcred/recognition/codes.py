"""Codes: the personal one that leads to somebody's card, and the one on a shelf; each can be replaced or revoked."""

import secrets
from collections.abc import Collection
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.recognition.models import Giveaway, PersonalCode
from microcred.recognition.stock_models import ShelfCode, Store
from microcred.recognition.thanking import CODE_LETTERS, give_codes, new_code

SHELF_CODE_LENGTH = 16
MOST_ON_SHEET = 1500


def replace_code(person: Account, *, by: Account) -> PersonalCode:
    """Draw a new code for a person, who may have had none; the old one leads nowhere from now on."""
    lock(person)
    code = db.session.get(PersonalCode, person.id) or PersonalCode(account_id=person.id)
    code.code = new_code()
    db.session.add(code)
    record(by, "replaced code", person)
    return code


def codes_of(people: Collection[Account]) -> dict[int, str]:
    """The codes of these people by their ids; whoever has none gets one."""
    ids = {person.id for person in people}
    give_codes(ids)
    held = select(PersonalCode.account_id, PersonalCode.code).where(PersonalCode.account_id.in_(ids))
    return {row.account_id: row.code for row in db.session.execute(held)}


def make_shelf_code(giveaway: Giveaway, store: Store, *, by: Account) -> ShelfCode:
    """Make a code for a giveaway's shelf in a store; refused when it has one, or is no longer handed out."""
    lock(giveaway)
    if giveaway.archived_at:
        raise Refused(_("This giveaway is no longer handed out."))
    there = valid_shelf_codes().where(ShelfCode.giveaway_id == giveaway.id, ShelfCode.store_id == store.id)
    if db.session.scalar(there):
        raise Refused(_("This shelf has a code already: replace it if it got lost."))
    return _new_shelf_code(giveaway.id, store.id, by)


def _new_shelf_code(giveaway_id: int, store_id: int, by: Account) -> ShelfCode:
    drawn = "".join(secrets.choice(CODE_LETTERS) for _each in range(SHELF_CODE_LENGTH))
    code = ShelfCode(code=drawn, giveaway_id=giveaway_id, store_id=store_id, made_at=utcnow())
    db.session.add(code)
    record(by, "made shelf code", code, giveaway=giveaway_id, store=store_id)
    return code


def revoke_shelf_code(code: ShelfCode, *, by: Account) -> ShelfCode:
    """Make a shelf's code lead nowhere; refused when it does already."""
    lock(code)
    if code.revoked_at:
        raise Refused(_("This code was revoked already."))
    code.revoked_at = utcnow()
    record(by, "revoked shelf code", code)
    return code


def replace_shelf_code(code: ShelfCode, *, by: Account) -> ShelfCode:
    """Draw a new code for the same shelf, and revoke the old one; refused when that was revoked already."""
    lock(db.session.get_one(Giveaway, code.giveaway_id))
    revoke_shelf_code(code, by=by)
    return _new_shelf_code(code.giveaway_id, code.store_id, by)


def valid_shelf_codes() -> Select[Any]:
    """The codes that were not revoked, of giveaways that are still handed out."""
    of_shown = select(Giveaway.id).where(Giveaway.archived_at.is_(None))
    valid = select(ShelfCode).where(ShelfCode.revoked_at.is_(None), ShelfCode.giveaway_id.in_(of_shown))
    return valid.options(joinedload(ShelfCode.store)).order_by(ShelfCode.giveaway_id, ShelfCode.id)


def all_shelf_codes() -> list[ShelfCode]:
    """The codes that were not revoked, by giveaway."""
    return list(db.session.scalars(valid_shelf_codes()))


def note_sheet(people: Collection[Account], *, by: Account) -> None:
    """Keep in the history that codes were printed, and give one to whoever has none; refused when there is nobody."""
    if not people:
        raise Refused(_("Nobody works there."), field="school")
    if len(people) > MOST_ON_SHEET:
        raise Refused(_("These are too many for one file. Choose a school."), field="school")
    give_codes({person.id for person in people})
    record(by, "printed codes", by, people=len(people))


def note_posters(*, by: Account) -> None:
    """Keep in the history that the codes of the shelves were printed; refused when there is none."""
    if not all_shelf_codes():
        raise Refused(_("No shelf has a code yet."))
    record(by, "printed shelf codes", by)


class ScannedShelf(NamedTuple):
    """What a scanned code of a shelf leads to; nothing for one that was revoked, as for one that never was."""

    code: ShelfCode | None


def scanned_shelf(user: Account, shelf_code: str) -> ScannedShelf:
    """Which shelf a code opens."""
    return ScannedShelf(db.session.scalar(valid_shelf_codes().where(ShelfCode.code == shelf_code.upper())))


def shelf_code_to_keep(user: Account, shelf_code_id: int) -> ShelfCode | None:
    """One code of a shelf, for the coordinator."""
    return db.session.get(ShelfCode, shelf_code_id) if user.is_coordinator else None
