"""AuditEvent: one row per thing done or refused. Holds ids, no clinical content."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone

from smartapp.audit.actions import Action, Outcome


def now_ms() -> datetime:
    """UTC to the millisecond, by this server's clock; the order of events is their sequence."""
    now = timezone.now()
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


class AuditEvent(models.Model):
    """Append-only: triggers in the database refuse every change. No foreign keys, so that
    nothing that is deleted elsewhere reaches in here."""

    sequence = models.BigAutoField(primary_key=True)
    recorded = models.DateTimeField(default=now_ms)
    action = models.CharField(max_length=40, choices=Action)
    outcome = models.CharField(max_length=20, choices=Outcome)
    user_id = models.UUIDField(null=True)
    role = models.CharField(max_length=40, blank=True)
    connection = models.CharField(max_length=100, blank=True)
    launch = models.UUIDField(null=True)
    patient = models.CharField(max_length=200, blank=True)
    resource_type = models.CharField(max_length=100, blank=True)
    resource_ids = models.JSONField(default=list)
    query = models.JSONField(default=dict)
    count = models.PositiveIntegerField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    cached = models.BooleanField(default=False)
    correlation_id = models.CharField(max_length=64, blank=True)
    ehr_request_id = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-sequence"]
        indexes: ClassVar = [
            models.Index(fields=["patient", "sequence"], name="audit_by_patient"),
            models.Index(fields=["user_id", "sequence"], name="audit_by_user"),
            models.Index(fields=["launch"], name="audit_by_launch"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.outcome}"
