"""While an EHR takes its time: no connection of the pool is held, and nothing stops half done.

An EHR may take half a minute to answer, and the pool is small: requests that kept a connection
meanwhile would make all others wait for one, also those to other EHRs. And a question to an EHR can
outlive the page that asked it; what it kept, nobody would give back.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections

T = TypeVar("T")
_UNDER_WAY: set[asyncio.Task[Any]] = set()  # the loop itself holds its tasks weakly


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Do what must not stop half done, such as storing a token: whoever asked may leave."""

    async def done() -> T:
        try:
            return await work
        finally:
            await give_back()

    task = asyncio.ensure_future(done())
    _UNDER_WAY.add(task)
    task.add_done_callback(_ended)
    return await asyncio.shield(task)


def _ended(task: asyncio.Task[Any]) -> None:
    _UNDER_WAY.discard(task)
    if not task.cancelled():
        task.exception()  # looked at, even when nobody waits any more


async def give_back() -> None:
    """Return the connection that this request uses; its next query takes one anew."""
    if is_pooled():
        await sync_to_async(_give_back)()


def is_pooled() -> bool:
    """Whether connections are a server's: pooled in operation, and unpooled in tests, where one
    that a task keeps beyond its request would stay open as well."""
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql")


def _give_back() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
