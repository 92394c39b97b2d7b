"""B2 and B4: processor time of ours against the least that the same work can cost."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

import aiohttp
import httpx
import msgspec
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from scripts.benchmarks import ground
from scripts.benchmarks.table import Row
from smartapp.chart import lists
from smartapp.chart.asks import Ask
from smartapp.chart.frame import context_of, reach_of
from smartapp.fhir.bundles import newest
from smartapp.fhir.columns import cell
from smartapp.fhir.types import REGISTRY
from smartapp.gateway import pool
from smartapp.gateway.answer import Answer
from smartapp.gateway.cache import Kept
from smartapp.gateway.sheets import sheet_of
from smartapp.gateway.target import Page
from smartapp.launches.models import Launch

JSON = httpx.Headers({"content-type": "application/fhir+json"})
CHARTS = 20
ROUNDS = 9
ROWS = 1_000
PLAIN = engines["django"].from_string(
    "<table>{% for row in rows %}<tr>{% for cell in row.cells %}<td>"
    "{% if forloop.first %}<a href='{{ row.url }}'>{{ cell }}</a>{% else %}{{ cell }}{% endif %}"
    "</td>{% endfor %}</tr>{% endfor %}</table>"
)
decoder = msgspec.json.Decoder(float_hook=Decimal)
TYPES = [entry for entry in REGISTRY.values() if entry.search == ("patient",)]


async def bare(base: str, patient: str) -> None:
    """The floor: the same URLs, answers decoded, nothing checked, kept or told."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=8)) as session:

        async def get(name: str) -> None:
            async with session.get(f"{base}/{name}?patient={patient}&_count=100") as answer:
                decoder.decode(await answer.read())

        for _ in range(CHARTS):
            await asyncio.gather(*(get(entry.name) for entry in TYPES))


async def through_gateway(launches: list[Launch]) -> None:
    async with pool.closing():
        for launch in launches:
            client = launch.client()
            await asyncio.gather(*(client.search(entry, cap=100) for entry in TYPES))


def cpu_s(work: Callable[[], Awaitable[None]]) -> float:
    start = time.process_time()
    asyncio.run(work())  # type: ignore[arg-type]  # what is given are coroutine functions
    return (time.process_time() - start) / (CHARTS * len(TYPES))


def b2() -> Iterator[Row]:
    with ground.stub(0) as stub:
        base = f"{stub.origin}/r4"
        at = ground.connection("cpu", base)
        groups = [[ground.launch(at) for _ in range(CHARTS)] for _ in range(3)]
        asyncio.run(through_gateway([ground.launch(at)]))
        ours = [cpu_s(partial(through_gateway, launches)) for launches in groups]
        floor = [cpu_s(partial(bare, base, groups[0][0].patient or "")) for _ in groups]
    what = "processor time of a search through the gateway"
    yield Row(
        "B2", what, statistics.median(ours), "bare aiohttp + msgspec", statistics.median(floor), 2
    )


def median_s(work: Callable[[], Any]) -> float:
    def once() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    work()
    return statistics.median(once() for _ in range(ROUNDS))


def many(count: int) -> bytes:
    """A bundle of so many observations of the patient, each with an id of its own."""
    few = ground.record()[1]["Observation"]
    return ground.bundle([few[n % len(few)] | {"id": f"o{n}"} for n in range(count)])


def whole_list(launch: Launch, body: bytes) -> str:
    """Ours: bytes to HTML as the list view does it, with all rows in one window."""
    entry, found = REGISTRY["Observation"], reach_of(launch, REGISTRY["Observation"])
    now = timezone.now()
    kept = Kept(Answer(200, body, JSON, "http://localhost:1/r4/Observation"), False)
    client = launch.client()
    sheet = asyncio.run(sheet_of(kept, entry, client.policy, client.target))
    matches = newest(sheet.parsed.matches)
    page = Page(entry, tuple(matches), (), (), None, True, None, None, now, False, "")
    ask = Ask(found, found.listing.ways[0], context_of(launch), {})
    ask.is_valid()
    listed = lists.listed(launch, entry, page, ask, lists.View())
    request = RequestFactory().get("/")
    request.launch = launch  # type: ignore[attr-defined]  # as the middleware does
    context = {"entry": entry, "list": listed, "ask": ask}
    return render_to_string("chart/list.html", context, request)


def ready_list(rows: list[dict[str, Any]], body: bytes) -> str:
    """The floor: the body decoded, and a table of dicts that are ready to be written."""
    decoder.decode(body)
    return PLAIN.render({"rows": rows})


def ready_rows(launch: Launch, body: bytes) -> list[dict[str, Any]]:
    entry = REGISTRY["Observation"]
    resources = [one["resource"] for one in decoder.decode(body)["entry"]]
    return [
        {
            "url": f"/launches/{launch.pk}/records/Observation/{one['id']}/",
            "cells": [cell(column, one, launch.zone).text for column in entry.columns],
        }
        for one in resources
    ]


def b4() -> Iterator[Row]:
    launch = ground.launch(ground.connection("list", "http://localhost:1/r4"))
    lists.WINDOW = 10 * ROWS
    for count in (ROWS // 10, ROWS, 10 * ROWS):
        body = many(count)
        rows = ready_rows(launch, body)
        ours = median_s(partial(whole_list, launch, body))
        floor = median_s(partial(ready_list, rows, body))
        yield Row("B4", f"list of {count:,} rows", ours, "decode + template", floor, 2)
