"""Sign-ins, sign-outs and refused sign-ins of staff, into the audit trail (Django's signals)."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from smartapp.audit.actions import Action, Outcome
from smartapp.audit.trail import record


@receiver(user_logged_in)
def signed_in(*, user: Any, **_: Any) -> None:
    record(Action.SIGN_IN, user_id=user.pk)


@receiver(user_logged_out)
def signed_out(*, user: Any, **_: Any) -> None:
    if user is not None:
        record(Action.SIGN_OUT, user_id=user.pk)


@receiver(user_login_failed)
def refused(**_: Any) -> None:
    """Without the name that was typed: people type passwords there."""
    record(Action.SIGN_IN, Outcome.REFUSED)
