"""Grant: the tokens a user gave us for one EHR, and who that user is there."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

from smartapp.accounts.models import User
from smartapp.connections.discovery import pinned
from smartapp.connections.models import Connection
from smartapp.fhir.scopes import Scopes
from smartapp.sealed.fields import SealedTextField

REVOCATION_LIFETIME = timedelta(hours=24)


class Identity(models.Model):
    """A user as one issuer names them; never joined by e-mail or name (LS-08)."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=500)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    fhir_user = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "issuer", "subject"], name="one_identity_per_subject"
            )
        ]

    def __str__(self) -> str:
        return f"identity {self.pk}"


class Grant(models.Model):
    """What a token endpoint gave: tokens (sealed), their scopes and times."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    issuer = models.CharField(max_length=500, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    # Of the connection when the tokens were given: they are good there and nowhere else.
    fhir_base = models.CharField(max_length=2000, blank=True, db_default="")
    client_id = models.CharField(max_length=200, blank=True, db_default="")
    endpoints = models.JSONField()
    scope = models.TextField(blank=True)
    access_token = SealedTextField(null=True)
    refresh_token = SealedTextField(null=True)
    expires_at = models.DateTimeField()
    refreshed_at = models.DateTimeField(default=timezone.now)
    active_ttl = models.PositiveIntegerField(null=True)
    fresh_refused_at = models.DateTimeField(null=True)
    refresh_claim = models.UUIDField(null=True)
    refresh_claimed_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def scopes(self) -> Scopes:
        return Scopes.parse(self.scope)

    @property
    def is_elsewhere(self) -> bool:
        """True when the connection became another EHR, or another client there, since (NET-10)."""
        now = self.connection
        return (self.fhir_base, self.client_id) != (now.fhir_base, now.client_id)

    @property
    def may_refresh(self) -> bool:
        """Our credentials go only to what is approved now, also when it was approved before."""
        approved = self.connection.discovered
        made = pinned(self.endpoints).token_endpoint
        return approved is not None and pinned(approved).token_endpoint == made


class PendingRevocation(models.Model):
    """A token that the EHR has not yet confirmed as revoked; tried again for a day (LS-16)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    token = SealedTextField()
    kind = models.CharField(max_length=20)
    endpoint = models.CharField(max_length=2000)
    created_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.id)
