"""Dates of FHIR, whole or partial, as intervals that search can compare."""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

_SHAPE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?"
)
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)


_SECOND = timedelta(seconds=1)
_MILLISECOND = timedelta(milliseconds=1)


class Span(NamedTuple):
    """From `start` up to, not including, `end`; both UTC."""

    start: datetime
    end: datetime


def has_time(text: str) -> bool:
    """Whether a date text names a time of day."""
    return "T" in text


def span(value: Any) -> Span | None:
    """The interval that a date, dateTime, instant or Period covers; None when it is unreadable."""
    if isinstance(value, dict):
        return _period(value)
    if not isinstance(value, str):
        return None
    if len(value) >= 20 and value[10] == "T" and value[19] in "Z.+-":
        usual = _usual(value)
        if usual is not None:
            return usual
    found = _SHAPE.fullmatch(value.strip())
    if found is None:
        return None
    try:
        return _moment(found.groups())
    except (ValueError, OverflowError):
        return None


def _usual(value: str) -> Span | None:
    """The usual precisions, read by the fastest way there is."""
    try:
        at = datetime.fromisoformat(value).astimezone(UTC)
        return Span(at, at + (_MILLISECOND if value[19] == "." else _SECOND))
    except (ValueError, OverflowError):
        return None


def _period(value: dict[str, Any]) -> Span | None:
    first, last = span(value.get("start")), span(value.get("end"))
    if first is None and last is None:
        return None
    return Span(first.start if first else EARLIEST, last.end if last else LATEST)


def _moment(groups: tuple[str | None, ...]) -> Span:
    year, month, day, hour, minute, second, fraction, offset = groups
    at = datetime(int(year or 0), int(month or 1), int(day or 1), tzinfo=_zone(offset))
    if hour is None:
        return Span(at.astimezone(UTC), (at + _length(at, month, day)).astimezone(UTC))
    micros = int(((fraction or "") + "000000")[:6])
    at = at.replace(
        hour=int(hour),
        minute=int(minute or 0),
        second=min(int(second or 0), 59),
        microsecond=micros,
    ).astimezone(UTC)
    return Span(at, at + _resolution(second, fraction))


def _length(at: datetime, month: str | None, day: str | None) -> timedelta:
    if month is None:
        return at.replace(year=at.year + 1) - at
    return timedelta(days=1 if day else monthrange(at.year, at.month)[1])


def _resolution(second: str | None, fraction: str | None) -> timedelta:
    if second is None:
        return timedelta(minutes=1)
    return _MILLISECOND if fraction else _SECOND


def _zone(offset: str | None) -> timezone:
    if not offset or offset == "Z":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    sign = -1 if offset[0] == "-" else 1
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def matches(prefix: str, wanted: Span, have: Span) -> bool:
    """Whether a resource's interval satisfies the parameter. Source: FHIR R4 Search, date."""
    if prefix == "ge":
        return have.end > wanted.start
    if prefix == "gt":
        return have.end > wanted.end
    if prefix == "le":
        return have.start < wanted.end
    if prefix == "lt":
        return have.start < wanted.start
    return have.start >= wanted.start and have.end <= wanted.end


def instant_text(at: datetime) -> str:
    """An instant as the server writes `meta.lastUpdated`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
