"""Small functions that build FHIR datatypes as plain dicts."""

from decimal import Decimal
from typing import Any

from smartapp.sandbox.generator import systems

Json = dict[str, Any]
Amount = int | str | Decimal


def number(value: Amount) -> int | Decimal:
    """A JSON number that keeps its digits: `"1.10"` stays 1.10."""
    return value if isinstance(value, int | Decimal) else Decimal(value)


def present(**elements: Any) -> Json:
    """The given elements without those that have no value; `class_` gives `class`."""
    empty: tuple[Any, ...] = (None, [], {})
    kept = {name: value for name, value in elements.items() if value not in empty}
    return {name.rstrip("_") if name.endswith("_") else name: v for name, v in kept.items()}


def coding(
    system: str, code: str, display: str | None = None, selected: bool | None = None
) -> Json:
    """One Coding; `selected` is left out when None."""
    result: Json = {"system": system, "code": code}
    if display is not None:
        result["display"] = display
    if selected is not None:
        result["userSelected"] = selected
    return result


def concept(text: str | None, *codings: Json) -> Json:
    """A CodeableConcept; either part may be missing."""
    return present(coding=list(codings), text=text)


def standard(system: str, code: str, display: str) -> Json:
    """A CodeableConcept with one coding whose display is also the text."""
    return concept(display, coding(system, code, display))


def quantity(
    value: Amount, unit: str, code: str | None = None, comparator: str | None = None
) -> Json:
    """A Quantity in UCUM; without `code` the unit is the code."""
    measured = number(value)
    return {
        "value": measured,
        **({"comparator": comparator} if comparator else {}),
        "unit": unit,
        "system": systems.UCUM,
        "code": unit if code is None else code,
    }


def money(value: Amount) -> Json:
    """An amount of US dollars."""
    return {"value": number(value), "currency": "USD"}


def period(start: str | None, end: str | None = None) -> Json:
    """A Period open at any side that is None."""
    return present(start=start, end=end)


def reference(target: str, display: str | None = None) -> Json:
    """A literal relative reference."""
    return present(reference=target, display=display)


def extension(url: str, **value: Any) -> Json:
    """An extension; a bare name is one of the vendor's own."""
    return {**value, "url": url if ":" in url else systems.VENDOR + url}


def absent(reason: str = "unknown") -> Json:
    """An element that holds nothing but the reason why it has no value."""
    return {"extension": [extension(systems.ABSENT, valueCode=reason)]}


def absent_coding(reason: str = "unknown") -> Json:
    """A concept whose only coding is the reason why there is none."""
    display = reason.replace("-", " ").capitalize()
    return concept(display, coding(systems.ABSENT_CODES, reason, display))


def annotation(text: str, time: str | None = None, author: Json | None = None) -> Json:
    """A note with its optional author and time."""
    return present(authorReference=author, time=time, text=text)
