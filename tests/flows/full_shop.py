"""A shop in the middle of its day, with something to show on every page, and the addresses of all its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from itertools import product
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.routing.converters import AnyConverter

from pos.backups import making, sealing
from pos.backups.commands import folder_of
from pos.catalog import drafts, posting
from pos.catalog.models import Product
from pos.core import clock
from pos.customers.importing import imports as customer_imports
from pos.customers.khata import take_credit_payment
from pos.customers.promises import promise_payment
from pos.sales import drawer
from pos.sales.checkout import Tender
from pos.sales.models import SaleItem
from pos.sales.reckoning import ReturnLine
from pos.sales.returning import return_items
from pos.till import cart, lines
from pos.till.payment import pay_cart
from pos.till.sheets import SHEETS
from pos.till.terms import set_customer
from tests.catalog.product_files import Desk, as_csv
from tests.shop import Shop

PRICE_LIST = as_csv(
    ["item_name", "barcode", "rate", "mrp", "colour"],
    ["Ragi Flour 1 Kg", "8907777777777", "62", "70", "brown"],
    ["", "8907777777778", "50", "60", "red"],
    ["Ragi Flour 1 Kg", "", "64", "60", "brown"],
    ["Butter 100 Gm", "8902222222222", "58", "60", "yellow"],
)
KHATA = as_csv(["name", "phone", "balance"], ["Ramesh Pawar", "9820098200", "350"], ["", "12", "-5"])
NO_PAGES = {"backups.download"}
# Addresses that look different with something after the question mark, or that no route has.
MORE = (
    "/products?q=dal&status=active",
    "/products?q=nothing-like-this",
    "/products/new?barcode=8909999999999",
    "/no-such-page",
    "/reports/sales?view=bill",
    "/reports/inventory?view=register",
    "/proof?run=1",
)


def fill(shop: Shop, products: Sequence[UUID]) -> dict[str, list[Any]]:
    """Sell, owe, pay back, hold a bill, scan goods in and begin imports; gives what arguments of addresses may be.

    A name with an endpoint before it holds for that page alone.
    """
    shop.settings(cash_sessions_enabled=True)
    session = drawer.open_session(shop.asha, "500").id
    customer = shop.customer("Chitra Rao", credit_limit=Decimal(2000))
    paid, credit = _sale(shop, products[:3], None), _sale(shop, products[2:4], customer)
    repaid = take_credit_payment(shop.asha, customer, amount=Decimal(40), method="CASH")
    promise_payment(shop.asha, customer, due_date=clock.today("Asia/Kolkata"), notes="Her son brings it")
    item = shop.rows(SaleItem, sale_id=paid[1])[0]
    back = return_items(shop.asha, paid[1], [ReturnLine(item.id, Decimal(1))], refund_to="CASH", reason="Torn")
    held = _cart(shop, products[:1])
    cart.hold(shop.asha, held, "Blue shirt")
    open_cart = _cart(shop, products)
    set_customer(shop.asha, open_cart, customer)
    drawer.cash_out(shop.asha, session, "30", "Tea")
    desk = Desk(shop)
    goods = desk.bring_in(PRICE_LIST, shop.asha)
    people = customer_imports.bring_in(shop.asha, desk.uploads / "customers", "khata.csv", BytesIO(KHATA))
    return {
        "product_id": [products[0]],
        "customer_id": [customer],
        "user_id": [shop.ben.id],
        "sale_id": [paid[1], credit[1]],
        "cart_id": [open_cart],
        "till.done cart_id": [paid[0], credit[0]],
        "note_id": [back.credit_note_id],
        "entry_id": [repaid.entry_id],
        "session_id": [session, _closed_drawer(shop)],
        "draft_id": _lists(shop, products),
        "reference_id": [_received(shop, products)],
        "import_id": [goods],
        "customer_imports.look import_id": [people],
        "customer_imports.rows import_id": [people],
        "customer_imports.rows_csv import_id": [people],
        "backups.restore name": [_backup(shop)],
        "picture": ["till.webp"],
        "till.sheet_of name": [name for name in SHEETS if name != "weigh"],
    }


def _backup(shop: Shop) -> str:
    """A backup whose page asks for its key."""
    folder = folder_of(shop.app.extensions["pos"]["config"])
    return making.make(folder, key=sealing.new_pair()[0]).backup.name


def _closed_drawer(shop: Shop) -> UUID:
    """A drawer that was counted and found ₹10 short."""
    session = drawer.open_session(shop.asha, "200", "Back room").id
    drawer.close_session(shop.asha, session, denominations={100: 1, 50: 1, 20: 2}, note="Looked twice")
    return session


def _lists(shop: Shop, products: Sequence[UUID]) -> list[UUID]:
    """Goods scanned and not yet put anywhere: one list of each kind, and an empty one."""
    wanted = {product_id: {"quantity": "2", "seen": "10"} for product_id in products}
    full = [drafts.start(shop.asha, kind, wanted) for kind in ("receive", "count", "labels")]
    return [*full, drafts.start(shop.ben, "receive", {})]


def _received(shop: Shop, products: Sequence[UUID]) -> UUID:
    wanted = {product_id: {"quantity": "3"} for product_id in products[:2]}
    return posting.post(shop.asha, drafts.start(shop.asha, "receive", wanted))


def _cart(shop: Shop, products: Sequence[UUID]) -> UUID:
    """A cart of Asha's with one of each, half a kilo of what is loose."""
    cart_id = cart.new_cart(shop.asha, None)
    for product_id in products:
        weight = "0.5" if shop.row(Product, product_id).unit == "kg" else None
        lines.add_product(shop.asha, cart_id, product_id, weight)
    return cart_id


def _sale(shop: Shop, products: Sequence[UUID], customer: UUID | None) -> tuple[UUID, UUID]:
    """A cart and the bill it became: paid in cash, or on the khata of a customer."""
    cart_id = _cart(shop, products)
    if customer:
        set_customer(shop.asha, cart_id, customer)
    return cart_id, pay_cart(shop.asha, cart_id, [] if customer else [Tender("CASH", Decimal(500))])


def addresses(shop: Shop, known: Mapping[str, list[Any]], blueprint: str) -> list[str]:
    """Every address of a feature that shows a page to the shop's owner."""
    rules = [rule for rule in shop.app.url_map.iter_rules() if rule.endpoint.startswith(f"{blueprint}.")]
    rules = [rule for rule in rules if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES]
    found = [address for rule in rules for address in _of(rule, known)]
    asha = shop.client("asha")
    return [address for address in sorted(found) if _is_page(asha, address)]


def _of(rule: Rule, known: Mapping[str, list[Any]]) -> list[str]:
    names = sorted(rule.arguments)
    choices = [_choices(rule, name, known) for name in names]
    return [_filled(rule, dict(zip(names, values, strict=True))) for values in product(*choices)]


def _choices(rule: Rule, name: str, known: Mapping[str, list[Any]]) -> list[Any]:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)
    choices = known.get(f"{rule.endpoint} {name}", known.get(name))
    assert choices, f"full_shop.fill must say what <{name}> of {rule.rule} may be"
    return choices


def _filled(rule: Rule, values: Mapping[str, Any]) -> str:
    built = rule.build(values)
    assert built is not None, f"{rule.rule} with {values}"
    return built[1]


def _is_page(browser: FlaskClient, address: str) -> bool:
    answer = browser.get(address)
    assert answer.status_code in (200, 303), f"{address}: {answer.status}"
    return answer.status_code == 200 and answer.mimetype == "text/html"
