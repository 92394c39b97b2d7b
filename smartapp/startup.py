"""What settings need at start: keys that keep themselves, checks that refuse in one sentence."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from cryptography.fernet import Fernet
from environs import Env
from environs.exceptions import EnvError


class Refused(SystemExit):
    """A setting is missing or odd; the message says which and what it must be.

    A SystemExit, so that manage.py, uvicorn and celery alike print that sentence and no traceback.
    """


def own_folder(path: Path) -> Path:
    """Give the folder for keys, database and broker, made on first use for its owner alone.

    Raises:
        Refused: this user cannot write there.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise Refused(f"SMARTAPP_VAR is {path}, which is no folder and cannot be made.") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise Refused(f"SMARTAPP_VAR is {path}, where this user cannot write.")
    return path


def one_of(env: Env, name: str, default: str, allowed: tuple[str, ...]) -> str:
    """Read a setting that has a few values.

    Raises:
        Refused: it is none of them.
    """
    value = env.str(name, default)
    if value not in allowed:
        raise Refused(f"{name} is {value!r}; it must be one of: {', '.join(allowed)}.")
    return value


def switch(env: Env, name: str, default: bool) -> bool:
    """Read an on-off setting.

    Raises:
        Refused: it is neither.
    """
    try:
        return env.bool(name, default)
    except EnvError:
        raise Refused(f"{name} is {env.str(name)!r}; it must be 'true' or 'false'.") from None


def whole_number(env: Env, name: str, default: int, limits: tuple[int, int]) -> int:
    """Read a number that has a lower and an upper limit.

    Raises:
        Refused: it is no whole number, or lies outside the limits.
    """
    low, high = limits
    text = env.str(name, str(default)).strip()
    if not text.isdecimal() or not low <= int(text) <= high:
        raise Refused(f"{name} is {text!r}; it must be a whole number from {low} to {high}.")
    return int(text)


def database(url: str) -> dict[str, Any]:
    """Read DATABASE_URL; each request takes its connection anew, from psycopg's pool.

    Raises:
        Refused: it is missing, odd, or names a product that this app does not run on.
    """
    try:
        found = dict(dj_database_url.parse(url, conn_max_age=0))
    except (ValueError, KeyError):
        found = {}
    if found.get("ENGINE") not in (
        "django.db.backends.postgresql",
        "django.db.backends.sqlite3",
    ):
        # The value is not repeated: it may hold a password.
        raise Refused(
            "DATABASE_URL is missing or odd: for example postgresql://user@host:5432/name."
        )
    return found


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
    origin = value.rstrip("/")
    try:
        parts = urlsplit(origin)
        plain = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    except ValueError:
        plain = ""
    # To the letter: an EHR compares the redirect URI made from it character by character.
    if plain != origin or parts.scheme not in ("http", "https"):
        raise Refused(
            f"SMARTAPP_PUBLIC_URL is {value!r}; it must be an origin such as https://app.hospital.org."
        )
    local = parts.hostname in ("127.0.0.1", "localhost")
    if parts.scheme == "http" and (production or not local):
        raise Refused(
            "SMARTAPP_PUBLIC_URL must be https (plain http only on 127.0.0.1 in development)."
        )
    return origin


def broker_options(url: str) -> tuple[str, dict[str, Any]]:
    """Split our BROKER_URL into Celery's URL and transport options.

    `filesystem:///folder` is the broker that needs no server: messages are files in that folder.
    A Redis message is redelivered only after `visibility_timeout`, above the hard time limit.

    Raises:
        Refused: it is missing, or names a kind of broker that this app does not run on.
    """
    scheme = url.partition("://")[0]
    if scheme not in ("filesystem", "redis", "rediss", "amqp", "amqps"):
        raise Refused("BROKER_URL is missing or odd: for example rediss://user@host:6379/0.")
    if scheme in ("amqp", "amqps"):
        return url, {}
    if scheme != "filesystem":
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
