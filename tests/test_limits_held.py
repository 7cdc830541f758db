"""A crowd of slow clients and bodies without end: the till goes on answering, and memory stays bounded."""

from __future__ import annotations

import http.client
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psutil
import pytest

from tests.test_commands import Shop, running

SLOW = 1000
BEGINNINGS = (
    b"GET /sign-in HTTP/1.1\r\nHost: shop\r\nX-Slow: ",
    b"POST /sign-in HTTP/1.1\r\nHost: shop\r\nContent-Length: 5000\r\n\r\nemail=",
)
LONGEST_ANSWER_SECONDS = 1.0
MOST_GROWTH_BYTES = 100 * 1024 * 1024


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with running(tmp_path_factory.mktemp("limits"), BACKUP_AT="") as shop:
        yield shop


@pytest.fixture
def many_files() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(before[1], SLOW + 500), before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def memory(door: Shop) -> int:
    return int(psutil.Process(door.process.pid).memory_info().rss)


def answer_seconds(door: Shop, path: str) -> float:
    began = time.monotonic()
    assert door.get(path)[0] in (200, 303)
    return time.monotonic() - began


def test_a_thousand_slow_connections_keep_nobody_from_the_till(door: Shop, many_files: None) -> None:
    door.get("/set-up")
    before = memory(door)
    with ExitStack() as lines:
        slow = [lines.enter_context(closing(socket.create_connection(("127.0.0.1", door.port)))) for _ in range(SLOW)]
        for turn in range(4):
            for number, line in enumerate(slow):
                line.sendall(BEGINNINGS[number % 2] if turn == 0 else b"x")
            took = [answer_seconds(door, path) for path in ("/healthz", "/set-up", "/static/css/base.css") * 3]
            assert max(took) < LONGEST_ANSWER_SECONDS
    print(f"slowest answer {max(took):.3f} s, {(memory(door) - before) / 1e6:.0f} MB more")
    assert memory(door) - before < MOST_GROWTH_BYTES


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_a_gigabyte_is_refused_before_it_is_kept(door: Shop, chunked: bool, tmp_path: Path) -> None:
    before, megabyte = memory(door), b"x" * 2**20
    head = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % 2**30
    sent = 0
    with closing(socket.create_connection(("127.0.0.1", door.port), timeout=10)) as line:
        line.sendall(b"POST /sign-in HTTP/1.1\r\nHost: shop\r\n" + head + b"\r\n\r\n")
        try:
            while sent < 1024:
                line.sendall(b"100000\r\n" + megabyte + b"\r\n" if chunked else megabyte)
                sent += 1
        except OSError:
            pass
    assert sent < 100
    assert memory(door) - before < MOST_GROWTH_BYTES
    assert door.get("/healthz")[0] == 200


def test_a_form_of_a_thousand_and_one_parts_and_a_body_that_unpacks_to_gigabytes_are_refused(door: Shop) -> None:
    part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    for body, headers in (
        (part * 1001 + "--b--\r\n", {"Content-Type": "multipart/form-data; boundary=b"}),
        ("x" * 1000, {"Content-Type": "application/x-www-form-urlencoded", "Content-Encoding": "gzip"}),
    ):
        with closing(http.client.HTTPConnection("127.0.0.1", door.port, timeout=10)) as line:
            line.request("POST", "/set-up", body, headers)
            assert 400 <= line.getresponse().status < 500
