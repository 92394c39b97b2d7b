"""The app and the sandbox EHR in one process, spoken to without sockets."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from asgiref.sync import sync_to_async

from smartapp.asgi import application
from smartapp.connections import register
from smartapp.connections.models import Connection
from smartapp.gateway import pool
from smartapp.launches.grants import Grant
from smartapp.sandbox.app import create_app
from smartapp.sandbox.config import SandboxConfig
from smartapp.sandbox.generator import patient_id
from tests.integration.visitor import Router, Visitor


@pytest.fixture
def sandbox_config(tmp_path):
    return SandboxConfig(var_dir=tmp_path / "sandbox")


@pytest.fixture
async def sandbox(sandbox_config) -> AsyncIterator[Any]:
    """A sandbox EHR whose state is fresh; the gateway reaches it in-process."""
    app = create_app(sandbox_config)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    with pool.transport(sandbox_config.fhir_base, transport):
        yield app


@pytest.fixture
def clock(time_machine):
    """A clock that stands still until it is shifted."""
    time_machine.move_to(datetime.now(UTC), tick=False)
    return time_machine


@pytest.fixture
def new_visitor(sandbox) -> Callable[[], Visitor]:
    def make() -> Visitor:
        client = httpx.AsyncClient(transport=Router(application, sandbox), timeout=60)
        return Visitor(client)

    return make


@pytest.fixture
def visitor(new_visitor):
    return new_visitor()


@pytest.fixture
async def connection(transactional_db, sandbox, sandbox_config) -> Connection:
    """The sandbox, registered, tested and pinned."""
    row = Connection(
        slug="sandbox",
        name="Sandbox Hospital",
        environment="sandbox",
        fhir_base=sandbox_config.fhir_base,
        client_id="smartapp-public",
        embed_origins=[sandbox_config.public_url],
        time_zone="America/Chicago",
        allow_loopback=True,
    )
    await sync_to_async(register.save)(row)
    findings = await register.examine(row)
    assert row.is_ready, findings
    return row


@pytest.fixture
def launch_url(sandbox, sandbox_config) -> Callable[..., Any]:
    """Ask the EHR for a launch of this patient, as its screen would."""

    async def ask(patient: str, **options: Any) -> str:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=sandbox, client=("127.0.0.1", 1)),
            base_url=sandbox_config.public_url,
        ) as control:
            answer = await control.post("/control/launch", json={"patient": patient, **options})
            assert answer.status_code in (200, 201), answer.text
            return str(
                httpx.URL(
                    "https://127.0.0.1:8000/launch",
                    params={"iss": sandbox_config.fhir_base, "launch": answer.json()["launch"]},
                )
            )

    return ask


@pytest.fixture
async def grant(visitor, connection, launch_url, sandbox):
    page = await visitor.get(await launch_url(patient_id("heart-failure")))
    assert page.status_code == 200
    return await Grant.objects.aget()


@pytest.fixture
async def faults(sandbox):
    """Break the EHR on demand."""

    async def turn(**knobs):
        transport = httpx.ASGITransport(app=sandbox, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost:9000"
        ) as control:
            answer = await control.post("/control/faults", json=knobs)
            assert answer.status_code in (200, 201), answer.text

    return turn
