"""Budget lines: what may be spent on giveaways, from when to when, and what was spent of it."""

from collections.abc import Iterable
from datetime import date

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import aliased, joinedload, lazyload

from microcred.accounts.models import Account, Role, RoleName
from microcred.db import db, lock, utcnow
from microcred.errors import Refused
from microcred.history import record
from microcred.recognition.models import Giveaway
from microcred.recognition.stock_models import Budget, Delivery, StockMove, StockVerb
from microcred.schooldays import local
from microcred.words import day, money

MOST_CENTS = 1_000_000_000
"""Ten million of the currency: no line is larger, nor is what was spent of one, whatever is overridden."""


def add_budget(
    *, name: str, holder: Account | None, amount_cents: int, starts_on: date, ends_on: date, by: Account
) -> Budget:
    """Add a budget line; refused when it ends before it begins, or one that is not archived is called the same."""
    budget = Budget(spent_cents=0)
    _describe(budget, name, holder, amount_cents, starts_on, ends_on)
    db.session.add(budget)
    record(by, "added budget", budget, amount=amount_cents)
    return budget


def change_budget(
    budget: Budget, *, name: str, holder: Account | None, amount_cents: int, starts_on: date, ends_on: date, by: Account
) -> Budget:
    """Change a budget line; refused as for `add_budget`, and when less is left in it than was spent."""
    lock(budget)
    if amount_cents < budget.spent_cents and amount_cents < budget.amount_cents:
        raise Refused(_("%(spent)s of it is spent already.", spent=money(budget.spent_cents)), field="amount_cents")
    before = {"amount": budget.amount_cents, "starts_on": str(budget.starts_on), "ends_on": str(budget.ends_on)}
    _describe(budget, name, holder, amount_cents, starts_on, ends_on)
    record(by, "changed budget", budget, before=before, amount=amount_cents)
    return budget


def _describe(
    budget: Budget, name: str, holder: Account | None, amount_cents: int, starts_on: date, ends_on: date
) -> None:
    if starts_on > ends_on:
        raise Refused(_("A budget ends after it begins."), field="ends_on")
    with db.session.no_autoflush:
        if _is_taken(name, budget.id):
            raise Refused(_("There is a budget of that name already."), field="name")
    budget.name, budget.holder, budget.amount_cents = name, holder, amount_cents
    budget.starts_on, budget.ends_on = starts_on, ends_on


def _is_taken(name: str, own_id: int | None) -> bool:
    same = select(Budget.id).where(Budget.name == name, Budget.archived_at.is_(None))
    return db.session.scalar(same if own_id is None else same.where(Budget.id != own_id)) is not None


def archive_budget(budget: Budget, *, by: Account) -> Budget:
    """Spend nothing from a budget any more; what was spent stays on record."""
    lock(budget)
    budget.archived_at = budget.archived_at or utcnow()
    record(by, "archived budget", budget)
    return budget


def restore_budget(budget: Budget, *, by: Account) -> Budget:
    """Let a budget be spent again; refused when another is called the same by now."""
    lock(budget)
    if _is_taken(budget.name, budget.id):
        raise Refused(_("There is a budget of that name already."))
    budget.archived_at = None
    record(by, "restored budget", budget)
    return budget


def spend(budget: Budget, cents: int, currency: str, override_reason: str = "", *, by: Account) -> None:
    """Take the price of a delivery from a budget.

    Refused in another currency. Refused, unless a reason to go over it is given, when the budget is archived, today is
    outside its days, or less remains: the sentence tells by how much. The condition stands in the UPDATE itself.
    """
    if currency not in ("", current_app.config["MICROCRED_CURRENCY"]):
        sentence = _(
            "This giveaway is valued in %(currency)s, the budget is not: mend the currency first.", currency=currency
        )
        raise Refused(sentence, field="budget")
    if override_reason.strip():
        _add(budget, cents, MOST_CENTS)
        record(by, "overrode budget", budget, cents=cents, reason=override_reason.strip())
        return
    lock(budget)
    if reason := _why_not(budget):
        raise Refused(reason, field="budget")
    _add(budget, cents, budget.amount_cents)


def _why_not(budget: Budget) -> str | None:
    today = local(utcnow()).date()
    if budget.archived_at:
        return _("The budget “%(name)s” is archived. Give a reason to use it all the same.", name=budget.name)
    if today < budget.starts_on:
        return _(
            "The budget “%(name)s” begins on %(day)s. Give a reason to use it before.",
            name=budget.name,
            day=day(budget.starts_on),
        )
    if today > budget.ends_on:
        return _(
            "The budget “%(name)s” ended on %(day)s. Give a reason to use it all the same.",
            name=budget.name,
            day=day(budget.ends_on),
        )
    return None


def _add(budget: Budget, cents: int, most: int) -> None:
    fits = Budget.id == budget.id, Budget.spent_cents + cents <= most
    statement = update(Budget).where(*fits).values(spent_cents=Budget.spent_cents + cents)
    added = db.session.scalar(statement.returning(Budget.spent_cents).execution_options(synchronize_session=False))
    db.session.refresh(budget)
    if added is None:
        remaining = most - budget.spent_cents
        sentence = _(
            "%(cents)s are %(over)s more than the %(remaining)s that remain in “%(name)s”.",
            cents=money(cents),
            over=money(cents - remaining),
            remaining=money(max(remaining, 0)),
            name=budget.name,
        )
        raise Refused(sentence, field="budget")


def refund(budget: Budget, cents: int) -> None:
    """Give a budget back what a delivery cost that was taken back."""
    lock(budget)
    budget.spent_cents -= cents


def budgets() -> list[Budget]:
    """Every budget, those that can be spent first, with its holder."""
    ordered = select(Budget).order_by(Budget.archived_at.is_not(None), Budget.ends_on.desc(), Budget.id)
    return list(db.session.scalars(ordered.options(joinedload(Budget.holder).lazyload(Account.roles))))


def spendable() -> list[Budget]:
    """The budgets that a delivery may name: those that are not archived."""
    return [budget for budget in budgets() if budget.archived_at is None]


def visible_budget(user: Account, budget_id: int) -> Budget | None:
    """One budget, for the coordinator and for who answers for it."""
    found = db.session.get(Budget, budget_id)
    return found if found and (user.is_coordinator or found.holder_id == user.id) else None


def bought(budget: Budget) -> Select[StockMove]:
    """What came in from a budget and was not taken back, the newest first; `Delivery` tells price and invoice."""
    back = aliased(StockMove)
    is_back = exists().where(back.paired_id == StockMove.id, back.verb == StockVerb.RECEIVED)
    moves = select(StockMove).join(Delivery, Delivery.move_id == StockMove.id).where(Delivery.budget_id == budget.id)
    return (
        moves.where(~is_back)
        .order_by(StockMove.id.desc())
        .options(joinedload(StockMove.variant, innerjoin=True), joinedload(StockMove.by).lazyload(Account.roles))
    )


def giveaways_in(moves: Iterable[StockMove]) -> list[Giveaway]:
    """The giveaways whose stock these lines moved."""
    ids = {move.giveaway_id for move in moves}
    return list(db.session.scalars(select(Giveaway).where(Giveaway.id.in_(ids))))


def possible_holders() -> list[Account]:
    """Who may answer for a budget: coordinators, principals and administrators who can sign in, by name."""
    names = (RoleName.COORDINATOR, RoleName.PRINCIPAL, RoleName.ADMINISTRATOR)
    people = select(Account).where(Account.roles.any(Role.name.in_(names)), Account.disabled_at.is_(None))
    return list(db.session.scalars(people.order_by(Account.name, Account.id).options(lazyload(Account.roles))))
