"""The addresses under which this machine's shop can be opened."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
from pathlib import Path

EVERY_ADDRESS = {"", "0.0.0.0", "::", "*"}  # noqa: S104
# Bridges and tunnels of containers and virtual machines: nobody in the shop comes that way.
VIRTUAL = ("lo", "docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "cni", "flannel", "podman", "lxc")
ROUTES = Path("/proc/net/route")
SIOCGIFADDR = 0x8915
DEFAULT_ROUTE = "00000000"


def addresses_to_open(host: str, port: int) -> tuple[str, list[str]]:
    """The address for this machine's own browser, and those for the rest of the shop, likeliest first."""
    if host in EVERY_ADDRESS:
        return _http("localhost", port), [_http(address, port) for address in network_addresses()]
    with contextlib.suppress(ValueError):
        if not ipaddress.ip_address(host).is_loopback:
            return _http(host, port), [_http(host, port)]
    return _http(host, port), []


def network_addresses() -> list[str]:
    """This machine's IPv4 addresses in its networks, the one with the way out first; sends nothing."""
    if ROUTES.exists():
        first = _interface_with_way_out()
        names = sorted((name for _, name in socket.if_nameindex()), key=lambda name: name != first)
        found = [_address_of(name) for name in names if not name.startswith(VIRTUAL)]
    else:
        found = _addresses_by_name()
    return [address for address in dict.fromkeys(found) if address and _reachable(address)]


def _http(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}/" if port == 80 else f"http://{shown}:{port}/"


def _interface_with_way_out() -> str | None:
    for line in ROUTES.read_text().splitlines()[1:]:
        name, destination = line.split()[:2]
        if destination == DEFAULT_ROUTE:
            return name
    return None


def _address_of(interface: str) -> str | None:
    # Linux only, as its caller: Windows has no fcntl.
    import fcntl

    request = struct.pack("256s", interface.encode()[:15])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            answer = fcntl.ioctl(probe.fileno(), SIOCGIFADDR, request)
        except OSError:
            return None
    return socket.inet_ntoa(answer[20:24])


def _addresses_by_name() -> list[str | None]:
    try:
        return list(socket.gethostbyname_ex(socket.gethostname())[2])
    except OSError:
        return []


def _reachable(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return not (parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified)
