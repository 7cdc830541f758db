"""`python wsgi.py` as a shopkeeper meets it: a real process, its words, its exit codes, and nothing left behind."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from pos import addresses
from pos.core.errors import ConfigurationError
from pos.serving import qr_code, server_settings
from tests.engines import ENGINES, drop_database, fresh_database

ROOT = Path(__file__).resolve().parent.parent
LONGEST_START_SECONDS = 30
LONGEST_STOP_SECONDS = 10
OPEN = re.compile(r"On this machine: +http://[\w.]+:(\d+)/")


class Shop:
    """A shop served by a process of its own; what it prints is gathered while it runs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = ""
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()
        self.port = self._wait_until_open()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line

    def _wait_until_open(self) -> int:
        until = time.monotonic() + LONGEST_START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            found = OPEN.search(self.said)
            if found and "Ctrl-C" in self.said:
                return int(found[1])
            time.sleep(0.02)
        raise AssertionError(f"the shop did not open: {self.said}")

    def get(self, path: str, **headers: str) -> tuple[int, str, http.client.HTTPMessage]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        code = self.process.wait(LONGEST_STOP_SECONDS)
        self._reader.join(LONGEST_STOP_SECONDS)
        return code


def environment(instance: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "LD_LIBRARY_PATH"}}
    return {**kept, "POS_INSTANCE": str(instance), "HOST": "127.0.0.1", "PORT": "0", **settings}


@contextmanager
def running(instance: Path, **settings: str) -> Iterator[Shop]:
    process = subprocess.Popen(
        [sys.executable, "wsgi.py"],
        cwd=ROOT,
        env=environment(instance, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Shop(process)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def refused(instance: Path, *command: str, **settings: str) -> str:
    """What a command that must not succeed says on standard error."""
    ended = subprocess.run(
        [sys.executable, *(command or ("wsgi.py",))],
        cwd=ROOT,
        env=environment(instance, **settings),
        capture_output=True,
        text=True,
        timeout=LONGEST_START_SECONDS,
        check=False,
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr


def test_opens_tells_where_and_stops(tmp_path: Path) -> None:
    with running(tmp_path, HOST="0.0.0.0") as shop:
        assert shop.get("/healthz")[:2] == (200, "ok")
        assert shop.get("/readyz")[0] == 200
        for address in addresses.network_addresses():
            assert f"http://{address}:{shop.port}/" in shop.said
        assert (tmp_path / "setup_code").read_text().strip() in shop.said
        assert shop.stop() == 0
    assert "The shop is closed." in shop.said
    assert "Traceback" not in shop.said


def test_tells_no_version_of_the_server(tmp_path: Path) -> None:
    with running(tmp_path) as shop:
        assert shop.get("/healthz")[2]["Server"] is None


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGHUP])
def test_closes_with_the_terminal(tmp_path: Path, how: signal.Signals) -> None:
    with running(tmp_path) as shop:
        assert shop.stop(how) == 0
        assert "The shop is closed." in shop.said


def test_second_start_finds_the_schema_current(tmp_path: Path) -> None:
    with running(tmp_path) as shop:
        assert shop.stop() == 0
    with running(tmp_path) as shop:
        assert shop.get("/readyz")[0] == 200
    assert "Running upgrade" not in shop.said


@pytest.mark.parametrize("engine_name", ENGINES)
def test_makes_the_schema_of_an_empty_database(tmp_path: Path, engine_name: str) -> None:
    url = fresh_database(engine_name, template=False)
    with running(tmp_path, DATABASE_URL=url) as shop:
        assert shop.get("/readyz")[0] == 200
        assert shop.stop() == 0
    drop_database(url)


def test_taken_port_is_told_before_the_database_is_touched(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refused(tmp_path, PORT=str(port))
    assert f"Port {port} is taken" in said
    assert not (tmp_path / "shop.db").exists()


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("PORT", "eighty", "PORT"),
        ("PORT", "70000", "PORT"),
        ("HOST", "192.0.2.250", "HOST"),
        ("DATABASE_URL", "mysql://shop", "DATABASE_URL"),
        ("SECRET_KEY", "short", "SECRET_KEY"),
        ("JWT_EXPIRES_IN", "soon", "JWT_EXPIRES_IN"),
        ("TRUSTED_PROXY", "my-proxy", "TRUSTED_PROXY"),
    ],
)
def test_bad_setting_is_named(tmp_path: Path, setting: str, value: str, named: str) -> None:
    assert named in refused(tmp_path, **{setting: value})


def test_bad_setting_is_named_to_a_command_too(tmp_path: Path) -> None:
    said = refused(tmp_path, "-m", "flask", "--app", "wsgi", "db", "upgrade", DATABASE_URL="mysql://shop")
    assert "DATABASE_URL" in said


def test_damaged_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop.db").write_bytes(b"this was a shop once" * 500)
    assert "The database cannot be used" in refused(tmp_path)


def test_silent_database_server_is_told(tmp_path: Path) -> None:
    said = refused(tmp_path, DATABASE_URL=f"postgresql://postgres@/shop?host={tmp_path}")
    assert "The database cannot be used" in said


def test_importing_the_application_serves_nothing(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import wsgi, sys; assert 'waitress' not in sys.modules; print(wsgi.app.name)"],
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=LONGEST_START_SECONDS,
        check=True,
    )
    assert ended.stdout == "pos\n"


def test_worker_processes_end_with_the_server(tmp_path: Path) -> None:
    with_worker = (
        "import multiprocessing, time, wsgi\n"
        "if __name__ == '__main__':\n"
        "    multiprocessing.get_context('spawn').Process(target=time.sleep, args=(600,)).start()\n"
        "    wsgi.main()\n"
    )
    script = tmp_path / "with_worker.py"
    script.write_text(with_worker)
    process = subprocess.Popen(
        [sys.executable, str(script)],
        cwd=ROOT,
        env=environment(tmp_path, PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    shop = Shop(process)
    workers = psutil.Process(process.pid).children(recursive=True)
    assert workers
    assert shop.stop() == 0
    _gone, alive = psutil.wait_procs(workers, timeout=5)
    assert not alive
    assert process.stdout is not None
    process.stdout.close()


def test_request_in_progress_is_answered_before_closing(tmp_path: Path) -> None:
    slow = (
        "import time, wsgi\n"
        "from pos.core.web import public\n"
        "@wsgi.app.get('/slow')\n"
        "@public\n"
        "def slow():\n"
        "    time.sleep(1)\n"
        "    return 'saved'\n"
        "wsgi.main()\n"
    )
    script = tmp_path / "with_slow_view.py"
    script.write_text(slow)
    process = subprocess.Popen(
        [sys.executable, str(script)],
        cwd=ROOT,
        env=environment(tmp_path, PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    shop = Shop(process)
    answers: list[tuple[int, str]] = []
    asking = threading.Thread(target=lambda: answers.append(shop.get("/slow")[:2]))
    asking.start()
    time.sleep(0.4)
    assert shop.stop() == 0
    asking.join(5)
    assert process.stdout is not None
    process.stdout.close()
    assert answers == [(200, "saved")]


def test_oversized_body_is_refused_by_the_server(tmp_path: Path) -> None:
    limit = server_settings()["max_request_body_size"]
    with running(tmp_path) as shop, socket.create_connection(("127.0.0.1", shop.port), timeout=10) as line:
        line.sendall(b"POST /healthz HTTP/1.1\r\nHost: shop\r\nContent-Length: %d\r\n\r\n" % (limit + 1))
        assert line.recv(100).startswith(b"HTTP/1.1 413")


class TestAddresses:
    def test_every_address(self) -> None:
        here, shop_wide = addresses.addresses_to_open("0.0.0.0", 8080)
        assert here == "http://localhost:8080/"
        assert shop_wide == [f"http://{address}:8080/" for address in addresses.network_addresses()]

    def test_this_machine_alone(self) -> None:
        assert addresses.addresses_to_open("127.0.0.1", 80) == ("http://127.0.0.1/", [])
        assert addresses.addresses_to_open("::1", 8080) == ("http://[::1]:8080/", [])

    def test_one_address(self) -> None:
        where = "http://192.168.1.5:8080/"
        assert addresses.addresses_to_open("192.168.1.5", 8080) == (where, [where])

    def test_qr_code_is_a_square_with_its_quiet_zone(self) -> None:
        lines = [
            re.sub(r"\x1b\[[\d;]*m", "", line).strip() for line in qr_code("http://192.168.1.5:8080/").splitlines()
        ]
        assert {len(line) for line in lines} == {29}
        assert len(lines) == 15


def test_what_an_unknown_proxy_says_reaches_the_shop(tmp_path: Path) -> None:
    """Else everybody who comes through it would pass for the server's own machine at the set-up page."""
    with running(tmp_path) as shop, socket.create_connection(("127.0.0.1", shop.port), timeout=10) as line:
        head = b"GET /set-up HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        line.sendall(head + b"X-Forwarded-For: 10.1.1.1\r\n\r\n")
        page = b"".join(iter(lambda: line.recv(65536), b""))
    assert b'name="code"' in page


def test_nobody_else_on_the_machine_reads_the_shops_files(tmp_path: Path) -> None:
    with running(tmp_path):
        written = [path for path in tmp_path.rglob("*") if path.exists()]
        assert {"shop.db", "secret_key", "setup_code"} <= {path.name for path in written}
        assert [path for path in written if path.stat().st_mode & 0o077] == []


def test_proxy_is_trusted_only_when_named() -> None:
    assert "trusted_proxy" not in server_settings()
    assert server_settings("127.0.0.1")["trusted_proxy_headers"] == {"x-forwarded-for", "x-forwarded-proto"}
    with pytest.raises(ConfigurationError, match="TRUSTED_PROXY"):
        server_settings("everybody")
