"""Who the user is: the id_token verified, and the local user it stands for.

Source: OpenID Connect Core 1.0 section 3.1.3.7; SMART App Launch 2.2 section 2.0.11.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from smartapp.accounts.models import User
from smartapp.connections import register
from smartapp.connections.addresses import BadAddress, normal
from smartapp.connections.discovery import Discovered
from smartapp.connections.models import Connection
from smartapp.launches.grants import Identity

ALGORITHMS = ["RS256", "RS384", "ES256", "ES384", "PS256", "PS384"]
LEEWAY_S = 120
LONGEST = 255  # OpenID Connect Core 1.0 section 2 for sub
JWKS_APART = timedelta(minutes=1)


class IdTokenRefused(Exception):
    """The id_token must not be believed; the message says why, for the log."""


@dataclass(frozen=True)
class Claims:
    """The parts of a verified id_token that we keep."""

    issuer: str
    subject: str
    fhir_user: str


async def verify(
    id_token: str, connection: Connection, discovered: Discovered, nonce: str | None
) -> Claims:
    """Verify an id_token by the pinned keys; an unknown key fetches them again once a minute.

    `nonce` None: the token came with a refresh, where it may lack one.

    Raises:
        IdTokenRefused: any check of OpenID Connect fails.
    """
    claims = await _signed_claims(id_token, connection)
    check_claims(claims, connection, discovered, nonce)
    fhir_user = claims.get("fhirUser") or claims.get("profile") or ""
    kept = fhir_user if isinstance(fhir_user, str) and len(fhir_user) <= 500 else ""
    return Claims(str(claims["iss"]), str(claims["sub"]), kept)


async def _signed_claims(id_token: str, connection: Connection) -> dict[str, Any]:
    try:
        return _decode(id_token, connection)
    except IdTokenRefused:
        if not await _fetch_keys(connection):
            raise
    return _decode(id_token, connection)


async def _fetch_keys(connection: Connection) -> bool:
    """Fetch the issuer's keys for a token that none of ours fits: it may have new ones.

    At most once a minute in all processes, whatever tokens arrive (LS-07). True if there are
    other keys now than before.
    """
    before, now = connection.jwks, timezone.now()
    free = Q(jwks_asked_at=None) | Q(jwks_asked_at__lt=now - JWKS_APART)
    if await Connection.objects.filter(free, pk=connection.pk).aupdate(jwks_asked_at=now):
        finding = await register.fetch_jwks(connection)
        if finding.ok:
            await connection.asave(update_fields=["jwks", "jwks_at"])
    else:
        await connection.arefresh_from_db(fields=["jwks", "jwks_at"])
    return bool(connection.jwks != before)


def _decode(id_token: str, connection: Connection) -> dict[str, Any]:
    try:
        published: Any = connection.jwks or {"keys": []}
        keys = KeySet.import_key_set(published)
        token = jwt.decode(id_token, keys, algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise IdTokenRefused(f"signature: {type(error).__name__}") from error
    return dict(token.claims)


def check_claims(
    claims: dict[str, Any], connection: Connection, discovered: Discovered, nonce: str | None
) -> None:
    """Check issuer, audience, times and nonce.

    Raises:
        IdTokenRefused: one of them is wrong.
    """
    if not is_expected_issuer(claims.get("iss"), connection, discovered):
        raise IdTokenRefused("iss is not this EHR's issuer")
    if not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= LONGEST:
        raise IdTokenRefused("sub is missing or too long")
    _check_audience(claims, connection.client_id)
    _check_times(claims)
    sent = claims.get("nonce")
    if nonce is not None and sent != nonce and not (sent is None and connection.nonce_optional):
        raise IdTokenRefused("nonce is not the one that was sent")


def is_expected_issuer(issuer: Any, connection: Connection, discovered: Discovered) -> bool:
    """True for the announced issuer, one that an administrator named, or one below it.

    Oracle Health issues id_tokens from `{issuer}/oidc/idsps/{id}/`, an address below the announced
    one (its public documentation, seen 2026-11); the signature is by the pinned keys all the same.
    """
    if not isinstance(issuer, str) or len(issuer) > 500:
        return False
    if issuer in connection.id_token_issuers:
        return True
    try:
        found = normal(issuer)
        announced = normal(discovered.issuer)
    except BadAddress:
        return False
    has_path = announced.count("/") > 2
    return found == announced or (has_path and found.startswith(announced + "/"))


def _check_audience(claims: dict[str, Any], client_id: str) -> None:
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if client_id not in named:
        raise IdTokenRefused("aud is not our client id")
    if len(named) > 1 and claims.get("azp") != client_id:
        raise IdTokenRefused("azp is not our client id")


def _check_times(claims: dict[str, Any]) -> None:
    now = timezone.now().timestamp()
    numbers = {name: claims.get(name) for name in ("exp", "iat", "nbf")}
    for name, value in numbers.items():
        needed = name != "nbf"
        if value is None and not needed:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise IdTokenRefused(f"{name} is missing or no number")
    if float(numbers["exp"] or 0) < now - LEEWAY_S:
        raise IdTokenRefused("it has expired")
    if max(float(numbers["iat"] or 0), float(numbers["nbf"] or 0)) > now + LEEWAY_S:
        raise IdTokenRefused("it is from the future")


@sync_to_async
def user_for(connection: Connection, claims: Claims) -> tuple[User, str | None]:
    """Give the local user of (connection, issuer, sub), made on first sight.

    The second value is the former `fhirUser` where it changed, to be audited (LS-08).
    """
    key = {"connection": connection, "issuer": claims.issuer, "subject": claims.subject}
    identity = Identity.objects.select_related("user").filter(**key).first()
    if identity is None:
        return _new_user(key, claims.fhir_user), None
    former = identity.fhir_user
    if former == claims.fhir_user:
        return identity.user, None
    Identity.objects.filter(pk=identity.pk).update(fhir_user=claims.fhir_user)
    return identity.user, former


def new_ehr_user() -> User:
    """A user without a name or a password that works: the EHR knows both."""
    return User.objects.create_user(username=f"ehr-{uuid.uuid4().hex}")


def _new_user(key: dict[str, Any], fhir_user: str) -> User:
    try:
        with transaction.atomic():
            user = new_ehr_user()
            Identity.objects.create(user=user, fhir_user=fhir_user, **key)
    except IntegrityError:  # two first launches at once: the other one made it
        return Identity.objects.select_related("user").get(**key).user
    return user


@sync_to_async
def unidentified_user() -> User:
    """A user for one launch at an EHR that says nobody's name (no OpenID Connect)."""
    return new_ehr_user()
