"""Whatever a day brings, the drawer should hold its float and everything that moved (DESIGN.md 6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pos.core.money import from_paise, to_paise
from pos.customers.khata import take_credit_payment
from pos.customers.models import Customer
from pos.reports import books
from pos.sales import drawer
from pos.sales.drawer_sums import drawer_report
from pos.sales.models import Payment, Sale, SaleItem
from pos.sales.returning import ReturnLine, return_items
from pos.sales.voiding import void_sale
from pos.settings.models import CashSession
from tests.sales.selling import sold
from tests.shop import Shop
from tests.thorough import rounds

HEALTH = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
WAYS = st.sampled_from(["CASH", "CASH", "UPI"])
STEPS = st.one_of(
    st.tuples(st.just("sell"), WAYS, st.integers(0, 40_000)),
    st.tuples(st.just("give back"), WAYS, st.integers(0, 9)),
    st.tuples(st.just("void"), st.none(), st.integers(0, 9)),
    st.tuples(st.just("khata"), WAYS, st.integers(1, 30_000)),
    st.tuples(st.just("move"), st.sampled_from(["IN", "OUT"]), st.integers(1, 50_000)),
    st.tuples(st.just("close"), st.none(), st.integers(0, 50_000)),
)


@dataclass
class Day:
    """A day at one till, as the test remembers it: paise in the open drawer."""

    shop: Shop
    tea: UUID
    chitra: UUID
    session: UUID
    held: int
    bills: list[UUID] = field(default_factory=list)

    def step(self, kind: str, how: Any, much: int) -> None:
        {"sell": self.sell, "give back": self.give_back, "void": self.void}.get(kind, self.more(kind))(how, much)

    def more(self, kind: str) -> Any:
        return {"khata": self.khata, "move": self.move, "close": self.close}.get(kind)

    def sell(self, method: str, paid: int) -> None:
        """A tea of 123.45; too much in cash gives change, too little goes on the khata."""
        given_paise = min(paid, 12_345) if method == "UPI" else paid
        sale = sold(
            self.shop, (self.tea, "1"), paid=str(from_paise(given_paise)), method=method, customer_id=self.chitra
        )
        self.bills.append(sale)
        self.held += min(paid, 12_345) if method == "CASH" else 0

    def give_back(self, method: str, which: int) -> None:
        if self.bills:
            sale = self.bills.pop(which % len(self.bills))
            (item,) = self.shop.rows(SaleItem, sale_id=sale)
            return_items(self.shop.ben, sale, [ReturnLine(item.id, Decimal(1))], refund_to=method, reason="law")
            self._gave_back(sale)

    def void(self, _how: None, which: int) -> None:
        if self.bills:
            sale = self.bills.pop(which % len(self.bills))
            void_sale(self.shop.asha, sale, "law")
            self._gave_back(sale)

    def _gave_back(self, sale: UUID) -> None:
        refunds = self.shop.rows(Payment, sale_id=sale, kind="REFUND", method="CASH")
        self.held -= sum(to_paise(one.amount) for one in refunds)

    def khata(self, method: str, wished: int) -> None:
        paid = min(wished, to_paise(self.shop.row(Customer, self.chitra).credit_balance))
        if paid:
            take_credit_payment(self.shop.ben, self.chitra, amount=from_paise(paid), method=method)
            self.held += paid if method == "CASH" else 0

    def move(self, direction: str, much: int) -> None:
        drawer.move_cash(self.shop.ben, self.session, direction, from_paise(much), "law")
        self.held += much if direction == "IN" else -much

    def close(self, _how: None, next_float: int) -> None:
        drawer.close_session(self.shop.ben, self.session, counted="1", note="law")
        kept = self.shop.row(CashSession, self.session)
        assert to_paise(kept.expected) == self.held == to_paise(drawer_report(self.session).sums.expected)
        self.session = drawer.open_session(self.shop.ben, from_paise(next_float)).id
        self.held = next_float


@settings(max_examples=rounds(15), deadline=None, suppress_health_check=HEALTH)
@given(st.integers(0, 100_000), st.lists(STEPS, max_size=14))
def test_the_drawer_should_hold_its_float_and_everything_that_moved(
    shop: Shop, opening_float: int, steps: list[tuple[str, Any, int]]
) -> None:
    shop.settings(cash_sessions_enabled=True, tax_rate="0")
    tea = shop.product("Tea", "123.45", "1000")
    chitra = shop.customer(phone=None, credit_limit=Decimal(1_000_000))
    for row in shop.rows(CashSession, closed_at=None):
        # The days before this one.
        drawer.close_session(shop.ben, row.id, counted="0", note="law")
    day = Day(shop, tea, chitra, drawer.open_session(shop.ben, from_paise(opening_float)).id, opening_float)
    for step in steps:
        day.step(*step)
    assert to_paise(drawer_report(day.session).sums.expected) == day.held
    assert len(shop.rows(Sale, cash_session_id=None)) == 0
    day.close(None, 0)
    assert list(books.differences()) == []
