"""Dates and times as FHIR sends them: partial dates keep their precision, dates never shift."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any, NamedTuple

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FORM = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?"
    r"(Z|[+-]\d\d:?\d\d)?)?)?)?\Z",
    re.ASCII,
)
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?\Z", re.ASCII)


class Partial(NamedTuple):
    """A date of year, month or day precision, or a moment; `moment` has a zone only if sent."""

    year: int
    month: int | None = None
    day: int | None = None
    moment: datetime | None = None

    @property
    def first(self) -> date:
        """The first day that the date can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    def on(self, zone: tzinfo) -> date:
        """The first day that the date can mean, of a moment its day in `zone`."""
        if self.moment is None or self.moment.tzinfo is None:
            return self.first
        return self.moment.astimezone(zone).date()

    @property
    def last(self) -> date:
        """The last day that the date can mean."""
        if self.day:
            return self.first
        if not self.month:
            return date(self.year, 12, 31)
        after = date(self.year + self.month // 12, self.month % 12 + 1, 1)
        return after - timedelta(days=1)


def parse(value: Any) -> Partial | None:
    """A FHIR date, dateTime or instant; None for anything else (say it as sent)."""
    match = _FORM.match(value) if isinstance(value, str) else None
    if match is None:
        return None
    year, month, day, hour, *rest = match.groups()
    try:
        if hour:
            moment = _moment(date(int(year), int(month), int(day)), int(hour), rest)
            return Partial(moment.year, moment.month, moment.day, moment)
        found = Partial(int(year), int(month) if month else None, int(day) if day else None)
        _ = found.first, found.last
    except (ValueError, OverflowError):
        return None
    return found


def _moment(day: date, hour: int, rest: list[str | None]) -> datetime:
    """The moment of a full match; a leap second is its minute's last second."""
    minute, second, fraction, offset = rest
    micro = int(fraction[:6].ljust(6, "0")) if fraction else 0
    clock = time(hour, int(minute or 0), min(int(second or 0), 59), micro, _offset(offset))
    return datetime.combine(day, clock)


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    size = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-size if text[0] == "-" else size)


def text(value: Any, zone: tzinfo) -> str:
    """DD-Mmm-YYYY, with HH:mm and the offset for a moment, in `zone`; else the value as sent."""
    words = said(value, zone)
    return (value if isinstance(value, str) else str(value)) if words is None else words


def said(value: Any, zone: tzinfo) -> str | None:
    """`text`, but None where the value is no FHIR date."""
    found = parse(value)
    if found is None:
        return None
    if found.moment is None:
        return _day(found)
    if found.moment.tzinfo is None:
        return f"{_day(found)} {found.moment:%H:%M} (no time zone given)"
    try:
        local = found.moment.astimezone(zone)
    except OverflowError:
        return None
    day = f"{local.day:02d}-{_MONTHS[local.month - 1]}-{local.year:04d}"
    return f"{day} {local.hour:02d}:{local.minute:02d} {_signed(local)}"


def _day(found: Partial) -> str:
    if found.month is None:
        return f"{found.year:04d}"
    month = f"{_MONTHS[found.month - 1]}-{found.year:04d}"
    return f"{found.day:02d}-{month}" if found.day else month


def _signed(local: datetime) -> str:
    """The offset from UTC with a true minus sign, as in −05:00."""
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    sign = "−" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def today(zone: tzinfo) -> date:
    """The date now, in a zone."""
    return datetime.now(zone).date()


def time_text(value: Any) -> str:
    """A FHIR time, HH:mm, with seconds only where they are not zero."""
    match = _TIME.match(value) if isinstance(value, str) else None
    if match is None:
        return value if isinstance(value, str) else str(value)
    hour, minute, second, fraction = match.groups()
    if int(second or 0) or int((fraction or ".0")[1:]):
        return f"{hour}:{minute}:{second}{fraction or ''}"
    return f"{hour}:{minute}"


def instant(value: Any) -> datetime | None:
    """The earliest moment a date can mean, for ordering only; without a zone it is read as UTC."""
    found = parse(value)
    if found is None:
        return None
    if found.moment is None:
        first = found.first
        return datetime(first.year, first.month, first.day, tzinfo=UTC)
    return found.moment if found.moment.tzinfo else found.moment.replace(tzinfo=UTC)


def seconds(value: Any) -> float | None:
    """`instant` as seconds since 1970, also for years that the platform's clock does not know."""
    moment = instant(value)
    return (moment - _EPOCH).total_seconds() if moment else None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def age(birth: Any, on: Any) -> str | None:
    """Age in words at a date: 81y, 7y 4m, 14m 3d, 9w 2d, 12d; a range if `birth` is partial.

    Source: NHS Common User Interface, Patient Banner and Time Display guidance: two units for
    children. None where there is no age: no date, or born after `on`.
    """
    born, then = _partial(birth), _partial(on)
    if born is None or then is None or then.last < born.first:
        return None
    oldest = _span(born.first, then.last)
    if born.day and then.day:
        return oldest
    youngest = _span(min(born.last, then.first), then.first)
    return oldest if youngest == oldest else f"{youngest} to {oldest}"


def _partial(value: Any) -> Partial | None:
    if isinstance(value, date):
        return Partial(value.year, value.month, value.day)
    return parse(value)


def _span(start: date, end: date) -> str:
    """The time between two days in the units of its size."""
    days = (end - start).days
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    if months >= 18 * 12:
        return f"{months // 12}y"
    if months >= 24:
        return _two(months // 12, "y", months % 12, "m")
    if months >= 12:
        return _two(months, "m", (end - _add_months(start, months)).days, "d")
    if days >= 28:
        return _two(days // 7, "w", days % 7, "d")
    return f"{days}d"


def _two(big: int, big_unit: str, small: int, small_unit: str) -> str:
    return f"{big}{big_unit} {small}{small_unit}" if small else f"{big}{big_unit}"


def _add_months(start: date, months: int) -> date:
    """The same day `months` later, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
