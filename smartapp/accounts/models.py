"""User, and the one-time code that makes the first of them."""

import uuid
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone

SETUP_LIFETIME = timedelta(hours=24)


class User(AbstractUser):
    """Signs in here with a password, or through an EHR and then has none that works."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)


def setup_expiry() -> datetime:
    return timezone.now() + SETUP_LIFETIME


class SetupCode(models.Model):
    """A link that lets its holder make the first administrator. Only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(default=setup_expiry)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"set-up code {self.pk}"
