"""id_tokens: every check, each with a token that fails it alone."""

import hmac
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from smartapp.connections.discovery import Discovered
from smartapp.connections.models import Connection
from smartapp.launches.identity import IdTokenRefused, _decode, check_claims, is_expected_issuer

ISSUER = "https://auth.example.org/tenants/a"
DISCOVERED = Discovered(
    ISSUER + "/authorize", ISSUER + "/token", issuer=ISSUER, jwks_uri=ISSUER + "/jwk"
)


@dataclass
class Ahead:
    """A time as seen when the test runs, which may be minutes after it was collected."""

    seconds: int


def claims(**changed):
    now = int(time.time())
    good = {
        "iss": ISSUER,
        "sub": "plund",
        "aud": "client-1",
        "exp": now + 600,
        "iat": now,
        "nonce": "n-1",
    }
    told = {
        name: now + value.seconds if isinstance(value, Ahead) else value
        for name, value in (good | changed).items()
    }
    return {name: value for name, value in told.items() if value is not None}


def check(changed, nonce="n-1", **fields):
    check_claims(claims(**changed), Connection(client_id="client-1", **fields), DISCOVERED, nonce)


def test_a_good_token_passes():
    assert check({}) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://auth.example.org/tenants/b"},
        {"iss": None},
        {"iss": ISSUER + "b"},
        {"iss": "http://auth.example.org/tenants/a"},
        {"sub": None},
        {"sub": ""},
        {"aud": "client-2"},
        {"aud": ["client-1", "client-2"]},
        {"aud": ["client-2"]},
        {"exp": None},
        {"exp": Ahead(-130)},
        {"exp": "later"},
        {"exp": True},
        {"iat": None},
        {"iat": Ahead(130)},
        {"nbf": Ahead(130)},
        {"nonce": "n-2"},
        {"nonce": None},
    ],
    ids=" ".join,
)
def test_each_wrong_claim_is_refused(changed):
    with pytest.raises(IdTokenRefused):
        check(changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": ["client-1"]},
        {"aud": ["client-1", "client-2"], "azp": "client-1"},
        {"exp": Ahead(-60)},
        {"iat": Ahead(60)},
        {"iss": ISSUER + "/"},
        {"iss": ISSUER + "/oidc/idsps/a/"},
    ],
    ids=" ".join,
)
def test_harmless_variants_pass(changed):
    assert check(changed) is None


def test_a_missing_nonce_passes_only_where_the_connection_says_so():
    assert check({"nonce": None}, nonce_optional=True) is None
    with pytest.raises(IdTokenRefused):
        check({"nonce": "n-2"}, nonce_optional=True)


def test_an_issuer_without_a_path_covers_no_address_below_it():
    plain = Discovered("https://a.example/x", "https://a.example/y", issuer="https://a.example")
    assert not is_expected_issuer("https://a.example/tenants/b", Connection(), plain)


def test_an_administrator_can_name_another_issuer():
    connection = Connection(id_token_issuers=["https://login.example.net/"])
    assert is_expected_issuer("https://login.example.net/", connection, DISCOVERED)


@pytest.fixture(scope="module")
def key():
    return RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)


def signed_with(key, header=None, **changed):
    return jwt.encode(header or {"alg": "RS256", "kid": key.kid}, claims(**changed), key)


def connection_of(key):
    return Connection(client_id="client-1", jwks={"keys": [key.as_dict(private=False)]})


def test_a_signature_by_the_pinned_key_is_believed(key):
    assert _decode(signed_with(key), connection_of(key))["sub"] == "plund"


def test_a_key_id_may_be_missing(key):
    token = signed_with(key, header={"alg": "RS256"})
    assert _decode(token, connection_of(key))["sub"] == "plund"


def signed_by_public_key(key, body):
    """The old trick: HS256 with the published key as the shared secret."""
    head = urlsafe_b64encode(b'{"alg":"HS256"}').decode()
    message = f"{head}.{body}"
    mac = hmac.digest(key.as_pem(private=False), message.encode(), "sha256")
    return f"{message}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def test_tampered_unsigned_and_symmetric_tokens_are_refused(key):
    good = signed_with(key)
    head, body, signature = good.split(".")
    symmetric = signed_by_public_key(key, body)
    unsigned = "eyJhbGciOiJub25lIn0." + body + "."
    for token in (f"{head}.{body}x.{signature}", symmetric, unsigned, "x", good + "x", ""):
        with pytest.raises(IdTokenRefused):
            _decode(token, connection_of(key))
