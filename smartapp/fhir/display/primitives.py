"""Words for primitive values: numbers as sent, codes in words, dates in the clinical form."""

import re
from collections.abc import Callable
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from smartapp.fhir import dates
from smartapp.fhir.display.shown import Shown, raw

_EXPONENT_LIMIT = 40
_WORDS = {
    "entered-in-error": "Entered in error",
    "in-progress": "In progress",
    "not-done": "Not done",
    "on-hold": "On hold",
    "noshow": "Did not attend",
    "stat": "STAT",
    "asap": "As soon as possible",
}


def number(value: Any) -> str | None:
    """Digits as sent: no zero lost, no exponent invented; None where it is not a number."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, Decimal):
        return _decimal(value)
    try:
        return repr(value)
    except ValueError:
        return f"a number of {value.bit_length() if isinstance(value, int) else 0} bits"


def _decimal(value: Decimal) -> str:
    """Plain digits, unless that would be a line of zeros."""
    if not value.is_finite():
        return str(value)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -_EXPONENT_LIMIT <= exponent <= _EXPONENT_LIMIT:
        return format(value, "f")
    return str(value)


def code_words(code: str) -> str:
    """A code in words: `entered-in-error` → Entered in error; other than kebab case as sent."""
    if code in _WORDS:
        return _WORDS[code]
    if re.fullmatch(r"[a-z][a-z-]*[a-z]", code):
        return code.replace("-", " ").capitalize()
    return code


def show_string(value: Any, zone: tzinfo) -> Shown:
    return Shown(value) if isinstance(value, str) else raw(value)


def show_code(value: Any, zone: tzinfo) -> Shown:
    return Shown(code_words(value), kind="code") if isinstance(value, str) else raw(value)


def show_boolean(value: Any, zone: tzinfo) -> Shown:
    if not isinstance(value, bool):
        return raw(value)
    return Shown("Yes" if value else "No", kind="boolean")


def show_number(value: Any, zone: tzinfo) -> Shown:
    text = number(value)
    return raw(value) if text is None else Shown(text, kind="number")


def show_date(value: Any, zone: tzinfo) -> Shown:
    text = dates.said(value, zone)
    return raw(value) if text is None else Shown(text, kind="date")


def show_time(value: Any, zone: tzinfo) -> Shown:
    return Shown(dates.time_text(value), kind="time") if isinstance(value, str) else raw(value)


def show_base64(value: Any, zone: tzinfo) -> Shown:
    """Base64 data by its size; the data itself stays in the detail tree's `sent`."""
    if not isinstance(value, str):
        return raw(value)
    return Shown(f"Data, {size_words(decoded_size(value))}", kind="data")


def decoded_size(data: str) -> int:
    """Bytes behind base64 text, without decoding it."""
    length = len(data) - sum(data.count(blank) for blank in " \r\n\t")
    return max(0, length * 3 // 4 - data[-2:].count("="))


def size_words(size_bytes: Any) -> str:
    """A size for people: 812 bytes, 14.2 kB, 3.1 MB."""
    if isinstance(size_bytes, bool) or not isinstance(size_bytes, int):
        return str(size_bytes)
    if size_bytes < 1_000:
        return f"{size_bytes} bytes"
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1_000:.1f} kB"
    return f"{size_bytes / 1_000_000:.1f} MB"


PRIMITIVES: dict[str, Callable[[Any, tzinfo], Shown]] = {
    "string": show_string,
    "markdown": show_string,
    "uri": show_string,
    "id": show_string,
    "xhtml": show_string,
    "code": show_code,
    "token": show_string,
    "boolean": show_boolean,
    "integer": show_number,
    "decimal": show_number,
    "date": show_date,
    "dateTime": show_date,
    "instant": show_date,
    "time": show_time,
    "base64Binary": show_base64,
}
