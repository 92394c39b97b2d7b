"""The authorization request: state, PKCE, nonce, aud, scopes, kept in one row until the callback.

Source: SMART App Launch 2.2 section 2.0.8; RFC 7636 (PKCE); RFC 9700.
"""

import base64
import hashlib
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponseRedirect

from smartapp.connections.discovery import pinned
from smartapp.connections.models import Connection
from smartapp.launches import cookies, scopes
from smartapp.launches.digests import digest, new_value
from smartapp.launches.models import AuthorizationRequest


@dataclass(frozen=True, repr=False)
class Begun:
    """Where to send the browser, and the cookie that binds it to this request."""

    url: str
    state_digest: str
    flow: str

    def redirect(self) -> HttpResponseRedirect:
        response = HttpResponseRedirect(self.url)
        cookies.set_flow(response, self.state_digest, self.flow)
        return response


def challenge(verifier: str) -> str:
    """The S256 code challenge of a verifier (RFC 7636 section 4.2)."""
    hashed = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def redirect_uri() -> str:
    """One address for all EHRs, from settings: it never depends on a request header."""
    return f"{settings.PUBLIC_URL}/callback"


async def begin(
    connection: Connection, launch_parameter: str | None, *, scope: str | None = None
) -> Begun:
    """Store a new authorization request and give the address to send the browser to.

    `launch_parameter` None: a standalone launch. `scope` overrides what would be asked for.
    """
    discovered = pinned(connection.discovered or {})
    state, flow, nonce, verifier = (new_value() for _ in range(4))
    asked = scope or scopes.requested(connection, discovered, standalone=launch_parameter is None)
    row = AuthorizationRequest(
        state_digest=digest(state),
        flow_digest=digest(flow),
        connection=connection,
        launch_parameter=launch_parameter,
        verifier=verifier,
        nonce=nonce,
        scope=asked,
        redirect_uri=redirect_uri(),
        audience=connection.fhir_base,
        endpoints=connection.discovered,
    )
    await row.asave(force_insert=True)
    query = {
        "response_type": "code",
        "client_id": connection.client_id,
        "redirect_uri": row.redirect_uri,
        "scope": asked,
        "state": state,
        "aud": row.audience,
        "nonce": nonce,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }
    if launch_parameter is not None:
        query["launch"] = launch_parameter
    joint = "&" if "?" in discovered.authorization_endpoint else "?"
    return Begun(
        f"{discovered.authorization_endpoint}{joint}{urlencode(query)}", row.state_digest, flow
    )
