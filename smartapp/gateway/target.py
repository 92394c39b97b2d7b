"""What a caller tells the gateway: which EHR, with what rights, and who wants to know of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from smartapp.fhir.bundles import Issue
from smartapp.fhir.entry import Resource, ResourceType
from smartapp.fhir.scopes import Scopes
from smartapp.gateway.addresses import AddressPolicy
from smartapp.gateway.capability import Capability
from smartapp.gateway.urls import origin


@dataclass(frozen=True, slots=True)
class Target:
    """One connection's EHR. `connection` is its slug; `base` its FHIR base, without query."""

    connection: str
    base: str
    allow_loopback: bool = False
    allowed_networks: tuple[str, ...] = ()
    max_connections: int = 8
    cache_s: int = 60
    authorities: str = ""
    """PEM of certificate authorities that this EHR's certificate may be signed by besides."""

    def addresses(self) -> AddressPolicy:
        """Loopback is open to the base's own host and port only, and only where allowed."""
        scheme, host, port = origin(self.base)
        own = (host, port) if self.allow_loopback else None
        return AddressPolicy(self.allowed_networks, own, plain=scheme == "http")


@dataclass(frozen=True, slots=True)
class Policy:
    """What one client may ask. None means: no scopes known, no statement read, no single patient.

    `cache_key` names whose answers may be shared: one launch, never more.
    """

    scopes: Scopes | None = None
    capability: Capability | None = None
    patient: str | None = None
    cache_key: str = ""
    levels: tuple[str, ...] = ("patient", "user")
    interactive: bool = True


@dataclass(frozen=True, slots=True)
class Access:
    """One look into the record, for the audit: told before the answer is given.

    `outcome` is "ok", "partial" or an error's kind; `note` holds what a security officer should
    see, such as a link to another host.
    """

    action: str
    type: str
    ids: tuple[str, ...] = ()
    query: str = ""
    count: int = 0
    outcome: str = "ok"
    status: int | None = None
    request_id: str = ""
    reference: str = ""
    cached: bool = False
    note: str = ""


Observe = Callable[[Access], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a list goes on: a query relative to the base, and how many of its entries were given.

    `seen` and `total` carry the count along, so that a short list is noticed at its end.
    """

    query: str
    offset: int = 0
    seen: int = 0
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """One resource, as sent."""

    resource: Resource
    fetched_at: datetime
    cached: bool
    request_url: str


@dataclass(frozen=True, slots=True)
class Blob:
    """The content of a Binary or an attachment, as sent and under the type that the EHR states."""

    content_type: str
    data: bytes
    fetched_at: datetime
    request_url: str


@dataclass(frozen=True, slots=True)
class Page:
    """Part or all of a list. `complete` only if nothing is missing; else `stopped` says why."""

    entry: ResourceType | None
    matches: tuple[Resource, ...]
    included: tuple[Resource, ...]
    issues: tuple[Issue, ...]
    total: int | None
    complete: bool
    stopped: str | None
    cursor: Cursor | None
    fetched_at: datetime
    cached: bool
    request_url: str
    unreadable: int = 0
    request_id: str = ""
