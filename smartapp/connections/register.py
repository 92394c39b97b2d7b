"""Saving connections: pins are voided by what they depend on, and set by discovery."""

from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from django.utils import timezone

from smartapp.connections.discovery import (
    SMALL,
    STATEMENT,
    Discovered,
    DiscoveryFailed,
    discover,
    fetch_json,
    pinned,
)
from smartapp.connections.keys import SigningKey
from smartapp.connections.models import Connection

log = structlog.get_logger(__name__)

DEPENDS_ON_THESE = ("fhir_base", "client_id", "client_kind")

PINNED = (
    "discovered",
    "discovered_at",
    "changed_discovery",
    "capability_statement",
    "jwks",
    "jwks_at",
)


@dataclass(frozen=True)
class Finding:
    """One line of a connection test: what was asked, whether it holds, and what was seen."""

    step: str
    ok: bool
    text: str


def set_secret(connection: Connection, secret: str) -> None:
    connection.client_kind = Connection.ClientKind.SECRET
    connection.client_secret = secret


def set_key(connection: Connection, key: SigningKey) -> None:
    connection.client_kind = Connection.ClientKind.KEY
    connection.private_key = key.pem
    connection.key_id = key.key_id
    connection.key_public = key.public


def save(connection: Connection) -> None:
    """Check and store; a changed base or client voids what was pinned for the old one (NET-10).

    Raises:
        ValidationError: a field is wrong, by field.
    """
    connection.full_clean()
    before = Connection.objects.filter(pk=connection.pk).first()
    if before and any(
        getattr(before, name) != getattr(connection, name) for name in DEPENDS_ON_THESE
    ):
        connection.discovered = connection.changed_discovery = None
        connection.jwks = connection.jwks_at = connection.discovered_at = None
        connection.capability_statement = ""
    connection.save()


async def examine(connection: Connection, *, approve: bool = False) -> list[Finding]:
    """Ask the EHR what it is, pin what it says, and report each step.

    A first test pins. A later one whose endpoints differ pins only with `approve`; until then
    the connection starts no launch (LS-02).
    """
    try:
        found = await discover(connection.target())
    except DiscoveryFailed as error:
        return [Finding("SMART configuration", False, str(error))]
    findings = [Finding("SMART configuration", True, found.source), *_endpoints(found)]
    findings.append(_pin(connection, found, approve=approve))
    findings.append(await _statement(connection))
    findings.append(await fetch_jwks(connection))
    await connection.asave(update_fields=PINNED)
    return findings


def _endpoints(found: Discovered) -> list[Finding]:
    names = [name for name, url in found.endpoints().items() if url]
    listed = [Finding(name, True, found.endpoints()[name]) for name in names]
    methods = found.code_challenge_methods
    if methods and "S256" not in methods:
        listed.append(Finding("PKCE", False, "the server does not list S256; it is sent anyway"))
    return listed


def _pin(connection: Connection, found: Discovered, *, approve: bool) -> Finding:
    before = pinned(connection.discovered) if connection.discovered else None
    if before and before.endpoints() != found.endpoints() and not approve:
        connection.changed_discovery = found.as_json()
        log.error("endpoints changed: launches wait for approval", connection=connection.slug)
        changed = ", ".join(
            name for name, url in found.endpoints().items() if before.endpoints()[name] != url
        )
        return Finding(
            "Pinned",
            False,
            f"changed since approval: {changed}. Launches wait until you run "
            "'connection test --approve'.",
        )
    connection.discovered = found.as_json()
    connection.discovered_at = timezone.now()
    connection.changed_discovery = None
    return Finding("Pinned", True, "endpoints approved and pinned")


async def _statement(connection: Connection) -> Finding:
    url = f"{connection.fhir_base.rstrip('/')}/metadata"
    try:
        statement = await fetch_json(connection.target(), url, STATEMENT)
    except DiscoveryFailed as error:
        return Finding("CapabilityStatement", False, f"{error}; types are tried as they come")
    if statement.get("resourceType") != "CapabilityStatement":
        return Finding("CapabilityStatement", False, "the answer is no CapabilityStatement")
    connection.capability_statement = msgspec.json.encode(statement).decode()
    version = statement.get("fhirVersion", "not stated")
    fine = str(version).startswith("4.0")
    return Finding("CapabilityStatement", fine, f"FHIR version {version}")


async def fetch_jwks(connection: Connection) -> Finding:
    """Fetch the issuer's keys into the connection (not saved here)."""
    url = pinned(connection.discovered).jwks_uri if connection.discovered else ""
    if not url:
        return Finding("Keys of the issuer", False, "none published: users cannot be identified")
    try:
        jwks = await fetch_json(connection.target(), url, SMALL)
    except DiscoveryFailed as error:
        return Finding("Keys of the issuer", False, str(error))
    if not isinstance(jwks.get("keys"), list):
        return Finding("Keys of the issuer", False, "the answer holds no keys")
    connection.jwks, connection.jwks_at = jwks, timezone.now()
    return Finding("Keys of the issuer", True, f"{len(jwks['keys'])} keys")


async def published_keys() -> list[dict[str, Any]]:
    """The public halves of all connections' keys, for our JWKS."""
    keys = Connection.objects.exclude(key_public__isnull=True).values_list("key_public", flat=True)
    return [key async for key in keys if key]
