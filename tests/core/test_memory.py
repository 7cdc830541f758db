"""What a server took for a moment, it gives back."""

from __future__ import annotations

import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
from flask import Flask

from pos.core import memory

ROOT = Path(__file__).resolve().parents[2]
# As a password's hash does: a large piece taken and let go, a second one, with small ones that stay in between.
PROGRAM = """
import re
from pathlib import Path
from pos.core.memory import give_back_what_is_free

def held():
    return int(re.search(r"VmRSS:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

give_back_what_is_free()
before, kept = held(), []
for _one in range(4):
    piece = bytearray(b"x") * 19_000_000
    kept.append([str(number) for number in range(1000)])
    del piece
print(held() - before)
"""

# As a long report does: many small pieces, the last of which stays.
MANY = """
import re
from pathlib import Path
from pos.core.memory import give_back_now, give_back_what_is_free

def held():
    return int(re.search(r"VmRSS:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

give_back_what_is_free()
before = held()
pieces = [bytes(3000) for _one in range(30_000)]
last = pieces[-1]
del pieces
kept = held() - before
give_back_now()
print(kept, held() - before)
"""


def test_a_large_piece_of_memory_goes_back_when_it_is_free() -> None:
    # A test program of our own, without anybody's words in it.
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 4000


def test_many_small_pieces_go_back_when_they_are_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", MANY], cwd=ROOT, capture_output=True, text=True, check=True)
    kept, left = map(int, done.stdout.split())
    assert kept > 60_000, "this shows nothing: the pieces went back by themselves"
    assert left < 10_000


def test_a_long_answer_is_tidied_up_after_a_short_one_not(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    tidied: list[str] = []
    monkeypatch.setattr(memory, "give_back_now", lambda: tidied.append("once"))
    clock = count(step=0.3)
    monkeypatch.setattr("pos.core.web.time.perf_counter", lambda: next(clock))
    own_app.test_client().get("/health/live").close()
    assert tidied == []
    clock = count(step=0.6)
    own_app.test_client().get("/health/live").close()
    assert tidied == ["once"]
