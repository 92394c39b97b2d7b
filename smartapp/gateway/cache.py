"""A short cache of answers, per launch and request, with one fetch for all who ask at once."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from smartapp.gateway.answer import Answer

LIMIT_BYTES = 64 * 1024 * 1024
_OVERHEAD_BYTES = 1024
Key = tuple[str, str]
"""(cache key of the policy, what was asked)."""
Fetch = Callable[[], Awaitable[Answer]]
Flights = dict[Key, asyncio.Task[Answer]]


class Kept(NamedTuple):
    """An answer, whether it was there already, and what it is kept under."""

    answer: Answer
    cached: bool
    key: Key = ("", "")


class ResponseCache:
    """Least recently used answers go first beyond `limit_bytes`; belongs to one process."""

    def __init__(
        self, limit_bytes: int = LIMIT_BYTES, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = limit_bytes
        self._clock = clock
        self._kept: OrderedDict[Key, tuple[float, Answer]] = OrderedDict()
        self._size = 0
        self._flights: WeakKeyDictionary[asyncio.AbstractEventLoop, Flights] = WeakKeyDictionary()

    async def get(self, key: Key, ttl_s: float, fetch: Fetch, *, fresh: bool = False) -> Kept:
        """The answer, fetched unless one younger than `ttl_s` is kept; `fresh` never looks.

        Who is cancelled while waiting does not cancel the fetch of the others. `ttl_s` 0: no
        answer is kept, none is shared.
        """
        if ttl_s <= 0:
            return Kept(await fetch(), False)
        if not fresh:
            kept = self._fresh(key, ttl_s)
            if kept:
                return Kept(kept, True, key)
        flights = self._flights.setdefault(asyncio.get_running_loop(), {})
        task = None if fresh else flights.get(key)
        if task is None:
            task = asyncio.ensure_future(self._fetch(key, fetch, flights))
            flights[key] = task
            task.add_done_callback(lambda done: _landed(flights, key, done))
        return Kept(await asyncio.shield(task), False, key)

    def discard(self, kept: Kept) -> None:
        """Drop an answer that proved unusable: who tries again asks the EHR again."""
        found = self._kept.get(kept.key)
        if found is not None and found[1] is kept.answer:
            self._drop(kept.key)

    def forget(self, cache_key: str) -> None:
        """Drop all that is kept for one launch, and what is on its way when it arrives."""
        for key in [key for key in self._kept if key[0] == cache_key]:
            self._drop(key)
        for flights in self._flights.values():
            for key in [key for key in flights if key[0] == cache_key]:
                del flights[key]

    async def _fetch(self, key: Key, fetch: Fetch, flights: Flights) -> Answer:
        answer = await fetch()
        # Forgotten or overtaken meanwhile: who waits gets it, but it is not kept.
        if answer.status == 200 and flights.get(key) is asyncio.current_task():
            self._keep(key, answer)
        return answer

    def _fresh(self, key: Key, ttl_s: float) -> Answer | None:
        found = self._kept.get(key)
        if found is None:
            return None
        if self._clock() - found[0] >= ttl_s:
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return found[1]

    def _keep(self, key: Key, answer: Answer) -> None:
        if key in self._kept:
            self._drop(key)
        if _size(answer) > self._limit:
            return
        self._kept[key] = (self._clock(), answer)
        self._size += _size(answer)
        while self._size > self._limit:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        _, answer = self._kept.pop(key)
        self._size -= _size(answer)


def _size(answer: Answer) -> int:
    return len(answer.body) + len(answer.url) + _OVERHEAD_BYTES


def _landed(flights: dict[Key, asyncio.Task[Answer]], key: Key, task: asyncio.Task[Answer]) -> None:
    if flights.get(key) is task:
        del flights[key]
    if not task.cancelled():
        task.exception()  # looked at, even when every waiter has gone
