"""Settings are taken from the environment, and refused in one sentence when missing or odd."""

import os
import re
import runpy
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from smartapp.startup import Refused, broker_options, kept_secret, new_field_key, new_secret_key

ROOT = Path(__file__).resolve().parents[2]
OURS = (
    "SMARTAPP_",
    "SECRET_KEY",
    "FIELD_KEYS",
    "ALLOWED_HOSTS",
    "TRUSTED_PROXY",
    "DATABASE_URL",
    "BROKER_URL",
    "CACHE_URL",
    "LAUNCH_IDLE_S",
    "LOG_LEVEL",
    "STATIC_ROOT",
)
PRODUCTION = {
    "SMARTAPP_PROFILE": "production",
    "SECRET_KEY": "k" * 50,
    "FIELD_KEYS": Fernet.generate_key().decode(),
    "SMARTAPP_PUBLIC_URL": "https://smartapp.example.org",
    "ALLOWED_HOSTS": "smartapp.example.org",
    "TRUSTED_PROXY": "x-forwarded",
    "DATABASE_URL": "postgresql://user@db.example.org:5432/smartapp",
    "BROKER_URL": "rediss://user@redis.example.org:6379/0",
}


@pytest.fixture
def var_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment with nothing of ours but the data folder."""
    for name in list(os.environ):
        if name.startswith(OURS):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SMARTAPP_VAR", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture
def production(var_dir: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A complete production environment, to be spoiled one value at a time."""
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def read_settings() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "smartapp" / "settings.py"))


def refusal() -> str:
    with pytest.raises(Refused) as refused:
        read_settings()
    return str(refused.value)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("var_dir")
def test_development_needs_nothing_set() -> None:
    settings = read_settings()
    assert settings["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert settings["CELERY_BROKER_URL"] == "filesystem://"
    assert settings["PUBLIC_URL"] == "http://127.0.0.1:8000"


def test_generated_keys_are_for_their_owner_alone(var_dir: Path) -> None:
    read_settings()
    assert [mode(var_dir / name) for name in ("secret_key", "field_key")] == [0o600, 0o600]
    assert mode(var_dir) == 0o700


@pytest.mark.usefixtures("var_dir")
def test_generated_keys_are_kept() -> None:
    first, second = read_settings(), read_settings()
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert first["FIELD_KEYS"] == second["FIELD_KEYS"]


def test_processes_that_start_at_once_agree_on_a_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: kept_secret(tmp_path / "key", new_secret_key), range(64)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_complete_production_environment_is_accepted(
    production: pytest.MonkeyPatch,
) -> None:
    settings = read_settings()
    assert settings["DEBUG"] is False
    assert settings["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert "smartapp.sandbox" not in settings["INSTALLED_APPS"]


def test_production_writes_no_file(var_dir: Path, production: pytest.MonkeyPatch) -> None:
    read_settings()
    assert not var_dir.exists()


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "SMARTAPP_PROFILE"])
def test_production_refuses_a_missing_value_by_its_name(
    name: str, production: pytest.MonkeyPatch
) -> None:
    production.delenv(name)
    assert name in refusal()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SMARTAPP_PROFILE", "prod", "must be one of: development, production"),
        ("SECRET_KEY", "short", "at least 50 characters"),
        ("FIELD_KEYS", "c2hvcnQ=", "key 1 is no Fernet key"),
        ("SMARTAPP_PUBLIC_URL", "smartapp.example.org", "must be an origin"),
        ("SMARTAPP_PUBLIC_URL", "https://smartapp.example.org/path", "must be an origin"),
        ("SMARTAPP_PUBLIC_URL", "https://user@smartapp.example.org", "must be an origin"),
        ("SMARTAPP_PUBLIC_URL", "https://smartapp.example.org:port", "must be an origin"),
        ("SMARTAPP_PUBLIC_URL", "http://smartapp.example.org", "must be https"),
        ("SMARTAPP_PUBLIC_URL", "http://127.0.0.1:8000", "must be https"),
        ("ALLOWED_HOSTS", "*", "never '*'"),
        ("TRUSTED_PROXY", "yes", "must be one of: none, x-forwarded"),
        ("SMARTAPP_SANDBOX", "true", "cannot be on in the production profile"),
        ("SMARTAPP_SANDBOX", "perhaps", "must be 'true' or 'false'"),
        ("DATABASE_URL", "smartapp.sqlite3", "postgresql://user@host:5432/name"),
        ("DATABASE_URL", "mysql://user@host/name", "postgresql://user@host:5432/name"),
        ("BROKER_URL", "memory://", "rediss://user@host:6379/0"),
        ("LAUNCH_IDLE_S", "60", "from 300 to 1800"),
        ("LAUNCH_IDLE_S", "1801", "from 300 to 1800"),
        ("LAUNCH_IDLE_S", "15m", "from 300 to 1800"),
        ("LOG_LEVEL", "LOUD", "must be one of"),
    ],
)
def test_an_odd_value_is_refused_in_one_sentence(
    name: str, value: str, sentence: str, production: pytest.MonkeyPatch
) -> None:
    production.setenv(name, value)
    said = refusal()
    assert said.startswith(name)
    assert sentence in said
    assert "\n" not in said


def test_a_refused_database_address_is_not_repeated(production: pytest.MonkeyPatch) -> None:
    production.setenv("DATABASE_URL", "postgres//user:pa55word@host/name")
    assert "pa55word" not in refusal()


def test_plain_http_is_refused_beyond_this_machine(
    var_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMARTAPP_PUBLIC_URL", "http://192.168.1.2:8000")
    assert "must be https" in refusal()


def test_a_data_folder_that_is_a_file_is_refused(
    var_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    var_dir.touch()
    assert refusal().startswith(f"SMARTAPP_VAR is {var_dir}")


@pytest.mark.parametrize("program", ["manage.py", "uvicorn", "celery"])
def test_every_program_says_the_refusal_and_nothing_else(program: str, var_dir: Path) -> None:
    commands = {
        "manage.py": ["manage.py", "check"],
        "uvicorn": ["-m", "uvicorn", "smartapp.asgi:application", "--port", "0"],
        "celery": ["-m", "celery", "-A", "smartapp", "worker"],
    }
    done = subprocess.run(
        [sys.executable, *commands[program]],
        cwd=ROOT,
        env=os.environ | PRODUCTION | {"SECRET_KEY": ""},
        text=True,
        capture_output=True,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "SECRET_KEY is missing or short: it must hold at least 50 characters."
    ]


def test_the_filesystem_broker_makes_its_folders_for_their_owner_alone(tmp_path: Path) -> None:
    url, options = broker_options(f"filesystem://{tmp_path / 'broker'}")
    assert url == "filesystem://"
    assert mode(Path(options["data_folder_in"])) == mode(Path(options["control_folder"])) == 0o700


def test_a_message_is_redelivered_only_after_the_hard_time_limit(
    production: pytest.MonkeyPatch,
) -> None:
    settings = read_settings()
    visible_s = settings["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"]
    assert visible_s > settings["CELERY_TASK_TIME_LIMIT"]


def test_a_generated_field_key_seals() -> None:
    sealing = Fernet(new_field_key())
    assert sealing.decrypt(sealing.encrypt(b"text")) == b"text"


def test_every_setting_is_explained_to_who_deploys() -> None:
    text = (ROOT / "smartapp" / "settings.py").read_text()
    names = set(re.findall(r'\benv(?:\.\w+\(|,)\s*"([A-Z_]+)"', text))
    explained = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/deploy.md").read_text(), re.M))
    assert {"SECRET_KEY", "SMARTAPP_VAR", "LOG_LEVEL", "TRUSTED_PROXY"} <= names
    assert names == explained
