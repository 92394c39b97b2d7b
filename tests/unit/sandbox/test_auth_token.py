import base64

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.unit.sandbox.ehr_factory import CALLBACK, SCOPE, running


@pytest.fixture
async def sandbox(tmp_path):
    async with running(tmp_path) as one:
        yield one


def basic(client_id, secret):
    encoded = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}


async def claims_of(sandbox, token):
    keys = (await sandbox.http.get("/jwk")).json()
    return jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"]).claims


async def test_a_code_becomes_a_token_with_its_context(sandbox):
    answer = await sandbox.tokens()
    assert (
        answer.items()
        >= {
            "token_type": "Bearer",
            "expires_in": 570,
            "scope": SCOPE,
            "patient": "11",
            "encounter": "21",
            "user": "5512001",
            "username": "plund",
            "tenant": sandbox.state.config.tenant,
            "need_patient_banner": True,
            "active_ttl": 28_800,
            "smart_style_url": "http://localhost:9000/styles/smart-v1.json",
        }.items()
    )


async def test_the_access_token_is_known_to_the_fhir_server(sandbox):
    info = sandbox.state.tokens.lookup((await sandbox.tokens())["access_token"])
    assert info is not None
    assert (info.patient, info.user, info.client_id) == ("11", "5512001", "smartapp-public")
    assert "user/Observation.rs" in info.scopes


async def test_launch_options_reach_the_app(sandbox):
    context = [{"reference": "ServiceRequest/9", "role": "launch"}]
    launch = {"need_patient_banner": False, "style": False, "intent": "order-review"}
    answer = await sandbox.tokens({**launch, "fhirContext": context, "encounter": None})
    assert answer["need_patient_banner"] is False
    assert "smart_style_url" not in answer
    assert "encounter" not in answer
    assert (answer["intent"], answer["fhirContext"]) == ("order-review", context)


async def test_answers_are_not_to_be_stored(sandbox):
    good = await sandbox.token(code=await sandbox.code())
    bad = await sandbox.token(code="unknown")
    assert {good.headers["cache-control"], bad.headers["cache-control"]} == {"no-store"}


async def test_a_code_used_twice_ends_the_tokens_of_its_first_use(sandbox):
    code = await sandbox.code()
    first = (await sandbox.token(code=code)).json()
    second = await sandbox.token(code=code)
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")
    assert sandbox.state.tokens.lookup(first["access_token"]) is None
    assert (await sandbox.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_code_is_too_old_after_a_minute(sandbox):
    code = await sandbox.code()
    sandbox.clock.forward(60)
    assert (await sandbox.token(code=code)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"code_verifier": "x" * 43}, 400, "invalid_grant"),
        ({"code_verifier": None}, 400, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:8000/callback/"}, 400, "invalid_grant"),
        ({"redirect_uri": None}, 400, "invalid_grant"),
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"client_id": "smartapp-secret"}, 401, "invalid_client"),
        ({"client_id": None}, 401, "invalid_client"),
        ({"client_secret": "x"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "unsupported_grant_type"),
        ({"code": "unknown"}, 400, "invalid_grant"),
    ],
)
async def test_a_bad_token_request_is_refused_in_oauths_words(sandbox, changes, status, error):
    answer = await sandbox.token(**{"code": await sandbox.code(), **changes})
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_uri"].startswith("http://localhost:9000/errors/")


async def test_a_code_belongs_to_its_app(sandbox):
    await sandbox.control("clients", {"client_id": "other", "redirect_uris": [CALLBACK]})
    answer = await sandbox.token(code=await sandbox.code(), client_id="other")
    assert answer.json()["error"] == "invalid_grant"


async def test_a_redirect_uri_left_out_before_is_left_out_here_too(sandbox):
    code = await sandbox.code(redirect_uri=None)
    assert (await sandbox.token(code=code)).json()["error"] == "invalid_grant"
    code = await sandbox.code(redirect_uri=None)
    assert (await sandbox.token(code=code, redirect_uri=None)).status_code == 200


async def test_a_token_request_is_a_form(sandbox):
    answer = await sandbox.http.post(sandbox.server.addresses.token, json={"code": "x"})
    assert answer.json()["error"] == "invalid_request"


async def test_a_secret_client_authenticates_with_basic(sandbox):
    secret = sandbox.server.clients.get("smartapp-secret").secret
    code = await sandbox.code(client_id="smartapp-secret")
    answer = await sandbox.token(basic("smartapp-secret", secret), code=code, client_id=None)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        basic("smartapp-secret", "wrong"),
        basic("unknown", "x"),
        basic("smartapp-public", ""),
        {"Authorization": "Basic !!!"},
        {"Authorization": "Bearer x"},
    ],
)
async def test_a_wrong_secret_is_answered_401(sandbox, header):
    code = await sandbox.code(client_id="smartapp-secret")
    answer = await sandbox.token(header, code=code, client_id=None)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic")


async def test_the_demo_secret_is_kept_where_only_its_owner_reads(sandbox, tmp_path):
    path = tmp_path / "smartapp-secret.secret"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().strip() == sandbox.server.clients.get("smartapp-secret").secret


async def test_a_secret_may_be_form_encoded(sandbox):
    client = {"client_id": "odd", "kind": "client_secret_basic", "redirect_uris": [CALLBACK]}
    await sandbox.control("clients", {**client, "secret": "a b+c"})
    code = await sandbox.code(client_id="odd")
    answer = await sandbox.token(basic("odd", "a+b%2Bc"), code=code, client_id=None)
    assert answer.status_code == 200


async def test_the_id_token_names_the_user_of_this_server(sandbox):
    answer = await sandbox.tokens(nonce="the-nonce")
    claims = await claims_of(sandbox, answer["id_token"])
    base, tenant = sandbox.state.config.fhir_base, sandbox.state.config.tenant
    assert claims["iss"] == f"http://localhost:9000/tenants/{tenant}/oidc/idsps/{tenant}/"
    assert claims["fhirUser"] == claims["profile"] == f"{base}/Practitioner/5512001"
    assert (claims["sub"], claims["aud"]) == ("plund", "smartapp-public")
    assert (claims["nonce"], claims["name"]) == ("the-nonce", "Lund, Petra")


async def test_an_id_token_comes_only_with_openid(sandbox):
    answer = await sandbox.tokens(scope="launch user/Patient.rs")
    assert "id_token" not in answer


async def test_keys_rotate_and_the_one_before_stays_published(sandbox):
    before = (await sandbox.tokens())["id_token"]
    await sandbox.control("keys/rotate", {})
    after = (await sandbox.tokens())["id_token"]
    assert (await claims_of(sandbox, before))["sub"] == "plund"
    assert (await claims_of(sandbox, after))["sub"] == "plund"
    await sandbox.control("keys/rotate", {})
    assert len((await sandbox.http.get("/jwk")).json()["keys"]) == 2


async def test_a_refresh_gives_no_new_refresh_token(sandbox):
    first = await sandbox.tokens()
    for _ in range(2):
        answer = (await sandbox.refresh(first["refresh_token"])).json()
        assert "refresh_token" not in answer
        assert (answer["scope"], answer["patient"]) == (SCOPE, "11")


async def test_with_rotation_an_old_refresh_token_ends_the_family(tmp_path):
    async with running(tmp_path, rotate_refresh_tokens=True) as sandbox:
        first = await sandbox.tokens()
        second = (await sandbox.refresh(first["refresh_token"])).json()
        assert second["refresh_token"] != first["refresh_token"]
        assert (await sandbox.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"
        assert (await sandbox.refresh(second["refresh_token"])).json()["error"] == "invalid_grant"
        assert sandbox.state.tokens.lookup(second["access_token"]) is None


async def test_a_refresh_may_narrow_the_scopes(sandbox):
    first = await sandbox.tokens()
    answer = (await sandbox.refresh(first["refresh_token"], scope="user/Patient.r")).json()
    assert answer["scope"] == "user/Patient.r"


async def test_a_refresh_may_not_widen_the_scopes(sandbox):
    first = await sandbox.tokens()
    answer = await sandbox.refresh(first["refresh_token"], scope="user/Goal.rs")
    assert answer.json()["error"] == "invalid_scope"


async def test_a_refresh_token_belongs_to_its_app(sandbox):
    await sandbox.control("clients", {"client_id": "other", "redirect_uris": [CALLBACK]})
    first = await sandbox.tokens()
    answer = await sandbox.refresh(first["refresh_token"], client_id="other")
    assert answer.json()["error"] == "invalid_grant"


async def test_online_access_ends_when_the_clinician_is_inactive(sandbox):
    first = await sandbox.tokens()
    sandbox.clock.forward(28_800)
    assert (await sandbox.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"


async def test_active_at_keeps_online_access_alive(sandbox):
    first = await sandbox.tokens()
    sandbox.clock.forward(28_000)
    await sandbox.refresh(first["refresh_token"], active_at="60")
    sandbox.clock.forward(28_000)
    assert (await sandbox.refresh(first["refresh_token"])).status_code == 200


@pytest.mark.parametrize("active_at", ["-5", "soon", "99999"])
async def test_an_odd_active_at_is_ignored(sandbox, active_at):
    first = await sandbox.tokens()
    sandbox.clock.forward(28_000)
    await sandbox.refresh(first["refresh_token"], active_at=active_at)
    sandbox.clock.forward(800)
    assert (await sandbox.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"


async def test_offline_access_goes_on_without_the_clinician(sandbox):
    first = await sandbox.tokens(scope="launch offline_access user/Patient.rs")
    sandbox.clock.forward(100_000)
    assert (await sandbox.refresh(first["refresh_token"])).status_code == 200
    assert "active_ttl" not in first


async def test_an_access_token_lives_570_seconds(sandbox):
    token = (await sandbox.tokens())["access_token"]
    sandbox.clock.forward(569)
    assert sandbox.state.tokens.lookup(token)
    sandbox.clock.forward(1)
    assert sandbox.state.tokens.lookup(token) is None


def system(sandbox):
    return basic("smartapp-secret", sandbox.server.clients.get("smartapp-secret").secret)


async def system_token(sandbox, scope, **form):
    data = {"grant_type": "client_credentials", "scope": scope, **form}
    nothing = {"redirect_uri": None, "code_verifier": None, "client_id": None}
    return await sandbox.token(system(sandbox), **{**nothing, **data})


async def test_client_credentials_give_system_scopes_only(sandbox):
    answer = (await system_token(sandbox, "system/Patient.rs user/Patient.rs openid")).json()
    assert answer["scope"] == "system/Patient.rs"
    assert "refresh_token" not in answer


async def test_client_credentials_without_a_usable_scope_are_refused(sandbox):
    answer = await system_token(sandbox, "user/Patient.rs")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert "empty-scopes" in answer.json()["error_uri"]


async def test_a_public_client_has_no_credentials_of_its_own(sandbox):
    answer = await sandbox.token(grant_type="client_credentials", scope="system/Patient.rs")
    assert answer.json()["error"] == "unauthorized_client"
