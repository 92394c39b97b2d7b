"""The sandbox against SMART App Launch 2.2: discovery, and the matrix of launches."""

import base64
import json
import os
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from smartapp.sandbox.auth.client_auth import ASSERTION_TYPE
from smartapp.sandbox.config import TENANT
from tests.unit.sandbox.ehr_factory import callback, form_action, running

KEY = ECKey.generate_key("P-384", {"use": "sig"}, auto_kid=True)
BASE = f"http://localhost:9000/r4/{TENANT}"
LIVE = "millennium-r4/live/cerner-smart-configuration.json"


@pytest.fixture
async def sandbox(tmp_path):
    async with running(tmp_path) as one:
        jwks = KeySet([KEY]).as_dict(private=False)
        one.server.transport = httpx.MockTransport(lambda _: httpx.Response(200, json=jwks))
        yield one


async def discovered(sandbox):
    return (await sandbox.http.get(f"{BASE}/.well-known/smart-configuration")).json()


async def test_discovery_holds_what_the_specification_demands(sandbox):
    found = await discovered(sandbox)
    needed = "authorization_endpoint token_endpoint issuer jwks_uri grant_types_supported"
    assert set(needed.split()) <= set(found)
    assert found["code_challenge_methods_supported"] == ["S256"]


async def test_the_issuer_is_neither_the_fhir_base_nor_the_id_tokens_issuer(sandbox):
    found = await discovered(sandbox)
    assert len({BASE, found["issuer"], sandbox.server.addresses.oidc_issuer}) == 3


async def test_the_id_tokens_issuer_has_a_document_of_its_own(sandbox):
    issuer = sandbox.server.addresses.oidc_issuer
    document = (await sandbox.http.get(f"{issuer}.well-known/openid-configuration")).json()
    assert document["issuer"] == issuer
    assert document["jwks_uri"] == (await discovered(sandbox))["jwks_uri"]


async def test_only_public_parts_of_keys_are_published(sandbox):
    (key,) = (await sandbox.http.get((await discovered(sandbox))["jwks_uri"])).json()["keys"]
    assert set(key) == {"kty", "n", "e", "use", "alg", "kid"}


async def test_a_style_document_has_every_agreed_name(sandbox):
    answer = (await sandbox.http.get(sandbox.server.addresses.style)).json()
    names = ["background", "error", "highlight", "modal_backdrop", "success", "text"]
    assert {f"color_{name}" for name in names} <= set(answer)


@pytest.mark.parametrize("versions", [("v1",), ("v2",), ("v1", "v2")])
async def test_capabilities_say_which_notations_are_spoken(tmp_path, versions):
    async with running(tmp_path, scope_versions=versions) as sandbox:
        said = {one for one in (await discovered(sandbox))["capabilities"] if "-v" in one}
        assert said == {f"permission-{version}" for version in versions}


@pytest.mark.corpus
async def test_discovery_says_what_the_live_server_says(sandbox):
    folder = os.environ.get("SMARTAPP_CORPUS")
    if folder is None:
        pytest.skip("SMARTAPP_CORPUS is not set")
    live = json.loads((Path(folder) / LIVE).read_text())
    found = await discovered(sandbox)
    assert set(found) == set(live)
    assert set(found["capabilities"]) == set(live["capabilities"]) - {"health-cards"}
    assert set(found["scopes_supported"]) == set(live["scopes_supported"])


def proof(sandbox, kind):
    """How a client of this kind authenticates: headers and form."""
    if kind == "smartapp-public":
        return {}, {"client_id": kind}
    if kind == "smartapp-secret":
        pair = f"{kind}:{sandbox.server.clients.get(kind).secret}"
        encoded = base64.b64encode(pair.encode()).decode()
        return {"Authorization": f"Basic {encoded}"}, {"client_id": None}
    now = int(sandbox.clock().timestamp())
    claims = {"iss": kind, "sub": kind, "aud": sandbox.server.addresses.token}
    header = {"alg": "ES384", "typ": "JWT", "kid": KEY.kid}
    signed = jwt.encode(header, {**claims, "exp": now + 60, "jti": "1"}, KEY, ["ES384"])
    form = {"client_assertion": signed, "client_assertion_type": ASSERTION_TYPE}
    return {}, {**form, "client_id": None}


async def sent_back(sandbox, launched, method, **changes):
    """The authorization answer, after signing in where the launch carries nobody."""
    if launched:
        changes["launch"] = await sandbox.launch()
        changes["scope"] = f"launch {changes['scope']}"
    request, address = sandbox.request(**changes), sandbox.server.addresses.authorize
    parameters = {"params": request} if method == "GET" else {"data": request}
    answer = await sandbox.http.request(method, address, **parameters)
    if not launched:
        who = {"username": "plund", "password": "sandbox"}
        answer = await sandbox.http.post(form_action(answer, "/sign-in"), data=who)
    return callback(answer)


@pytest.mark.parametrize("kind", ["smartapp-public", "smartapp-secret", "smartapp-jwt"])
@pytest.mark.parametrize("launched", [True, False], ids=["ehr", "standalone"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("scope", ["user/Patient.read user/Goal.read", "user/Patient.rs"])
async def test_every_kind_of_launch_ends_with_a_token(sandbox, kind, launched, method, scope):
    wanted = f"openid fhirUser offline_access {scope}"
    back = await sent_back(sandbox, launched, method, client_id=kind, scope=wanted, nonce="n")
    headers, form = proof(sandbox, kind)
    answer = (await sandbox.token(headers, code=back["code"], **form)).json()
    granted = f"launch {wanted}" if launched else wanted
    assert (answer["scope"], answer.get("patient")) == (granted, "11" if launched else None)
    assert {"access_token", "refresh_token", "id_token"} <= set(answer)
