"""What settings need at start: keys that keep themselves, and checks that refuse in one sentence."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured


class Refused(ImproperlyConfigured):
    """A setting is missing or odd; the message says which and what it must be."""


def new_secret_key() -> str:
    return secrets.token_urlsafe(64)


def new_field_key() -> str:
    return Fernet.generate_key().decode()


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """Read the secret in this file, made on first use with mode 0600.

    Two processes may start at once: the file is linked into place whole, so that the loser of
    that race reads the winner's.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def check_secret_key(value: str) -> str:
    if len(value) < 50:
        raise Refused("SECRET_KEY is missing or short: it must hold at least 50 characters.")
    return value


def check_field_keys(keys: list[str]) -> list[str]:
    """Refuse field keys that cannot open or seal.

    Raises:
        Refused: there is none, or one is not 32 bytes in url-safe base64.
    """
    if not keys:
        raise Refused("FIELD_KEYS is missing: one or more Fernet keys, the current one first.")
    for number, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except ValueError:
            raise Refused(
                f"FIELD_KEYS: key {number} is no Fernet key (32 bytes in url-safe base64)."
            ) from None
    return keys


def check_public_url(value: str, production: bool) -> str:
    """Give the public address without a trailing slash.

    Raises:
        Refused: it is no plain origin, or plain http anywhere but on this machine.
    """
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise Refused(
            f"SMARTAPP_PUBLIC_URL is {value!r}; it must be an origin such as https://app.hospital.org."
        )
    local = parts.hostname in ("127.0.0.1", "localhost")
    if parts.scheme == "http" and (production or not local):
        raise Refused(
            "SMARTAPP_PUBLIC_URL must be https (plain http only on 127.0.0.1 in development)."
        )
    return value.rstrip("/")


def broker_options(url: str) -> tuple[str, dict[str, Any]]:
    """Split our BROKER_URL into Celery's URL and transport options.

    `filesystem:///folder` is the broker that needs no server: messages are files in that folder.
    A Redis message is redelivered only after `visibility_timeout`, above the hard time limit.
    """
    if not url.startswith("filesystem://"):
        return url, {"visibility_timeout": 600, "socket_timeout": 5, "socket_connect_timeout": 3}
    folder = Path(url.removeprefix("filesystem://"))
    for name in ("queue", "control"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    queue = str(folder / "queue")
    return "filesystem://", {
        "data_folder_in": queue,
        "data_folder_out": queue,
        "control_folder": str(folder / "control"),
        "store_processed": False,
    }
