"""The resolver of our connectors: no name leads to an address that the policy refuses."""

import asyncio
import socket
from collections.abc import Iterator

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

from smartapp.gateway.addresses import AddressPolicy


class AddressRefused(OSError):
    """The name resolves, but to an address that this connection must not reach."""


class PolicyResolver(AbstractResolver):
    """Resolves a host and checks every address of it: one bad address refuses the name."""

    def __init__(self, policy: AddressPolicy, lookup: AbstractResolver | None = None) -> None:
        self._policy = policy
        self._lookup = lookup or ThreadedResolver(asyncio.get_running_loop())

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._lookup.resolve(host, port, family)
        for result in found:
            check_address(self._policy, result["host"], host, port)
        return found

    async def close(self) -> None:
        await self._lookup.close()


def check_address(policy: AddressPolicy, address: str, host: str, port: int) -> None:
    """Raises AddressRefused, naming the host and the kind of address, never the address."""
    reason = policy.refusal(address, host, port)
    if reason:
        raise AddressRefused(f"{host} leads to a {reason} address, which is not allowed")


def refused(error: BaseException) -> AddressRefused | None:
    """The refusal behind a transport error, if there is one."""
    return next((e for e in causes(error) if isinstance(e, AddressRefused)), None)


def causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
