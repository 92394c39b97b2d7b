"""The apps that are registered with the sandbox EHR."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PUBLIC_CLIENT = "smartapp-public"
SECRET_CLIENT = "smartapp-secret"  # noqa: S105 - the name of a client, not its secret
JWT_CLIENT = "smartapp-jwt"
KINDS = ("public", "client_secret_basic", "private_key_jwt")


@dataclass(frozen=True)
class Client:
    """One registration; `scopes` None means whatever the server knows."""

    client_id: str
    name: str
    kind: str
    redirect_uris: tuple[str, ...]
    launch_url: str | None = None
    secret: str | None = field(default=None, repr=False)
    jwks_uri: str | None = None
    jwks: Mapping[str, Any] | None = None
    scopes: str | None = None
    consent: bool | None = None
    """Whether the clinician is asked; None: as the server's setting says."""


class RegistrationError(ValueError):
    """Why an app cannot be registered, in one sentence."""


@dataclass
class Clients:
    """Registrations by client_id."""

    _by_id: dict[str, Client] = field(default_factory=dict)

    def add(self, client: Client) -> None:
        """Register, or replace the registration of the same client_id."""
        self._by_id[client.client_id] = client

    def get(self, client_id: str) -> Client | None:
        """The registration, if there is one."""
        return self._by_id.get(client_id)

    def launchable(self) -> list[Client]:
        """Apps that the EHR's screens can open."""
        return [one for one in self._by_id.values() if one.launch_url]


def demo_secret(var_dir: Path) -> str:
    """The demo client's secret: made once, kept in a file that only its owner reads."""
    path = var_dir / f"{SECRET_CLIENT}.secret"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    var_dir.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
    with suppress(FileExistsError):  # another process was quicker: its secret stands
        os.link(draft, path)
    draft.unlink()
    return path.read_text(encoding="ascii").strip()


def demo_clients(app_url: str, secret: str) -> Clients:
    """One demo client of each kind, all for the app at `app_url`."""
    clients = Clients()
    common: dict[str, Any] = {
        "redirect_uris": (f"{app_url}/callback",),
        "launch_url": f"{app_url}/launch",
    }
    clients.add(Client(PUBLIC_CLIENT, "smartapp", "public", **common))
    clients.add(Client(SECRET_CLIENT, "smartapp", "client_secret_basic", secret=secret, **common))
    jwks_uri = f"{app_url}/.well-known/jwks.json"
    clients.add(Client(JWT_CLIENT, "smartapp", "private_key_jwt", jwks_uri=jwks_uri, **common))
    return clients


def _texts(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = data.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise RegistrationError(f"{name} must be a list of texts.")
    return tuple(value)


def _check(data: Mapping[str, Any], client: Client) -> None:
    if not isinstance(client.client_id, str) or not client.client_id:
        raise RegistrationError("client_id is missing.")
    if client.kind not in KINDS:
        raise RegistrationError(f"kind must be one of {', '.join(KINDS)}.")
    if client.kind == "private_key_jwt" and not (client.jwks or client.jwks_uri):
        raise RegistrationError("private_key_jwt needs jwks or jwks_uri.")
    known = {*Client.__dataclass_fields__}
    if unknown := sorted(set(data) - known):
        raise RegistrationError(f"Unknown field: {', '.join(unknown)}.")


def from_json(data: Mapping[str, Any]) -> Client:
    """The client that a registration request describes; raises RegistrationError."""
    kind = data.get("kind", "public")
    client = Client(
        client_id=data.get("client_id", ""),
        name=data.get("name") or data.get("client_id", ""),
        kind=kind,
        redirect_uris=_texts(data, "redirect_uris"),
        launch_url=data.get("launch_url"),
        secret=data.get("secret") or (secrets.token_hex(32) if "secret" in kind else None),
        jwks_uri=data.get("jwks_uri"),
        jwks=data.get("jwks"),
        scopes=data.get("scopes"),
        consent=data.get("consent"),
    )
    _check(data, client)
    return client
