"""Shops served by real processes, and the browsers of who stands at their tills.

    with served(database_url, tmp_path) as shop_door, Browser(shop_door) as browser:
        browser.sign_in("ben@example.com")

`python wsgi.py` runs as a shopkeeper runs it: on SQLite in one process, on PostgreSQL in as many as are asked for.
Browsers keep cookies, follow redirects and send the CSRF token of the page they are on, as people's do.
"""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from tests.shop import PASSWORD

ROOT = Path(__file__).resolve().parent.parent
LONGEST_START_SECONDS = 60
LONGEST_STOP_SECONDS = 15
LONGEST_ANSWER_SECONDS = 60
MOST_REDIRECTS = 5
# Where no receipt is printed, nobody needs the printing worker, which takes a second of a processor to start.
WITHOUT_PRINTING = "from pos.core.printing.press import the_press\nthe_press.warm = lambda: None\n"
SECRETS = {"SECRET_KEY": "s" * 40, "JWT_SECRET": "j" * 40}
_open = re.compile(r"On this machine: +http://[\w.]+:(\d+)/")
_token = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Door:
    """One server process and its port; port 0 lets it take a free one."""

    def __init__(self, database_url: str, instance: Path, port: int = 0, before: str = "") -> None:
        self._command = [sys.executable, "wsgi.py"]
        if before:
            self._command = [sys.executable, "-c", f"import wsgi\n{before}\nwsgi.main()"]
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        self._environ = {**kept, **SECRETS, "DATABASE_URL": database_url, "POS_INSTANCE": str(instance)}
        self._environ |= {"HOST": "127.0.0.1", "PYTHONPATH": str(ROOT), "BACKUP_AT": ""}
        self.port, self.said = port, ""
        self.open()

    def open(self) -> None:
        """Start the process, at the port it had before, and wait until it is ready to sell."""
        self.said = ""
        self.process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env={**self._environ, "PORT": str(self.port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()
        self._wait_until_ready()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        # A worker of the server's may outlive it by a moment, and holds the line as long.
        with process.stdout as said:
            for line in said:
                self.said += line

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + LONGEST_START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            found = _open.search(self.said)
            if found:
                self.port = int(found[1])
                if self._is_ready():
                    return
            time.sleep(0.02)
        self.kill()
        raise AssertionError(f"the shop did not open: {self.said}")

    def _is_ready(self) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_ANSWER_SECONDS)
        try:
            line.request("GET", "/readyz")
            return line.getresponse().status == 200
        except OSError:
            return False
        finally:
            line.close()

    def stop(self) -> None:
        """Close the shop as Ctrl-C does: what is being answered is answered."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(LONGEST_STOP_SECONDS)

    def kill(self) -> None:
        """Pull the plug: kill -9, in the middle of whatever it does."""
        self.process.kill()
        self.process.wait()


@contextmanager
def served(database_url: str, instance: Path, before: str = "") -> Iterator[Door]:
    """A shop served by one process; `before` is Python that runs in it before it opens."""
    door = Door(database_url, instance, before=before)
    try:
        yield door
    finally:
        door.kill()


@contextmanager
def served_widely(database_url: str, instance: Path, processes: int = 2, before: str = "") -> Iterator[list[Door]]:
    """A shop served as its engine allows: by one process on SQLite, by several on PostgreSQL."""
    how_many = 1 if database_url.startswith("sqlite") else processes
    with ExitStack() as open_doors:
        yield [open_doors.enter_context(served(database_url, instance, before)) for _door in range(how_many)]


@dataclass(frozen=True)
class Page:
    """What a browser was shown."""

    status: int
    text: str
    address: str

    @property
    def words(self) -> str:
        """The text as it is read, without tags, on one line."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.text)).split())


class Browser:
    """One person's browser: cookies, redirects, the CSRF token of the page that is open."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.token = ""
        self._cookies: dict[str, str] = {}
        self._line: http.client.HTTPConnection | None = None
        self._line_goes_to = 0

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.hang_up()

    def tab(self, door: Door | None = None) -> Browser:
        """Another tab of this browser, signed in alike, at this server or at another one of the same shop."""
        other = Browser(door or self.door)
        other.token, other._cookies = self.token, dict(self._cookies)
        return other

    def hang_up(self) -> None:
        """Close the connection; the next request opens another."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def sign_in(self, email: str, password: str = PASSWORD) -> Page:
        """Through the sign-in page, as people do; shows the page it leads to. Raises AssertionError when refused."""
        self.get("/sign-in")
        page = self.post("/sign-in", email=email, password=password, next="/profile")
        assert urlsplit(page.address).path == "/profile", f"{email} was not let in: {page.words}"
        return page

    def get(self, path: str, **headers: str) -> Page:
        """Open a page and whatever it leads to."""
        return self._follow("GET", path, None, headers)

    def post(self, path: str, _headers: dict[str, str] | None = None, **fields: Any) -> Page:
        """Send a form with the token of the page that is open, and open what it leads to."""
        return self._follow("POST", path, self._body(fields), _headers or {})

    def send(self, path: str, **fields: Any) -> Page:
        """Send a form and look at the answer itself, without going where it leads: its address is that place."""
        return self._ask("POST", path, self._body(fields), {})

    def _body(self, fields: dict[str, Any]) -> str:
        return urlencode({"csrf_token": self.token, **fields}, doseq=True)

    def _follow(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Page:
        page = self._ask(method, path, body, headers)
        for _hop in range(MOST_REDIRECTS):
            if page.status not in (302, 303):
                return page
            page = self._ask("GET", page.address, None, headers)
        raise AssertionError(f"{path} leads round in a circle")

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Page:
        if self._line is None or self._line_goes_to != self.door.process.pid:
            self.hang_up()
            self._line = http.client.HTTPConnection("127.0.0.1", self.door.port, timeout=LONGEST_ANSWER_SECONDS)
            self._line_goes_to = self.door.process.pid
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()), **headers}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._line.request(method, path, body, sent)
            answer = self._line.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise
        self._remember(answer.headers, text)
        return Page(answer.status, text, urljoin(path, answer.headers.get("Location", "")))

    def _remember(self, headers: http.client.HTTPMessage, text: str) -> None:
        for line in headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        found = _token.search(text)
        if found:
            self.token = unescape(found[1])
