"""PostgreSQL: a shop restored into a schema of its own takes the place of the old tables in one transaction.

Tables are moved rather than the schema renamed: that needs no more rights than the migrations do, and leaves alone what
else stands in the schema.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

from pos.core.db import db
from pos.core.errors import Refused
from pos.core.language import gettext as _

VERSIONS = "alembic_version"
LONGEST_GOODBYE_SECONDS, PAUSE_SECONDS = 2.0, 0.05
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
# What triggers of these tables call, and stands in the same schema.
_FUNCTIONS = text(
    "SELECT DISTINCT f.oid::regprocedure::text FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid"
    " JOIN pg_namespace n ON n.oid = f.pronamespace JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE n.nspname = :schema AND c.relnamespace = n.oid AND NOT t.tgisinternal"
)


def must_be_alone(connection: Connection) -> None:
    """Raises Refused while somebody else, such as a shop that is open, is connected as the same user.

    Lines that were closed just now, our own among them, have two seconds to be gone.
    """
    given_up_at = time.monotonic() + LONGEST_GOODBYE_SECONDS
    while others := connection.execute(_OTHERS).scalar_one():
        if time.monotonic() > given_up_at:
            sentence = _(
                "The shop is open: %(count)s connections to its database. Close it on every machine first.",
                count=others,
            )
            raise Refused(sentence, code="SHOP_IS_OPEN")
        time.sleep(PAUSE_SECONDS)
        # Within a transaction the server would tell what it told before.
        connection.exec_driver_sql("SELECT pg_stat_clear_snapshot()")


@dataclass(frozen=True, slots=True)
class Place:
    """Three schemas: the one that the shop uses, the one that is being filled, and the one for what was there."""

    home: str
    fresh: str
    aside: str

    @classmethod
    def of(cls, connection: Connection, stamp: str) -> Place:
        """The places of a restore that begins now."""
        home = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
        return cls(home, f"restoring_{stamp}", f"before_restore_{stamp}")

    def make_room(self, connection: Connection) -> None:
        """An empty schema, in which everything that this transaction makes now comes to stand."""
        connection.exec_driver_sql(f'CREATE SCHEMA "{self.fresh}"')
        connection.exec_driver_sql(f'SET LOCAL search_path TO "{self.fresh}"')

    def swap(self, connection: Connection) -> str | None:
        """Put the old tables aside and the new ones in their place; gives the schema of the old ones, if any."""
        connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
        seen = inspect(connection)
        new = seen.get_table_names(self.fresh)
        old = sorted({*new, *db.metadata.tables, VERSIONS} & set(seen.get_table_names(self.home)))
        if old:
            connection.exec_driver_sql(f'CREATE SCHEMA "{self.aside}"')
            _move(connection, old, self.home, self.aside)
        _move(connection, new, self.fresh, self.home)
        connection.exec_driver_sql(f'DROP SCHEMA "{self.fresh}"')
        return self.aside if old else None


def _move(connection: Connection, tables: list[str], source: str, target: str) -> None:
    functions = _functions_of(connection, source)
    for table in tables:
        connection.exec_driver_sql(f'ALTER TABLE "{source}"."{table}" SET SCHEMA "{target}"')
    for function in functions:
        connection.exec_driver_sql(f'ALTER FUNCTION {function} SET SCHEMA "{target}"')


def _functions_of(connection: Connection, schema: str) -> list[str]:
    # Without a path, the names that the server gives carry their schema.
    connection.exec_driver_sql("SET LOCAL search_path TO ''")
    return list(connection.execute(_FUNCTIONS, {"schema": schema}).scalars())
