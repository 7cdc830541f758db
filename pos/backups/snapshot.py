"""A running shop, held still to be read: one moment of it, whole, while it goes on selling.

SQLite: `VACUUM INTO` takes that moment within one reading transaction, so that the long work is done on the copy.
A plain copy of the file would lose what stands in its log (RELIABILITY.md 7). PostgreSQL: a REPEATABLE READ, READ ONLY
transaction sees one moment however long it lasts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Connection, DateTime, LargeBinary, String, Uuid, inspect
from sqlalchemy.engine import Inspector
from sqlalchemy.exc import DBAPIError

from pos.backups import side_files
from pos.core.db import db
from pos.core.derived import is_derived
from pos.core.engine import sqlite_module
from pos.core.errors import Refused
from pos.core.language import gettext as _
from pos.reports.models import SUMS

# The version belongs to the migrations: whoever restores makes that schema first. Sums are made again from the lines.
# A customer's display shows the moment. Four digits are found from their hash within minutes: PINs leave the shop in no
# file, and are chosen again.
NOT_DATA = {"alembic_version", "customer_displays", "pins", *SUMS}
ROWS_AT_ONCE = 2000


@contextmanager
def held_still(workplace: Path) -> Iterator[Connection]:
    """One moment of the shop's database, to read from; `workplace` is a folder of the caller's own.

    Raises Refused when the database is damaged.
    """
    if db.engine.dialect.name == "sqlite":
        with side_files.connected(_copied(Path(str(db.engine.url.database)), workplace)) as connection:
            yield connection
        return
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with db.engine.connect().execution_options(**options) as connection, connection.begin():
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL timezone = 'UTC'")
        yield connection


def _copied(shop: Path, workplace: Path) -> Path:
    if not shop.is_file():
        raise Refused(_("There is no database yet: nothing was sold here."), code="NO_DATABASE")
    copy, module = workplace / "moment.db", sqlite_module()
    source = module.connect(str(shop), timeout=20, isolation_level=None)
    try:
        source.execute("VACUUM INTO ?", (str(copy),))
    except module.DatabaseError as error:
        raise unreadable(error) from error
    finally:
        source.close()
    return copy


def unreadable(error: Exception) -> Refused:
    """The sentence for a database that cannot be read to its end."""
    why = str(error).strip().partition("\n")[0].rstrip(".")
    sentence = _("The database cannot be read: %(why)s. Restore the newest backup.", why=why)
    if "full" in why:
        sentence = _("The disk is full: no backup was made. Free some space, then try again.")
    return Refused(sentence, code="DATABASE_UNREADABLE")


def tables(connection: Connection, schema: str | None = None) -> dict[str, tuple[str, ...]]:
    """The tables of a database with their columns; each stands behind those that it refers to."""
    seen: Inspector = inspect(connection)
    found = {}
    for name, _cycles in seen.get_sorted_table_and_fkc_names(schema):
        if name is not None and name not in NOT_DATA and not is_derived(name):
            found[name] = tuple(column["name"] for column in seen.get_columns(name, schema))
    return found


def rows(connection: Connection, table: str, columns: Sequence[str]) -> Iterator[Sequence[Any]]:
    """Every row of a table as plain values, in the order of its key, the same on both engines."""
    seen: Inspector = inspect(connection)
    kinds = {column["name"]: column["type"] for column in seen.get_columns(table)}
    key = seen.get_pk_constraint(table)["constrained_columns"]
    on_postgresql = connection.dialect.name == "postgresql"
    chosen = ", ".join(_plain(name, kinds[name]) if on_postgresql else f'"{name}"' for name in columns)
    # The order of letters must not depend on the server's language.
    order = ", ".join(
        f'"{name}" COLLATE "C"' if on_postgresql and _is_text(kinds[name]) else f'"{name}"' for name in key
    )
    statement = f'SELECT {chosen} FROM "{table}" ORDER BY {order}'  # noqa: S608
    try:
        found = connection.exec_driver_sql(statement, execution_options={"stream_results": True})
        for some in found.partitions(ROWS_AT_ONCE):
            yield from some
    except DBAPIError as error:
        raise unreadable(error.orig or error) from error


def _is_text(kind: Any) -> bool:
    return isinstance(kind, String)


def _plain(name: str, kind: Any) -> str:
    """The column as SQLite would hold it: made so by the server, which does it quickest."""
    if isinstance(kind, Uuid):
        return f"""replace("{name}"::text, '-', '')"""
    if isinstance(kind, Boolean):
        return f'"{name}"::int'
    if isinstance(kind, DateTime):
        return f"""to_char("{name}" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"""
    if isinstance(kind, LargeBinary):
        return f'"{name}"'
    return f'"{name}"::text' if kind.__visit_name__ in ("DATE", "date") else f'"{name}"'
