"""What one sandbox EHR is told when it starts: addresses, data, clock, token lifetime."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

TENANT = "7d3f1c52-6a0e-4d0b-9c37-2e5b8a41f6d0"


def utc_now() -> datetime:
    """The time now, with its zone."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxConfig:
    """Settings of one sandbox; every address of it is derived here and nowhere else."""

    public_url: str = "http://localhost:9000"
    app_url: str = "http://127.0.0.1:8000"
    tenant: str = TENANT
    data_dirs: tuple[Path, ...] = ()
    generated: bool = True
    seed: int = 1
    live: bool = False
    live_interval_s: float = 5.0
    token_lifetime_s: int = 570
    rotate_refresh_tokens: bool = False
    clock: Callable[[], datetime] = utc_now
    dropped: type[Exception] = ConnectionResetError
    """What a dropped connection raises in-process; over a socket it closes the connection."""

    @property
    def fhir_base(self) -> str:
        """The service root: what a launch calls `iss` and a token request `aud`."""
        return f"{self.public_url}/r4/{self.tenant}"

    @property
    def issuer(self) -> str:
        """The authorization server's own name, as its SMART configuration says it."""
        return f"{self.public_url}/tenants/{self.tenant}"

    @property
    def id_token_issuer(self) -> str:
        """The `iss` of an id_token; like the live server's, not the issuer above."""
        return f"{self.issuer}/oidc/idsps/{self.tenant}/"

    @property
    def authorize_url(self) -> str:
        """The authorization endpoint of clinicians."""
        return f"{self.issuer}/protocols/oauth2/profiles/smart-v1/personas/provider/authorize"

    @property
    def token_url(self) -> str:
        """The token endpoint."""
        return f"{self.issuer}/protocols/oauth2/profiles/smart-v1/token"

    @property
    def revoke_url(self) -> str:
        """The revocation endpoint (RFC 7009)."""
        return f"{self.token_url}/revoke"

    @property
    def introspect_url(self) -> str:
        """The introspection endpoint (RFC 7662)."""
        return f"{self.public_url}/tokeninfo"

    @property
    def manage_url(self) -> str:
        """The page on which a clinician sees and ends what was granted."""
        return f"{self.issuer}/personas/provider/my-authorizations"

    @property
    def jwks_url(self) -> str:
        """The public keys that id_tokens are signed with."""
        return f"{self.public_url}/jwk"
