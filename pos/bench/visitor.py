"""Who asks the served shop over HTTP: a program with its token, and a browser at the till."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from pos.bench.place import Place

ROOT = Path(__file__).resolve().parents[2]
LONGEST_START_SECONDS = 60
# A program may send ten requests in a second. What is measured is the shop, not that limit.
WITHOUT_LIMITS = """
from pos.core.api import limits
limits.USUAL = dict.fromkeys(limits.USUAL)
import wsgi
wsgi.main()
"""
_greeting = re.compile(r"On this machine: +http://[\w.]+:(\d+)/")
_token = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_working = re.compile(r"app;dur=(\d+)\.(\d)")


class NotServed(Exception):
    """The bench's own server did not open, or answered something else than it was asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `took` is all of it, `worked` what the server says it worked, both in milliseconds."""

    status: int
    body: bytes
    address: str
    took: float
    worked: float


class Visitor:
    """One connection that is kept open, with the cookies and the token of who sits there."""

    def __init__(self, port: int, bearer: str | None = None) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        self._csrf = ""
        self._bearer = bearer

    def get(self, path: str, **headers: str) -> Answer:
        """Open a page."""
        return self.ask("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, Any], **headers: str) -> Answer:
        """Send a form."""
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.ask("POST", path, urlencode({"csrf_token": self._csrf, **fields}), headers)

    def send(self, path: str, asked: dict[str, Any], **headers: str) -> Answer:
        """Send JSON, as programs do."""
        return self.ask("POST", path, json.dumps(asked), {"Content-Type": "application/json", **headers})

    def ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        """Send one request. Raises NotServed for whatever is no success and leads nowhere."""
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()), **headers}
        if self._bearer:
            sent["Authorization"] = f"Bearer {self._bearer}"
        started = time.perf_counter()
        self._line.request(method, path, body, sent)
        answer = self._line.getresponse()
        content = answer.read()
        took = (time.perf_counter() - started) * 1000
        if answer.status >= 400:
            raise NotServed(f"{method} {path} was answered {answer.status}: {content[:200]!r}")
        self._remember(answer.headers, content)
        location = answer.headers.get("Location", "")
        return Answer(answer.status, content, location, took, _worked(answer.headers))

    def sign_in(self, place: Place) -> None:
        """Through the sign-in page, as people do."""
        self.get("/sign-in")
        self.post("/sign-in", {"email": place.email, "password": place.password})
        self.get("/profile")

    def open_cart(self) -> str:
        """Go to the till; gives the path of the cart there."""
        path = urlsplit(self.get("/till").address).path
        self.get(path)
        return path

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _remember(self, headers: http.client.HTTPMessage, content: bytes) -> None:
        for line in headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        found = _token.search(content.decode(errors="replace"))
        if found:
            self._csrf = unescape(found[1])


def _worked(headers: http.client.HTTPMessage) -> float:
    found = _working.search(headers.get("Server-Timing", ""))
    return int(found[1]) + int(found[2]) / 10 if found else 0


def bearer(port: int, place: Place) -> str:
    """A program's token."""
    asked = {"email": place.email, "password": place.password}
    answer = json.loads(Visitor(port).send("/api/v1/auth/login", asked).body)
    return str(answer["data"]["token"])


@dataclass(frozen=True, slots=True)
class Served:
    """A server of the bench: its port, how long it took to open (milliseconds), and its process."""

    port: int
    opened_in: float
    process: subprocess.Popen[str]

    def memory(self) -> float | None:
        """What the process holds in memory now, in megabytes; None where the system does not tell."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return None
        found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.M)
        return int(found[1]) / 1024 if found else None

    def together(self) -> float | None:
        """What it and the processes that it started hold, each shared page once (PSS), in megabytes; None as above."""
        this = str(self.process.pid)
        try:
            # What the name of a program holds is in brackets, and may hold anything: the parent comes behind them.
            others = [one.parent for one in Path("/proc").glob("[0-9]*/stat") if _parent(one) == this]
            said = [(one / "smaps_rollup").read_text() for one in (Path("/proc") / this, *others)]
        except OSError:
            return None
        return sum(int(found[1]) for text in said if (found := re.search(r"^Pss:\s+(\d+) kB", text, re.M))) / 1024


def _parent(stat: Path) -> str | None:
    try:
        return stat.read_text().rpartition(")")[2].split()[1]
    except OSError:
        return None


@contextmanager
def served(place: Place) -> Iterator[Served]:
    """The place served by a process of its own, as bin/run serves a shop."""
    config = place.app.extensions["pos"]["config"]
    environ = {**os.environ, "DATABASE_URL": place.url, "POS_INSTANCE": str(place.folder), "BACKUP_AT": ""}
    environ |= {"HOST": "127.0.0.1", "PORT": "0", "SECRET_KEY": config.secret_key, "JWT_SECRET": config.jwt_secret}
    started = time.perf_counter()
    # Our own program, with nothing in it that anybody typed.
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", WITHOUT_LIMITS],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        port = _port(process)
        yield Served(port, (time.perf_counter() - started) * 1000, process)
    finally:
        process.terminate()
        process.wait()


def _port(process: subprocess.Popen[str]) -> int:
    said: list[str] = []
    opened = threading.Event()

    def listen() -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                said.append(line)
                if _greeting.search(line):
                    opened.set()

    threading.Thread(target=listen, daemon=True).start()
    until = time.monotonic() + LONGEST_START_SECONDS
    while not opened.wait(0.1):
        if process.poll() is not None or time.monotonic() > until:
            raise NotServed("".join(said))
    found = _greeting.search("".join(said))
    assert found is not None
    return int(found[1])
