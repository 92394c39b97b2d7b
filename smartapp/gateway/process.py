"""What all clients of one process share: cool-downs, breakers, answers, remembered refusals."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from smartapp.gateway.breaker import Breaker
from smartapp.gateway.cache import ResponseCache
from smartapp.gateway.errors import Forbidden
from smartapp.gateway.retry import Cooldowns

_REFUSED_S = 300.0
_MOST = 10_000
Key = tuple[str, str]


class Refusals:
    """403 answers of the last five minutes, so that a refused request is not sent again at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[Key, tuple[float, Forbidden]] = {}

    def check(self, key: Key) -> None:
        """Raises the refusal that is still fresh, anew."""
        found = self._known.get(key)
        if found is None:
            return
        until, error = found
        if self._clock() >= until:
            del self._known[key]
            return
        again = Forbidden(
            str(error),
            connection=error.connection,
            status=error.status,
            issues=error.issues,
            request_id=error.request_id,
        )
        again.scope = error.scope
        raise again

    def remember(self, key: Key, error: Forbidden) -> None:
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = (self._clock() + _REFUSED_S, error)

    def forget(self, cache_key: str) -> None:
        for key in [key for key in self._known if key[0] == cache_key]:
            del self._known[key]


@dataclass(slots=True)
class Process:
    """`cooldowns` may be replaced at start by one that all workers share."""

    cooldowns: Cooldowns = field(default_factory=Cooldowns)
    breaker: Breaker = field(default_factory=Breaker)
    cache: ResponseCache = field(default_factory=ResponseCache)
    refusals: Refusals = field(default_factory=Refusals)
    without_post: set[str] = field(default_factory=set)
    """Connections that answered POST _search with "no such thing"."""

    def forget(self, cache_key: str) -> None:
        """Drop all that is kept for one launch: at its end, and after a write."""
        self.cache.forget(cache_key)
        self.refusals.forget(cache_key)


PROCESS = Process()
