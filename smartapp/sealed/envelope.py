"""Seal and open text: MultiFernet, with the place it belongs to inside the envelope.

A token is `<key id>.<Fernet token>`. The key id is a digest of the sealing key and only a hint:
it lets rotation find old rows by SQL. Opening tries every key.
"""

import hashlib
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.signals import setting_changed
from django.dispatch import receiver

SEPARATOR = "\x1f"


class Unsealable(Exception):
    """A sealed value does not open: unknown key, altered, or written for another place.

    Carries the place, never the value.
    """

    def __init__(self, context: str) -> None:
        super().__init__(f"{context} does not open with the field keys of this server.")
        self.context = context


def seal(context: str, text: str) -> str:
    """Encrypt for `context`, a place such as "table.column:row", under the current key."""
    envelope = f"{context}{SEPARATOR}{text}".encode()
    return f"{current_key_id()}.{_fernets().encrypt(envelope).decode()}"


def unseal(context: str, token: str) -> str:
    """Decrypt what `seal` made for the same context.

    Raises:
        Unsealable: no key opens it, it was altered, or it belongs elsewhere.
    """
    _, _, sealed = token.partition(".")
    try:
        envelope = _fernets().decrypt(sealed.encode()).decode()
    except (InvalidToken, UnicodeError):
        raise Unsealable(context) from None
    place, _, text = envelope.partition(SEPARATOR)
    if place != context:
        raise Unsealable(context)
    return text


def current_key_id() -> str:
    return _key_id(settings.FIELD_KEYS[0])


@lru_cache(maxsize=16)
def _key_id(key: str) -> str:
    return hashlib.sha256(b"field key id" + key.encode()).hexdigest()[:8]


@lru_cache(maxsize=1)
def _fernets() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


@receiver(setting_changed)
def forget_keys(*, setting: str, **_: Any) -> None:
    """Django's test tools announce a changed setting; nothing else changes one."""
    if setting == "FIELD_KEYS":
        _fernets.cache_clear()
