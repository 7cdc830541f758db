"""How long the tests that draw lots go on: a little in every run, longer when asked for.

`THOROUGH=20 bin/test tests/races tests/laws` draws twenty times as many kills, crowds and days of trade.
"""

from __future__ import annotations

import os
import random

THOROUGH = max(1, int(os.environ.get("THOROUGH", "1")))


def rounds(usual: int) -> int:
    """So many rounds as usual, times what THOROUGH says."""
    return usual * THOROUGH


def seeded() -> random.Random:
    """Lots that can be drawn again: SEED says which; the seed stands in the output of a test that fails."""
    seed = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
    print(f"SEED={seed}")
    return random.Random(seed)
