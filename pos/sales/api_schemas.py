"""What the sales endpoints take and give (PLAN.md 3.4, 5.1)."""

from __future__ import annotations

from marshmallow import fields, validate

from pos.core.api.door import PageSchema, PagingArgs, enveloped
from pos.core.api.fields import BodySchema, CamelSchema, Moment, Percent, Quantity, Rupees, Text, WholeNumber, YesNo
from pos.sales.ledger import SORTS
from pos.sales.models import METHODS, STATUSES, SUMMED_METHODS
from pos.sales.order import MOST_LINES

# PLAN.md's own.
CHECKOUT = {
    "customerId": None,
    "items": [{"productId": "01a20742-5b1e-7cc3-9f0a-3d2b6f7e8c11", "quantity": 2, "discount": 0}],
    "paymentMethod": "CASH",
    "amountPaid": 100.00,
    "notes": "Regular customer",
}
ASKED_METHODS = ("CASH", "UPI", "CARD", "BANK_TRANSFER", "CREDIT", "PARTIAL")


class SaleItemSchema(CamelSchema):
    """One line of a bill; `discount` is rupees per unit."""

    id = fields.UUID()
    product_id = fields.UUID()
    product_name = fields.String(metadata={"example": "Tata Salt 1kg"})
    unit = fields.String()
    hsn_code = fields.String(allow_none=True)
    quantity = Quantity(metadata={"example": 2})
    unit_price = Rupees(metadata={"example": 22.00})
    mrp = Rupees(allow_none=True)
    discount = Rupees(metadata={"description": "Rupees per unit.", "example": 0.00})
    line_total = Rupees(metadata={"description": "Gross less the line's discount.", "example": 44.00})
    tax_rate = Percent()
    taxable = Rupees()
    tax = Rupees()


class PaymentSchema(CamelSchema):
    """One tender or refund of a bill."""

    kind = fields.String(validate=validate.OneOf(("TENDER", "REFUND")))
    method = fields.String(validate=validate.OneOf(METHODS))
    amount = Rupees()
    tendered = Rupees()
    reference = fields.String(allow_none=True)
    created_at = Moment()


class SaleRowSchema(CamelSchema):
    """A bill. subtotal - discountAmount + taxAmount + roundOff = totalAmount."""

    id = fields.UUID()
    bill_number = fields.String(metadata={"example": "BILL-2025-001240"})
    customer_id = fields.UUID(allow_none=True)
    customer_name = fields.String(allow_none=True)
    subtotal = Rupees(metadata={"example": 104.00})
    discount_amount = Rupees(metadata={"example": 10.00})
    tax_amount = Rupees(metadata={"example": 4.70})
    round_off = Rupees()
    total_amount = Rupees(metadata={"example": 98.70})
    amount_paid = Rupees(
        attribute="amount_tendered", metadata={"description": "What was handed over.", "example": 100.00}
    )
    change_due = Rupees(metadata={"example": 1.30})
    credit_amount = Rupees()
    payment_method = fields.String(validate=validate.OneOf(SUMMED_METHODS))
    payment_status = fields.String(validate=validate.OneOf(STATUSES))
    points_redeemed = fields.Integer()
    points_earned = fields.Integer()
    notes = fields.String(allow_none=True)
    created_by = fields.UUID(allow_none=True)
    created_at = Moment()
    updated_at = Moment()
    voided_at = Moment(allow_none=True)
    void_reason = fields.String(allow_none=True)


class SaleSchema(SaleRowSchema):
    """A bill with its items and payments."""

    items = fields.List(fields.Nested(SaleItemSchema))
    payments = fields.List(fields.Nested(PaymentSchema))


class SummarySchema(CamelSchema):
    """Counts and sums of some sales, voided ones left out."""

    bills_count = fields.Integer()
    cash_sales = fields.Integer(metadata={"description": "Bills paid in full."})
    credit_sales = fields.Integer(metadata={"description": "Bills of which something stayed on credit."})
    total_amount = Rupees()
    amount_paid = Rupees()
    credit_amount = Rupees()
    tax_amount = Rupees()
    discount_amount = Rupees()


class ItemArgs(BodySchema):
    """So much of a product."""

    product_id = fields.UUID(required=True)
    quantity = Quantity(required=True, metadata={"example": 2})
    discount = Rupees(load_default=0, metadata={"description": "Rupees per unit."})


class TenderArgs(BodySchema):
    """One of several ways in which a bill is paid."""

    method = fields.String(required=True, validate=validate.OneOf(METHODS))
    amount = Rupees(required=True)
    reference = Text(allow_none=True, load_default=None, validate=validate.Length(max=100))


class BillDiscountArgs(BodySchema):
    """A discount on the whole bill: an amount or a percent."""

    amount = Rupees()
    percent = Percent(validate=validate.Range(0, 100))


class CheckoutArgs(BodySchema):
    """A checkout, as in PLAN.md 5.1; `payments` splits it over several tenders."""

    customer_id = fields.UUID(allow_none=True, load_default=None)
    items = fields.List(
        fields.Nested(ItemArgs),
        required=True,
        validate=validate.Length(1, MOST_LINES, error="At least one item required, at most 500"),
    )
    payment_method = fields.String(validate=validate.OneOf(ASKED_METHODS))
    amount_paid = Rupees(metadata={"description": "What the customer handed over.", "example": 100.00})
    notes = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=500))
    payments = fields.List(fields.Nested(TenderArgs), validate=validate.Length(max=20))
    bill_discount = fields.Nested(BillDiscountArgs, allow_none=True, load_default=None)
    redeem_points = WholeNumber(load_default=0, validate=validate.Range(0, 1_000_000))


class NotesArgs(BodySchema):
    """New notes of a bill; `updatedAt` is what the editor saw."""

    notes = fields.String(allow_none=True, required=True, validate=validate.Length(max=500))
    updated_at = Moment(load_default=None, allow_none=True)


class VoidArgs(BodySchema):
    """Why a bill is voided."""

    reason = Text(load_default=None, allow_none=True)


class ReasonQuery(CamelSchema):
    """Why a bill is voided, for programs that send no body with DELETE."""

    reason = fields.String(load_default=None)


class ReturnItemArgs(BodySchema):
    """So much of one line comes back."""

    sale_item_id = fields.UUID(required=True)
    quantity = Quantity(required=True)
    fit_for_sale = YesNo(load_default=True)


class ReturnArgs(BodySchema):
    """What comes back, why, and how the money is given back."""

    items = fields.List(fields.Nested(ReturnItemArgs), required=True, validate=validate.Length(1, MOST_LINES))
    refund_to = fields.String(required=True, validate=validate.OneOf((*METHODS, "KHATA")))
    reason = Text(required=True)


class CreditNoteSchema(CamelSchema):
    """Goods of a bill taken back."""

    id = fields.UUID()
    note_number = fields.String(metadata={"example": "CRN-2026-000001"})
    sale_id = fields.UUID()
    total_amount = Rupees()
    refund_amount = Rupees()
    credit_reversed = Rupees()
    reason = fields.String()
    created_at = Moment()


class SalesArgs(PagingArgs):
    """Which sales are wanted."""

    search = fields.String(load_default="", validate=validate.Length(max=100))
    start_date = fields.Date(load_default=None)
    end_date = fields.Date(load_default=None)
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    payment_method = fields.String(load_default=None, validate=validate.OneOf(SUMMED_METHODS))
    customer_id = fields.UUID(load_default=None)
    cashier_id = fields.UUID(load_default=None)
    sort_by = fields.String(load_default="createdAt", validate=validate.OneOf(SORTS))
    sort_order = fields.String(load_default="desc", validate=validate.OneOf(("asc", "desc")))


class RangeArgs(PagingArgs):
    """From which day to which, both included, in the store's days."""

    start_date = fields.Date(required=True)
    end_date = fields.Date(required=True)


class ReceiptArgs(CamelSchema):
    """As what, and on which paper."""

    format = fields.String(load_default="pdf", validate=validate.OneOf(("pdf", "html")))
    size = fields.String(load_default=None, validate=validate.OneOf(("80mm", "58mm", "a4", "a5")))


SaleAnswer = enveloped("Sale", sale=fields.Nested(SaleSchema))
SalesAnswer = enveloped("Sales", sales=fields.List(fields.Nested(SaleRowSchema)), pagination=fields.Nested(PageSchema))
TodayAnswer = enveloped("Today", date=fields.Date(), summary=fields.Nested(SummarySchema))
RangeAnswer = enveloped(
    "Range",
    summary=fields.Nested(SummarySchema),
    sales=fields.List(fields.Nested(SaleRowSchema)),
    pagination=fields.Nested(PageSchema),
)
VoidAnswer = enveloped(
    "Void", sale=fields.Nested(SaleSchema), refunds=fields.Dict(keys=fields.String(), values=Rupees())
)
CreditNoteAnswer = enveloped("CreditNote", credit_note=fields.Nested(CreditNoteSchema))
CreditNotesAnswer = enveloped("CreditNotes", credit_notes=fields.List(fields.Nested(CreditNoteSchema)))
