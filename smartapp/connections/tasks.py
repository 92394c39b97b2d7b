"""Background work of connections: has an EHR changed its addresses?"""

import asyncio

from celery import shared_task

from smartapp.connections import register
from smartapp.connections.models import Connection
from smartapp.gateway import pool


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def check_discovery() -> None:
    """Ask every enabled EHR again; changed endpoints stop launches until approved (LS-02)."""
    asyncio.run(_check_discovery())


async def _check_discovery() -> None:
    async with pool.closing():
        async for connection in Connection.objects.filter(enabled=True).exclude(
            discovered__isnull=True
        ):
            await register.examine(connection)
