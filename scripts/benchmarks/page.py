"""B1 and B12: the whole patient page, fetched as a browser does, against what the cap allows."""

import asyncio
import re
import statistics
import time
from collections.abc import Iterator

import aiohttp

from scripts.benchmarks import ground
from scripts.benchmarks.table import Row
from smartapp.connections.models import Connection
from smartapp.launches.models import Launch

# What a browser opens to one host at a time over HTTP/1.1.
BROWSER_CONNECTIONS = 6
ROUNDS = 5
LOADED = re.compile(r'hx-get="([^"]+)"[^>]*hx-trigger="load')


async def open_page(web: ground.Web, launch: Launch, cookie: str) -> float:
    """Seconds until the shell and everything that it loads has come, fragments of fragments too."""
    headers = {"Cookie": cookie}
    connector = aiohttp.TCPConnector(limit=BROWSER_CONNECTIONS)
    async with aiohttp.ClientSession(web.origin, headers=headers, connector=connector) as browser:

        async def get(url: str, **headers: str) -> None:
            async with browser.get(url, headers=headers) as answer:
                text = await answer.text()
                answer.raise_for_status()
            found = [one.replace("&amp;", "&") for one in LOADED.findall(text)]
            await asyncio.gather(*(get(one, **{"HX-Request": "true"}) for one in found))

        start = time.perf_counter()
        await get(f"/launches/{launch.pk}/")
        return time.perf_counter() - start


def opened(web: ground.Web, at: Connection) -> float:
    """A page of a new launch, so that nothing of it is cached."""
    launch = ground.launch(at)
    return asyncio.run(open_page(web, launch, ground.cookie(launch)))


def b1() -> Iterator[Row]:
    for latency_ms in (50, 300):
        with ground.stub(latency_ms) as stub, ground.web() as web:
            at = ground.connection(f"ehr-{latency_ms}", f"{stub.origin}/r4")
            opened(web, at)
            stub.count()
            took = statistics.median(opened(web, at) for _ in range(ROUNDS))
            asked = stub.count() / ROUNDS
            floor = asked / at.max_connections * latency_ms / 1000
            what = f"patient page, {asked:.0f} requests, EHR at {latency_ms} ms"
            yield Row("B1", what, took, "what the cap allows", floor, 1.25)


async def beside(web: ground.Web, hanging: Launch, at: Connection) -> float:
    """B's page while A's page waits for an EHR that does not answer."""
    waiting = asyncio.create_task(
        open_page(web, hanging, await asyncio.to_thread(ground.cookie, hanging))
    )
    await asyncio.sleep(1)
    mine = await asyncio.to_thread(ground.launch, at)
    took = await open_page(web, mine, await asyncio.to_thread(ground.cookie, mine))
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    return took


def b12() -> Iterator[Row]:
    with ground.stub(50) as stub, ground.web() as web:
        ours = ground.connection("answers", f"{stub.origin}/r4")
        theirs = ground.connection("hangs", f"{stub.origin}/hang/r4")
        opened(web, ours)
        alone = statistics.median(opened(web, ours) for _ in range(ROUNDS))
        took = [asyncio.run(beside(web, ground.launch(theirs), ours)) for _ in range(ROUNDS)]
        what = "patient page of B while A's EHR hangs"
        yield Row("B12", what, statistics.median(took), "B alone", alone, 1.2)
