"""The pages of the catalogue: the list, one product, adding and editing, its stock, alerts, export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, render_template, request, send_file, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from pos.catalog import alerts as shelf_alerts
from pos.catalog import barcodes, export, list_forms, listing, stock
from pos.catalog import products as rules
from pos.catalog.forms import (
    MOVEMENT_LABELS,
    ONLY_NEW,
    ONLY_OLD,
    STATUS_LABELS,
    ProductForm,
    StockForm,
    as_typed,
)
from pos.core.errors import KeyReused, NotFound, PosError
from pos.core.form_parts import new_key, typed_moment
from pos.core.language import gettext as _
from pos.core.paging import LEAST_LIMIT, asked_limit, asked_page
from pos.core.web import actor, attach, go_to, is_htmx, local_address, needs, page_or_fragment, see_other
from pos.settings import store

blueprint = Blueprint("catalog", __name__, url_prefix="/products")

MOVES: dict[str, Callable[..., stock.Moved]] = {"restock": stock.restock, "count": stock.count, "adjust": stock.adjust}
CARRIED_OVER = ("category", "brand", "unit", "tax_rate", "hsn_code")


@blueprint.get("")
@needs("edit_products")
def products() -> str:
    """The list of products; as a fragment, its rows alone."""
    terms = store.current()
    wanted = list_forms.wanted(request.args, terms)
    page = listing.products(
        wanted, asked_page(request.args.get("page")), asked_limit(request.args.get("limit")), nearest=True
    )
    values = {"page": page, "wanted": wanted, "asked": list_forms.kept(request.args), **_days_and_names(terms)}
    values["sorted_by"] = list_forms.sorted_by(request.args)
    if is_htmx():
        return render_template("catalog/_products.html", **values)
    return render_template(
        "catalog/products.html",
        **values,
        categories=listing.categories(),
        sorts=list_forms.SORT_LABELS.items(),
        alerts=shelf_alerts.standing(terms),
    )


@blueprint.get("/alerts")
@needs("edit_products")
def alerts() -> str:
    """What runs low and what expires; asked for every minute by the pages that show it."""
    standing = shelf_alerts.standing(store.current(), most=LEAST_LIMIT)
    return page_or_fragment("catalog/alerts.html", "catalog/_alerts.html", alerts=standing)


@blueprint.get("/export.csv")
@needs("edit_products")
def export_csv() -> ResponseReturnValue:
    """The whole catalogue as CSV."""
    pieces = stream_with_context(export.as_csv(actor()))
    return Response(pieces, mimetype="text/csv", headers={"Content-Disposition": f"attachment; filename={_file()}.csv"})


@blueprint.get("/export.xlsx")
@needs("edit_products")
def export_xlsx() -> ResponseReturnValue:
    """The whole catalogue as a spreadsheet."""
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return send_file(export.as_xlsx(actor()), mimetype=sheet, as_attachment=True, download_name=f"{_file()}.xlsx")


@blueprint.route("/new", methods=["GET", "POST"])
@needs("edit_products")
def new() -> ResponseReturnValue:
    """Add a product; a scanned barcode may come along as ?barcode=."""
    given = {name: request.args.get(name) for name in ("barcode", "name", *CARRIED_OVER)}
    form = ProductForm(data={name: text for name, text in given.items() if text})
    form.leave_out(ONLY_OLD | _not_theirs())
    if request.method == "GET":
        return _product_form(form)
    try:
        product_id = rules.add_product(actor(), form.values(), form.form_key.data)
    except PosError as error:
        return _refused(form, error)
    _tell(_("%(name)s was added.", name=form.name.data), form.barcode.data)
    if request.form.get("then") == "another":
        return see_other("catalog.new", **{name: form.data.get(name) or None for name in CARRIED_OVER})
    return _onwards(product_id)


@blueprint.route("/<uuid:product_id>/edit", methods=["GET", "POST"])
@needs("edit_products")
def edit(product_id: UUID) -> ResponseReturnValue:
    """Change a product; its stock is changed on its own page."""
    product = rules.find(product_id)
    form = ProductForm(data=as_typed(product._asdict()) | {"seen_at": product.updated_at.isoformat()})
    form.leave_out(ONLY_NEW | _not_theirs())
    if request.method == "GET":
        return _product_form(form, product)
    try:
        rules.change_product(actor(), product_id, form.values(), typed_moment(form.seen_at.data))
    except PosError as error:
        # Whoever saves again has been told, and may then write over it.
        form.seen_at.data = rules.find(product_id).updated_at.isoformat()
        return _refused(form, error, product)
    _tell(_("%(name)s was saved.", name=form.name.data), form.barcode.data)
    return _onwards(product_id)


@blueprint.get("/<uuid:product_id>")
@needs("edit_products")
def product(product_id: UUID) -> str:
    """One product with its stock and how that came to be; as a fragment, the product alone."""
    return page_or_fragment("catalog/product.html", "catalog/_product.html", **_about(product_id))


@blueprint.post("/<uuid:product_id>/stock/<any(restock, count, adjust):kind>")
@needs("move_stock")
def move_stock(product_id: UUID, kind: str) -> ResponseReturnValue:
    """Restock, count or adjust; the stock as it stands then."""
    form = StockForm(prefix=f"{kind}-")
    try:
        MOVES[kind](actor(), product_id, form.quantity.data or "", form.notes.data, form.form_key.data)
    except NotFound:
        raise
    except PosError as error:
        attach(form, error)
        form.form_key.data = new_key()
        page = page_or_fragment("catalog/product.html", "catalog/_product.html", **_about(product_id, {kind: form}))
        return page, error.status
    if is_htmx():
        return render_template("catalog/_product.html", **_about(product_id))
    return see_other("catalog.product", product_id=product_id)


@blueprint.route("/<uuid:product_id>/discontinue", methods=["GET", "POST"])
@needs("edit_products")
def discontinue(product_id: UUID) -> ResponseReturnValue:
    """Ask once more, then take a product off the till."""
    product = rules.find(product_id)
    if request.method == "GET":
        return render_template("catalog/discontinue.html", product=product)
    rules.discontinue(actor(), product_id)
    flash(_("%(name)s is discontinued and no longer at the till.", name=product.name))
    return see_other("catalog.product", product_id=product_id)


@blueprint.post("/<uuid:product_id>/bring-back")
@needs("edit_products")
def bring_back(product_id: UUID) -> ResponseReturnValue:
    """Sell a discontinued product again."""
    rules.bring_back(actor(), product_id)
    flash(_("%(name)s is on sale again.", name=rules.find(product_id).name))
    return see_other("catalog.product", product_id=product_id)


def _not_theirs() -> set[str]:
    return set() if actor().may("see_costs") else {"cost_price"}


def _product_form(form: ProductForm, product: Any = None) -> str:
    return render_template(
        "catalog/edit.html",
        form=form,
        product=product,
        categories=listing.categories(),
        brands=listing.brands(),
        onwards=local_address(request.args.get("next")),
    )


def _refused(form: ProductForm, error: PosError, product: Any = None) -> ResponseReturnValue:
    if isinstance(error, NotFound):
        raise error
    attach(form, error)
    if isinstance(error, KeyReused):
        form.form_key.data = new_key()
    return _product_form(form, product), error.status


def _tell(sentence: str, barcode: str | None) -> None:
    flash(sentence)
    doubt = barcodes.warning((barcode or "").strip())
    if doubt:
        flash(doubt, "warning")


def _onwards(product_id: UUID) -> ResponseReturnValue:
    onwards = local_address(request.args.get("next"))
    return go_to(onwards or url_for("catalog.product", product_id=product_id))


def _about(product_id: UUID, posted: dict[str, StockForm] | None = None) -> dict[str, Any]:
    forms = {kind: StockForm(formdata=None, prefix=f"{kind}-") for kind in MOVES} | (posted or {})
    history = stock.history(product_id, asked_page(request.args.get("page")))
    return {
        "product": rules.find(product_id),
        "forms": forms,
        "moving": next(iter(posted or MOVES)),
        "history": history,
        "movements": MOVEMENT_LABELS,
        **_days_and_names(store.current()),
    }


def _days_and_names(terms: store.Store) -> dict[str, Any]:
    """What rows need to tell a good day from a bad one, and a status in words."""
    return {"today": terms.today(), "soon": shelf_alerts.alert_day(terms), "statuses": STATUS_LABELS}


def _file() -> str:
    return f"products-{store.current().today().isoformat()}"
