"""How allauth behaves here: nobody signs up, and second factors are sealed."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from smartapp.sealed import envelope

MFA_CONTEXT = "mfa_authenticator.data"


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts come from the set-up link, an administrator, or a launch."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Seeds of one-time passwords and of recovery codes, sealed in the database."""

    def encrypt(self, text: str) -> str:
        return envelope.seal(MFA_CONTEXT, text)

    def decrypt(self, encrypted_text: str) -> str:
        return envelope.unseal(MFA_CONTEXT, encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_rp_entity()
        return entity | {"name": "smartapp"}
