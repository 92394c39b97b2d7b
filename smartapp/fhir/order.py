"""The order of a list: newest first, by the date that the type is searched by."""

from collections.abc import Sequence
from typing import Any

from smartapp.fhir import dates
from smartapp.fhir.elements import Resource, values
from smartapp.fhir.entry import ResourceType
from smartapp.fhir.search_parameters import date_path

_LAST = float("inf")


def newest_date(entry: ResourceType, resources: Sequence[Resource]) -> str | None:
    """The newest date of a list, as sent."""
    path = date_path(entry.name, entry.date_param)
    found = [value.value for one in resources for value in values(one, path)] if path else []
    dated = [(moment, _date(value)) for value in found if (moment := _moment(value)) is not None]
    return max(dated)[1] if dated else None


def newest_first(entry: ResourceType, resource: Resource) -> tuple[float, float, str]:
    """Sort key: newest by the entry's date, then by last update, undated ones last.

    `sorted(rows, key=partial(newest_first, entry))`.
    """
    path = date_path(entry.name, entry.date_param)
    found = (
        [moment for value in values(resource, path) if (moment := _moment(value.value))]
        if path
        else []
    )
    meta = resource.get("meta")
    updated = dates.seconds(meta.get("lastUpdated")) if isinstance(meta, dict) else None
    return (
        -max(found) if found else _LAST,
        _LAST if updated is None else -updated,
        str(resource.get("id")),
    )


def _moment(value: Any) -> float | None:
    """Seconds of a date or of the start, else the end, of a period; the first event of a timing."""
    return dates.seconds(_date(value))


def _date(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    events = value.get("event")
    first = events[0] if isinstance(events, list) and events else None
    return value.get("start") or value.get("end") or first
