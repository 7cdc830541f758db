"""Runs pytest with the shop's clock ahead."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import tests.another_day

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run pytest so, and say by the exit code what it said."""
    asked = argparse.ArgumentParser(prog="python -m tests.another_day", description=tests.another_day.__doc__)
    asked.add_argument("--days", type=float, default=400)
    asked.add_argument("--hours", type=float, default=0)
    known, more = asked.parse_known_args()
    ahead = str((known.days * 24 + known.hours) * 3600)
    environ = {**os.environ, "PYTHONPATH": str(HERE), "TESTS_AHEAD_SECONDS": ahead}
    # Our own program; its arguments are the caller's.
    return subprocess.run([sys.executable, "-m", "pytest", *more], env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
