"""Which column of a file holds what: told from its name, as shops, wholesalers and their programs write it."""

from __future__ import annotations

from pos.catalog.importing.names import NAMES
from pos.core.importing.headers import Headers
from pos.core.language import lazy_gettext as _l

# Field -> what it is called in a page; the order in which they are offered.
FIELDS: dict[str, str] = {
    "name": _l("Name"),
    "price": _l("Selling price"),
    "mrp": _l("MRP"),
    "barcode": _l("Barcode"),
    "code": _l("Short code (PLU)"),
    "stock_quantity": _l("Stock"),
    "unit": _l("Unit"),
    "pack_size": _l("Pack size"),
    "category": _l("Category"),
    "brand": _l("Brand"),
    "description": _l("Description"),
    "hsn_code": _l("HSN code"),
    "tax_rate": _l("Tax rate (GST %)"),
    "expiry_date": _l("Expiry date"),
    "min_stock_level": _l("Minimum stock"),
    "cost_price": _l("Cost price"),
    "status": _l("Status"),
}

HEADERS = Headers(NAMES)
