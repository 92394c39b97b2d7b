"""What came over the wire: an Answer, or the FhirError that a failed exchange means."""

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import httpx

from smartapp.gateway.errors import FhirError, Malformed, Unreachable
from smartapp.gateway.limits import BODY, OverLimit
from smartapp.gateway.resolver import causes, refused

_NO_CONNECTION = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, read whole. `body` is decoded from its content encoding."""

    status: int
    body: bytes
    headers: httpx.Headers
    url: str
    fetched_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def content_type(self) -> str:
        """Media type in small letters, without parameters."""
        stated: str = self.headers.get("content-type", "")
        return stated.partition(";")[0].strip().lower()

    @property
    def request_id(self) -> str:
        """The EHR's own id of this exchange, for its support."""
        stated: str = self.headers.get("x-request-id", "")
        return stated[:200]


def from_response(response: httpx.Response, url: str) -> Answer:
    """Of a response that the bounded transport has read; `url` is what was asked for."""
    return Answer(response.status_code, response.extensions[BODY], response.headers, url)


def from_transport(error: httpx.HTTPError | httpx.InvalidURL, connection: str) -> FhirError:
    """The sentence names the kind of failure and, for administrators, the refused address."""
    if isinstance(error, httpx.InvalidURL):
        return Malformed("An address was not followed: it is not valid.", connection=connection)
    if isinstance(error, OverLimit):
        return Malformed(f"The answer is beyond the limits: {error}.", connection=connection)
    refusal = refused(error)
    if refusal or isinstance(error, httpx.UnsupportedProtocol):
        return _permanent(f"The address is not allowed: {refusal or error}.", connection)
    certificate = next((c for c in causes(error) if isinstance(c, ssl.SSLError)), None)
    if certificate or any(isinstance(c, aiohttp.ClientSSLError) for c in causes(error)):
        reason = getattr(certificate, "verify_message", "") or "no secure connection"
        return _permanent(f"The EHR's certificate or TLS is refused: {reason}.", connection)
    return _unreachable(error, connection)


def _unreachable(error: httpx.HTTPError, connection: str) -> Unreachable:
    found = list(causes(error))
    # httpx-aiohttp 0.2 calls every failed connection a time-out, also one refused at once.
    failed = next((c for c in found if isinstance(c, aiohttp.ClientConnectorError)), None)
    sentence = f"The EHR cannot be reached ({type(failed.os_error if failed else error).__name__})."
    if isinstance(error, httpx.TimeoutException) and failed is None:
        sentence = "The EHR did not answer in time."
    result = Unreachable(sentence, connection=connection)
    result.connected = not any(isinstance(c, _NO_CONNECTION) for c in found)
    return result


def _permanent(message: str, connection: str) -> Unreachable:
    error = Unreachable(message, connection=connection)
    error.permanent = True
    return error
