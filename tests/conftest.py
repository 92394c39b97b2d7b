"""What all tests share: the database, the audit triggers around a flush, the canary sweep."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from asgiref.sync import SyncToAsync, iscoroutinefunction
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.db.backends.base.operations import BaseDatabaseOperations

from smartapp.audit.triggers import CREATE, DROP, TABLE
from smartapp.ui.logs import formatter

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database",
        action="store_true",
        help="leave out the tests that touch no database: it makes no difference to them",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--only-database"):
        return
    left_out = [item for item in items if not touches_database(item)]
    items[:] = [item for item in items if touches_database(item)]
    config.hook.pytest_deselected(items=left_out)


def touches_database(item: pytest.Item) -> bool:
    asked = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file: in memory, threads would share one cache and ignore the busy time-out."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        folder = tmp_path_factory.mktemp("database")
        database.setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Argon2 is slow on purpose; no test measures how slow."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """PostgreSQL drops no database that somebody uses: sessions of threads that asgiref has not
    yet let go of are ended first."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(scope="session", autouse=True)
def flushable_audit_trail() -> Iterator[None]:
    """A test with real transactions empties every table afterwards, which the triggers refuse:
    they are lifted for that flush alone, never for a test."""
    operations: Any = BaseDatabaseOperations
    flush = operations.execute_sql_flush

    def lifted(self: Any, statements: list[str]) -> None:
        vendor = self.connection.vendor
        if any(TABLE in statement for statement in statements):
            statements = [*DROP[vendor], *statements, *CREATE[vendor]]
        flush(self, statements)

    operations.execute_sql_flush = lifted
    yield
    operations.execute_sql_flush = flush


@pytest.fixture(autouse=True)
def nothing_left_over() -> Iterator[None]:
    """Rate limits, cached answers and log context of one test are none of the next."""
    structlog.contextvars.clear_contextvars()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def closed_connections(request: pytest.FixtureRequest) -> Iterator[None]:
    """The ORM of an async test runs in a thread of its own, whose connection stays open."""
    yield
    if iscoroutinefunction(getattr(request, "function", None)):
        SyncToAsync.single_thread_executor.submit(connections.close_all).result()


class Sweep:
    """Everything a test printed and logged, as production would write it."""

    def __init__(self, printed: Callable[[], str], log: Path) -> None:
        self._read = printed
        self._log = log
        self._printed = ""

    def text(self) -> str:
        self._printed += self._read()
        return self._printed + self._log.read_text()

    def assert_clean(self, *canaries: str) -> None:
        """Fail if a canary, as it is or quoted for a URL, got out; or if nothing was logged."""
        text = self.text()
        assert text, "nothing was logged, so there was nothing to sweep"
        for canary in canaries:
            assert canary not in text, f"a canary of {len(canary)} characters is in the output"


@pytest.fixture
def sweep(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Sweep]:
    """Collects standard output, standard error and all logs down to DEBUG (PRV-01)."""
    log = tmp_path / "sweep.log"
    handler = logging.FileHandler(log)
    handler.setFormatter(formatter(as_json=True))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)

    yield Sweep(lambda: "".join(capsys.readouterr()), log)
    root.setLevel(level)
    root.removeHandler(handler)
    handler.close()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are no names: packed ones hold the time, and every worker must know a test alike."""
    return argname if isinstance(val, bytes) else None
