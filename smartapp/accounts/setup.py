"""The first administrator: a one-time link, printed on the server, that asks for a password."""

import hashlib
import secrets

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from smartapp.accounts.models import SetupCode, User
from smartapp.accounts.roles import Role, grant
from smartapp.audit.actions import Action
from smartapp.audit.trail import record


def digest(code: str) -> str:
    """Of 256 random bits, so that a plain hash cannot be guessed back."""
    return hashlib.sha256(code.encode()).hexdigest()


def has_staff() -> bool:
    return User.objects.filter(is_staff=True).exists()


def new_code() -> str:
    """Make a code; those printed before stop working."""
    code = secrets.token_urlsafe(32)
    SetupCode.objects.filter(used_at=None).delete()
    SetupCode.objects.create(digest=digest(code))
    return code


def is_open(code: str) -> bool:
    return _open_codes(code).exists() and not has_staff()


def make_first_administrator(code: str, user: User) -> bool:
    """Spend the code and store the user; False if another was first."""
    with transaction.atomic():
        if not _open_codes(code).update(used_at=timezone.now()) or has_staff():
            return False
        user.is_staff = user.is_superuser = True
        user.save()
        grant(user, Role.ADMIN)
        record(
            Action.ADMIN_CHANGE,
            user_id=user.pk,
            role=Role.ADMIN,
            detail={"model": "accounts.User", "row": str(user.pk), "what": "first administrator"},
        )
    return True


def _open_codes(code: str) -> QuerySet[SetupCode]:
    return SetupCode.objects.filter(
        digest=digest(code), used_at=None, expires_at__gt=timezone.now()
    )
