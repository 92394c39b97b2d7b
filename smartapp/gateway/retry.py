"""What is retried and for how long; the cool-down that all workers share."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from random import SystemRandom
from typing import TypeVar

import stamina

from smartapp.gateway.breaker import Breaker
from smartapp.gateway.errors import FhirError, Malformed, Throttled, Unreachable

TRIES = 3
TOTAL_S = 30.0
_FIRST_S, _MAX_S = 0.5, 8.0
_LONGEST = timedelta(minutes=10)
_RETRIED_5XX = frozenset({500, 502, 503, 504})
_RANDOM = SystemRandom()
T = TypeVar("T")


class _Waiting(Exception):
    """Stands for the first try, which was made before: its wait comes first."""


class Cooldowns:
    """Until when a connection must not be asked. In memory; override both to share it wider."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    async def get(self, connection: str) -> datetime | None:
        """The not-before of this connection, possibly in the past."""
        return self._until.get(connection)

    async def set(self, connection: str, until: datetime) -> None:
        """Remember a not-before; a later one that is already known stays."""
        known = self._until.get(connection)
        if known is None or known < until:
            self._until[connection] = until


def not_before(retry_after: str, now: datetime) -> datetime | None:
    """Retry-After in either notation, at most ten minutes ahead; None if it cannot be read."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return now + min(timedelta(seconds=int(text[:9])), _LONGEST)
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return min(max(date, now), now + _LONGEST)


def wait_s(error: Exception, attempt: int, left_s: float) -> float | None:
    """Seconds before the next try after failed try number `attempt`; None: no further try."""
    tries = _tries(error)
    if attempt >= tries:
        return None
    wait = _RANDOM.uniform(0, min(_MAX_S, _FIRST_S * 2**attempt))
    if isinstance(error, FhirError) and error.retry_at:
        wait = max(0.0, (error.retry_at - datetime.now(UTC)).total_seconds())
    return wait if wait <= left_s else None


def _tries(error: Exception) -> int:
    """A record that always fails is asked for twice, an outage three times, all else once."""
    if isinstance(error, Malformed) and error.status == 500:
        return 2
    if not isinstance(error, Unreachable) or error.permanent:
        return 1
    retried = error.status is None or error.status == 429 or error.status in _RETRIED_5XX
    return TRIES if retried else 1


async def with_retries(send: Callable[[], Awaitable[T]]) -> T:
    """Reads only: `send` again while `wait_s` says so. The last error is raised."""
    end = time.monotonic() + TOTAL_S
    try:
        # The usual case pays nothing for the machinery of the others.
        return await send()
    except FhirError as error:
        wait = wait_s(error, 1, end - time.monotonic())
        if wait is None:
            raise
    return await _again(send, wait, end)


async def _again(send: Callable[[], Awaitable[T]], first_wait_s: float, end: float) -> T:
    attempt = 0

    def decide(error: Exception) -> bool | float:
        nonlocal attempt
        attempt += 1
        wait = first_wait_s if attempt == 1 else wait_s(error, attempt, end - time.monotonic())
        return False if wait is None else wait

    async for turn in stamina.retry_context(on=decide, attempts=TRIES, timeout=TOTAL_S):
        with turn:
            if not attempt:
                raise _Waiting
            return await send()
    raise Unreachable("The EHR did not answer in time.")


async def guarded(
    send: Callable[[], Awaitable[T]],
    operation: tuple[str, str],
    cooldowns: Cooldowns,
    breaker: Breaker,
) -> T:
    """One try, under the cool-down and the breakers of (connection, kind of request)."""
    connection, _ = operation
    await _check_cooldown(connection, cooldowns)
    keys = ((connection, ""), operation)
    _enter(keys, breaker)
    failed: tuple[bool | None, bool | None] = (None, None)
    try:
        result = await send()
        failed = (False, False)
    except FhirError as error:
        failed = _blame(error)
        if isinstance(error, Throttled) and error.retry_at:
            await cooldowns.set(connection, error.retry_at)
        raise
    finally:
        for key, verdict in zip(keys, failed, strict=True):
            breaker.leave(key, failed=verdict)
    return result


def _blame(error: FhirError) -> tuple[bool, bool | None]:
    """Whether the failure speaks against the whole connection, and against this operation."""
    outage = isinstance(error, Unreachable) and not isinstance(error, Throttled)
    if not outage:
        return False, False
    return (False, True) if getattr(error, "connected", True) else (True, None)


async def _check_cooldown(connection: str, cooldowns: Cooldowns) -> None:
    until = await cooldowns.get(connection)
    if until and until > datetime.now(UTC):
        raise Throttled(
            "The EHR asked us to wait before the next request.",
            connection=connection,
            retry_at=until,
        )


def _enter(keys: tuple[tuple[str, str], ...], breaker: Breaker) -> None:
    for number, key in enumerate(keys):
        wait = breaker.enter(key)
        if wait is None:
            continue
        for entered in keys[:number]:
            breaker.leave(entered, failed=None)
        error = Unreachable(
            "The EHR failed repeatedly; it is not asked again for a moment.",
            connection=key[0],
            retry_at=datetime.now(UTC) + timedelta(seconds=wait),
        )
        error.permanent = True
        raise error
