"""Our keys: which are taken, what is published, what an assertion says."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from smartapp.connections.keys import BadKey, client_assertion, import_private_key, new_private_key

ENDPOINT = "https://auth.example.org/token"


@pytest.fixture(scope="module")
def rsa_key():
    return RSAKey.generate_key(2048)


def test_a_pem_and_a_jwk_of_the_same_key_have_the_same_id(rsa_key):
    from_pem = import_private_key(rsa_key.as_pem(private=True))
    from_jwk = import_private_key(json.dumps(rsa_key.as_dict(private=True)).encode())
    assert from_pem.key_id == from_jwk.key_id
    assert from_pem.algorithm == "RS384"


def test_the_public_half_holds_nothing_private(rsa_key):
    public = import_private_key(rsa_key.as_pem(private=True)).public
    assert set(public) == {"kty", "n", "e", "kid", "use", "alg"}
    assert set(new_private_key().public) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        b"{not json",
        b"{}",
        json.dumps(OctKey.generate_key(256).as_dict(private=True)).encode(),
        ECKey.generate_key("P-256").as_pem(private=True),
        ECKey.generate_key("P-384").as_pem(private=False),
    ],
    ids=("nothing", "nonsense", "broken JSON", "no JWK", "symmetric", "other curve", "public"),
)
def test_what_cannot_sign_is_refused_in_one_sentence(data):
    with pytest.raises(BadKey) as refused:
        import_private_key(data)
    assert "\n" not in str(refused.value)


def test_a_short_rsa_key_is_refused():
    with pytest.raises(BadKey, match="2048"):
        import_private_key(short_pem())


def short_pem():
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  to be refused
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_an_assertion_is_what_smart_asks_for(kind, rsa_key):
    key = import_private_key(rsa_key.as_pem(private=True)) if kind == "rsa" else new_private_key()
    token = jwt.decode(
        client_assertion("client-1", ENDPOINT, key),
        (RSAKey if kind == "rsa" else ECKey).import_key(key.public),
        algorithms=[key.algorithm],
    )
    assert token.header == {"alg": key.algorithm, "kid": key.key_id, "typ": "JWT"}
    assert token.claims["iss"] == token.claims["sub"] == "client-1"
    assert token.claims["aud"] == ENDPOINT
    assert 0 < token.claims["exp"] - token.claims["iat"] <= 300


def test_no_two_assertions_are_alike():
    key = new_private_key()
    first, second = (client_assertion("client-1", ENDPOINT, key) for _ in range(2))
    assert first != second


def test_a_key_shows_nothing_of_itself():
    key = new_private_key()
    assert "PRIVATE" not in repr(key)
