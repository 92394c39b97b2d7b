import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from smartapp.sandbox.auth.client_auth import ASSERTION_TYPE
from tests.unit.sandbox.ehr_factory import CALLBACK, running

KEYS: dict[str, RSAKey | ECKey] = {
    "RS384": RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True),
    "ES384": ECKey.generate_key("P-384", {"use": "sig"}, auto_kid=True),
}
JWKS = KeySet(list(KEYS.values())).as_dict(private=False)


@pytest.fixture
async def sandbox(tmp_path):
    async with running(tmp_path) as one:
        client = {"client_id": "signer", "kind": "private_key_jwt", "redirect_uris": [CALLBACK]}
        await one.control("clients", {**client, "jwks": JWKS})
        yield one


def assertion(sandbox, algorithm="RS384", client_id="signer", header=None, **changes):
    now = int(sandbox.clock().timestamp())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": sandbox.server.addresses.token,
        "exp": now + 300,
        "iat": now,
        "jti": "once",
        **changes,
    }
    key = KEYS[algorithm]
    head = {"alg": algorithm, "typ": "JWT", "kid": key.kid, **(header or {})}
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(
        {k: v for k, v in head.items() if v}, kept, key, [algorithm], default_type=None
    )


async def ask(sandbox, signed, **form):
    return await sandbox.token(
        **{
            "grant_type": "client_credentials",
            "scope": "system/Patient.rs",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": signed,
            "client_id": None,
            "redirect_uri": None,
            "code_verifier": None,
            **form,
        }
    )


@pytest.mark.parametrize("algorithm", ["RS384", "ES384"])
async def test_a_signed_assertion_is_taken(sandbox, algorithm):
    answer = await ask(sandbox, assertion(sandbox, algorithm))
    assert answer.json()["scope"] == "system/Patient.rs"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "http://localhost:9000/"},
        {"aud": None},
        {"sub": "another"},
        {"iss": "smartapp-secret"},
        {"exp": None},
        {"exp": 1},
        {"exp": "soon"},
        {"jti": None},
        {"header": {"typ": None}},
        {"header": {"kid": None}},
        {"header": {"kid": "unknown"}},
        {"header": {"jku": "http://127.0.0.1:8000/other.json"}},
    ],
)
async def test_an_assertion_must_be_right_in_every_claim(sandbox, changes):
    answer = await ask(sandbox, assertion(sandbox, **changes))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(("name", "seconds"), [("exp", 360), ("iat", 60), ("nbf", 60)])
async def test_an_assertion_may_not_lie_far_ahead(sandbox, name, seconds):
    later = int(sandbox.clock().timestamp()) + seconds
    answer = await ask(sandbox, assertion(sandbox, **{name: later}))
    assert answer.json()["error"] == "invalid_client"


async def test_an_assertion_works_once(sandbox):
    signed = assertion(sandbox)
    await ask(sandbox, signed)
    assert (await ask(sandbox, signed)).json()["error"] == "invalid_client"


async def test_an_assertion_of_another_key_is_refused(sandbox):
    other = RSAKey.generate_key(2048)
    now = int(sandbox.clock().timestamp())
    claims = {"iss": "signer", "sub": "signer", "exp": now + 60, "jti": "j"}
    claims["aud"] = sandbox.server.addresses.token
    header = {"alg": "RS384", "typ": "JWT", "kid": KEYS["RS384"].kid}
    signed = jwt.encode(header, claims, other, algorithms=["RS384"])
    answer = await ask(sandbox, signed)
    assert answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize("signed", ["", "a.b.c", "nothing"])
async def test_what_is_no_jwt_is_refused(sandbox, signed):
    assert (await ask(sandbox, signed)).json()["error"] == "invalid_client"


async def test_the_assertion_type_is_checked(sandbox):
    answer = await ask(sandbox, assertion(sandbox), client_assertion_type="other")
    assert answer.json()["error"] == "invalid_client"


async def test_secret_and_assertion_together_are_refused(sandbox):
    headers = {"Authorization": "Basic c21hcnQ6eA=="}
    form = {"client_assertion": assertion(sandbox), "client_assertion_type": ASSERTION_TYPE}
    answer = await sandbox.token(headers, **form)
    assert answer.json()["error"] == "invalid_request"


def published(sandbox, answers):
    """Serve these answers, one after the other, at every jwks_uri; gives the addresses asked."""
    asked, left = [], list(answers)

    def answer(request):
        asked.append(str(request.url))
        return left.pop(0)

    sandbox.server.transport = httpx.MockTransport(answer)
    return asked


async def demo(sandbox, **changes):
    return await ask(sandbox, assertion(sandbox, client_id="smartapp-jwt", **changes))


async def test_the_demo_clients_keys_are_fetched_once_from_the_app(sandbox):
    asked = published(sandbox, [httpx.Response(200, json=JWKS)])
    assert (await demo(sandbox)).status_code == 200
    assert (await demo(sandbox, jti="two")).status_code == 200
    assert asked == ["http://127.0.0.1:8000/.well-known/jwks.json"]


async def test_an_unknown_kid_makes_the_keys_be_fetched_again(sandbox):
    old = KeySet([KEYS["ES384"]]).as_dict(private=False)
    asked = published(sandbox, [httpx.Response(200, json=old), httpx.Response(200, json=JWKS)])
    assert (await demo(sandbox, algorithm="ES384")).status_code == 200
    assert (await demo(sandbox, jti="two")).status_code == 200
    assert len(asked) == 2


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"keys": ["x", 1]}),
        httpx.Response(200, json={"keys": 5}),
        httpx.Response(200, json={"keys": [{"kid": KEYS["RS384"].kid, "kty": "RSA"}]}),
        httpx.Response(302, headers={"location": "http://127.0.0.1:8000/else"}),
    ],
)
async def test_an_unusable_jwks_is_invalid_client(sandbox, answer):
    published(sandbox, [answer])
    assert (await demo(sandbox)).json()["error"] == "invalid_client"


async def test_keys_are_fetched_from_this_machine_only(sandbox):
    asked = published(sandbox, [])
    client = {"client_id": "far", "kind": "private_key_jwt", "redirect_uris": [CALLBACK]}
    await sandbox.control("clients", {**client, "jwks_uri": "https://far.example/jwks"})
    answer = await ask(sandbox, assertion(sandbox, client_id="far"))
    assert answer.json()["error"] == "invalid_client"
    assert asked == []
