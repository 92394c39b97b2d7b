"""Which network addresses we connect to: decided on resolved addresses, after un-mapping."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


_LOOPBACK = _networks("127.0.0.0/8", "::1/128")
_PRIVATE = _networks(
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10"
)
_NEVER: tuple[tuple[str, tuple[Network, ...]], ...] = (
    # Cloud providers' metadata services, wherever they hide.
    (
        "metadata service",
        _networks(
            "169.254.169.254/32",
            "168.63.129.16/32",
            "192.0.0.192/32",
            "100.100.100.200/32",
            "fd00:ec2::254/128",
        ),
    ),
    ("unspecified", _networks("0.0.0.0/8", "::/128")),
    ("link-local", _networks("169.254.0.0/16", "fe80::/10")),
    ("multicast", _networks("224.0.0.0/4", "ff00::/8")),
    (
        "reserved",
        _networks(
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "240.0.0.0/4",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20",
            "64:ff9b:1::/48",
        ),
    ),
)
_GLOBAL_V6 = IPv6Network("2000::/3")
# Networks whose last 32 bits are an IPv4 address: mapped, compatible, translated, NAT64.
_EMBEDS_V4_LAST = tuple(
    IPv6Network(text) for text in ("::ffff:0:0/96", "::/96", "::ffff:0:0:0/96", "64:ff9b::/96")
)
_SIX_TO_FOUR = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """What one connection may reach: approved private networks, and its own loopback address."""

    allowed_networks: tuple[str, ...] = ()
    loopback: tuple[str, int] | None = None
    """Host and port of the connection's own base, where loopback is allowed at all."""
    plain: bool = False
    """The base is plain http: then it is loopback or nothing."""

    def refusal(self, address: str, host: str, port: int) -> str | None:
        """Why this resolved address of `host` must not be connected to; None if it may."""
        own = self.loopback == (host.lower(), port)
        reasons = (
            _refusal(real, self.allowed_networks, loopback=own, only_loopback=own and self.plain)
            for real in unmap(ip_address(address.partition("%")[0]))
        )
        return next((reason for reason in reasons if reason), None)


def unmap(address: Address) -> Iterator[Address]:
    """The addresses that a packet to this one may reach: embedded IPv4 instead of its wrapping."""
    if isinstance(address, IPv4Address):
        yield address
    elif address in _SIX_TO_FOUR:
        yield IPv4Address((int(address) >> 80) & 0xFFFFFFFF)
    elif address in _TEREDO:
        yield IPv4Address((int(address) >> 64) & 0xFFFFFFFF)
        yield IPv4Address(~int(address) & 0xFFFFFFFF)
    elif int(address) > 1 and any(address in network for network in _EMBEDS_V4_LAST):
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    else:
        yield address


def _refusal(
    address: Address, allowed: tuple[str, ...], *, loopback: bool, only_loopback: bool
) -> str | None:
    if _within(address, _LOOPBACK):
        return None if loopback else "loopback"
    if only_loopback:
        return "foreign, unencrypted"
    for reason, networks in _NEVER:
        if _within(address, networks):
            return reason
    if _within(address, _PRIVATE):
        return None if _within(address, _parsed(allowed)) else "private"
    if isinstance(address, IPv6Address) and address not in _GLOBAL_V6:
        return "reserved"
    return None


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == n.version and address in n for n in networks)


@lru_cache(maxsize=256)
def _parsed(networks: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(text, strict=False) for text in networks)
