"""Our keys at EHRs that know us by private_key_jwt: import, publication, client assertions.

Source: SMART App Launch 2.2 section 5.1 (client-confidential-asymmetric), RFC 7523.
"""

import time
import uuid
from dataclasses import dataclass
from typing import Any
from warnings import catch_warnings, simplefilter

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, RSAKey

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME_S = 240
ALGORITHMS = {"RSA": "RS384", "EC": "ES384"}


class BadKey(ValueError):
    """The file holds no private key we can sign with; the message is for the administrator."""


@dataclass(frozen=True, repr=False)
class SigningKey:
    """A private key (PEM), its id, and the public half as it is published."""

    pem: str
    key_id: str
    public: dict[str, Any]

    @property
    def algorithm(self) -> str:
        return ALGORITHMS[self.public["kty"]]


def import_private_key(data: bytes) -> SigningKey:
    """Read a private key: PEM, or a JWK as JSON.

    Raises:
        BadKey: no private key, an RSA key under 2048 bits, or a curve other than P-384.
    """
    return _signing_key(_parse(data))


def new_private_key() -> SigningKey:
    """Make an ES384 key of our own."""
    return _signing_key(ECKey.generate_key("P-384"))


def _parse(data: bytes) -> RSAKey | ECKey:
    source: Any = data
    if data.lstrip().startswith(b"{"):
        try:
            source = msgspec.json.decode(data)
        except msgspec.DecodeError as error:
            raise BadKey("the file looks like a JWK but is not JSON") from error
    elif b"ENCRYPTED" in data:
        raise BadKey("the key is locked with a password; give it unlocked ('openssl pkey')")
    for kind in (RSAKey, ECKey):
        try:
            with catch_warnings():
                simplefilter("ignore", SecurityWarning)  # a weak key is refused below
                key: RSAKey | ECKey = kind.import_key(source)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        return key
    raise BadKey("the file holds neither a PEM private key nor a JWK (RSA or EC P-384)")


def _signing_key(key: RSAKey | ECKey) -> SigningKey:
    if not key.is_private:
        raise BadKey("the file holds a public key; the private one is needed")
    if isinstance(key, RSAKey) and key.raw_value.key_size < 2048:
        raise BadKey("the RSA key is shorter than 2048 bits")
    if isinstance(key, ECKey) and key.curve_name != "P-384":
        raise BadKey(f"the EC key is on curve {key.curve_name}; ES384 needs P-384")
    public = dict(key.as_dict(private=False))
    key_id = str(public.get("kid") or key.thumbprint())
    algorithm = ALGORITHMS[key.key_type]
    public |= {"kid": key_id, "use": "sig", "alg": algorithm}
    return SigningKey(key.as_pem(private=True).decode(), key_id, public)


def client_assertion(client_id: str, token_endpoint: str, key: SigningKey) -> str:
    """Sign a fresh assertion for this very endpoint; never use one twice."""
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": token_endpoint,
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME_S,
        "jti": str(uuid.uuid4()),
    }
    header = {"alg": key.algorithm, "kid": key.key_id, "typ": "JWT"}
    kind = RSAKey if key.algorithm == "RS384" else ECKey
    private = kind.import_key(key.pem)
    return jwt.encode(header, claims, private, algorithms=[key.algorithm])
