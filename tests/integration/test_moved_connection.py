"""A connection that became another EHR's: what the former one gave stays with it (NET-10)."""

from contextlib import contextmanager

import httpx
import pytest
from asgiref.sync import sync_to_async

from smartapp.connections import register
from smartapp.connections.models import Connection
from smartapp.gateway import pool
from smartapp.gateway.errors import SignInExpired
from smartapp.launches.grants import Grant
from smartapp.launches.tokens import current_token
from tests.integration.ehr import opened, token_requests
from tests.integration.test_refresh import aged

ELSEWHERE = "https://elsewhere.example.test/r4"


@contextmanager
def canary():
    """Another EHR that notes whatever reaches it."""
    seen = []

    async def app(scope, receive, send):
        seen.append(dict(scope["headers"]).get(b"authorization"))
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    with pool.transport(ELSEWHERE, httpx.ASGITransport(app=app)):
        yield seen


async def moved(**fields):
    row = await Connection.objects.aget()
    for name, value in fields.items():
        setattr(row, name, value)
    await sync_to_async(register.save)(row)


async def test_a_token_never_meets_the_new_host(visitor, connection, launch_url):
    page = await opened(visitor, launch_url)
    await moved(fhir_base=ELSEWHERE)
    with canary() as seen:
        answer = await visitor.get(f"{page.url}records/Observation/")
    assert answer.status_code == 401
    assert "withdrawn" in answer.text
    assert seen == []


@pytest.mark.parametrize("field", [{"fhir_base": ELSEWHERE}, {"client_id": "another-client"}])
async def test_the_tokens_of_the_former_registration_are_erased(grant, field):
    await moved(**field)
    with pytest.raises(SignInExpired):
        await current_token(grant.pk)
    assert (await Grant.objects.aget()).access_token is None


async def test_credentials_go_only_to_the_token_endpoint_approved_now(grant, sandbox):
    await aged(grant)
    changed = grant.endpoints | {"token_endpoint": f"{ELSEWHERE}/token"}
    await Connection.objects.aupdate(discovered=changed)
    before = await token_requests(sandbox)
    with pytest.raises(SignInExpired):
        await current_token(grant.pk, refused=grant.access_token)
    assert await token_requests(sandbox) == before
