"""Random values that browsers hold, and the digests of them that we hold."""

import hashlib
import hmac
import secrets


def new_value() -> str:
    """256 random bits in 43 characters: a state, a nonce, a PKCE verifier, a cookie."""
    return secrets.token_urlsafe(32)


def digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def matches(value: str | None, stored: str) -> bool:
    """Compare in constant time; a missing value never matches."""
    return bool(value) and hmac.compare_digest(digest(value or ""), stored)
