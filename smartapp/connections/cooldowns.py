"""Until when an EHR asked to be left alone: one row's value, honoured by every process (UP-09)."""

import time
from datetime import datetime

from django.db.models import Q

from smartapp.connections.models import Connection
from smartapp.connections.waiting import give_back
from smartapp.gateway.retry import Cooldowns

FRESH_S = 1.0


class SharedCooldowns(Cooldowns):
    """Kept in the connection's row; read again after a second, so that a chart of many searches
    costs one query. What this process itself was told holds at once."""

    def __init__(self) -> None:
        super().__init__()
        self._read_at: dict[str, float] = {}

    async def get(self, connection: str) -> datetime | None:
        if time.monotonic() - self._read_at.get(connection, -FRESH_S) >= FRESH_S:
            self._read_at[connection] = time.monotonic()
            stored = Connection.objects.filter(slug=connection).values_list("not_before", flat=True)
            until = await stored.afirst()
            await give_back()
            if until is not None:
                await super().set(connection, until)
        return await super().get(connection)

    async def set(self, connection: str, until: datetime) -> None:
        await super().set(connection, until)
        earlier = Q(not_before=None) | Q(not_before__lt=until)
        await Connection.objects.filter(earlier, slug=connection).aupdate(not_before=until)
        await give_back()
