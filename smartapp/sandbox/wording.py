"""Dates and ages as the EHR's screens say them."""

import re
from datetime import UTC, date, datetime

_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _as_utc(text: str) -> str:
    """An instant in UTC, so that two notations of one moment read the same; dates as they are."""
    if "T" not in text:
        return text
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat()
    except ValueError:
        return text


def day(text: str | None) -> str:
    """DD-Mmm-YYYY, as far as the date is known; of instants the UTC day."""
    match = _DATE.match(_as_utc(text or ""))
    if match is None:
        return ""
    year, month, number = match.groups()
    named = _MONTHS[int(month) - 1] if month and 1 <= int(month) <= 12 else None
    return "-".join(part for part in (number, named, year) if part)


def age(birth_date: str | None, today: date) -> str:
    """Years; months below two years; days below two months; nothing when not known."""
    match = _DATE.fullmatch(birth_date or "")
    if match is None:
        return ""
    year, month, number = (int(part) if part else None for part in match.groups())
    if year is None or month is None or number is None:
        return f"about {today.year - (year or today.year)} y"
    months = (today.year - year) * 12 + today.month - month - (today.day < number)
    if months >= 24:
        return f"{months // 12} y"
    return f"{months} mo" if months >= 2 else f"{(today - date(year, month, number)).days} d"
