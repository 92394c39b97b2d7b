"""Second factors lie sealed in allauth's own table: seal them again under the current key."""

from typing import Any

from allauth.mfa.models import Authenticator

from smartapp.accounts.adapters import MFA_CONTEXT
from smartapp.sealed import envelope
from smartapp.sealed.envelope import Unsealable
from smartapp.sealed.rotation import Tally

SECRETS = ("secret", "seed")


def rotate_factors() -> Tally:
    """Reseal each factor whose data did not change meanwhile (recovery codes count their use)."""
    tally = Tally(MFA_CONTEXT)
    for factor in Authenticator.objects.order_by("pk").iterator(chunk_size=200):
        _rotate(factor, tally)
    tally.remaining = sum(_is_old(factor.data) for factor in Authenticator.objects.iterator())
    return tally


def _rotate(factor: Any, tally: Tally) -> None:
    if not _is_old(factor.data):
        return
    try:
        resealed = factor.data | {
            name: envelope.seal(MFA_CONTEXT, envelope.unseal(MFA_CONTEXT, factor.data[name]))
            for name in SECRETS
            if name in factor.data
        }
    except Unsealable:
        tally.broken += 1
        return
    unchanged = Authenticator.objects.filter(pk=factor.pk, data=factor.data)
    tally.resealed += unchanged.update(data=resealed)


def _is_old(data: dict[str, Any]) -> bool:
    current = f"{envelope.current_key_id()}."
    return any(not data[name].startswith(current) for name in SECRETS if name in data)
