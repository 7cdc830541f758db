"""What a server took for a moment, it gives back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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


def test_a_large_piece_of_memory_goes_back_when_it_is_free() -> None:
    # A test program of our own, without anybody's words in it.
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 4000
