"""How we prove to a token endpoint who we are, by client kind.

Source: SMART App Launch 2.2 sections 2.0.10 and 5.1; RFC 6749 section 2.3.1.
"""

import base64
from dataclasses import dataclass, field
from urllib.parse import quote

from smartapp.connections.discovery import Discovered
from smartapp.connections.keys import ASSERTION_TYPE, SigningKey, client_assertion
from smartapp.connections.models import Connection


@dataclass(frozen=True, repr=False)
class Credentials:
    """What to add to one token request: form fields and headers. Good for that request only."""

    fields: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def credentials(connection: Connection, discovered: Discovered) -> Credentials:
    """Give the client authentication of this connection for its pinned token endpoint."""
    if connection.client_kind == Connection.ClientKind.KEY:
        assertion = client_assertion(
            connection.client_id, discovered.token_endpoint, signing_key(connection)
        )
        return Credentials({"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion})
    if connection.client_kind == Connection.ClientKind.SECRET:
        return _by_secret(connection, discovered)
    return Credentials({"client_id": connection.client_id})


def signing_key(connection: Connection) -> SigningKey:
    return SigningKey(connection.private_key or "", connection.key_id, connection.key_public or {})


def _by_secret(connection: Connection, discovered: Discovered) -> Credentials:
    secret = connection.client_secret or ""
    methods = discovered.client_auth_methods
    if "client_secret_post" in methods and "client_secret_basic" not in methods:
        return Credentials({"client_id": connection.client_id, "client_secret": secret})
    pair = (connection.client_id, secret)
    if not connection.basic_raw:
        pair = (quote(pair[0], safe=""), quote(pair[1], safe=""))
    encoded = base64.b64encode(":".join(pair).encode()).decode()
    return Credentials(headers={"Authorization": f"Basic {encoded}"})
