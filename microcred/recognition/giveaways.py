"""Creating, changing and archiving giveaways; whom their rules thank becomes due."""

import re
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from microcred.accounts.models import Account
from microcred.catalog.models import MicroCredential
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.pilots.models import Pilot
from microcred.polls.models import Poll
from microcred.recognition.eligibility import RULES
from microcred.recognition.ledger import receive_stock
from microcred.recognition.models import Giveaway
from microcred.recognition.stock_models import Variant
from microcred.recognition.thanking import new_code, thank_everyone


def create_giveaway(
    pilot: Pilot,
    *,
    name: str,
    value_cents: int,
    rule: str,
    by: Account,
    stock: int = 0,
    code: str = "",
    poll: Poll | None = None,
    micro_credential: MicroCredential | None = None,
    is_on: bool = True,
    **described: Any,
) -> Giveaway:
    """Add a giveaway to a pilot, and make everyone due it whom its rule thanks already.

    `value_cents` is in hundredths of the district's currency. `described` holds name_fr, description, supplier,
    supplier_url, picture, needed and until_on. One that is not on makes nobody due, and nobody is told of it, before
    it is switched on. Refused for an unknown rule, a poll of another pilot, and a code that is taken.
    """
    giveaway = Giveaway(pilot=pilot, code=code or _free_code(name), stock=0, also=[], starts=[], variants=[Variant()])
    giveaway.currency = current_app.config["MICROCRED_CURRENCY"]
    giveaway.switched_on_at = giveaway.announced_at = utcnow() if is_on else None
    _refuse_taken(giveaway.code)
    _describe(giveaway, name=name, value_cents=value_cents, rule=rule, **described)
    _narrow(giveaway, poll, micro_credential)
    db.session.add(giveaway)
    record(by, "created", giveaway)
    if stock:
        receive_stock(giveaway, stock, "", by=by)
    thank_everyone(giveaway)
    return giveaway


def change_giveaway(
    giveaway: Giveaway,
    *,
    by: Account,
    poll: Poll | None = None,
    micro_credential: MicroCredential | None = None,
    **described: Any,
) -> Giveaway:
    """Change a giveaway; who is due it already stays so, and whom its rule thanks now becomes so.

    Refused as for `create_giveaway`.
    """
    lock(giveaway)
    before = {"rule": giveaway.rule, "value_cents": giveaway.value_cents}
    _describe(giveaway, **described)
    _narrow(giveaway, poll, micro_credential)
    record(by, "changed", giveaway, before=before)
    thank_everyone(giveaway)
    return giveaway


def archive_giveaway(giveaway: Giveaway, *, by: Account) -> Giveaway:
    """Hand a giveaway out no more; what was given stays on record."""
    lock(giveaway)
    giveaway.archived_at = giveaway.archived_at or utcnow()
    record(by, "archived", giveaway)
    return giveaway


def _describe(giveaway: Giveaway, **described: Any) -> None:
    if described.get("rule", giveaway.rule) not in RULES:
        raise Refused(_("There is no such rule."), field="rule")
    for name, value in described.items():
        setattr(giveaway, name, value)


def _narrow(giveaway: Giveaway, poll: Poll | None, micro_credential: MicroCredential | None) -> None:
    if poll and poll.pilot_id != giveaway.pilot.id:
        raise Refused(_("This poll belongs to another pilot."), field="poll")
    narrows = RULES[giveaway.rule].narrows
    giveaway.poll = poll if narrows == "poll" else None
    giveaway.micro_credential = micro_credential if narrows == "micro_credential" else None


def _free_code(name: str) -> str:
    wanted = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "giveaway"
    return f"{wanted}-{new_code().lower()}" if _is_taken(wanted) else wanted


def _refuse_taken(code: str) -> None:
    if _is_taken(code):
        raise Refused(_("There is a giveaway of that code already."))


def _is_taken(code: str) -> bool:
    return db.session.scalar(select(Giveaway.id).where(Giveaway.code == code)) is not None
