"""Small disks of its own for a PostgreSQL server: one for its data, one for its log of writes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pos.config import database_url
from tests.engines import migrate, postgres_server, scratch_folder
from tests.faults.standby import Cluster

# A new server takes some forty megabytes, an empty shop ten.
SIZES_MB = {"data": 96, "log": 16}
BALLAST = "ballast"
# Logs of a megabyte, so that the next one is soon needed, and the disk soon has no room for it.
SETTINGS = """
listen_addresses = ''
synchronous_commit = on
min_wal_size = 2MB
max_wal_size = 8MB
"""


def mounted(folder: Path, size_mb: int) -> bool:
    """Put a small disk in the place of an empty folder; False where this machine lets nobody do that."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "none", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


class SmallDisks:
    """The two disks with their server; `url` names the shop on them."""

    def __init__(self, folder: Path) -> None:
        self.cluster = Cluster(folder, postgres_server())
        self._places = {"data": self.cluster.data, "log": folder / "writes"}
        self._real = [name for name in self._places if self._laid(name)]
        self.url = database_url(f"postgresql://postgres@/shop?host={folder}", folder)

    def _laid(self, name: str) -> bool:
        place = self._places[name]
        place.mkdir(mode=0o700)
        is_real = mounted(place, SIZES_MB[name])
        place.chmod(0o700)
        if user := postgres_server().system_user:
            shutil.chown(place, user)
        return is_real

    @property
    def are_real(self) -> bool:
        """False where this machine lets nobody make one."""
        return len(self._real) == len(self._places)

    def open(self) -> None:
        """Start the server with an empty shop."""
        words = ("-A", "trust", "-U", "postgres", "--no-sync", "--wal-segsize=1", "-X", str(self._places["log"]))
        self.cluster.run("initdb", *words, "-D", str(self.cluster.data))
        self.cluster.settings(SETTINGS)
        self.cluster.start()
        self.cluster.say("CREATE DATABASE shop")
        migrate(self.url)

    def fill(self, name: str, but_for_bytes: int) -> None:
        """Leave so many bytes of one of them free and no more."""
        place = self._places[name]
        with suppress(OSError), (place / BALLAST).open("wb", buffering=0) as ballast:
            while (free := shutil.disk_usage(place).free) > but_for_bytes:
                ballast.write(b"x" * min(free - but_for_bytes, 1_000_000))

    def make_room(self) -> None:
        """Free them; a server that gave up is started again, as whoever made room would do."""
        for place in self._places.values():
            (place / BALLAST).unlink(missing_ok=True)
        if not self.runs():
            self.cluster.start()

    def runs(self) -> bool:
        """Whether the server answers."""
        try:
            return self.cluster.say("SELECT 1") == "1"
        except subprocess.CalledProcessError:
            return False

    def close(self) -> None:
        """Stop the server and take the disks away."""
        with suppress(subprocess.CalledProcessError):
            self.cluster.stop()
        for name in self._real:
            subprocess.run(["umount", "-l", str(self._places[name])], check=True)


@contextmanager
def small_disks(name: str) -> Iterator[SmallDisks]:
    """Small disks and a server on them while this lasts."""
    folder = scratch_folder() / name
    disks = SmallDisks(folder)
    try:
        disks.open()
        yield disks
    finally:
        disks.close()
        shutil.rmtree(folder, ignore_errors=True)
