"""Requests to a token endpoint and what its answers mean.

Source: SMART App Launch 2.2 sections 2.0.10–2.0.14; RFC 6749 sections 4.1.3, 5 and 6.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec

from smartapp.connections.client_auth import credentials
from smartapp.connections.discovery import pinned
from smartapp.connections.models import Connection
from smartapp.gateway import pool
from smartapp.gateway.answer import Answer
from smartapp.gateway.errors import FhirError
from smartapp.gateway.limits import Limits

LIMIT = Limits(total_s=15, body_bytes=256 * 1024, turn_s=10)
# Somebody who signs out may be waiting for it; what fails is tried again by a job.
REVOCATION_LIMIT = Limits(total_s=5, body_bytes=256 * 1024, turn_s=5)
UNSTATED_LIFETIME = timedelta(minutes=5)
LONGEST_LIFETIME_S = 24 * 3600
CONTEXT_LIMIT = 200


class TokenRefused(Exception):
    """The token endpoint said no. `error` is its OAuth code, `error_uri` its page for people."""

    def __init__(self, error: str, error_uri: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.error_uri = error_uri


class TokenUnavailable(Exception):
    """No usable answer: nobody knows whether a code was used up."""


@dataclass(frozen=True, repr=False)
class TokenAnswer:
    """A token answer, each field checked for its type; `context` holds the launch context."""

    access_token: str
    lifetime: timedelta
    scope: str | None
    refresh_token: str | None
    id_token: str | None
    context: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str, longest: int = CONTEXT_LIMIT) -> str:
        """A text of the context, or ""; some servers send the ids in it as numbers."""
        value = self.context.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        return value if isinstance(value, str) and len(value) <= longest else ""

    @property
    def patient(self) -> str | None:
        return self.text("patient") or None


async def ask(
    connection: Connection, endpoints: dict[str, Any], form: dict[str, str]
) -> TokenAnswer:
    """POST one token request to the endpoint that was pinned when the flow began.

    Raises:
        TokenRefused: an OAuth error.
        TokenUnavailable: no answer, or one that cannot be read.
    """
    discovered = pinned(endpoints)
    proof = credentials(connection, discovered)
    try:
        response = await pool.request(
            connection.target(),
            "POST",
            discovered.token_endpoint,
            data={**form, **proof.fields},
            headers={"Accept": "application/json", **proof.headers},
            allowed=frozenset({discovered.token_endpoint}),
            limit=LIMIT,
        )
    except FhirError as error:
        raise TokenUnavailable(str(error)) from error
    return read_answer(response)


def read_answer(response: Answer) -> TokenAnswer:
    """Turn an HTTP answer into a TokenAnswer.

    Raises:
        TokenRefused, TokenUnavailable: as `ask`.
    """
    document = _json_object(response)
    if response.status >= 500:
        raise TokenUnavailable(f"the token endpoint answered {response.status}")
    if response.status != 200 or "error" in document:
        raise TokenRefused(
            _text(document.get("error")) or f"status {response.status}",
            _text(document.get("error_uri")),
        )
    token = _text(document.get("access_token"))
    if not token or _text(document.get("token_type")).lower() != "bearer":
        raise TokenUnavailable("the token answer holds no Bearer token")
    if any(len(str(document.get(name) or "")) > CONTEXT_LIMIT for name in ("patient", "encounter")):
        raise TokenUnavailable("the token answer names a patient or visit by no FHIR id")
    return TokenAnswer(
        access_token=token,
        lifetime=_lifetime(document.get("expires_in")),
        scope=document["scope"] if isinstance(document.get("scope"), str) else None,
        refresh_token=_text(document.get("refresh_token")) or None,
        id_token=_text(document.get("id_token")) or None,
        context={name: value for name, value in document.items() if "token" not in name},
    )


def _json_object(response: Answer) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, RecursionError):
        document = None
    if isinstance(document, dict):
        return document
    if response.status in (400, 401):
        return {}
    raise TokenUnavailable(f"the token endpoint answered {response.status} without JSON")


def _lifetime(value: Any) -> timedelta:
    """Seconds as a number or a string; missing or odd counts as short, and a 401 tells the rest."""
    try:
        seconds = int(float(value))
    except (TypeError, ValueError, OverflowError):
        return UNSTATED_LIFETIME
    return timedelta(seconds=min(max(seconds, 0), LONGEST_LIFETIME_S))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


async def revoke(connection: Connection, endpoint: str, token: str, kind: str) -> bool:
    """Ask the EHR to revoke one token (RFC 7009); True when it confirms.

    A connection whose pins moved since keeps its old endpoint out: the token was made there, but
    our credentials go only to what is approved now.
    """
    now = pinned(connection.discovered) if connection.discovered else None
    if now is None or now.revocation_endpoint != endpoint:
        return False
    proof = credentials(connection, now)
    try:
        response = await pool.request(
            connection.target(),
            "POST",
            endpoint,
            data={"token": token, "token_type_hint": kind, **proof.fields},
            headers={"Accept": "application/json", **proof.headers},
            allowed=frozenset({endpoint}),
            limit=REVOCATION_LIMIT,
        )
    except FhirError:
        return False
    return response.status == 200
