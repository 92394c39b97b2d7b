import asyncio

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tests.unit.sandbox.ehr_factory import running


@pytest.fixture
async def sandbox(tmp_path):
    async with running(tmp_path) as one:
        yield one


async def test_a_launch_by_control_tells_the_address_to_open(sandbox):
    answer = (await sandbox.control("launch", {"patient": "11"})).json()
    assert answer["iss"] == sandbox.state.config.fhir_base
    assert answer["url"].startswith("http://127.0.0.1:8000/launch?iss=http%3A%2F%2Flocalhost")
    assert answer["url"].endswith(f"launch={answer['launch']}")


@pytest.mark.parametrize(
    "data",
    [
        {"user": "nobody"},
        {"client_id": "unknown"},
        {"patients": "11"},
        {"patient": "missing"},
        {"encounter": "23", "patient": "11"},
        {"fhirContext": "ServiceRequest/1"},
    ],
)
async def test_a_launch_that_cannot_be_is_refused_in_one_sentence(sandbox, data):
    answer = await sandbox.control("launch", data)
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize(
    ("data", "part"),
    [
        ({"token_lifetime": 5}, "Unknown setting"),
        ({"token_lifetime_s": "5"}, "wrong type"),
        ({"fail_next": True}, "wrong type"),
        ({"fail_mode": "slowly"}, "fail_mode"),
    ],
)
async def test_an_unknown_setting_is_refused(sandbox, data, part):
    answer = await sandbox.control("auth", data)
    assert answer.status_code == 400
    assert part in answer.json()["error"]


async def test_only_json_turns_anything(sandbox):
    answer = await sandbox.http.post("/control/auth", content='{"fail_next": 1}')
    assert answer.status_code == 400


@pytest.mark.parametrize("body", ["{", "[]"])
async def test_a_broken_body_is_refused(sandbox, body):
    headers = {"Content-Type": "application/json"}
    answer = await sandbox.http.post("/control/auth", content=body, headers=headers)
    assert answer.status_code == 400


async def test_the_token_lifetime_can_be_turned(sandbox):
    await sandbox.control("auth", {"token_lifetime_s": 5})
    answer = await sandbox.tokens()
    assert answer["expires_in"] == 5
    sandbox.clock.forward(5)
    assert sandbox.state.tokens.lookup(answer["access_token"]) is None


@pytest.mark.parametrize(
    ("mode", "status", "kind"),
    [
        ("invalid_grant", 400, "application/json"),
        ("500", 500, "application/json"),
        ("html", 502, "text/html; charset=utf-8"),
    ],
)
async def test_the_next_token_requests_fail_as_told(sandbox, mode, status, kind):
    await sandbox.control("auth", {"fail_next": 1, "fail_mode": mode})
    code = await sandbox.code()
    failed = await sandbox.token(code=code)
    assert (failed.status_code, failed.headers["content-type"]) == (status, kind)
    assert (await sandbox.token(code=code)).status_code == 200


async def test_a_slow_token_endpoint_still_uses_the_code_up(sandbox):
    await sandbox.control("auth", {"fail_next": 1, "fail_mode": "timeout", "delay_s": 30})
    code = await sandbox.code()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(sandbox.token(code=code), 0.05)
    assert (await sandbox.token(code=code)).json()["error"] == "invalid_grant"


async def test_only_refreshes_fail_when_told_so(sandbox):
    await sandbox.control("auth", {"fail_next": 1, "fail_grant_type": "refresh_token"})
    first = await sandbox.tokens()
    assert (await sandbox.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"


async def test_fields_can_be_left_out_of_the_token_answer(sandbox):
    await sandbox.control("auth", {"omit": ["scope", "expires_in", "patient"]})
    assert not {"scope", "expires_in", "patient"} & set(await sandbox.tokens())


async def test_expires_in_can_be_a_text(sandbox):
    await sandbox.control("auth", {"expires_in_as_text": True})
    assert (await sandbox.tokens())["expires_in"] == "570"


async def test_the_nonce_and_other_claims_can_be_wrong(sandbox):
    await sandbox.control("auth", {"wrong_nonce": True, "id_token_claims": {"aud": "other"}})
    token = (await sandbox.tokens(nonce="mine"))["id_token"]
    keys = KeySet.import_key_set(sandbox.server.keys.published())
    claims = jwt.decode(token, keys).claims
    assert claims["nonce"] != "mine"
    assert claims["aud"] == "other"


async def test_an_id_token_can_be_signed_with_an_unpublished_key(sandbox):
    await sandbox.control("auth", {"unpublished_key": True})
    token = (await sandbox.tokens())["id_token"]
    keys = KeySet.import_key_set((await sandbox.http.get("/jwk")).json())
    with pytest.raises((JoseError, ValueError)):
        jwt.decode(token, keys)


async def test_all_access_tokens_can_be_expired_now(sandbox):
    first = await sandbox.tokens()
    await sandbox.control("auth", {"expire_access_tokens": True})
    assert sandbox.state.tokens.lookup(first["access_token"]) is None
    assert (await sandbox.refresh(first["refresh_token"])).status_code == 200


async def test_rotation_can_be_turned_on(sandbox):
    await sandbox.control("auth", {"rotate_refresh_tokens": True})
    first = await sandbox.tokens()
    assert "refresh_token" in (await sandbox.refresh(first["refresh_token"])).json()


async def test_a_reset_turns_everything_back(sandbox):
    await sandbox.control("auth", {"token_lifetime_s": 5, "omit": ["scope"]})
    answer = (await sandbox.control("auth", {"reset": True})).json()
    assert (answer["token_lifetime_s"], answer["omit"]) == (570, [])


async def test_resetting_the_sandbox_forgets_grants_and_settings(sandbox):
    first = await sandbox.tokens()
    await sandbox.control("auth", {"token_lifetime_s": 5})
    sandbox.state.reset()
    assert (await sandbox.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"
    assert sandbox.server.knobs.token_lifetime_s == 570


async def test_token_requests_are_logged_without_secrets(sandbox):
    first = await sandbox.tokens()
    await sandbox.refresh(first["refresh_token"])
    await sandbox.token(code="unknown")
    log = (await sandbox.http.get("/control/token-requests")).json()
    kinds = [(one["grant_type"], one["status"]) for one in log["requests"]]
    assert kinds == [
        ("authorization_code", 200),
        ("refresh_token", 200),
        ("authorization_code", 400),
    ]
    assert first["refresh_token"] not in str(log)


async def test_the_log_can_be_emptied(sandbox):
    await sandbox.tokens()
    await sandbox.http.delete("/control/token-requests")
    assert (await sandbox.http.get("/control/token-requests")).json()["count"] == 0


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"client_id": "x", "kind": "magic"},
        {"client_id": "x", "kind": "private_key_jwt"},
        {"client_id": "x", "redirect_uris": "http://127.0.0.1/"},
        {"client_id": "x", "colour": "red"},
    ],
)
async def test_a_registration_that_cannot_be_is_refused(sandbox, data):
    assert (await sandbox.control("clients", data)).status_code == 400


async def test_a_secret_is_made_for_who_brings_none(sandbox):
    data = {"client_id": "x", "kind": "client_secret_basic"}
    assert len((await sandbox.control("clients", data)).json()["secret"]) == 64


async def test_the_control_answers_this_machine_only(sandbox):
    transport = httpx.ASGITransport(sandbox.app, client=("192.0.2.7", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:9000") as far:
        assert (await far.post("/control/launch", json={})).status_code == 403
