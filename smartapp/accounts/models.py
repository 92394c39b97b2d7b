"""User: a member of staff or a clinician known through an EHR."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Signs in here with a password, or through an EHR and then has none that works."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
