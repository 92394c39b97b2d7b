"""AuthorizationRequest → Grant → Launch: the way in, and one open chart. Ids, no names."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.utils import timezone

from smartapp.accounts.models import User
from smartapp.audit.trail import Facts
from smartapp.connections.models import Connection
from smartapp.fhir.scopes import Scopes
from smartapp.gateway.client import FhirClient
from smartapp.gateway.target import Policy
from smartapp.launches.accesses import observer
from smartapp.launches.grants import Grant, Identity, PendingRevocation
from smartapp.launches.tokens import GrantAuth
from smartapp.sealed.fields import SealedTextField

__all__ = [
    "AuthorizationRequest",
    "Grant",
    "Identity",
    "Launch",
    "PendingRevocation",
    "WindowCode",
]

REQUEST_LIFETIME = timedelta(minutes=10)
WINDOW_LIFETIME = timedelta(seconds=60)


class AuthorizationRequest(models.Model):
    """One authorization request on its way: everything the callback may rely on. Used once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state_digest = models.CharField(max_length=64, unique=True)
    flow_digest = models.CharField(max_length=64)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    launch_parameter = SealedTextField(null=True)
    verifier = SealedTextField()
    nonce = models.CharField(max_length=64)
    scope = models.TextField()
    redirect_uri = models.CharField(max_length=2000)
    audience = models.CharField(max_length=2000)
    endpoints = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"])]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_expired(self) -> bool:
        return timezone.now() - self.created_at > REQUEST_LIFETIME


class WindowCode(models.Model):
    """A one-time code that begins the same launch again in a window of its own (EM-04)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    launch_parameter = SealedTextField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.id)


class LaunchQuerySet(models.QuerySet["Launch"]):
    """Launches by what may still be done with them."""

    def live(self) -> "LaunchQuerySet":
        now = timezone.now()
        return self.filter(
            ended_at=None,
            expires_at__gt=now,
            last_activity_at__gt=now - timedelta(seconds=settings.LAUNCH_IDLE_S),
            grant__ended_at=None,
            grant__user__is_active=True,
            grant__connection__enabled=True,
        )


class Launch(models.Model):
    """One open chart: a grant with a patient and an encounter. Its patient never changes."""

    class Ended(models.TextChoices):
        SIGNED_OUT = "signed-out", "You signed out."
        IDLE = "idle", "Nobody used this chart for a while, so it was closed."
        EXPIRED = "expired", "This chart was open for its longest time, so it was closed."
        OTHER_USER = "other-user", "Somebody else signed in on this browser."
        EHR_SESSION = "ehr-session", "The EHR ended your session there."
        WITHDRAWN = "withdrawn", "Access was withdrawn by an administrator."
        OTHER_PATIENT = "other-patient", "The EHR named another patient for this chart."

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="launches")
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)
    patient = models.CharField(max_length=200, null=True)  # noqa: DJ001  no patient is not ""
    encounter = models.CharField(max_length=200, null=True)  # noqa: DJ001  likewise
    need_patient_banner = models.BooleanField(default=True)
    style_url = models.CharField(max_length=2000, blank=True)
    intent = models.CharField(max_length=200, blank=True)
    tenant = models.CharField(max_length=200, blank=True)
    fhir_context = models.JSONField(default=list)
    browser_digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_activity_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=20, choices=Ended, blank=True)

    objects = LaunchQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["browser_digest"])]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def connection(self) -> Connection:
        return self.grant.connection

    @property
    def user(self) -> User:
        return self.grant.user

    @property
    def zone(self) -> ZoneInfo:
        return self.connection.zone

    @property
    def scopes(self) -> Scopes:
        return self.grant.scopes

    @property
    def idle_at(self) -> datetime:
        return self.last_activity_at + timedelta(seconds=settings.LAUNCH_IDLE_S)

    def client(self, *, interactive: bool = True) -> FhirClient:
        """The one way to this launch's EHR: its token, scopes, patient guard, cache and audit."""
        who = Facts(
            user_id=self.grant.user_id,
            connection=self.connection.slug,
            launch=self.pk,
            patient=self.patient,
        )
        policy = Policy(
            scopes=self.scopes,
            capability=self.connection.capability(),
            patient=self.patient,
            cache_key=str(self.pk),
            interactive=interactive,
        )
        auth = GrantAuth(self.grant_id)
        return FhirClient(self.connection.target(), auth, policy, observer(who))

    def why_ended(self) -> "Launch.Ended | None":
        """Why this launch may no longer be used; None while it lives."""
        now = timezone.now()
        if self.ended_at is not None:
            return Launch.Ended(self.ended_reason or Launch.Ended.SIGNED_OUT)
        if not self.user.is_active or not self.connection.enabled or self.grant.is_elsewhere:
            return Launch.Ended.WITHDRAWN
        if self.grant.ended_at is not None:
            return Launch.Ended.EHR_SESSION
        if self.expires_at <= now:
            return Launch.Ended.EXPIRED
        return Launch.Ended.IDLE if self.idle_at <= now else None
