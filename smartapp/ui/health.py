"""Can this process serve: database, migrations, keys, clock; and the broker, which may wait."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

import kombu
import structlog
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from smartapp.sealed.models import check_keys

log = structlog.get_logger(__name__)

MAX_SKEW = timedelta(minutes=5)


class Health(StrEnum):
    """DEGRADED still serves pages; what waits in the broker is late."""

    READY = "ready"
    DEGRADED = "degraded"
    NOT_READY = "not ready"


class NotReady(Exception):
    """A check found something that answered, but wrongly."""


def health() -> Health:
    """Run every check; a failed one is named in the log, since strangers may ask."""
    for check in (check_database, check_migrations, check_keys, check_clock):
        if not _passes(check):
            return Health.NOT_READY
    return Health.READY if _passes(check_broker) else Health.DEGRADED


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception as error:  # whatever a dependency raises, the answer is that it is down
        log.error("check_failed", operation=check.__name__, exc_info=error)
        return False
    return True


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_migrations() -> None:
    applied = MigrationRecorder(connection).applied_migrations()
    missing = _migrations_here() - set(applied)
    if missing:
        raise NotReady(f"{len(missing)} migrations are not applied.")


@lru_cache(maxsize=1)
def _migrations_here() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def check_clock() -> None:
    """Compare with the database's clock: tokens, leases and audit rows are timed by both."""
    skew = abs(database_now() - datetime.now(UTC))
    if skew > MAX_SKEW:
        raise NotReady(
            f"This server's clock and the database's differ by {round(skew.total_seconds())} s;"
            f" at most {round(MAX_SKEW.total_seconds())} s are allowed."
        )


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        value = cursor.fetchone()[0]
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value


def check_broker() -> None:
    with kombu.Connection(
        settings.CELERY_BROKER_URL,
        transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS,
        connect_timeout=1,
    ) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
