"""What one sandbox EHR is told when it starts: addresses, data, clock, token lifetime."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

TENANT = "3f6c1d52-8b0e-4d4b-9c1e-2a7f5b8e9d10"


def utc_now() -> datetime:
    """The time now, with its zone."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxConfig:
    """Settings of one sandbox; OAuth endpoints are derived from them in `auth/addresses.py`."""

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
    active_ttl_s: int = 28_800
    pkce_required: bool = True
    standalone_patient_picker: bool = False
    """Whether `launch/patient` is served; this vendor's provider persona does not."""
    consent: bool = False
    send_iss: bool = False
    """Whether redirects carry `iss` (RFC 9207)."""
    scope_versions: tuple[str, ...] = ("v1", "v2")
    wildcard_scopes: bool = False
    var_dir: Path = Path("var/sandbox")
    clock: Callable[[], datetime] = utc_now
    dropped: type[Exception] = ConnectionResetError
    """What a dropped connection raises in-process; over a socket the connection closes."""

    @property
    def fhir_base(self) -> str:
        """The service root: what a launch calls `iss` and a token request `aud`."""
        return f"{self.public_url}/r4/{self.tenant}"
