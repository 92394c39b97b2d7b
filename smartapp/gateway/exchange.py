"""One question to the EHR: cache, cool-down, breaker, tries, token; an answer or a FhirError."""

import asyncio
from datetime import UTC, datetime
from typing import NamedTuple

import httpx

from smartapp.gateway import decode, pool, urls
from smartapp.gateway.answer import Answer, from_response, from_transport
from smartapp.gateway.cache import Kept
from smartapp.gateway.errors import Facts, FhirError, Forbidden, Malformed, Unreachable, from_status
from smartapp.gateway.limits import INTERACTIVE, JOB
from smartapp.gateway.process import Process
from smartapp.gateway.retry import guarded, not_before, with_retries
from smartapp.gateway.sender import new_request
from smartapp.gateway.target import Policy, Target

JSON = "application/fhir+json"
_TOTAL_S = {True: 30.0, False: 180.0}


class Message(NamedTuple):
    """What to ask. `operation` names the kind of request for breaker and refusals."""

    url: str
    operation: str
    accept: str = JSON
    form: str | None = None
    fresh: bool = False
    kept: bool = True


class Exchange:
    """Sends reads to one target with one token; nothing outside the target's base."""

    def __init__(
        self, target: Target, auth: httpx.Auth | None, policy: Policy, process: Process
    ) -> None:
        self._target = target
        self._auth = auth
        self._policy = policy
        self._process = process
        self._limits = INTERACTIVE if policy.interactive else JOB

    async def ask(self, message: Message) -> Kept:
        """The answer with a 2xx status, from the cache or the wire. Raises FhirError."""
        policy = self._policy
        refused = (policy.cache_key, f"{message.operation} {message.url.partition('?')[0]}")
        self._process.refusals.check(refused)
        ttl_s = self._target.cache_s if policy.cache_key and message.kept else 0
        key = (policy.cache_key, f"{message.accept} {message.url} {message.form or ''}")
        try:
            return await self._process.cache.get(
                key, ttl_s, lambda: self._fetch(message), fresh=message.fresh
            )
        except Forbidden as error:
            self._process.refusals.remember(refused, error)
            raise

    async def _fetch(self, message: Message) -> Answer:
        shared = self._process
        operation = (self._target.connection, message.operation)

        async def once() -> Answer:
            return await guarded(
                lambda: self._send(message), operation, shared.cooldowns, shared.breaker
            )

        try:
            async with asyncio.timeout(_TOTAL_S[self._policy.interactive]):
                return await with_retries(once)
        except TimeoutError as error:
            raise Unreachable(
                "The EHR did not answer in time.", connection=self._target.connection
            ) from error

    async def _send(self, message: Message) -> Answer:
        client = pool.http_client(self._target)
        try:
            response = await client.exchange(self._request(message), self._auth)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise from_transport(error, self._target.connection) from error
        answer = from_response(response, message.url)
        if 200 <= answer.status < 300:
            return answer
        raise _error(answer, self._target.connection)

    def _request(self, message: Message) -> httpx.Request:
        """The last gate before a token leaves: whatever the URL, it must be under the base."""
        try:
            url = urls.inside(self._target.base, message.url)
        except urls.UrlRefused as error:
            raise Malformed(
                f"An address was not followed: {error}.", connection=self._target.connection
            ) from error
        method = "GET" if message.form is None else "POST"
        return new_request(method, url, {"Accept": message.accept}, message.form, self._limits)


def _error(answer: Answer, connection: str) -> FhirError:
    retry_after = answer.headers.get("retry-after", "")
    waits = bool(retry_after) and answer.status in {429, 503}
    facts: Facts = {
        "connection": connection,
        "issues": decode.issues(answer),
        "request_id": answer.request_id,
        "retry_at": not_before(retry_after, datetime.now(UTC)) if waits else None,
    }
    return from_status(answer.status, facts, answer.headers.get("www-authenticate", ""))
