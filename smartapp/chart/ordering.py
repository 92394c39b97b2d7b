"""The order of a list by one of its columns; records where it says nothing come last."""

from collections.abc import Callable, Sequence
from datetime import UTC
from decimal import Decimal
from typing import Any

from smartapp.fhir import columns, dates, elements
from smartapp.fhir.entry import Column, Resource

_WHEN = frozenset({"date", "dateTime", "instant", "Period", "Timing"})
_NUMBERS = frozenset({"integer", "decimal", "positiveInt", "unsignedInt", "Quantity", "Money"})

Key = tuple[int, Any]
NO_VALUE: Key = (9, 0)


def by_column(
    column: Column, resources: Sequence[Resource], *, descending: bool = False
) -> list[Resource]:
    """Sorted by what a column says; the records where it says nothing stay last either way."""
    key = column_key(column)
    keyed = [(key(resource), resource) for resource in resources]
    said = [pair for pair in keyed if pair[0] != NO_VALUE]
    said.sort(key=lambda pair: pair[0], reverse=descending)
    return [one for _, one in said] + [one for key_, one in keyed if key_ == NO_VALUE]


def column_key(column: Column) -> Callable[[Resource], Key]:
    """Dates by moment, numbers by size, all else by its words."""

    def key(resource: Resource) -> Key:
        if column.show is None:
            for value in elements.values(resource, column.path):
                found = _value_key(value)
                if found:
                    return found
        text = columns.cell(column, resource, UTC).text
        return (3, text.casefold()) if text else NO_VALUE

    return key


def _value_key(value: elements.Value) -> Key | None:
    if value.datatype in _WHEN:
        when = _seconds(value.value)
        return (1, when) if when is not None else None
    number = value.value.get("value") if isinstance(value.value, dict) else value.value
    if value.datatype in _NUMBERS and isinstance(number, int | float | Decimal):
        return (2, number)
    return None


def _seconds(value: Any) -> float | None:
    """The moment of a date; the start of a period, else its end; the first event of a timing."""
    if isinstance(value, str):
        return dates.seconds(value)
    if not isinstance(value, dict):
        return None
    events = value.get("event")
    inside = [value.get("start"), value.get("end"), *(events if isinstance(events, list) else ())]
    found = (dates.seconds(one) for one in inside if one)
    return next((one for one in found if one is not None), None)
