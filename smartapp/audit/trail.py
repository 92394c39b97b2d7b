"""Write the audit trail: `record` and, from async code, `arecord`. It is written or denied."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack
from uuid import UUID

import structlog
from asgiref.sync import sync_to_async
from django.db import Error as DatabaseFailed

from smartapp.audit.actions import Action, Outcome
from smartapp.audit.models import AuditEvent

log = structlog.get_logger(__name__)

MASK = "***"
# Values of these search parameters are ids, codes and dates; all others may identify a person.
_SHOWN = (
    "_id _count _lastUpdated _revinclude _include _sort patient subject encounter category code"
    " status clinical-status date authoredon period type class intent performer practitioner"
    " location service-type"
)
SHOWN_PARAMETERS = frozenset(_SHOWN.split())


class AuditUnavailable(Exception):
    """The event could not be written, so what it was about must not be shown."""


class Facts(TypedDict, total=False):
    """What an event may say beside action and outcome."""

    user_id: UUID | None
    role: str
    connection: str
    launch: UUID | None
    patient: str | None
    resource_type: str
    resource_ids: Sequence[str]
    query: Mapping[str, str | Sequence[str]]
    count: int | None
    status: int | None
    cached: bool
    correlation_id: str
    ehr_request_id: str
    detail: Mapping[str, Any]


def record(
    action: Action, outcome: Outcome = Outcome.SUCCESS, **facts: Unpack[Facts]
) -> AuditEvent:
    """Append one event, by one INSERT.

    `query` is masked here: callers pass the search as it was sent. `correlation_id` defaults to
    the request's.

    Raises:
        AuditUnavailable: it could not be written.
    """
    event = AuditEvent(action=action, outcome=outcome, **_columns(facts))
    try:
        event.save(force_insert=True)
    except (DatabaseFailed, ValueError) as error:
        log.error("audit_unavailable", action=action, error=type(error).__name__)
        raise AuditUnavailable(f"{action} could not be recorded.") from error
    return event


arecord = sync_to_async(record)


def masked(
    query: Mapping[str, str | Sequence[str]], resource_type: str = ""
) -> dict[str, str | list[str]]:
    """Keep every parameter's name, and the values of those that cannot identify a person."""
    return {
        name: _texts(values) if _is_shown(name, resource_type) else MASK
        for name, values in query.items()
    }


def _is_shown(name: str, resource_type: str) -> bool:
    if resource_type in ("Patient", "Person", "RelatedPerson"):
        return name in ("_id", "_count", "patient")
    return name.partition(":")[0] in SHOWN_PARAMETERS


def _texts(values: str | Sequence[str]) -> str | list[str]:
    return values if isinstance(values, str) else list(values)


def _columns(facts: Facts) -> dict[str, Any]:
    columns: dict[str, Any] = {name: _storable(value) for name, value in facts.items()}
    columns["patient"] = columns.get("patient") or ""
    columns["query"] = _storable(masked(facts.get("query", {}), facts.get("resource_type", "")))
    columns["ehr_request_id"] = columns.get("ehr_request_id", "")[:200]
    if not columns.get("correlation_id"):
        bound = structlog.contextvars.get_contextvars()
        columns["correlation_id"] = str(bound.get("request_id", ""))
    return columns


def _storable(value: Any) -> Any:
    """Plain JSON without NUL, which PostgreSQL stores in no text."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, Mapping):
        return {str(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_storable(item) for item in value]
    return value
