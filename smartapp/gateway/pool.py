"""One HTTP client per connection, event loop and process; no other way leads out."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TypedDict, Unpack
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

import httpx

from smartapp.gateway.answer import Answer, from_response, from_transport
from smartapp.gateway.errors import Malformed
from smartapp.gateway.limits import INTERACTIVE, BoundedTransport, Limits
from smartapp.gateway.sender import PooledClient, new_request
from smartapp.gateway.slots import Slots
from smartapp.gateway.target import Target
from smartapp.gateway.urls import Origin, UrlRefused, inside, origin
from smartapp.gateway.wire import WireTransport


@dataclass(frozen=True, slots=True)
class _Pooled:
    target: Target
    replaced: httpx.AsyncBaseTransport | None
    client: PooledClient


_Clients = dict[str, _Pooled]
_POOLS: WeakKeyDictionary[asyncio.AbstractEventLoop, _Clients] = WeakKeyDictionary()
_REPLACED: dict[Origin, httpx.AsyncBaseTransport] = {}
_CLOSING: set[asyncio.Task[None]] = set()  # the loop itself holds its tasks weakly
_RETIRED_S = 120


def http_client(target: Target) -> PooledClient:
    """The pooled client of this target; a target with new settings gets a new one."""
    loop = asyncio.get_running_loop()
    clients = _POOLS.setdefault(loop, {})
    pooled = clients.get(target.connection)
    replaced = _REPLACED.get(origin(target.base)) if _REPLACED else None
    if pooled and pooled.target == target and pooled.replaced is replaced:
        return pooled.client
    if pooled:
        _retire(loop, pooled.client)
    pooled = _Pooled(target, replaced, _new_client(target, replaced))
    clients[target.connection] = pooled
    return pooled.client


def _new_client(target: Target, replaced: httpx.AsyncBaseTransport | None) -> PooledClient:
    inner = replaced or WireTransport(
        target.addresses(), target.max_connections, target.authorities
    )
    plain = origin(target.base) if target.allow_loopback else None
    return PooledClient(BoundedTransport(inner, Slots(target.max_connections), plain))


def _retire(loop: asyncio.AbstractEventLoop, client: PooledClient) -> None:
    """Requests under way may finish: the old client is closed when none can be left."""

    def close_it() -> None:
        task = loop.create_task(client.aclose())
        _CLOSING.add(task)
        task.add_done_callback(_CLOSING.discard)

    loop.call_later(_RETIRED_S, close_it)


async def close() -> None:
    """Close the clients of the running event loop; before a loop that we own ends."""
    for pooled in _POOLS.pop(asyncio.get_running_loop(), {}).values():
        if pooled.replaced is None:
            await pooled.client.aclose()


@asynccontextmanager
async def closing() -> AsyncIterator[None]:
    """For a command or task that runs its own event loop: leave no connection behind."""
    try:
        yield
    finally:
        await close()


@contextmanager
def transport(base: str, replacement: httpx.AsyncBaseTransport) -> Iterator[None]:
    """Serve the targets of this origin by `replacement`, such as an httpx.ASGITransport."""
    key = origin(base)
    before = _REPLACED.get(key)
    _REPLACED[key] = replacement
    try:
        yield
    finally:
        if before is None:
            del _REPLACED[key]
        else:
            _REPLACED[key] = before


class RequestOptions(TypedDict, total=False):
    """`allowed`: exact pinned URLs outside the base; `data`: form fields of a POST."""

    auth: httpx.Auth | None
    data: Mapping[str, str] | None
    headers: Mapping[str, str] | None
    limit: Limits
    allowed: frozenset[str]


async def request(
    target: Target, method: str, url: str, **options: Unpack[RequestOptions]
) -> Answer:
    """One exchange beside the FHIR API (discovery, token, keys), sent once, any status returned.

    Raises Malformed for a URL that is neither pinned nor under the base and for an answer beyond
    the limits, Unreachable for everything that the network does.
    """
    _check(target, url, options.get("allowed", frozenset()))
    client = http_client(target)
    try:
        message = new_request(
            method,
            url,
            options.get("headers") or {},
            urlencode(options.get("data") or {}) or None,
            options.get("limit", INTERACTIVE),
        )
        response = await client.exchange(message, options.get("auth"))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise from_transport(error, target.connection) from error
    return from_response(response, url)


def _check(target: Target, url: str, allowed: frozenset[str]) -> None:
    try:
        origin(url)
        if url not in allowed:
            inside(target.base, url)
    except UrlRefused as error:
        raise Malformed(
            f"An address was not followed: {error}.", connection=target.connection
        ) from error
