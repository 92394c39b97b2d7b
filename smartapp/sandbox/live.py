"""Time passing: every few seconds new vitals, results, orders, corrections and retractions."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette

from smartapp.sandbox import generator
from smartapp.sandbox.fhir.dates import instant_text
from smartapp.sandbox.fhir.versions import next_version
from smartapp.sandbox.fhir.wire import Resource
from smartapp.sandbox.state import SandboxState

logger = logging.getLogger(__name__)


def lifespan(state: SandboxState) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """What runs beside the requests for as long as the server does."""

    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        if not state.config.live:
            yield
            return
        task = asyncio.create_task(_pass_time(state))
        yield
        task.cancel()

    return running


async def _pass_time(state: SandboxState) -> None:
    rng = random.Random(state.config.seed)  # noqa: S311 - test data, not secrets
    while True:
        await asyncio.sleep(state.config.live_interval_s)
        try:
            step(state, rng)
        except Exception:
            # A fault of the story must not end the day: the next step may do better.
            logger.exception("a step of the live data failed")


def step(state: SandboxState, rng: random.Random) -> int:
    """One step: store what the generator says happened; gives how many resources changed."""
    now = state.clock()
    records = list(state.store.resources())
    changed = generator.tick(records, now, rng, state.config.tenant)
    for resource in changed:
        state.store.put(_stamped(state, resource))
    return len(changed)


def _stamped(state: SandboxState, resource: Resource) -> Resource:
    """The resource with a version of its own and the time of this step."""
    before = state.store.get(resource["resourceType"], resource["id"])
    meta = dict(resource.get("meta", {}))
    if before is not None and before.get("meta", {}).get("versionId") == meta.get("versionId"):
        version = str(meta.get("versionId", "0"))
        meta["versionId"] = next_version(resource["resourceType"], version)
    meta["lastUpdated"] = instant_text(state.clock())
    return resource | {"meta": {"versionId": "1"} | meta}
