"""Turns on one EHR's connections: what a clinician waits for goes before background work."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Slots:
    """A semaphore of `limit` turns with two queues; belongs to one event loop."""

    def __init__(self, limit: int) -> None:
        self._free = limit
        self._queues: tuple[deque[asyncio.Future[None]], ...] = (deque(), deque())

    @asynccontextmanager
    async def turn(self, wait_s: float, *, interactive: bool) -> AsyncIterator[None]:
        """Hold one turn; interactive callers are served before all background ones.

        Raises TimeoutError when no turn came free in `wait_s`.
        """
        if self._free > 0:
            self._free -= 1
        else:
            async with asyncio.timeout(wait_s):
                await self._wait(0 if interactive else 1)
        try:
            yield
        finally:
            self._release()

    async def _wait(self, queue: int) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self._queues[queue].append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            # Cancelled in the moment of being served: the turn goes to the next.
            if waiter.done() and not waiter.cancelled():
                self._release()
            else:
                self._queues[queue].remove(waiter)
            raise

    def _release(self) -> None:
        for waiters in self._queues:
            while waiters:
                waiter = waiters.popleft()
                if not waiter.done():
                    waiter.set_result(None)
                    return
        self._free += 1
