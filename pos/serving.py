"""Serve the shop: one waitress process, the addresses to open, and a clean stop (DESIGN.md 8, TECH.md 7)."""

from __future__ import annotations

import errno
import io
import ipaddress
import multiprocessing
import signal
import sys
import time
from dataclasses import dataclass
from typing import Any

import segno
from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from pos.addresses import addresses_to_open
from pos.config import Config
from pos.core.errors import ConfigurationError

THREADS = 8
# More than a thousand slow ones leave room for the tills.
CONNECTIONS = 1500
OTHER_FILES = 200
LARGEST_BODY_BYTES = 12 * 1024 * 1024
IDLE_SECONDS = 120
LAST_ANSWERS_SECONDS = 2.0
WORKER_STOP_SECONDS = 3.0

TAKEN = (
    "Port {port} is taken: perhaps the shop is running already. "
    "Stop that program, or choose another port: PORT={other} {me}"
)
PRIVILEGED = "Port {port} needs an administrator's rights. Choose one above 1023: PORT=8080 {me}"
NO_SUCH_HOST = (
    "HOST is {host!r}, which is no address of this machine. "
    "Use 0.0.0.0 for all its addresses, or 127.0.0.1 for this machine alone."
)
FIRST_TIME = "  First time? Open it to set up your shop. From another machine you need this code: {code}"
STARTED_WITH = "bin/run"

Channels = dict[int, Any]


@dataclass(frozen=True, slots=True)
class Door:
    """A port that is ours, with nobody let in yet."""

    server: Any
    channels: Channels
    host: str

    @property
    def port(self) -> int:
        """The port that was taken, also when a free one was asked for."""
        listening = getattr(self.server, "effective_listen", None)
        return int(listening[0][1] if listening else self.server.effective_port)


def listen(app: Flask, config: Config) -> Door:
    """Take the port, so that no second shop runs beside this one; port 0 takes a free one.

    Raises ConfigurationError, with a sentence for the person at the terminal, when it cannot be had.
    """
    # Whoever set FLASK_DEBUG for another program gets no errors told in full to the shop's Wi-Fi.
    app.debug = False
    channels: Channels = {}
    settings = server_settings(config.trusted_proxy)
    where = f"[{config.host}]:{config.port}" if ":" in config.host else f"{config.host}:{config.port}"
    try:
        return Door(create_server(app, map=channels, listen=where, **settings), channels, config.host)
    except (OSError, ValueError) as error:
        # Waitress reports a host it cannot look up as a ValueError.
        raise ConfigurationError(_why_not(error, config.host, config.port)) from error


def serve(door: Door, setup_code: str | None = None) -> None:
    """Print where to open the shop, then answer until SIGTERM or Ctrl-C; leaves no worker process behind."""
    _stop_on_signals()
    try:
        print(_greeting(door, setup_code), flush=True)
        door.server.run()
        _send_last_answers(door.channels)
    except (KeyboardInterrupt, SystemExit):
        # A second Ctrl-C, or one that came before the first request: nothing is worth waiting for.
        door.server.task_dispatcher.shutdown(timeout=0)
    finally:
        door.server.close()
        _end_workers()
    print("The shop is closed.", flush=True)


def server_settings(trusted_proxy: str | None = None) -> dict[str, Any]:
    """Waitress's settings: enough connections to outlast slow clients, bodies cut off before they fill a disk."""
    settings: dict[str, Any] = {
        "threads": THREADS,
        "connection_limit": _connections(),
        "asyncore_use_poll": True,
        "max_request_body_size": LARGEST_BODY_BYTES,
        "channel_timeout": IDLE_SECONDS,
        "ident": None,
        # What an unknown proxy says is not believed, but seen: who came through one is not at the server itself.
        "clear_untrusted_proxy_headers": bool(trusted_proxy),
    }
    if trusted_proxy:
        settings["trusted_proxy"] = _checked_proxy(trusted_proxy)
        settings["trusted_proxy_count"] = 1
        settings["trusted_proxy_headers"] = {"x-forwarded-for", "x-forwarded-proto"}
    return settings


def _connections() -> int:
    """As many connections as wished for, or as this process may have files: a system's usual 1,024 is raised first."""
    try:
        import resource
    except ImportError:
        return 300
    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    if least != resource.RLIM_INFINITY and least < wanted:
        least = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (least, most))
    return CONNECTIONS if least == resource.RLIM_INFINITY else max(100, min(CONNECTIONS, least - OTHER_FILES))


def _checked_proxy(address: str) -> str:
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        sentence = f"TRUSTED_PROXY must be the proxy's IP address, such as 127.0.0.1, not {address!r}."
        raise ConfigurationError(sentence) from None


def _why_not(error: Exception, host: str, port: int) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return TAKEN.format(port=port, other=port + 1 if port < 65535 else port - 1, me=STARTED_WITH)
    if number in (errno.EACCES, errno.EPERM):
        return PRIVILEGED.format(port=port, me=STARTED_WITH)
    if number == errno.EADDRNOTAVAIL or not isinstance(error, OSError):
        return NO_SUCH_HOST.format(host=host)
    return f"Cannot listen on {host}, port {port}: {error}."


def _greeting(door: Door, setup_code: str | None) -> str:
    here, shop_wide = addresses_to_open(door.host, door.port)
    lines = ["", "Local POS Pro is open.", f"  On this machine:       {here}"]
    lines += [f"  In the shop's Wi-Fi:   {address}" for address in shop_wide]
    if not shop_wide:
        lines.append("  No other machine can open it: this one is in no network, or HOST keeps the shop to itself.")
    if shop_wide and sys.stdout.isatty():
        lines += ["", "  Point a phone or tablet at this to open it:", qr_code(shop_wide[0])]
    if setup_code:
        lines += ["", FIRST_TIME.format(code=setup_code)]
    return "\n".join([*lines, "", "  Ctrl-C closes the shop.", ""])


def qr_code(address: str) -> str:
    """The address as a QR code for a terminal, white on black whatever the terminal's own colours."""
    drawn = io.StringIO()
    segno.make(address, micro=False).terminal(drawn, border=2, compact=True)
    return "\n".join(f"  \x1b[97;40m{line}\x1b[0m" for line in drawn.getvalue().splitlines())


def _stop_on_signals() -> None:
    def stop(_signal: int, _frame: object) -> None:
        raise SystemExit(0)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # nohup asks to outlive the terminal: leave an ignored SIGHUP ignored.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)


def _send_last_answers(channels: Channels) -> None:
    """Send what was answered while stopping: a saved sale whose answer is lost makes a cashier wonder."""
    until = time.monotonic() + LAST_ANSWERS_SECONDS
    while time.monotonic() < until and any(getattr(c, "total_outbufs_len", 0) for c in list(channels.values())):
        wasyncore.loop(timeout=0.1, use_poll=True, map=channels, count=1)


def _end_workers() -> None:
    # Whoever started a worker process (PDF rendering does), none outlives the server.
    workers = multiprocessing.active_children()
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(WORKER_STOP_SECONDS)
        if worker.is_alive():
            worker.kill()
