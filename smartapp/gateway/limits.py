"""A transport that bounds every answer: deadline, header block, decoded size, fair turns."""

import asyncio
import zlib
from collections.abc import AsyncIterable
from dataclasses import dataclass
from typing import Protocol

import httpx

from smartapp.gateway.slots import Slots
from smartapp.gateway.urls import Origin

MIB = 1024 * 1024
_CHUNK = 64 * 1024
_HEADER_BYTES = 32 * 1024
_WINDOW = {"gzip": 31, "x-gzip": 31, "deflate": 15}
EXTENSION = "gateway.limits"
BODY = "gateway.body"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take: seconds in all once it has its turn, bytes of decoded body."""

    total_s: float
    body_bytes: int
    interactive: bool = True
    turn_s: float = 30


INTERACTIVE = Limits(total_s=15, body_bytes=20 * MIB)
JOB = Limits(total_s=60, body_bytes=50 * MIB, interactive=False)


class OverLimit(httpx.DecodingError):
    """The answer is larger than allowed, or encoded in a way that was not asked for."""


class _Decoder(Protocol):
    @property
    def unconsumed_tail(self) -> bytes: ...
    @property
    def eof(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


class BoundedTransport(httpx.AsyncBaseTransport):
    """Reads each answer whole, within its limits, so that nothing above it can be flooded.

    Turns are taken here, per wire request: an auth flow that refreshes a token between two
    sends holds none meanwhile.
    """

    def __init__(
        self, inner: httpx.AsyncBaseTransport, slots: Slots, plain: Origin | None = None
    ) -> None:
        """`plain` is the one origin that may be spoken to without TLS."""
        self._inner = inner
        self._slots = slots
        self._plain = plain

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        if url.scheme != "https" and (url.scheme, url.host, url.port or 80) != self._plain:
            raise httpx.UnsupportedProtocol("only https is spoken here", request=request)
        limits = request.extensions.get(EXTENSION, INTERACTIVE)
        try:
            async with self._slots.turn(limits.turn_s, interactive=limits.interactive):
                async with asyncio.timeout(limits.total_s):
                    return await self._exchange(request, limits)
        except TimeoutError as error:
            raise httpx.ReadTimeout("no complete answer in time", request=request) from error

    async def _exchange(self, request: httpx.Request, limits: Limits) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        stream = response.stream
        if not isinstance(stream, httpx.AsyncByteStream):
            raise OverLimit("no asynchronous stream", request=request)
        try:
            _check_headers(response.headers.raw, request)
            encoding = response.headers.get("content-encoding", "identity").strip().lower()
            body = await _body(stream, encoding, limits.body_bytes, request)
        finally:
            await stream.aclose()
        for name in ("content-encoding", "set-cookie"):
            response.headers.pop(name, None)
        # Read already: who looks at the response finds the decoded body, at no second cost.
        response.stream = httpx.ByteStream(body)
        response.extensions[BODY] = body
        response.request = request
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


def _check_headers(raw: list[tuple[bytes, bytes]], request: httpx.Request) -> None:
    if sum(len(name) + len(value) + 4 for name, value in raw) > _HEADER_BYTES:
        raise OverLimit("header block over 32 KiB", request=request)


async def _body(
    stream: httpx.AsyncByteStream, encoding: str, limit: int, request: httpx.Request
) -> bytes:
    if encoding in {"identity", ""}:
        return await _plain(stream, limit, request)
    if encoding not in _WINDOW:
        raise OverLimit("content encoding that was not asked for", request=request)
    return await _inflated(stream, zlib.decompressobj(_WINDOW[encoding]), limit, request)


async def _plain(stream: AsyncIterable[bytes], limit: int, request: httpx.Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in stream:
        size += len(part)
        _check_size(size, limit, request)
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def _inflated(
    stream: AsyncIterable[bytes], decoder: _Decoder, limit: int, request: httpx.Request
) -> bytes:
    """Never more than one chunk beyond the limit in memory, however dense the bomb."""
    body = bytearray()
    async for part in stream:
        pending, more = part, True
        while more and not decoder.eof:
            try:
                piece = decoder.decompress(pending, _CHUNK)
            except zlib.error as error:
                raise OverLimit("compressed body cannot be read", request=request) from error
            body += piece
            _check_size(len(body), limit, request)
            pending = decoder.unconsumed_tail
            more = bool(pending) or len(piece) == _CHUNK
    if not decoder.eof:
        raise OverLimit("compressed body is cut short", request=request)
    return bytes(body)


def _check_size(size: int, limit: int, request: httpx.Request) -> None:
    if size > limit:
        raise OverLimit(f"body over {limit} bytes", request=request)
