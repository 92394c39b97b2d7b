"""Tokens revoked and introspected at the sandbox."""

import base64

import pytest

from tests.unit.sandbox.ehr_factory import SCOPE, running


@pytest.fixture
async def sandbox(tmp_path):
    async with running(tmp_path) as one:
        yield one


def basic(client_id, secret):
    encoded = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}


def system(sandbox):
    return basic("smartapp-secret", sandbox.server.clients.get("smartapp-secret").secret)


async def test_a_revoked_refresh_token_is_dead(sandbox):
    first = await sandbox.tokens()
    data = {"token": first["refresh_token"], "client_id": "smartapp-public"}
    assert (await sandbox.http.post(sandbox.server.addresses.revoke, data=data)).status_code == 200
    assert (await sandbox.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"
    assert sandbox.state.tokens.lookup(first["access_token"])


async def test_revoking_an_unknown_token_is_no_error(sandbox):
    data = {"token": "unknown", "client_id": "smartapp-public"}
    assert (await sandbox.http.post(sandbox.server.addresses.revoke, data=data)).status_code == 200


async def test_another_app_cannot_revoke_a_token(sandbox):
    token = (await sandbox.tokens())["access_token"]
    data = {"token": token}
    await sandbox.http.post(sandbox.server.addresses.revoke, data=data, headers=system(sandbox))
    assert sandbox.state.tokens.lookup(token)


async def introspect(sandbox, token):
    data, headers = {"token": token}, system(sandbox)
    answer = await sandbox.http.post("/tokeninfo", data=data, headers=headers)
    return answer.json()


async def test_introspection_tells_scope_context_and_user(sandbox):
    answer = await introspect(sandbox, (await sandbox.tokens())["access_token"])
    assert answer["active"] is True
    assert (answer["patient"], answer["sub"], answer["scope"]) == ("11", "plund", SCOPE)


async def test_introspection_of_a_dead_token_says_nothing_more(sandbox):
    token = (await sandbox.tokens())["access_token"]
    sandbox.clock.forward(570)
    assert await introspect(sandbox, token) == {"active": False}


async def test_introspection_needs_a_known_caller(sandbox):
    answer = await sandbox.http.post("/tokeninfo", data={"token": "x"})
    assert answer.status_code == 401
