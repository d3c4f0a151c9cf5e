"""Making people due what the rules thank for."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from microcred.accounts.models import Account
from microcred.db import Model, db, is_sqlite, utcnow
from microcred.lots import lots
from microcred.pilots.models import Pilot
from microcred.recognition.eligibility import also_parts, main_part
from microcred.recognition.limits import hold, is_limited, within_limits
from microcred.recognition.models import Entitlement, Giveaway, PersonalCode
from microcred.recognition.reasons import Due, everyone_due, is_live_now, live_giveaways
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
    return _entitle(live_giveaways(pilot), person)


def thank_everyone(giveaway: Giveaway) -> list[Entitlement]:
    """Make everyone due a giveaway whom its rule thanks already, if it is switched on; returns what is new."""
    return _entitle([giveaway]) if is_live_now(giveaway) else []


def thank_all() -> list[Entitlement]:
    """Make everyone due whom any giveaway thanks by now: a day has come, a period is over, a rule counts anew."""
    pilots: dict[int, list[Giveaway]] = {}
    for giveaway in live_giveaways():
        pilots.setdefault(giveaway.pilot_id, []).append(giveaway)
    return [new for pilot_id in sorted(pilots) for new in _entitle(pilots[pilot_id])]


def _entitle(giveaways: Sequence[Giveaway], person: Account | None = None) -> list[Entitlement]:
    """Whatever is limited is held until the end of the transaction, and looked at again under that lock."""
    due = everyone_due(giveaways, person)
    if {each.giveaway_id for each in due} & {each.id for each in giveaways if is_limited(each)}:
        held = hold(giveaways)
        due = within_limits(everyone_due(giveaways, person), held)
    return _write(due, {giveaway.id: giveaway for giveaway in giveaways})


def _write(due: Sequence[Due], giveaways: Mapping[int, Giveaway]) -> list[Entitlement]:
    today = datetime.combine(local(utcnow()).date(), time(), tzinfo=local(utcnow()).tzinfo)
    rows = [
        {
            "person_id": each.person_id,
            "giveaway_id": each.giveaway_id,
            "reason": each.reason,
            "because": _because(each, giveaways[each.giveaway_id]),
            "due_at": today,
        }
        for each in due
    ]
    if rows:
        give_codes({each.person_id for each in due})
    return sorted(_add_missing(Entitlement, rows), key=lambda entitlement: entitlement.id)


def _because(due: Due, giveaway: Giveaway) -> dict[str, Any]:
    """What the reason's sentence needs, now and after the rule has changed."""
    because: dict[str, Any] = {"name": due.name}
    if main_part(giveaway).rule.counts:
        because["count"] = giveaway.needed
    if giveaway.also:
        because["also"] = [{"rule": part.slug, **part.asked.told} for part in also_parts(giveaway)]
    return because


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
