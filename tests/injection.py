"""python -m tests.injection --engine sqlite|postgresql: sqlmap on every search, filter and sort of a served shop.

sqlmap is no part of the project: `pip install sqlmap==1.10.10` somewhere, and SQLMAP=/path/to/sqlmap where it is not on
the PATH. Level 3; pages with a cookie, the API with a token. Exits 1 when a parameter can be injected.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from tests.engines import ENGINES
from tests.races.counters import Counters, open_counters
from tests.shop import PASSWORD

# The limit of requests would only slow sqlmap down.
BEFORE = """
wsgi.app.extensions["api_limits"]._limits = dict.fromkeys(wsgi.app.extensions["api_limits"]._limits)
"""
PAGES = (
    "/products?q=tea&category=Staples&status=active&sort=name",
    "/sales?q=tea&status=PAID&method=CASH&days=own&first=2026-11-01&last=2026-11-23&limit=20",
    "/customers?q=chitra&show=credit&sort=name",
    "/customers/khata?q=chitra&sort=balance",
    "/audit-log?q=tea&kind=sale&action=sale.voided&first=2026-11-01",
    "/reports/sales?view=day&first=2026-11-01&last=2026-11-23",
)
API = (
    "/products?search=tea&category=Staples&status=active&lowStock=false&sortBy=name&sortOrder=asc&page=1&limit=5",
    "/sales?search=tea&paymentStatus=PAID&startDate=2026-11-01&endDate=2026-11-23&sortBy=createdAt&sortOrder=asc",
    "/customers?search=chitra&sortBy=name&sortOrder=asc",
)
HOW = ("--batch", "--level=3", "--risk=2", "--flush-session", "--disable-coloring", "--threads=4", "--technique=BEUST")
# What sqlmap says of a parameter that it got through.
FOUND = ("is vulnerable", "injection point(s)", "appears to be injectable")


def main() -> int:
    """Run it on each address, tell, and say by the exit code whether anything was found."""
    asked = argparse.ArgumentParser(prog="python -m tests.injection", description=__doc__)
    asked.add_argument("--engine", choices=ENGINES, default="sqlite")
    engine = asked.parse_args().engine
    program = os.environ.get("SQLMAP") or shutil.which("sqlmap")
    if not program:
        print("sqlmap is not here: pip install sqlmap==1.10.10, or SQLMAP=/path/to/sqlmap", file=sys.stderr)
        return 2
    with (
        tempfile.TemporaryDirectory(prefix="pos-injection-") as folder,
        open_counters(engine, Path(folder), BEFORE) as counters,
    ):
        return max(_tried(program, address, folder, head) for address, head in _addresses(counters))


def _addresses(counters: Counters) -> list[tuple[str, str]]:
    """Each address with the header that lets its visitor in."""
    counters.shop.product("Tea", category="Staples")
    counters.shop.customer("Chitra Rao")
    here = f"http://127.0.0.1:{counters.doors[0].port}"
    browser = counters.browsers[0].tab(counters.doors[0])
    browser.sign_in("asha@example.com")
    cookie = "Cookie: " + "; ".join(f"{name}={value}" for name, value in browser._cookies.items())
    token = f"Authorization: Bearer {_token(here)}"
    return [(here + page, cookie) for page in PAGES] + [(f"{here}/api/v1{one}", token) for one in API]


def _token(here: str) -> str:
    body = json.dumps({"email": "asha@example.com", "password": PASSWORD}).encode()
    asked = urllib.request.Request(f"{here}/api/v1/auth/login", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked) as answer:
        return str(json.load(answer)["data"]["token"])


def _tried(program: str, address: str, folder: str, head: str) -> int:
    names = [part.partition("=")[0] for part in address.partition("?")[2].split("&")]
    command = [program, "-u", address, "-p", ",".join(names), "-H", head, "--output-dir", folder, *HOW]
    said = subprocess.run(command, capture_output=True, text=True).stdout
    found = [line for line in said.splitlines() if any(word in line for word in FOUND)]
    refused = sum("does not seem to be injectable" in line for line in said.splitlines())
    path = address.partition("//")[2].partition("/")[2]
    print(f"/{path}: {refused} of {len(names)} parameters cannot be injected; found: {found or 'nothing'}", flush=True)
    return 1 if found or not refused else 0


if __name__ == "__main__":
    sys.exit(main())
