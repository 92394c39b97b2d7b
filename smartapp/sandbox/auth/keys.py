"""The keys that sign id_tokens: made when first needed, rotated on demand."""

from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

_KEEP = 2  # the new key and the one before it: tokens signed just before a rotation still verify


def _generate() -> RSAKey:
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


@dataclass
class KeyRing:
    """Newest key first; the first one signs."""

    _keys: list[RSAKey] = field(default_factory=list)

    @property
    def signing(self) -> RSAKey:
        """The key in use."""
        if not self._keys:
            self._keys.append(_generate())
        return self._keys[0]

    def rotate(self) -> str:
        """Sign with a new key from now on; gives its id."""
        self._keys.insert(0, _generate())
        del self._keys[_KEEP:]
        return str(self.signing.kid)

    def published(self) -> dict[str, Any]:
        """The JWKS: public parts only."""
        keys = self._keys or [self.signing]
        return {"keys": [dict(key.as_dict(private=False)) for key in keys]}

    def sign(self, claims: dict[str, Any]) -> str:
        """A JWT signed with the key in use."""
        key = self.signing
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
