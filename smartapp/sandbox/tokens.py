"""The access tokens in force: what the FHIR server asks, what the authorization server fills."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """What one access token grants; `user` is a Practitioner id, `patient` a Patient id."""

    scopes: frozenset[str]
    patient: str | None
    user: str | None
    client_id: str
    expires_at: datetime


def token_hash(token: str) -> str:
    """The short name under which a token appears in logs, which never hold the token."""
    return sha256(token.encode()).hexdigest()[:16]


class TokenStore:
    """Access tokens by their text; a token past its time, or revoked, is unknown."""

    def __init__(self, clock: Callable[[], datetime], lifetime_s: int) -> None:
        self._clock = clock
        self._lifetime_s = lifetime_s
        self._known: dict[str, TokenInfo] = {}

    def issue(
        self,
        scopes: Iterable[str],
        patient: str | None = None,
        user: str | None = None,
        client_id: str = "",
        lifetime_s: int | None = None,
    ) -> str:
        """Make a token and return its text."""
        token = token_urlsafe(32)
        seconds = self._lifetime_s if lifetime_s is None else lifetime_s
        expires_at = self._clock() + timedelta(seconds=seconds)
        self._known[token] = TokenInfo(frozenset(scopes), patient, user, client_id, expires_at)
        return token

    def lookup(self, token: str) -> TokenInfo | None:
        """What the token grants now, or None when it is unknown, revoked or past its time."""
        info = self._known.get(token)
        if info is None or info.expires_at <= self._clock():
            return None
        return info

    def revoke(self, token: str) -> None:
        """Forget a token; forgetting an unknown one is no error (RFC 7009)."""
        self._known.pop(token, None)

    def clear(self) -> None:
        """Forget every token."""
        self._known.clear()
