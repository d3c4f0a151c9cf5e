"""A giveaway on its shelves: the variants it comes in, the currency it is valued in, and putting it back in use."""

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import exists, func, select

from microcred.accounts.models import Account
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.recognition.models import Giveaway
from microcred.recognition.queries import visible_giveaways
from microcred.recognition.stock_models import Stock, StockMove, Variant
from microcred.recognition.stores import first_variant
from microcred.recognition.thanking import thank_everyone

MOST_VARIANTS = 40


def restore_giveaway(giveaway: Giveaway, *, by: Account) -> Giveaway:
    """Hand an archived giveaway out again; whom its rule thanks meanwhile becomes due."""
    lock(giveaway)
    if giveaway.archived_at:
        giveaway.archived_at = None
        record(by, "restored", giveaway)
        thank_everyone(giveaway)
    return giveaway


def is_foreign(giveaway: Giveaway) -> bool:
    """Whether it is valued in another currency than the district's of today."""
    return giveaway.currency not in ("", current_app.config["MICROCRED_CURRENCY"])


def revalue(giveaway: Giveaway, value_cents: int, *, by: Account) -> Giveaway:
    """Value a giveaway in the district's currency from now on.

    Refused while pieces are in stock: what they cost stands in the books in the old currency.
    """
    lock(giveaway)
    if giveaway.stock:
        sentence = ngettext(
            "%(num)s piece is in stock at a price in %(currency)s. Hand it out first, or archive this giveaway.",
            "%(num)s pieces are in stock at a price in %(currency)s. Hand them out first, or archive this giveaway.",
            giveaway.stock,
            currency=giveaway.currency,
        )
        raise Refused(sentence, field="value_cents")
    before = {"currency": giveaway.currency, "value_cents": giveaway.value_cents}
    giveaway.currency, giveaway.value_cents = current_app.config["MICROCRED_CURRENCY"], value_cents
    record(by, "revalued", giveaway, before=before)
    return giveaway


def add_variant(giveaway: Giveaway, name: str, name_fr: str = "", *, by: Account) -> Variant:
    """Add a colour or a size; the first one takes the place of the variant without a name, if nothing moved of that.

    Refused when one is called the same, there are far too many, or pieces are in stock that belong to no variant.
    """
    lock(giveaway)
    kept = _kept(giveaway)
    _refuse_same(kept, name, None)
    if len(kept) >= MOST_VARIANTS:
        raise Refused(_("At most %(most)s variants, please.", most=MOST_VARIANTS), field="name")
    nameless = next((variant for variant in kept if not variant.name), None)
    if nameless and _moved(nameless):
        raise Refused(_("Pieces were moved before there were variants. Name what they are first."), field="name")
    variant = nameless or Variant(giveaway_id=giveaway.id, position=_next_position(giveaway))
    variant.name, variant.name_fr = name, name_fr
    db.session.add(variant)
    record(by, "added variant", giveaway, name=name)
    return variant


def rename_variant(variant: Variant, name: str, name_fr: str = "", *, by: Account) -> Variant:
    """Call a variant something else; refused when another of the giveaway is called so."""
    giveaway = lock(giveaway_of(variant))
    _refuse_same(_kept(giveaway), name, variant.id)
    record(by, "renamed variant", giveaway, variant=variant.id, before=variant.name, name=name)
    variant.name, variant.name_fr = name, name_fr
    return variant


def move_variant_up(variant: Variant, *, by: Account) -> Variant:
    """Let a variant change places with the one before it; the first stays where it is."""
    giveaway = lock(giveaway_of(variant))
    kept = _kept(giveaway)
    for position, each in enumerate(kept):
        each.position = position
    if variant in kept and variant.position:
        before = kept[variant.position - 1]
        before.position, variant.position = variant.position, before.position
        record(by, "moved variant", giveaway, variant=variant.id, position=variant.position)
    return variant


def archive_variant(variant: Variant, *, by: Account) -> Variant:
    """Hand a variant out no more; refused for the last one, and while pieces of it are in stock."""
    giveaway = lock(giveaway_of(variant))
    if len([each for each in _kept(giveaway) if each is not variant]) == 0:
        raise Refused(_("A giveaway comes in at least one variant. Archive the giveaway itself."))
    left = db.session.scalar(select(func.sum(Stock.quantity)).where(Stock.variant_id == variant.id)) or 0
    if left:
        raise Refused(
            ngettext("%(num)s piece of it is in stock.", "%(num)s pieces of it are in stock.", left), field="name"
        )
    variant.archived_at = variant.archived_at or utcnow()
    record(by, "archived variant", giveaway, variant=variant.id)
    return variant


def restore_variant(variant: Variant, *, by: Account) -> Variant:
    """Hand a variant out again; refused when another is called the same by now."""
    giveaway = lock(giveaway_of(variant))
    _refuse_same(_kept(giveaway), variant.name, variant.id)
    variant.archived_at, variant.position = None, _next_position(giveaway)
    record(by, "restored variant", giveaway, variant=variant.id)
    return variant


def giveaway_of(variant: Variant) -> Giveaway:
    """The giveaway that comes in a variant."""
    return db.session.scalars(select(Giveaway).where(Giveaway.id == variant.giveaway_id)).one()


def _kept(giveaway: Giveaway) -> list[Variant]:
    """The variants that are handed out, in their order; there is always one."""
    first_variant(giveaway)
    kept = select(Variant).where(Variant.giveaway_id == giveaway.id, Variant.archived_at.is_(None))
    return list(db.session.scalars(kept.order_by(Variant.position, Variant.id)))


def _refuse_same(kept: list[Variant], name: str, own_id: int | None) -> None:
    if any(each.name.casefold() == name.casefold() and each.id != own_id for each in kept):
        raise Refused(_("There is a variant of that name already."), field="name")


def _next_position(giveaway: Giveaway) -> int:
    last = db.session.scalar(select(func.max(Variant.position)).where(Variant.giveaway_id == giveaway.id))
    return 0 if last is None else last + 1


def _moved(variant: Variant) -> bool:
    return bool(db.session.scalar(select(exists().where(StockMove.variant_id == variant.id))))


def visible_variant(user: Account, variant_id: int) -> Variant | None:
    """One variant of a giveaway that somebody may know of."""
    known = visible_giveaways(user).order_by(None).with_only_columns(Giveaway.id)
    return db.session.scalar(select(Variant).where(Variant.id == variant_id, Variant.giveaway_id.in_(known)))
