"""Rows on their way into the database, in the order in which its tables refer to one another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pos.backups.loading import put_rows
from pos.core.db import connection

ROWS_AT_ONCE = 20_000
COLUMNS = {
    "products": "id name brand category pack_size unit price_paise mrp_paise cost_price_paise barcode code hsn_code"
    " tax_rate_bp expiry_date search_key created_at updated_at stock_quantity_milli min_stock_level_milli status"
    " times_sold",
    "customers": "id name phone phone_key address credit_limit_paise search_key created_at updated_at"
    " credit_balance_paise loyalty_points total_purchases total_spent_paise status",
    "sales": "id bill_number bill_year bill_sequence customer_id customer_name customer_phone subtotal_paise"
    " tax_amount_paise round_off_paise total_amount_paise amount_tendered_paise change_due_paise amount_paid_paise"
    " credit_amount_paise saving_paise payment_method payment_status gst_mode prices_include_tax business_day"
    " created_by created_at updated_at discount_amount_paise bill_discount_paise points_redeemed points_earned",
    "sale_items": "id sale_id position product_id product_name unit hsn_code quantity_milli unit_price_paise mrp_paise"
    " cost_price_paise sold_by_amount gross_paise line_total_paise tax_rate_bp taxable_paise tax_paise created_at"
    " discount_paise discount_amount_paise bill_discount_paise",
    "payments": "id sale_id kind method amount_paise tendered_paise reference created_by created_at",
    "stock_movements": "id product_id movement_type quantity_change_milli stock_before_milli stock_after_milli"
    " reference_id notes created_by created_at",
    "credit_transactions": "id customer_id sale_id transaction_type amount_paise balance_before_paise"
    " balance_after_paise payment_method receipt_number notes created_by created_at",
    "audit_log": "number at actor_id actor_name action subject_type subject_id change previous_hash hash",
}


class Waiting:
    """Rows that wait to be written, some twenty thousand at a time: plain values, as a backup holds them."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Sequence[Any]]] = {name: [] for name in COLUMNS}

    def add(self, table: str, *row: Any) -> None:
        """One row more; its values stand in the order of COLUMNS."""
        self._rows[table].append(row)

    def write_some(self) -> None:
        """Write what waits when it has become much."""
        if len(self._rows["sale_items"]) > ROWS_AT_ONCE:
            self.write()

    def write(self) -> None:
        """Write all that waits. Only inside a unit."""
        for name, columns in COLUMNS.items():
            if self._rows[name]:
                put_rows(connection(), name, columns.split(), self._rows[name])
                self._rows[name] = []


def stamp(moment: datetime) -> str:
    """A moment as both engines take it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
