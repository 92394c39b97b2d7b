"""httpx's transport over aiohttp: our resolver, our TLS floor, URLs on the wire as they came."""

import ssl
from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, cast

import httpx
from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.client import _RequestContextManager
from httpx_aiohttp import AiohttpTransport
from yarl import URL

from smartapp.gateway.addresses import AddressPolicy
from smartapp.gateway.resolver import PolicyResolver, check_address

_KEEP_ALIVE_S = 30
_HEADER_FIELD_BYTES = 16 * 1024


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """Certificates and names checked, TLS 1.2 at least, nothing from the environment."""
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class Verbatim:
    """An aiohttp session that sends each URL as it is given.

    aiohttp rewrites strings (%2C to a comma, %3A%2F%2F to ://), which breaks signed or opaque
    page links. The transport calls its session through `request` alone.
    """

    def __init__(self, session: ClientSession) -> None:
        self._session = session

    def request(self, *, url: str, **options: Any) -> _RequestContextManager:
        return self._session.request(url=URL(url, encoded=True), **options)

    async def close(self) -> None:
        await self._session.close()


class WireTransport(AiohttpTransport):
    """One connection's way to the network; made inside the event loop that uses it."""

    def __init__(self, policy: AddressPolicy, max_connections: int) -> None:
        connector = TCPConnector(
            limit=max_connections,
            resolver=PolicyResolver(policy),
            ssl=tls_context(),
            keepalive_timeout=_KEEP_ALIVE_S,
        )
        session = ClientSession(
            connector=connector,
            cookie_jar=DummyCookieJar(),
            trust_env=False,
            max_line_size=_HEADER_FIELD_BYTES,
            max_field_size=_HEADER_FIELD_BYTES,
            timeout=ClientTimeout(total=None),
        )
        self._policy = policy
        self._verbatim = Verbatim(session)
        # The base class only ever calls `request` on what this returns.
        factory = cast("Callable[[], ClientSession]", lambda: self._verbatim)
        super().__init__(verify=tls_context(), client=factory)

    def get_client(self) -> ClientSession:
        return cast("ClientSession", self._verbatim)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            self._check_literal(request)
            return await super().handle_async_request(request)
        except ClientError as error:
            # What the base class does not map: no HTTP at all, or a header beyond the limits.
            raise httpx.RemoteProtocolError(type(error).__name__, request=request) from error
        except OSError as error:
            raise httpx.ConnectError(type(error).__name__, request=request) from error

    def _check_literal(self, request: httpx.Request) -> None:
        """aiohttp asks no resolver about an address that is written as one."""
        host, port = request.url.host, request.url.port
        try:
            ip_address(host)
        except ValueError:
            return
        port = port or (443 if request.url.scheme == "https" else 80)
        check_address(self._policy, host, host, port)

    async def aclose(self) -> None:
        await self._verbatim.close()
