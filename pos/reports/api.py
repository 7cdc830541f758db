"""Dashboard and analytics endpoints of the API (PLAN.md 3.6)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from marshmallow import fields, validate

from pos.catalog.alerts import standing
from pos.core.api.door import ApiBlueprint, acting, answer, enveloped, for_whom
from pos.core.api.fields import CamelSchema, Quantity, Rupees, WholeNumber
from pos.reports import analytics, books, dashboard, promises, spans, tops
from pos.reports.summing import PROGRAM_SECONDS, make_ready
from pos.settings import store

blueprint = ApiBlueprint("reports", description="The shop at a glance and over time.")
MOST_ALERTS = 20


class LowSchema(CamelSchema):
    """A product that runs low."""

    product_id = fields.UUID(attribute="id")
    name = fields.String(metadata={"example": "Tata Salt 1kg"})
    current_stock = Quantity(attribute="stock_quantity", metadata={"example": 5})
    min_stock = Quantity(attribute="min_stock_level", metadata={"example": 10})
    unit = fields.String()


class ExpiringSchema(CamelSchema):
    """A product that expires soon, or has."""

    product_id = fields.UUID()
    name = fields.String(metadata={"example": "Amul Milk 500ml"})
    expiry_date = fields.Date()
    days_left = fields.Integer(metadata={"description": "Below zero once it is past.", "example": 2})
    stock = Quantity()


class AlertsSchema(CamelSchema):
    """What the shelf needs."""

    low_stock = fields.List(fields.Nested(LowSchema))
    expiring = fields.List(fields.Nested(ExpiringSchema))


def _figures(name: str, everybody: bool = False, **figures: fields.Field[Any]) -> fields.Nested:
    return fields.Nested(CamelSchema.from_dict(figures, name=name), allow_none=not everybody)


class SpanArgs(CamelSchema):
    """From which day to which; the last thirty where nothing is said."""

    start_date = fields.Date(load_default=None)
    end_date = fields.Date(load_default=None)


class TrendArgs(SpanArgs):
    """A span in buckets."""

    period = fields.String(load_default="day", validate=validate.OneOf(analytics.PERIODS))


class TopArgs(SpanArgs):
    """How many, and best by what."""

    limit = WholeNumber(load_default=10, validate=validate.Range(1, 100))


class TopProductsArgs(TopArgs):
    """How many, and best by what."""

    sort_by = fields.String(load_default="revenue", validate=validate.OneOf(("revenue", "quantity", "profit")))


class TakingsSchema(CamelSchema):
    """Sums of a span."""

    bills_count = fields.Integer()
    total_amount = Rupees()
    returns_amount = Rupees()
    net_amount = Rupees()
    discount_amount = Rupees()
    tax_amount = Rupees()
    credit_amount = Rupees()
    average_bill = Rupees()


class BucketSchema(CamelSchema):
    """One bucket of a trend."""

    start = fields.String(metadata={"description": "A day, a week's Monday, a month's first, or an hour (00 to 23)."})
    bills_count = fields.Integer()
    total_amount = Rupees()
    returns_amount = Rupees()
    revenue = Rupees(metadata={"description": "Without tax."})
    cost = Rupees()
    profit = Rupees()


class PromiseSchema(CamelSchema):
    """One promise of the books."""

    promise = fields.String()
    differences = fields.List(fields.String())


class TopProductSchema(CamelSchema):
    """A best seller."""

    product_id = fields.UUID()
    name = fields.String()
    unit = fields.String()
    quantity = Quantity()
    revenue = Rupees()
    profit = Rupees()


class TopCustomerSchema(CamelSchema):
    """Who spent most."""

    customer_id = fields.UUID()
    name = fields.String()
    bills_count = fields.Integer()
    total_spent = Rupees()


DashboardAnswer = enveloped(
    "Dashboard",
    today_sales=_figures(
        "TodaySales",
        total_amount=Rupees(metadata={"example": 12450.00}),
        bills_count=fields.Integer(metadata={"example": 47}),
        cash_sales=fields.Integer(),
        credit_sales=fields.Integer(),
    ),
    credit_outstanding=_figures("Outstanding", total_amount=Rupees(), customers_count=fields.Integer()),
    inventory=_figures(
        "Inventory",
        everybody=True,
        active_products=fields.Integer(),
        low_stock_count=fields.Integer(),
        expiring_count=fields.Integer(),
    ),
    customers=_figures("People", total=fields.Integer(), new_this_week=fields.Integer()),
    alerts=fields.Nested(AlertsSchema),
)
ProofAnswer = enveloped("Proof", proven=fields.Boolean(), promises=fields.List(fields.Nested(PromiseSchema)))
AlertsAnswer = enveloped("Alerts", alerts=fields.Nested(AlertsSchema))
SalesAnalyticsAnswer = enveloped(
    "SalesAnalytics",
    summary=fields.Nested(TakingsSchema),
    previous=fields.Nested(TakingsSchema),
    buckets=fields.List(fields.Nested(BucketSchema)),
)
RevenueAnswer = enveloped("Revenue", buckets=fields.List(fields.Nested(BucketSchema)))
TopProductsAnswer = enveloped("TopProducts", products=fields.List(fields.Nested(TopProductSchema)))
TopCustomersAnswer = enveloped("TopCustomers", customers=fields.List(fields.Nested(TopCustomerSchema)))


def _alerts(most: int) -> dict[str, Any]:
    found = standing(store.current(), most)
    expiring = [
        {
            "product_id": row.id,
            "name": row.name,
            "expiry_date": row.expiry_date,
            "days_left": (row.expiry_date - found.today).days,
            "stock": row.stock_quantity,
        }
        for row in found.expiring.rows
    ]
    return {"low_stock": found.low.rows, "expiring": expiring}


@blueprint.get("/dashboard")
@blueprint.response(200, DashboardAnswer)
@for_whom("see_dashboard")
def glance() -> dict[str, Any]:
    """The shop at a glance; figures that the role may not see are null."""
    shown = dashboard.dashboard(acting())
    figures = {name: getattr(shown, name) for name in ("today_sales", "credit_outstanding", "inventory", "customers")}
    return answer(**{name: asdict(part) if part else None for name, part in figures.items()}, alerts=_alerts(5))


@blueprint.get("/reports/proof")
@blueprint.response(200, ProofAnswer)
@for_whom("see_reports")
def proof() -> dict[str, Any]:
    """The proof of the books: every figure that is kept, worked out again (owner only)."""
    made = [{"promise": promises.in_words(name), "differences": found} for name, found in books.proof(books.MOST_SUMS)]
    return answer(proven=not any(one["differences"] for one in made), promises=made)


@blueprint.get("/dashboard/alerts")
@blueprint.response(200, AlertsAnswer)
@for_whom("see_dashboard")
def alerts() -> dict[str, Any]:
    """Products that run low, and products that expire."""
    return answer(alerts=_alerts(MOST_ALERTS))


@blueprint.get("/analytics/sales")
@blueprint.arguments(TrendArgs, location="query")
@blueprint.response(200, SalesAnalyticsAnswer)
@for_whom("see_reports")
def sales(asked: dict[str, Any]) -> dict[str, Any]:
    """Sales of a span, against the span before, in buckets (owner only)."""
    span = spans.span(asked["start_date"], asked["end_date"])
    make_ready(spans.Span(span.before().first, span.last), PROGRAM_SECONDS)
    sums = [analytics.takings(acting(), one) for one in (span, span.before())]
    return answer(summary=sums[0], previous=sums[1], buckets=analytics.trend(acting(), span, asked["period"]))


@blueprint.get("/analytics/revenue")
@blueprint.arguments(TrendArgs, location="query")
@blueprint.response(200, RevenueAnswer)
@for_whom("see_reports")
def revenue(asked: dict[str, Any]) -> dict[str, Any]:
    """Revenue, cost and profit over time (owner only)."""
    span = spans.span(asked["start_date"], asked["end_date"])
    make_ready(span, PROGRAM_SECONDS)
    return answer(buckets=analytics.trend(acting(), span, asked["period"]))


@blueprint.get("/analytics/top-products")
@blueprint.arguments(TopProductsArgs, location="query")
@blueprint.response(200, TopProductsAnswer)
@for_whom("see_reports")
def top_products(asked: dict[str, Any]) -> dict[str, Any]:
    """The best sellers of a span (owner only)."""
    span = spans.span(asked["start_date"], asked["end_date"])
    return answer(products=tops.top_products(acting(), span, asked["sort_by"], asked["limit"]))


@blueprint.get("/analytics/top-customers")
@blueprint.arguments(TopArgs, location="query")
@blueprint.response(200, TopCustomersAnswer)
@for_whom("see_reports")
def top_customers(asked: dict[str, Any]) -> dict[str, Any]:
    """Who spent most in a span (owner only)."""
    span = spans.span(asked["start_date"], asked["end_date"])
    return answer(customers=tops.top_customers(acting(), span, asked["limit"]))
