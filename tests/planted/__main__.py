"""python -m tests.planted [WORDS]: plant each mistake in a copy of the shop, run who must catch it, report."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.planted.bugs import BUGS, Bug
from tests.planted.planting import Caught, copied, planted, tried


def main(words: str = "") -> int:
    """A table of the mistakes; exit 0 when the tests pass without them and every one is caught."""
    chosen = [bug for bug in BUGS if words.lower() in bug.name.lower()]
    with tempfile.TemporaryDirectory(prefix="pos-planted-") as folder:
        tree = copied(Path(folder))
        sound = tried(tree, sorted({test for bug in chosen for test in bug.tests}))
        if sound.tests or sound.errors:
            print("Without any mistake these fail already:", *sound.tests, *sound.errors, sep="\n  ")
            return 1
        print(f"The tests pass on the shop as it is. {len(chosen)} mistakes:", flush=True)
        escaped = [bug.name for bug in chosen if not caught(tree, bug)]
    print(f"{len(chosen) - len(escaped)} of {len(chosen)} caught.")
    return 1 if escaped else 0


def caught(tree: Path, bug: Bug) -> bool:
    """Plant one, tell what happened."""
    began = time.monotonic()
    with planted(tree, bug):
        found = tried(tree, bug.tests)
    word = "caught" if found.by(bug) else "ESCAPED"
    print(f"{word:8} {bug.name} ({where(bug, found)}, {time.monotonic() - began:.0f} s)", flush=True)
    for test in found.tests[:3]:
        print(f"           {test}")
    for error in found.errors:
        print(f"           did not run: {error}")
    return found.by(bug)


def where(bug: Bug, found: Caught) -> str:
    """On which engines it was noticed, and where it does no harm."""
    if bug.asks_no_database:
        return "no database needed"
    on = " and ".join(found.engines) or "nowhere"
    return on if len(bug.engines) == 2 else f"{on}; no harm on the other engine"


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
