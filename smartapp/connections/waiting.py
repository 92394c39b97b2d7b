"""What must not be held while an EHR takes its time: a connection of the database's pool.

An EHR may take half a minute to answer, and the pool is small: requests that kept a connection
meanwhile would make all others wait for one, also those to other EHRs. And a question to an EHR can
outlive the page that asked it; what it kept, nobody would give back.
"""

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections


async def give_back() -> None:
    """Return the connection that this request uses; its next query takes one anew."""
    if is_pooled():
        await sync_to_async(_give_back)()


def is_pooled() -> bool:
    return "pool" in settings.DATABASES["default"].get("OPTIONS", {})


def _give_back() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
