"""python -m tests.faults --engine sqlite|postgresql --seed N --seconds S: exit 0 when every promise was kept.

With --standby: PostgreSQL with a streaming standby, which takes over when the primary dies.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.engines import ENGINES
from tests.faults.run import Report, run, run_with_standby


def main() -> int:
    """Run, tell, and say by the exit code whether anything was wrong."""
    asked = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    asked.add_argument("--engine", choices=ENGINES, default="sqlite")
    asked.add_argument("--seed", type=int, default=0, help="draws the same troubles and baskets again")
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--standby", action="store_true", help="the primary dies, and its standby takes over")
    options = asked.parse_args()
    seed = options.seed or random.SystemRandom().randrange(1, 1_000_000)
    where = "--standby" if options.standby else f"--engine {options.engine}"
    print(f"{where} --seed {seed} --seconds {options.seconds:g}", flush=True)
    with tempfile.TemporaryDirectory(prefix="pos-faults-") as folder:
        again = (seed, options.seconds, Path(folder))
        report = run_with_standby(*again) if options.standby else run(options.engine, *again)
    tell(report)
    return 1 if report.wrong else 0


def tell(report: Report) -> None:
    """What happened, in a few lines."""
    print("troubles:    ", listed(report.troubles))
    print("sent:        ", report.sent)
    print("acknowledged:", report.acknowledged.total(), f"({listed(report.acknowledged)})")
    print("refused:     ", report.refused.total(), f"({listed(report.refused)})")
    print("heard:       ", listed(report.heard))
    for sentence in report.wrong:
        print("WRONG:", sentence)
    if not report.wrong:
        print("Acknowledged is within kept is within sent; nothing twice, no gap, the books are right.")


def listed(counts: Counter[str]) -> str:
    """Each name with its count, the most frequent first."""
    return ", ".join(f"{name} {times}" for name, times in counts.most_common())


if __name__ == "__main__":
    sys.exit(main())
