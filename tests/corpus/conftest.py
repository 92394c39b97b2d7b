"""A chart of the corpus, opened from the sandbox as a clinician would; no sockets."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from asgiref.sync import sync_to_async

from smartapp.asgi import application
from smartapp.chart.navigation import reaches
from smartapp.connections import register
from smartapp.connections.models import Connection
from smartapp.gateway import pool
from smartapp.launches.models import Launch
from tests.corpus.served_chart import Chart
from tests.corpus.served_store import NOBODY, charts, sandbox
from tests.integration.visitor import APP, Router, Visitor

OpenChart = Callable[[str], Awaitable[Chart]]


@pytest.fixture
async def ehr(transactional_db) -> AsyncIterator[Connection]:
    """The sandbox that serves the corpus, connected."""
    app = sandbox()
    base = app.state.sandbox.config.fhir_base
    row = Connection(
        slug="corpus",
        name="Corpus Hospital",
        fhir_base=base,
        client_id="smartapp-public",
        allow_loopback=True,
    )
    with pool.transport(base, httpx.ASGITransport(app=app, raise_app_exceptions=False)):
        await sync_to_async(register.save)(row)
        findings = await register.examine(row)
        assert row.is_ready, findings
        yield row


@pytest.fixture
def open_chart(ehr) -> OpenChart:
    """Launch on a patient; records about nobody are looked up on the shortest chart."""

    async def launched(patient: str) -> Chart:
        app = sandbox()
        visitor = Visitor(httpx.AsyncClient(transport=Router(application, app), timeout=60))
        whose = charts()[-1] if patient == NOBODY else patient
        page = await visitor.get(f"{APP}/launch", params=await asked(app, whose))
        assert page.status_code == 200, page.text[:2000]
        launch = await Launch.objects.select_related("grant__connection").aget()
        found = reaches(launch.scopes, launch.connection.capability())
        return Chart(visitor, str(page.url), {one.entry.name: one for one in found})

    return launched


async def asked(app, patient: str) -> dict[str, str]:
    """The launch that the EHR makes for this patient."""
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 1))
    base = app.state.sandbox.config.public_url
    async with httpx.AsyncClient(transport=transport, base_url=base) as control:
        answer = (await control.post("/control/launch", json={"patient": patient})).json()
    return {"iss": answer["iss"], "launch": answer["launch"]}
