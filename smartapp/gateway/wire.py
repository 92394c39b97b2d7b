"""httpx's transport over aiohttp: our resolver, our TLS floor, URLs on the wire as they came."""

import ssl
from collections.abc import AsyncIterator
from functools import lru_cache
from ipaddress import ip_address

import httpx
from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from httpx_aiohttp import AiohttpTransport
from httpx_aiohttp.transport import map_aiohttp_exceptions
from multidict import CIMultiDict
from yarl import URL

from smartapp.gateway.addresses import AddressPolicy
from smartapp.gateway.resolver import PolicyResolver, check_address

_KEEP_ALIVE_S = 30
_TIMEOUT = ClientTimeout(total=None, connect=5, sock_connect=3, sock_read=10)
_HEADER_FIELD_BYTES = 16 * 1024


@lru_cache(maxsize=64)
def tls_context(authorities: str = "") -> ssl.SSLContext:
    """Certificates and names checked, TLS 1.2 at least, nothing from the environment.

    `authorities`: PEM of private certificate authorities, trusted besides the public ones.
    """
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authorities:
        context.load_verify_locations(cadata=authorities)
    return context


class _Body(httpx.AsyncByteStream):
    """What arrives, as it arrives; a body that was not read to its end costs its connection."""

    def __init__(self, answer: ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        content = self._answer.content
        with map_aiohttp_exceptions():
            while chunk := await content.readany():
                yield chunk

    async def aclose(self) -> None:
        self._answer.release()


class WireTransport(AiohttpTransport):
    """One connection's way to the network; made inside the event loop that uses it."""

    def __init__(self, policy: AddressPolicy, max_connections: int, authorities: str = "") -> None:
        connector = TCPConnector(
            limit=max_connections,
            resolver=PolicyResolver(policy),
            ssl=tls_context(authorities),
            keepalive_timeout=_KEEP_ALIVE_S,
        )
        self._session = ClientSession(
            connector=connector,
            cookie_jar=DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            max_line_size=_HEADER_FIELD_BYTES,
            max_field_size=_HEADER_FIELD_BYTES,
            timeout=_TIMEOUT,
        )
        self._policy = policy
        super().__init__(verify=tls_context(authorities), client=self._session)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            self._check_literal(request)
            with map_aiohttp_exceptions():
                return await self._send(request)
        except ClientError as error:
            # What the base class does not map: no HTTP at all, or a header beyond the limits.
            raise httpx.RemoteProtocolError(type(error).__name__, request=request) from error
        except OSError as error:
            raise httpx.ConnectError(type(error).__name__, request=request) from error

    async def _send(self, request: httpx.Request) -> httpx.Response:
        """As the base class does, but leaner, and with the URL on the wire as it came.

        aiohttp rewrites URLs that it gets as text (%2C to a comma, %3A%2F%2F to ://), which
        breaks signed or opaque page links.
        """
        raw = request.headers.raw
        answer = await self._session.request(
            request.method,
            URL(str(request.url), encoded=True),
            headers=CIMultiDict((name.decode(), value.decode("latin-1")) for name, value in raw),
            data=request.content or None,
            allow_redirects=False,
        )
        return httpx.Response(
            answer.status, headers=answer.raw_headers, stream=_Body(answer), request=request
        )

    def _check_literal(self, request: httpx.Request) -> None:
        """aiohttp asks no resolver about an address that is written as one."""
        host, port = request.url.host, request.url.port
        if is_literal(host):
            port = port or (443 if request.url.scheme == "https" else 80)
            check_address(self._policy, host, host, port)


@lru_cache(maxsize=256)
def is_literal(host: str) -> bool:
    """Whether a host is an address, not a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
