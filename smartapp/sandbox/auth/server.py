"""What the authorization server remembers: launches, requests, codes, grants, knobs."""

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from smartapp.sandbox.auth.addresses import Addresses
from smartapp.sandbox.auth.keys import KeyRing
from smartapp.sandbox.clients import Client, Clients, demo_clients, demo_secret
from smartapp.sandbox.config import SandboxConfig
from smartapp.sandbox.state import SandboxState
from smartapp.sandbox.users import Clinician

CODE_LIFETIME = timedelta(seconds=60)
LAUNCH_LIFETIME = timedelta(minutes=5)
REQUEST_LIFETIME = timedelta(minutes=10)
_SHELF = "auth"


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What the EHR knows when it opens an app; the app sees only the code."""

    user: Clinician
    patient: str | None = None
    encounter: str | None = None
    client_id: str | None = None
    need_patient_banner: bool = True
    style: bool = True
    intent: str | None = None
    fhir_context: tuple[dict[str, Any], ...] = ()
    scopes: str | None = None
    session: str | None = None


@dataclass(slots=True, kw_only=True)
class AuthorizationRequest:
    """A checked request, with what its pages have added so far."""

    client: Client
    redirect_uri: str
    redirect_uri_sent: str | None
    state: str
    requested: str
    challenge: str | None
    nonce: str | None
    launch_code: str | None
    launch: Launch | None
    created: datetime
    user: Clinician | None = None
    session: str | None = None
    patient: str | None = None
    encounter: str | None = None
    picked: bool = False
    consented: bool = False


@dataclass(slots=True, kw_only=True)
class Grant:
    """What a clinician let one app do, and the tokens that came of it."""

    client: Client
    user: Clinician
    scopes: str
    patient: str | None
    context: dict[str, Any]
    nonce: str | None
    session: str | None
    created: datetime
    active_until: datetime
    access_tokens: list[str] = field(default_factory=list)
    refresh_token: str | None = None
    revoked: bool = False


@dataclass(slots=True, kw_only=True)
class Code:
    """One authorization code; kept after its use, so that a second use is noticed."""

    grant: Grant
    redirect_uri_sent: str | None
    challenge: str | None
    expires_at: datetime
    used: bool = False


@dataclass(slots=True)
class Knobs:
    """What `/control/auth` can turn; the defaults come from the configuration."""

    token_lifetime_s: int
    rotate_refresh_tokens: bool
    fail_next: int = 0
    fail_mode: str = "invalid_grant"
    fail_grant_type: str | None = None
    delay_s: float = 30.0
    wrong_nonce: bool = False
    unpublished_key: bool = False
    id_token_claims: dict[str, Any] = field(default_factory=dict)
    omit: tuple[str, ...] = ()
    expires_in_as_text: bool = False

    @classmethod
    def of(cls, config: SandboxConfig) -> "Knobs":
        """The knobs as the configuration sets them."""
        return cls(config.token_lifetime_s, config.rotate_refresh_tokens)


@dataclass(slots=True, kw_only=True)
class AuthServer:
    """The authorization server's memory of one running sandbox."""

    addresses: Addresses
    clock: Callable[[], datetime]
    clients: Clients
    knobs: Knobs
    keys: KeyRing = field(default_factory=KeyRing)
    launches: dict[str, tuple[Launch, datetime]] = field(default_factory=dict)
    pending: dict[str, AuthorizationRequest] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    refresh_tokens: dict[str, Grant] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)
    sessions: dict[str, Clinician] = field(default_factory=dict)
    used_assertions: dict[str, float] = field(default_factory=dict)
    jwks_cache: dict[str, dict[str, Any]] = field(default_factory=dict)
    token_requests: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=10_000))
    transport: httpx.AsyncBaseTransport | None = None
    """How JWKS addresses are fetched; None is the network (loopback only)."""

    def make_launch(self, launch: Launch) -> str:
        """An opaque code, good once and for a few minutes."""
        code = secrets.token_urlsafe(24)
        self.launches[code] = (launch, self.clock() + LAUNCH_LIFETIME)
        return code

    def launch(self, code: str) -> Launch | None:
        """The launch of a code that is still good."""
        launch, expires_at = self.launches.get(code, (None, self.clock()))
        return launch if expires_at > self.clock() else None

    def keep(self, request: AuthorizationRequest) -> str:
        """Remember a request while its pages are shown; gives its name."""
        oldest = self.clock() - REQUEST_LIFETIME
        self.pending = {k: one for k, one in self.pending.items() if one.created > oldest}
        name = secrets.token_urlsafe(24)
        self.pending[name] = request
        return name

    def sign_in(self, user: Clinician) -> str:
        """A new session of the EHR; gives its id."""
        session = secrets.token_urlsafe(24)
        self.sessions[session] = user
        return session

    def sign_out(self, session: str) -> None:
        """End the session; apps with online access can refresh no more."""
        self.sessions.pop(session, None)

    def forget(self) -> None:
        """Back to how it started, but for registrations, keys and signed-in users."""
        for memory in (self.launches, self.pending, self.codes, self.refresh_tokens):
            memory.clear()
        self.grants.clear()
        self.token_requests.clear()


def auth_server(state: SandboxState) -> AuthServer:
    """The authorization server of this sandbox, made when first asked for."""
    if _SHELF not in state.shelf:
        config = state.config
        server = AuthServer(
            addresses=Addresses(config.public_url, config.tenant),
            clock=state.clock,
            clients=demo_clients(config.app_url, demo_secret(config.var_dir)),
            knobs=Knobs.of(config),
        )

        def forget() -> None:
            server.forget()
            server.knobs = Knobs.of(config)

        state.on_reset.append(forget)
        state.shelf[_SHELF] = server
    found: AuthServer = state.shelf[_SHELF]
    return found
