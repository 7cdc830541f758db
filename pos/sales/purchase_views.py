"""What a customer bought, as a page beside their khata; it lies under /customers, but bills are sales' knowledge."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request

from pos.core.paging import asked_page
from pos.core.web import needs
from pos.customers import people
from pos.sales import bought as finding
from pos.sales.words import method_name, status_name

blueprint = Blueprint("purchases", __name__, url_prefix="/customers")


@blueprint.get("/<uuid:customer_id>/purchases")
@needs("see_sales")
def bought(customer_id: UUID) -> str:
    """A customer's bills, and what they buy most."""
    return render_template(
        "sales/bought.html",
        customer=people.find(customer_id),
        found=finding.bills_of(customer_id, asked_page(request.args.get("page"))),
        goods=finding.bought_most(customer_id),
        method_name=method_name,
        status_name=status_name,
    )
