"""A backup becomes a database again, on either engine, and its books are proved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, LargeBinary, create_engine, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from pos.backups import side_files, snapshot
from pos.backups.archive import BYTES_MARK, Archive, damaged
from pos.core.db import working_on
from pos.core.errors import Refused
from pos.core.language import gettext as _
from pos.reports import books

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def tried(archive: Archive, workplace: Path) -> list[str]:
    """Restore the backup into a file that nobody sells from, and give the differences of its books.

    Raises Refused when it cannot be restored.
    """
    file = workplace / "tried.db"
    try:
        with side_files.connected(file) as connection:
            fill(connection, archive)
            return proved(connection)
    finally:
        side_files.remove(file)


@contextmanager
def empty_database(url: str) -> Iterator[Connection]:
    """A connection to a database that holds nothing yet, to be filled; what was put in stays when nothing failed."""
    if url.startswith("sqlite"):
        with side_files.connected(Path(url.removeprefix("sqlite:///"))) as connection:
            yield connection
        return
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("SET LOCAL timezone = 'UTC'")
        yield connection


def proved(connection: Connection) -> list[str]:
    """The differences in the books of the database behind this connection."""
    with working_on(connection):
        return list(books.differences())


def fill(connection: Connection, archive: Archive, schema: str | None = None) -> None:
    """Make the backup's schema in an empty database, put every row in, and bring the schema up to this version.

    Raises Refused when the backup is damaged or comes from a version that this one does not know.
    """
    config = _alembic(connection)
    _must_be_known(config, archive.facts.revision)
    command.upgrade(config, archive.facts.revision)
    wanted = snapshot.tables(connection, schema)
    held = {name: set(table.columns) for name, table in archive.tables.items()}
    if {name: set(columns) for name, columns in wanted.items()} != held:
        raise _other_schema()
    try:
        _put_in(connection, archive, wanted)
    except (DBAPIError, psycopg.Error) as error:
        raise _does_not_fit(error) from error
    command.upgrade(config, "head")


def _put_in(connection: Connection, archive: Archive, tables: Iterable[str]) -> None:
    if connection.dialect.name == "postgresql":
        for table in tables:
            _copy(connection, archive, table)
        return
    connection.exec_driver_sql("BEGIN")
    later = without_indexes(connection)
    for table in tables:
        _insert(connection, archive, table)
    for statement in later:
        connection.exec_driver_sql(statement)
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    connection.exec_driver_sql("COMMIT")
    if orphans:
        raise damaged()


def without_indexes(connection: Connection) -> list[str]:
    """Take the indexes away for a while, which halves the work, and give the statements that make them again."""
    made = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    found = connection.exec_driver_sql(made).all()
    for name, _sql in found:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    return [sql for _name, sql in found]


def _insert(connection: Connection, archive: Archive, table: str) -> None:
    columns = archive.tables[table].columns
    blobs = _blobs(connection, table, columns)
    for some in archive.rows(table):
        put_rows(connection, table, columns, [_with_bytes(row, blobs) for row in some] if blobs else some)


def _copy(connection: Connection, archive: Archive, table: str) -> None:
    for some in archive.rows(table):
        put_rows(connection, table, archive.tables[table].columns, some)


def put_rows(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Put rows of plain values, as a backup holds them, into a table the quickest way that the engine has."""
    if connection.dialect.name == "postgresql":
        cursor: Any = connection.connection.cursor()
        with cursor.copy(f"COPY {_names(table, columns)} FROM STDIN") as into:
            for row in rows:
                into.write_row(row)
        return
    signs = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {_names(table, columns)} VALUES ({signs})"  # noqa: S608
    connection.exec_driver_sql(statement, [tuple(row) for row in rows])


def _names(table: str, columns: Iterable[str]) -> str:
    named = ", ".join(f'"{name}"' for name in columns)
    return f'"{table}" ({named})'


def _blobs(connection: Connection, table: str, columns: tuple[str, ...]) -> list[int]:
    kinds = {column["name"]: column["type"] for column in inspect(connection).get_columns(table)}
    return [place for place, name in enumerate(columns) if isinstance(kinds[name], LargeBinary)]


def _with_bytes(row: list[Any], blobs: list[int]) -> list[Any]:
    return [
        bytes.fromhex(value.removeprefix(BYTES_MARK)) if place in blobs and value is not None else value
        for place, value in enumerate(row)
    ]


def _alembic(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _must_be_known(config: Config, revision: str) -> None:
    try:
        ScriptDirectory.from_config(config).get_revision(revision)
    except CommandError as error:
        raise _other_schema() from error


def _other_schema() -> Refused:
    sentence = _("This backup was made by another version of the program. Update the program, then restore.")
    return Refused(sentence, code="BACKUP_OTHER_VERSION")


def _does_not_fit(error: DBAPIError | psycopg.Error) -> Refused:
    why = str(getattr(error, "orig", None) or error).strip().partition("\n")[0].rstrip(".")
    if "full" in why:
        return Refused(_("The disk is full. Nothing was changed. Free some space, then try again."), code="DISK_FULL")
    sentence = _("What the backup holds does not fit into a database: %(why)s. Nothing was changed.", why=why)
    return Refused(sentence, code="BACKUP_DAMAGED")
