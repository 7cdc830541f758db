"""The mistakes, each as text that is put in the place of other text, and the tests that are meant to catch it.

Each is one that shop programs have made (RELIABILITY.md 0, 4 and 5). A text that stands no longer in its file fails
test_planted_bugs.py at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

BOTH = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Bug:
    """One mistake: what it is called, what it changes, who must notice, and on which engines it does harm."""

    name: str
    file: str
    changes: dict[str, str]
    tests: tuple[str, ...]
    # Where an engine is missing, the mistake does no harm there: SQLite has one writer at a time.
    engines: tuple[str, ...] = field(default=BOTH)
    # For tests that ask no database, whose names carry no engine.
    asks_no_database: bool = False


BUGS = (
    Bug(
        "products locked in the order of the basket",
        "pos/catalog/shelf.py",
        {
            "return {row.id: row for row in _lock.rows(sorted(set(ids)))}": """rows = {}
    for one in dict.fromkeys(ids):
        rows |= {row.id: row for row in _lock.rows([one])}
    return rows"""
        },
        ("tests/races/test_baskets.py::test_opposite_baskets_all_become_bills_and_no_lock_is_met",),
        ("postgresql",),
    ),
    Bug(
        "units begin as readers (deferred BEGIN)",
        "pos/core/engine.py",
        {'"BEGIN IMMEDIATE" if write else "BEGIN"': '"BEGIN" if write else "BEGIN"'},
        ("tests/races/test_two_processes.py",),
        ("sqlite",),
    ),
    Bug(
        "the key in a transaction of its own",
        "pos/core/idempotency.py",
        {
            "    if _take[dialect()].first(": "    first = _take[dialect()].first(",
            '"created_at": clock.now()}) is not None:': """"created_at": clock.now()})
    driver = connection().connection.dbapi_connection
    driver.commit()
    if dialect() == "sqlite":
        driver.execute("BEGIN IMMEDIATE")
    if first is not None:""",
            "import Base, dialect": "import Base, connection, dialect",
        },
        (
            "tests/races/test_any_statement_may_fail.py::test_each_statement_may_fail",
            "tests/core/test_idempotency.py::test_a_refused_request_does_not_burn_its_key",
        ),
    ),
    Bug(
        "backup by copying the file",
        "pos/backups/snapshot.py",
        {'source.execute("VACUUM INTO ?", (str(copy),))': "copy.write_bytes(shop.read_bytes())"},
        ("tests/backups/test_make_backup.py::test_a_shop_that_sells_meanwhile_loses_nothing_that_was_acknowledged",),
        ("sqlite",),
    ),
    Bug(
        "bankers' rounding",
        "pos/core/money.py",
        {"return (2 * numerator + denominator) // (2 * denominator)": "return round(numerator / denominator)"},
        (
            "tests/core/test_money.py::test_whole_numbers_divide_half_up",
            "tests/sales/test_pricing.py::test_the_worked_bills_of_the_page_are_true",
        ),
        asks_no_database=True,
    ),
    Bug(
        "the credit limit looked at, then the credit given without lock or guard",
        "pos/customers/credit.py",
        {
            ".filter_by(id=customer_id).with_for_update(key_share=True)": ".filter_by(id=customer_id)",
            "_customers.c.id == customer.id, within, _customers": "_customers.c.id == customer.id, _customers",
        },
        ("tests/races/test_credit_limit.py::test_ten_credits_of_a_hundred_fill_a_limit_of_a_thousand",),
        ("postgresql",),
    ),
    Bug(
        "goods taken off the shelf without lock or guard",
        "pos/catalog/shelf.py",
        {
            "in_(ids)).with_for_update(key_share=True)": "in_(ids))",
            '"product"), _products.c.stock_quantity >= _taken)': '"product"))',
        },
        ("tests/races/test_last_unit.py::test_one_till_sells_the_last_unit_and_all_others_are_told",),
        ("postgresql",),
    ),
    Bug(
        "bill numbers by MAX() + 1",
        "pos/core/numbering.py",
        {
            "    row = _take[dialect()].first(values)": """\
    highest = select(func.max(_counters.c.last_number)).filter_by(series=series, year=year)
    more = {"last_number": (execute(highest).scalar() or 0) + 1, "last_at": moment}
    first = UPSERTS[dialect()](_counters).values(series=series, year=year, last_number=1, last_at=moment)
    execute(first.on_conflict_do_update(index_elements=["series", "year"], set_=more))
    row = Row(more["last_number"], moment)""",
            "_ALWAYS = ": "Row = namedtuple('Row', ('last_number', 'last_at'))\n_ALWAYS = ",
            "from collections.abc": "from collections import namedtuple\nfrom collections.abc",
        },
        (
            "tests/races/test_numbers.py::test_sales_that_fail_leave_no_gap_and_no_duplicate",
            "tests/races/test_baskets.py::test_the_books_are_right_at_every_moment_of_a_busy_day",
        ),
        ("postgresql",),
    ),
    Bug(
        "the session lives on after signing out",
        "pos/accounts/signin.py",
        {"    sessions.end(session_id)\n    audit.record": "    audit.record"},
        ("tests/accounts/test_sessions.py::test_signing_out_ends_the_session_for_every_copy_of_the_cookie",),
    ),
    Bug(
        "formulas left alive in CSV files",
        "pos/core/spreadsheets.py",
        {"""return f"'{text}" if text.startswith(RUN_BY_SPREADSHEETS) else text""": "return text"},
        ("tests/catalog/test_export.py::test_what_a_spreadsheet_would_run_comes_out_as_text",),
    ),
    Bug(
        "the discount taken once a line, not once a unit",
        "pos/sales/pricing.py",
        {"min(gross, divide_half_up(off * milli, _THOUSAND))": "min(gross, off)"},
        ("tests/sales/test_pricing.py::test_the_plans_own_bill", "tests/laws/test_pricing_laws.py"),
        asks_no_database=True,
    ),
    Bug(
        "the audit log's links without the hash before them",
        "pos/core/audit.py",
        {'entry["change"], entry["previous_hash"]]': 'entry["change"]]'},
        ("tests/core/test_audit.py::test_an_entry_forged_with_its_hash_and_the_next_ones_link_is_found_out",),
    ),
    Bug(
        "addresses of other sites followed after signing in",
        "pos/core/web.py",
        {'if not address or not address.startswith("/") or address.startswith("//"):': "if not address:"},
        ("tests/core/test_web.py::test_only_addresses_of_this_shop_are_followed",),
        asks_no_database=True,
    ),
    Bug(
        "what moved after the last summed month left out of the stock register",
        "pos/reports/stock_then.py",
        {"            *self._between(ends, inside),\n": ""},
        ("tests/reports/test_stock_sums.py::test_months_say_what_the_movements_say",),
    ),
    Bug(
        "what was committed is not yet on the disk",
        "pos/core/engine.py",
        {'"synchronous=FULL"': '"synchronous=NORMAL"'},
        ("tests/core/test_db.py::test_each_connection_is_safe_against_power_cuts_and_orphans",),
        ("sqlite",),
    ),
)
