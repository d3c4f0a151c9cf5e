"""Budget lines: nothing is bought from money that is not there, unless somebody says why."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from microcred.db import db, utcnow
from microcred.errors import Refused
from microcred.history import Entry
from microcred.recognition import budgets, ledger
from microcred.recognition.balance import broken_books
from microcred.recognition.models import Giveaway
from microcred.recognition.stock_models import Budget, Delivery, StockMove
from tests.recognition.conftest import World
from tests.recognition.test_stock_views import Browse, Count

TODAY = utcnow().date()
KEPT: dict[str, Any] = {"name": "Thanks", "holder": None, "starts_on": date(2020, 1, 1), "ends_on": date(2090, 1, 1)}


def make(world: World, amount: int = 10_000, **described: Any) -> Budget:
    return budgets.add_budget(amount_cents=amount, by=world.cast.cora, **(KEPT | described))


def buy(world: World, budget: Budget, count: int, price: int, reason: str = "") -> StockMove:
    giveaway = world.giveaway(stock=0)
    delivery = Delivery(unit_price_cents=price, budget=budget)
    return ledger.receive_stock(giveaway, count, "", by=world.cast.cora, delivery=delivery, override_reason=reason)


def test_a_delivery_is_spent_from_its_budget(world: World) -> None:
    budget = make(world)
    buy(world, budget, 10, 300)
    buy(world, budget, 10, 700)
    assert (budget.spent_cents, budget.remaining_cents, list(broken_books())) == (10_000, 0, [])


def test_what_is_too_much_is_refused_with_by_how_much(world: World) -> None:
    budget = make(world)
    buy(world, budget, 10, 300)
    with pytest.raises(
        Refused, match=r"\$80\.00 are \$10\.00 more than the \$70\.00 that remain in “Thanks”"
    ) as refused:
        buy(world, budget, 10, 800)
    assert (refused.value.field, budget.spent_cents) == ("budget", 3000)


@pytest.mark.parametrize(
    ("described", "sentence"),
    [
        ({"starts_on": TODAY + timedelta(days=2)}, "begins on"),
        ({"ends_on": TODAY - timedelta(days=2)}, "ended on"),
    ],
)
def test_outside_its_days_nothing_is_bought(world: World, described: dict[str, Any], sentence: str) -> None:
    budget = make(world, **described)
    with pytest.raises(Refused, match=sentence):
        buy(world, budget, 1, 100)
    assert budget.spent_cents == 0


def test_from_an_archived_one_nothing_is_bought_until_it_is_used_again(world: World) -> None:
    budget = budgets.archive_budget(make(world), by=world.cast.cora)
    with pytest.raises(Refused, match="is archived"):
        buy(world, budget, 1, 100)
    buy(world, budgets.restore_budget(budget, by=world.cast.cora), 1, 100)
    assert budget.spent_cents == 100


def test_a_reason_overrides_and_stays_on_record(world: World) -> None:
    budget = make(world, amount=100)
    move = buy(world, budget, 10, 300, "The board said yes")
    db.session.commit()
    entry = db.session.scalars(select(Entry).where(Entry.verb == "overrode budget")).one()
    assert entry.details == {"cents": 3000, "reason": "The board said yes"}
    assert (move.note, budget.remaining_cents, list(broken_books())) == ("The board said yes", -2900, [])


def test_no_reason_makes_up_for_another_currency(world: World) -> None:
    giveaway, budget = world.giveaway(stock=0), make(world)
    giveaway.currency = "USD"
    delivery = Delivery(unit_price_cents=1, budget=budget)
    with pytest.raises(Refused, match="valued in USD"):
        ledger.receive_stock(giveaway, 1, "", by=world.cast.cora, delivery=delivery, override_reason="So")
    assert budget.spent_cents == 0


def test_a_delivery_that_is_taken_back_gives_the_budget_its_money_back(world: World) -> None:
    budget = make(world)
    move = buy(world, budget, 10, 300)
    giveaway = db.session.get_one(Giveaway, move.giveaway_id)
    ledger.send_back(giveaway, move, "Typed twice", by=world.cast.cora)
    assert (budget.spent_cents, giveaway.stock, list(broken_books())) == (0, 0, [])
    assert list(db.session.scalars(budgets.bought(budget))) == []


@pytest.mark.parametrize(
    ("described", "field"),
    [({"name": "Thanks"}, "name"), ({"starts_on": date(2091, 1, 1)}, "ends_on")],
)
def test_what_is_no_budget_is_refused(world: World, described: dict[str, Any], field: str) -> None:
    make(world)
    with pytest.raises(Refused) as refused:
        make(world, **({"name": "More"} | described))
    assert refused.value.field == field


def test_a_budget_holds_no_less_than_was_spent(world: World) -> None:
    budget = make(world)
    buy(world, budget, 10, 300)
    with pytest.raises(Refused, match=r"\$30\.00 of it is spent"):
        budgets.change_budget(budget, amount_cents=2999, by=world.cast.cora, **KEPT)
    assert budgets.change_budget(budget, amount_cents=3000, by=world.cast.cora, **KEPT).remaining_cents == 0


def test_a_holder_sees_the_own_budget_and_no_other(world: World, browse: Browse) -> None:
    own, other = make(world, holder=world.cast.pavel), make(world, name="Other")
    buy(world, own, 2, 300)
    pavel = browse(world.cast.pavel)
    assert [pavel.get(f"/budgets/{each.id}").status_code for each in (own, other)] == [200, 404]
    assert pavel.get("/budgets").status_code == 403


def test_a_budget_is_added_changed_and_archived(world: World, browse: Browse) -> None:
    cora = browse(world.cast.cora)
    typed: dict[str, Any] = {"name": "Thanks", "starts_on": "2026-01-01", "ends_on": "2027-01-01", "holder": ""}
    assert [cora.send("/budgets", **typed, amount_cents=odd).status_code for odd in ("-1", "", "x", "99999999")] == [
        422
    ] * 4
    assert cora.send("/budgets", **typed, amount_cents="1234567,50").status_code == 303
    budget = db.session.scalars(select(Budget)).one()
    assert budget.amount_cents == 123_456_750
    assert cora.send(f"/budgets/{budget.id}", **typed, amount_cents="200").status_code == 303
    assert [cora.send(f"/budgets/{budget.id}/{way}").status_code for way in ("archivings", "restorations")] == [303] * 2
    assert (budget.amount_cents, budget.archived_at) == (20_000, None)


@pytest.mark.parametrize("url", ["/budgets", "/budgets/{id}"])
def test_more_rows_cost_no_more_queries(world: World, browse: Browse, count_queries: Count, url: str) -> None:
    cora, budget = browse(world.cast.cora), make(world)
    buy(world, budget, 1, 100)
    db.session.commit()
    before = count_queries(lambda: cora.get(url.format(id=budget.id)))
    for number in range(3):
        buy(world, make(world, name=f"Line {number}", holder=world.cast.cora), 1, 100)
        buy(world, budget, 1, 100)
    db.session.commit()
    assert count_queries(lambda: cora.get(url.format(id=budget.id))) == before
