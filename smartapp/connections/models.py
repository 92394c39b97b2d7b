"""Connection: one tenant's EHR, the client we are there, and what may be asked of it."""

import ipaddress
import ssl
import uuid
from functools import lru_cache
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from smartapp.connections.addresses import BadAddress, check_base, check_embed_origin, normal
from smartapp.gateway.capability import Capability
from smartapp.gateway.target import Target
from smartapp.sealed.fields import SealedTextField


class Connection(models.Model):
    """One EHR tenant. `fhir_base` is kept to the letter, as `aud` must be; `base_key` compares."""

    class Environment(models.TextChoices):
        SANDBOX = "sandbox", "Sandbox"
        TEST = "test", "Test"
        PRODUCTION = "production", "Production"

    class ClientKind(models.TextChoices):
        PUBLIC = "public", "Public"
        SECRET = "secret", "Confidential, shared secret"
        KEY = "key", "Confidential, private key (private_key_jwt)"

    class ScopeVersion(models.TextChoices):
        AUTO = "auto", "As the server says"
        V1 = "v1", "SMART 1.0"
        V2 = "v2", "SMART 2.x"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200, help_text="What clinicians call this hospital.")
    environment = models.CharField(max_length=20, choices=Environment, default=Environment.TEST)
    enabled = models.BooleanField(default=True)
    fhir_base = models.CharField("FHIR base", max_length=2000)
    base_key = models.CharField(max_length=2000, unique=True, editable=False)
    allow_loopback = models.BooleanField(default=False, editable=False)
    allowed_networks = models.JSONField(
        default=list, blank=True, help_text="Private networks (CIDR) this EHR may lie in."
    )

    client_id = models.CharField(max_length=200)
    client_kind = models.CharField(
        max_length=20, choices=ClientKind, default=ClientKind.PUBLIC, editable=False
    )
    client_secret = SealedTextField(null=True, editable=False)
    private_key = SealedTextField(null=True, editable=False)
    key_id = models.CharField(max_length=100, blank=True, editable=False)
    key_public = models.JSONField(null=True, editable=False)
    basic_raw = models.BooleanField(
        "Basic authentication unencoded",
        default=False,
        help_text="Send client id and secret raw; RFC 6749 form-encodes them first.",
    )
    scope = models.TextField(blank=True, help_text="Scopes to ask for; empty: what the pages need.")
    scope_version = models.CharField(max_length=10, choices=ScopeVersion, default=ScopeVersion.AUTO)
    id_token_issuers = models.JSONField(
        default=list, blank=True, help_text="Issuers of id_tokens beside the announced one."
    )
    nonce_optional = models.BooleanField(
        default=False, help_text="Accept an id_token that does not repeat the nonce."
    )

    embed_origins = models.JSONField(
        default=list, blank=True, help_text="Origins of the EHR's own pages that frame the app."
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    authorities = models.TextField(
        "Certificate authorities",
        blank=True,
        help_text="PEM of private authorities to trust for this EHR, besides the public ones.",
    )
    max_connections = models.PositiveSmallIntegerField(
        default=8, validators=[MinValueValidator(1), MaxValueValidator(64)]
    )
    cache_s = models.PositiveSmallIntegerField(default=60, validators=[MaxValueValidator(600)])

    discovered = models.JSONField(null=True, editable=False)
    discovered_at = models.DateTimeField(null=True, editable=False)
    changed_discovery = models.JSONField(null=True, editable=False)
    jwks = models.JSONField(null=True, editable=False)
    jwks_at = models.DateTimeField(null=True, editable=False)
    jwks_asked_at = models.DateTimeField(null=True, editable=False)
    capability_statement = models.TextField(blank=True, editable=False)
    not_before = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Connection {self.slug}>"

    def clean(self) -> None:
        """Check what an administrator typed, field by field."""
        problems: dict[str, str] = {}
        for field, check in (
            ("fhir_base", self._clean_base),
            ("embed_origins", self._clean_origins),
            ("time_zone", self._clean_zone),
            ("allowed_networks", self._clean_networks),
            ("authorities", self._clean_authorities),
        ):
            try:
                check()
            except (BadAddress, KeyError, ValueError, TypeError) as error:
                problems[field] = str(error)
        if problems:
            raise ValidationError(problems)

    def _clean_base(self) -> None:
        check_base(self.fhir_base, allow_loopback=self.allow_loopback)
        self.base_key = normal(self.fhir_base)

    def _clean_origins(self) -> None:
        self.embed_origins = [check_embed_origin(origin) for origin in self.embed_origins]

    def _clean_zone(self) -> None:
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(
                f"{self.time_zone!r} is no time zone such as America/Chicago"
            ) from error

    def _clean_networks(self) -> None:
        for network in self.allowed_networks:
            ipaddress.ip_network(network)

    def _clean_authorities(self) -> None:
        """An unreadable bundle is told when it is typed, not at the first launch."""
        if not self.authorities:
            return
        try:
            ssl.create_default_context().load_verify_locations(cadata=self.authorities)
        except (ssl.SSLError, ValueError) as error:
            raise ValueError("this is no PEM of certificates") from error

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def is_ready(self) -> bool:
        """True when a launch may start: enabled, pinned, and no unapproved change since."""
        return self.enabled and self.discovered is not None and self.changed_discovery is None

    def target(self) -> Target:
        return Target(
            connection=self.slug,
            base=self.fhir_base,
            allow_loopback=self.allow_loopback and not settings.PRODUCTION,
            allowed_networks=tuple(self.allowed_networks),
            max_connections=self.max_connections,
            cache_s=self.cache_s,
            authorities=self.authorities,
        )

    def capability(self) -> Capability | None:
        """The server's CapabilityStatement as pinned; None when it gave none that can be read."""
        return parsed_capability(self.capability_statement) if self.capability_statement else None


@lru_cache(maxsize=64)
def parsed_capability(statement: str) -> Capability:
    decoded: dict[str, Any] = msgspec.json.decode(statement)
    return Capability.parse(decoded)
