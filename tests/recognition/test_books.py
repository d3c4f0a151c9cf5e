"""Whatever is done to the stock in whatever order, the application's books and those kept by hand are the same.

Fifty random verbs a run. All two hundred runs are made with MICROCRED_THOROUGH=1; a few each time the tests run.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from microcred import create_app
from microcred.db import db
from microcred.errors import Refused
from microcred.recognition import actions, budgets, costs, counting, ledger, shelving, thanking
from microcred.recognition.balance import broken_books
from microcred.recognition.models import Entitlement, Giveaway, HandOut
from microcred.recognition.shelves import Figure
from microcred.recognition.stock_models import Budget, Delivery, Stock, StockMove, StockVerb, Variant
from microcred.recognition.stores import district_store, store_of
from tests.cast import Cast, make_cast
from tests.recognition.books import Books, Layer
from tests.recognition.conftest import World, make_recognition_world

VERBS_IN_A_RUN = 50
ALL_RUNS, FEW_RUNS = 200, 12
VALUE = 850
BUDGET = 40_000

KINDS = st.integers(min_value=0, max_value=2)
PLACES = st.integers(min_value=0, max_value=2)
PIECES = st.integers(min_value=-1, max_value=6)
SOME = st.integers(min_value=0, max_value=50)


@dataclass
class Given:
    """A hand-out, with what was taken for it."""

    hand_out: HandOut
    kind: int
    place: int
    layers: list[Layer]
    came_back: bool = False


class Shop(RuleBasedStateMachine):
    """Three kinds of two giveaways in three stores, two people who are due four of each, and one budget."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.books, self.given, self.bought = Books(), list[Given](), list[tuple[StockMove, int, int, Layer, int]]()
        self.sheets: dict[tuple[int, int], int] = {}
        self.world: World = make_recognition_world(self.cast)
        self.cora = self.cast.cora
        self.giveaways = [self.world.giveaway(name=name, stock=0, value_cents=VALUE) for name in ("Mug", "Tote")]
        self.kinds = self._kinds()
        self.stores = [district_store(), store_of(self.cast.north.id), store_of(self.cast.south.id)]
        self.due = self._due()
        self.budget = budgets.add_budget(
            name="Thanks",
            holder=None,
            amount_cents=BUDGET,
            starts_on=date(2000, 1, 1),
            ends_on=date(2099, 1, 1),
            by=self.cora,
        )

    def _kinds(self) -> list[Variant]:
        mug, tote = self.giveaways
        return [shelving.add_variant(mug, name, by=self.cora) for name in ("Blue", "Green")] + [
            shelving.add_variant(tote, "M", by=self.cora)
        ]

    def _due(self) -> list[Entitlement]:
        for poll in (self.world.poll, self.world.another_poll()):
            self.world.vote(self.cast.amara, self.cast.bruno, poll=poll)
        return [due for who in (self.cast.amara, self.cast.bruno) for due in actions.thank(self.world.pilot, who)]

    def teardown(self) -> None:
        db.session.rollback()

    def giveaway_of(self, kind: int) -> Giveaway:
        return self.giveaways[kind // 2]

    def attempt(self, act: Callable[[], Any], *, is_expected: bool) -> Any:
        """Do it, or find it refused, as was expected; a refusal leaves nothing but what it notes."""
        savepoint, refusal, result = db.session.begin_nested(), None, None
        try:
            result = act()
            db.session.flush()
        except Refused as refused:
            refusal = refused
        if refusal and not refusal.is_noted:
            savepoint.rollback()
        else:
            savepoint.commit()
        assert (refusal is None) == is_expected, refusal and refusal.sentence
        return result

    @rule(kind=KINDS, place=PLACES, count=PIECES, price=st.integers(min_value=0, max_value=900), is_paid=st.booleans())
    def receive(self, kind: int, place: int, count: int, price: int, is_paid: bool) -> None:
        fits = not is_paid or self.books.spent + count * price <= BUDGET
        delivery = Delivery(unit_price_cents=price, budget=self.budget if is_paid else None)
        move = self.attempt(
            lambda: ledger.receive_stock(
                self.giveaway_of(kind),
                count,
                "",
                by=self.cora,
                store=self.stores[place],
                variant=self.kinds[kind],
                delivery=delivery,
            ),
            is_expected=count > 0 and fits,
        )
        if move:
            self.bought.append(
                (move, kind, place, self.books.bring_in(kind, place, count, price), is_paid * count * price)
            )
            self.books.spent += is_paid * count * price

    @rule(which=SOME)
    def send_back(self, which: int) -> None:
        if not self.bought:
            return
        move, kind, place, layer, cost = self.bought[which % len(self.bought)]
        can = self.books.send_back(kind, place, layer)
        self.attempt(lambda: ledger.send_back(self.giveaway_of(kind), move, "", by=self.cora), is_expected=can)
        if can:
            self.books.spent -= cost

    @rule(kind=KINDS, start=PLACES, end=PLACES, count=PIECES)
    def carry(self, kind: int, start: int, end: int, count: int) -> None:
        places = {"source": self.stores[start], "target": self.stores[end]}
        self.attempt(
            lambda: ledger.transfer_stock(
                self.giveaway_of(kind), count, "", by=self.cora, variant=self.kinds[kind], **places
            ),
            is_expected=count > 0 and self.books.carry(kind, start, end, count),
        )

    @rule(kind=KINDS, place=PLACES, count=PIECES, verb=st.sampled_from([StockVerb.LOST, StockVerb.DAMAGED]))
    def write_off(self, kind: int, place: int, count: int, verb: StockVerb) -> None:
        where: dict[str, Any] = {"store": self.stores[place], "variant": self.kinds[kind]}
        self.attempt(
            lambda: ledger.write_off(self.giveaway_of(kind), verb, count, "", by=self.cora, **where),
            is_expected=count > 0 and self.books.take_out(kind, place, count) is not None,
        )

    @rule(which=SOME, kind=KINDS, place=PLACES)
    def give(self, which: int, kind: int, place: int) -> None:
        due = self.due[which % len(self.due)]
        fits = self.giveaway_of(kind).id == due.giveaway_id and due.hand_out is None
        layers = self.books.take_out(kind, place, 1) if fits else None
        hand_out = self.attempt(
            lambda: actions.give(due, by=self.cora, store=self.stores[place], variant=self.kinds[kind]),
            is_expected=layers is not None,
        )
        if hand_out and layers:
            assert hand_out.cost_cents == layers[0].price
            self.given.append(Given(hand_out, kind, place, layers))

    @rule(which=SOME)
    def undo(self, which: int) -> None:
        if not self.given:
            return
        given = self.given[which % len(self.given)]
        can = given.hand_out.undone_at is None
        if can and not given.came_back:
            self.books.put_back(given.kind, given.place, given.layers)
        self.attempt(lambda: actions.undo_hand_out(given.hand_out, "Oh", by=self.cora), is_expected=can)

    @rule(which=SOME, is_fit=st.booleans())
    def take_back(self, which: int, is_fit: bool) -> None:
        if not self.given:
            return
        given = self.given[which % len(self.given)]
        can = given.hand_out.undone_at is None and not given.came_back
        if can and is_fit:
            self.books.put_back(given.kind, given.place, given.layers)
        given.came_back = given.came_back or can
        self.attempt(lambda: ledger.take_back(given.hand_out, "", is_fit=is_fit, by=self.cora), is_expected=can)

    @rule(kind=KINDS, place=PLACES)
    def open_sheet(self, kind: int, place: int) -> None:
        self.sheets[kind, place] = self.books.pieces[kind, place]

    @rule(kind=KINDS, place=PLACES, more=st.integers(min_value=-3, max_value=3))
    def count(self, kind: int, place: int, more: int) -> None:
        shown = self.sheets.pop((kind, place), self.books.pieces[kind, place])
        counted = max(0, shown + more)
        line = counting.Line(self.kinds[kind].id, shown, counted, "Recounted")
        can = self.books.count(kind, place, shown, counted, VALUE)
        self.attempt(lambda: counting.count_store(self.stores[place], [line], by=self.cora), is_expected=can)

    @rule()
    def thank(self) -> None:
        assert [new for giveaway in self.giveaways for new in thanking.thank_everyone(giveaway)] == []

    @invariant()
    def the_books_are_the_same(self) -> None:
        rows = select(Stock.variant_id, Stock.store_id, Stock.quantity).where(Stock.quantity > 0)
        shown = {(variant, store): count for variant, store, count in db.session.execute(rows)}
        own = {
            (self.kinds[kind].id, self.stores[place].id): count
            for (kind, place), count in self.books.pieces.items()
            if count
        }
        assert shown == own
        assert [each.stock for each in self.giveaways] == [
            self.books.total(0) + self.books.total(1),
            self.books.total(2),
        ]
        assert sum(Figure(giveaway).cost_cents for giveaway in self.giveaways) == self.books.value
        assert db.session.scalar(select(Budget.spent_cents)) == self.books.spent
        assert list(broken_books()) == []

    @invariant()
    def nobody_has_anything_twice(self) -> None:
        standing = select(HandOut.entitlement_id, func.count()).where(HandOut.undone_at.is_(None))
        counts = db.session.execute(standing.group_by(HandOut.entitlement_id)).all()
        assert [count for _id, count in counts if count > 1] == []
        assert db.session.scalar(select(func.count()).select_from(Entitlement)) == len(self.due) == 8


@pytest.fixture
def shop(environment: dict[str, str]) -> Iterator[type[Shop]]:
    """The machine on a database of its own in memory: nothing waits for a disk."""
    app = create_app({"MICROCRED_DATA": environment["MICROCRED_DATA"], "DATABASE_URL": "sqlite:///:memory:"})
    with app.app_context():
        db.create_all()
        Shop.cast = make_cast()
        yield Shop
        db.session.remove()
        db.engine.dispose()


def run(machine: type[Shop], runs: int, phases: tuple[Phase, ...] = tuple(Phase)) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs,
            phases=phases,
            report_multiple_bugs=False,
            stateful_step_count=VERBS_IN_A_RUN,
            deadline=None,
            suppress_health_check=checks,
        ),
    )


def test_no_order_of_verbs_unbalances_the_books(shop: type[Shop]) -> None:
    run(shop, ALL_RUNS if os.environ.get("MICROCRED_THOROUGH") else FEW_RUNS)


def test_a_verb_that_forgets_a_line_is_found(shop: type[Shop], monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(move: StockMove) -> int:
        return 0

    monkeypatch.setattr(costs, "take_out", careless)
    with pytest.raises(AssertionError):
        run(shop, ALL_RUNS, (Phase.generate,))
