"""What is summed of a span, each as one statement: the same one fills the sums, stands in for them, and proves them.

A part is rows with the same figures, nothing where it has none; together they are grouped and added up. Parameters:
`first` and `last` day, `begins` and `ends` as UTC moments. All figures are whole: paise, thousandths, and cost in paise
times thousandths.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Date, TextClause, Uuid, bindparam, text

from pos.core import clock
from pos.core.columns import UtcTime
from pos.core.db import dialect, table
from pos.reports.models import BillSum, MethodSum, ProductSum, TaxSum
from pos.reports.spans import Span

# The command line as a cashier: a key holds no NULL.
NOBODY = UUID(int=0)
# A moment is a date to Python: it comes first.
TYPES: Mapping[type, Any] = {datetime: UtcTime(), date: Date(), UUID: Uuid()}

BILLS = "sales s WHERE s.business_day BETWEEN :first AND :last"
SOLD = f"sale_items i JOIN {BILLS.replace('WHERE', 'ON s.id = i.sale_id WHERE')} AND s.payment_status <> 'VOIDED'"
NOTES = "credit_notes n WHERE n.created_at >= :begins AND n.created_at < :ends"
CAME_BACK = (
    "credit_note_items b JOIN credit_notes n ON n.id = b.credit_note_id"
    " JOIN sale_items i ON i.id = b.sale_item_id JOIN sales s ON s.id = i.sale_id"
    " WHERE n.created_at >= :begins AND n.created_at < :ends"
)
COST = "COALESCE(i.cost_price_paise, 0) * i.quantity_milli"
# Spoiled goods are paid back and gone: only what went back on the shelf takes its cost with it.
BACK_COST = "CASE WHEN b.fit_for_sale THEN COALESCE(i.cost_price_paise, 0) * b.quantity_milli ELSE 0 END"


class Sums:
    """A table of sums: the columns of its key, its figures, and the parts that they are added up from."""

    def __init__(self, model: Any, key: str, parts: Sequence[tuple[Mapping[str, str], str]]) -> None:
        """`key` leaves out the span or day; each part gives its own key and figures, and where its rows come from."""
        self.name = model.__tablename__
        self.key = tuple(key.split())
        names = [column.name for column in table(model).columns]
        self.whose = names[0]
        self.figures = tuple(name for name in names[1:] if name not in self.key)
        self._parts = parts

    def rows(self, key: Sequence[str] | None = None) -> str:
        """The statement of the sums of each part of one span, still to be added up.

        They are by the table's own key unless told another, in which `day` may stand where there are days.
        """
        by = self.key if key is None else key
        # Each part by itself: its rows are summed as they are found, with none of the figures that it has not.
        grouped = f"GROUP BY {', '.join(str(place + 1) for place in range(len(by)))}"
        return " UNION ALL ".join(
            f"SELECT {self._told(part, by)} FROM {source} {grouped}"  # noqa: S608
            for part, source in self._parts
        )

    def _told(self, part: Mapping[str, str], by: Sequence[str]) -> str:
        # A sum is no whole number to PostgreSQL, and one such part would make all rows beside it so.
        figures = (
            f"CAST(SUM({part[name]}) AS BIGINT) AS {name}" if name in part else f"0 AS {name}" for name in self.figures
        )
        return ", ".join((*(f"{part[name]} AS {name}" for name in by), *figures))

    def added_up(self, rows: str, key: Sequence[str] | None = None) -> str:
        """The statement that adds rows up, by the table's own key unless told another."""
        by = ", ".join(self.key if key is None else key)
        return f"SELECT {by}, {self.sums} FROM ({rows}) r GROUP BY {by}"  # noqa: S608

    def written(self, whose: int | date) -> TextClause:
        """The statement that writes down what `added_up` gave, row by row, under a span's number or a day."""
        names = (*self.key, *self.figures)
        values = ", ".join(f":{name}" for name in names)
        into = f"INSERT INTO {self.name} ({self.whose}, {', '.join(names)}) VALUES (:whose, {values})"  # noqa: S608
        return text(into).bindparams(bindparam("whose", whose, type_=_type_of(whose)))

    @property
    def sums(self) -> str:
        """Each figure's sum under its own name."""
        return ", ".join(f"SUM({name}) AS {name}" for name in self.figures)


def _hour(moment: str) -> str:
    """The store's hour of a moment, which each engine says in its own way."""
    return f"@hour({moment})"


def _day(moment: str) -> str:
    return f"@day({moment})"


_VOID = "s.payment_status = 'VOIDED'"


def _unless_void(amount: str) -> str:
    return f"CASE WHEN {_VOID} THEN 0 ELSE {amount} END"


_SOLD_ON = {"day": "s.business_day"}
_TAKEN_ON = {"day": _day("n.created_at")}
_BY_WHOM = {**_SOLD_ON, "hour": _hour("s.created_at"), "cashier": "COALESCE(s.created_by, :nobody)"}
_TAKEN_BY = {**_TAKEN_ON, "hour": _hour("n.created_at"), "cashier": "COALESCE(n.created_by, :nobody)"}
_BILLED = ("subtotal", "discount_amount", "tax_amount", "round_off", "total_amount", "amount_paid", "credit_amount")
BILL_SUMS = Sums(
    BillSum,
    "hour cashier",
    (
        (
            {
                **_BY_WHOM,
                "bills_count": _unless_void("1"),
                **{f"{name}_paise": _unless_void(f"s.{name}_paise") for name in _BILLED},
                "voided_count": f"CASE WHEN {_VOID} THEN 1 ELSE 0 END",
                "voided_amount_paise": f"CASE WHEN {_VOID} THEN s.total_amount_paise ELSE 0 END",
            },
            BILLS,
        ),
        ({**_BY_WHOM, "lines_count": "1", "taxable_paise": "i.taxable_paise", "cost": COST}, SOLD),
        ({**_TAKEN_BY, "notes_count": "1", "returns_amount_paise": "n.total_amount_paise"}, NOTES),
        ({**_TAKEN_BY, "back_taxable_paise": "b.taxable_paise", "back_cost": BACK_COST}, CAME_BACK),
    ),
)
METHOD_SUMS = Sums(
    MethodSum,
    "method",
    (
        (
            {**_SOLD_ON, "method": "p.method", "payments_count": "1", "received_paise": "p.amount_paise"},
            f"payments p JOIN {BILLS.replace('WHERE', 'ON s.id = p.sale_id WHERE')}"
            " AND s.payment_status <> 'VOIDED' AND p.kind = 'TENDER'",
        ),
        (
            {**_TAKEN_ON, "method": "p.method", "refunded_paise": "p.amount_paise"},
            # By the bill, for which payments have an index.
            f"payments p JOIN {NOTES.replace('WHERE', 'ON n.sale_id = p.sale_id WHERE')}"
            " AND p.credit_note_id = n.id AND p.kind = 'REFUND'",
        ),
        (
            {**_SOLD_ON, "method": "'CREDIT'", "payments_count": "1", "received_paise": "s.credit_amount_paise"},
            f"{BILLS} AND s.payment_status <> 'VOIDED' AND s.credit_amount_paise > 0",
        ),
        (
            {**_TAKEN_ON, "method": "'CREDIT'", "refunded_paise": "n.credit_reversed_paise"},
            f"{NOTES} AND n.credit_reversed_paise > 0",
        ),
    ),
)
_GOODS = {name: f"i.{name}" for name in ("quantity_milli", "taxable_paise", "tax_paise")}
_BACK = {f"back_{name}": f"b.{name}" for name in _GOODS}
PRODUCT_SUMS = Sums(
    ProductSum,
    "product_id",
    (
        ({"product_id": "i.product_id", **_GOODS, "cost": COST}, SOLD),
        ({"product_id": "b.product_id", **_BACK, "back_cost": BACK_COST}, CAME_BACK),
    ),
)
_TAXED = {"hsn_code": "COALESCE(i.hsn_code, '')", "unit": "i.unit"}
_TAXED |= {"tax_rate_bp": "i.tax_rate_bp", "gst_mode": "s.gst_mode"}
TAX_SUMS = Sums(
    TaxSum,
    "hsn_code unit tax_rate_bp gst_mode",
    (({**_TAXED, **_GOODS}, SOLD), ({**_TAXED, **_BACK}, CAME_BACK)),
)
OF_SPANS, OF_DAYS = (PRODUCT_SUMS, TAX_SUMS), (BILL_SUMS, METHOD_SUMS)


def parameters(wanted: Span, zone: str, mark: str = "") -> dict[str, Any]:
    """What the statements of a span are told; `mark` is what was put behind the names of its parameters."""
    begins, ends = clock.day_bounds(wanted.first, wanted.last, zone)
    return {
        f"first{mark}": wanted.first,
        f"last{mark}": wanted.last,
        f"begins{mark}": begins,
        f"ends{mark}": ends,
    }


def marked(statement: str, mark: str) -> str:
    """The statement with `mark` behind the names of its parameters, to stand beside those of other spans."""
    for name in ("first", "last", "begins", "ends"):
        statement = statement.replace(f":{name}", f":{name}{mark}")
    return statement


def ready(statement: str, told: Mapping[str, Any], zone: str) -> tuple[TextClause, dict[str, Any]]:
    """The statement as this engine says it, and all it is told: the command line's id, and the zone where it asks."""
    values = {name: value for name, value in told.items() if re.search(rf":{name}\b", statement)}
    if "@" in statement:
        statement = _with_local_times(statement)
        values["zone"] = zone if dialect() == "postgresql" else _offset(zone, told)
    if ":nobody" in statement:
        values["nobody"] = NOBODY
    typed = [bindparam(name, type_=_type_of(value)) for name, value in values.items() if _type_of(value)]
    return text(statement).bindparams(*typed), values


def _type_of(value: Any) -> Any:
    return next((type_ for kind, type_ in TYPES.items() if isinstance(value, kind)), None)


def _with_local_times(statement: str) -> str:
    on_postgresql = dialect() == "postgresql"
    for moment in ("s.created_at", "n.created_at"):
        hour, day = f"CAST(strftime('%H', {moment}, :zone) AS INTEGER)", f"date({moment}, :zone)"
        if on_postgresql:
            local = f"{moment} AT TIME ZONE :zone"
            hour, day = f"CAST(EXTRACT(HOUR FROM {local}) AS INTEGER)", f"CAST({local} AS date)"
        statement = statement.replace(_hour(moment), hour).replace(_day(moment), day)
    return statement


def _offset(zone: str, told: Mapping[str, Any]) -> str:
    """How far the store's clock is ahead of UTC when the span begins, as SQLite adds it."""
    begins = next(value for name, value in told.items() if name.startswith("begins"))
    return f"{_minutes(begins, zone):+d} minutes"


def _minutes(moment: datetime, zone: str) -> int:
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return int(offset.total_seconds()) // 60


def same_offset(wanted: Span, zone: str) -> bool:
    """False where the store's clock is put forward or back within the span."""
    begins, ends = clock.day_bounds(wanted.first, wanted.last, zone)
    return _minutes(begins, zone) == _minutes(ends - timedelta(seconds=1), zone)


def whole_paise(cost: str) -> str:
    """Paise times thousandths as whole paise, rounded half up away from zero like everywhere."""
    exact = f"CAST({cost} AS BIGINT)"
    return f"CASE WHEN {cost} >= 0 THEN ({exact} + 500) / 1000 ELSE -((500 - {exact}) / 1000) END"
