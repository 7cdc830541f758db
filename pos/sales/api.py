"""Sales endpoints of the API (PLAN.md 3.4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Response, make_response, request
from sqlalchemy import select

from pos.core.api.door import (
    ApiBlueprint,
    DaysArgs,
    acting,
    answer,
    at_a_till,
    for_whom,
    idempotency_key,
    listed,
    takes_key,
)
from pos.core.db import execute, table
from pos.core.errors import Invalid, NotFound
from pos.core.language import gettext as _
from pos.customers import people
from pos.sales import api_schemas as shapes
from pos.sales import bills, ledger, receipt
from pos.sales.checkout import Checkout, CheckoutLine, Tender, complete_sale
from pos.sales.ledger import Wanted
from pos.sales.notes import change_notes
from pos.sales.pricing import BillDiscount
from pos.sales.prints import is_duplicate, prints_of
from pos.sales.returning import ReturnLine, return_items
from pos.sales.returns_and_drawer import CreditNote
from pos.sales.voiding import void_sale
from pos.settings import store

blueprint = ApiBlueprint("sales", description="Bills: made, found, voided, returned, printed.")
SCOPE = "api"


@blueprint.get("/sales")
@blueprint.arguments(shapes.SalesArgs, location="query")
@blueprint.response(200, shapes.SalesAnswer)
@for_whom("see_sales")
def sales(asked: dict[str, Any]) -> dict[str, Any]:
    """All sales, newest first, by filters."""
    wanted = Wanted(
        asked["search"],
        asked["start_date"],
        asked["end_date"],
        asked["status"],
        asked["payment_method"],
        asked["customer_id"],
        asked["cashier_id"],
    )
    order = {"sort": asked["sort_by"], "descending": asked["sort_order"] == "desc"}
    return listed("sales", ledger.sales(acting(), wanted, page=asked["page"], limit=asked["limit"], **order))


@blueprint.get("/customers/<uuid:customer_id>/history")
@blueprint.arguments(DaysArgs, location="query")
@blueprint.response(200, shapes.SalesAnswer)
@for_whom("see_sales")
def history(asked: dict[str, Any], customer_id: UUID) -> dict[str, Any]:
    """What a customer bought, newest first."""
    people.find(customer_id)
    wanted = Wanted(customer_id=customer_id, first=asked["start_date"], last=asked["end_date"])
    return listed("sales", ledger.sales(acting(), wanted, page=asked["page"], limit=asked["limit"]))


@blueprint.get("/sales/today")
@blueprint.response(200, shapes.TodayAnswer)
@for_whom("see_sales")
def today() -> dict[str, Any]:
    """What was sold today, in the store's day."""
    day = store.current().today()
    return answer(date=day, summary=ledger.summary(acting(), Wanted(first=day, last=day)))


@blueprint.get("/sales/date-range")
@blueprint.arguments(shapes.RangeArgs, location="query")
@blueprint.response(200, shapes.RangeAnswer)
@for_whom("see_sales")
def date_range(asked: dict[str, Any]) -> dict[str, Any]:
    """The sales of some days, with their sums."""
    wanted = Wanted(first=asked["start_date"], last=asked["end_date"])
    page = ledger.sales(acting(), wanted, page=asked["page"], limit=asked["limit"])
    return answer(summary=ledger.summary(acting(), wanted), sales=page.rows, pagination=page)


@blueprint.get("/sales/bill/<string:bill_number>")
@blueprint.response(200, shapes.SaleAnswer)
@for_whom("see_sales")
def by_number(bill_number: str) -> dict[str, Any]:
    """One sale by its bill number."""
    found = bills.find_by_number(bill_number)
    if found is None:
        raise NotFound(_("There is no bill %(number)s.", number=bill_number[:50]), code="SALE_NOT_FOUND")
    return answer(sale=ledger.sale(acting(), found))


@blueprint.get("/sales/<uuid:sale_id>")
@blueprint.response(200, shapes.SaleAnswer)
@for_whom("see_sales")
def sale(sale_id: UUID) -> dict[str, Any]:
    """One sale with its items."""
    return answer(sale=ledger.sale(acting(), sale_id))


@blueprint.post("/sales")
@blueprint.arguments(shapes.CheckoutArgs, example=shapes.CHECKOUT)
@blueprint.response(201, shapes.SaleAnswer)
@for_whom("sell")
@takes_key
@at_a_till
def checkout(asked: dict[str, Any]) -> Any:
    """Make a bill. The same Idempotency-Key with the same body gives the same bill again."""
    done = complete_sale(acting(), _checkout(asked), idempotency_key(), scope=SCOPE)
    body = answer(sale=ledger.sale(acting(), done.sale_id))
    return (body, 201, {"Idempotent-Replayed": "true"}) if done.replayed else body


def _checkout(asked: dict[str, Any]) -> Checkout:
    lines = [CheckoutLine(item["product_id"], item["quantity"], Decimal(item["discount"])) for item in asked["items"]]
    return Checkout(
        tuple(lines),
        _tenders(asked),
        asked["customer_id"],
        _bill_discount(asked["bill_discount"] or {}),
        asked["redeem_points"],
        asked["notes"],
    )


def _bill_discount(asked: dict[str, Any]) -> BillDiscount:
    if "amount" in asked and "percent" in asked:
        raise Invalid(_("A discount is an amount or a percent, not both."), field="billDiscount")
    if any(value < 0 for value in asked.values()):
        raise Invalid(_("A discount is never below zero."), field="billDiscount")
    return BillDiscount(**asked)


def _tenders(asked: dict[str, Any]) -> tuple[Tender, ...]:
    """PLAN.md's paymentMethod and amountPaid as tenders, or the payments themselves."""
    method, paid = asked.get("payment_method"), asked.get("amount_paid")
    if "payments" in asked:
        tenders = tuple(Tender(one["method"], one["amount"], one["reference"]) for one in asked["payments"])
        if paid is not None and paid != sum(one.amount for one in tenders):
            raise Invalid(_("The payments do not add up to amountPaid."), field="payments")
        return tenders
    if method == "CREDIT" and asked["customer_id"] is None:
        raise Invalid(_("Customer required for credit sales"), code="CUSTOMER_REQUIRED", field="customerId")
    if method is None or (paid is None and method != "CREDIT"):
        raise Invalid(_("Say how and how much was paid: paymentMethod and amountPaid, or payments."), field="payments")
    # CREDIT and PARTIAL say that not all is paid, but not in what: it is cash unless `payments` says otherwise.
    return (Tender("CASH" if method in {"CREDIT", "PARTIAL"} else method, paid or Decimal(0)),)


@blueprint.put("/sales/<uuid:sale_id>")
@blueprint.arguments(shapes.NotesArgs)
@blueprint.response(200, shapes.SaleAnswer)
@for_whom("sell")
def change(asked: dict[str, Any], sale_id: UUID) -> dict[str, Any]:
    """Change a sale's notes; nothing else of a bill ever changes."""
    change_notes(acting(), sale_id, asked["notes"], asked["updated_at"])
    return answer(sale=ledger.sale(acting(), sale_id))


@blueprint.delete("/sales/<uuid:sale_id>")
@blueprint.arguments(shapes.ReasonQuery, location="query")
@blueprint.response(200, shapes.VoidAnswer)
@for_whom("void_sale")
@takes_key
@at_a_till
def void(asked: dict[str, Any], sale_id: UUID) -> dict[str, Any]:
    """Void a sale (owner only); the reason comes in the query or in a JSON body."""
    body = request.get_json(silent=True) if request.is_json else None
    reason = asked["reason"] or (body or {}).get("reason") if isinstance(body, dict | None) else None
    done = void_sale(acting(), sale_id, str(reason) if reason else None, idempotency_key())
    return answer(sale=ledger.sale(acting(), sale_id), refunds=done.refunds)


@blueprint.post("/sales/<uuid:sale_id>/returns")
@blueprint.arguments(shapes.ReturnArgs)
@blueprint.response(201, shapes.CreditNoteAnswer)
@for_whom("take_returns")
@takes_key
@at_a_till
def take_back(asked: dict[str, Any], sale_id: UUID) -> Any:
    """Take some of a sale's goods back: a credit note."""
    lines = [ReturnLine(one["sale_item_id"], one["quantity"], one["fit_for_sale"]) for one in asked["items"]]
    how = {"refund_to": asked["refund_to"], "reason": asked["reason"], "key": idempotency_key()}
    done = return_items(acting(), sale_id, lines, **how)
    notes = table(CreditNote)
    body = answer(credit_note=execute(select(notes).where(notes.c.id == done.credit_note_id)).one())
    return (body, 201, {"Idempotent-Replayed": "true"}) if done.replayed else body


@blueprint.get("/sales/<uuid:sale_id>/returns")
@blueprint.response(200, shapes.CreditNotesAnswer)
@for_whom("see_sales")
def returns(sale_id: UUID) -> dict[str, Any]:
    """The credit notes of a sale, in order."""
    ledger.sale(acting(), sale_id)
    notes = table(CreditNote)
    found = execute(select(notes).where(notes.c.sale_id == sale_id).order_by(notes.c.created_at, notes.c.id))
    return answer(credit_notes=found.all())


@blueprint.get("/sales/<uuid:sale_id>/receipt")
@blueprint.arguments(shapes.ReceiptArgs, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
@blueprint.alt_response(200, schema={"type": "string"}, content_type="text/html")
@for_whom("see_sales")
def print_receipt(asked: dict[str, Any], sale_id: UUID) -> Response:
    """The bill on paper, for the asked size or the store's usual one: a PDF counts as a print, HTML is a whole page."""
    bill = bills.bill(sale_id)
    size = receipt.size_or_refuse(asked["size"], bill.store.receipt_size)
    if asked["format"] == "html":
        return make_response(receipt.document(bill, size, is_duplicate(prints_of(sale_id), None)))
    if request.method == "HEAD":
        return Response(mimetype="application/pdf")
    named = {"Content-Disposition": f'inline; filename="{receipt.file_name(bill, size)}"'}
    return Response(receipt.printed(acting(), bill, size), mimetype="application/pdf", headers=named)
