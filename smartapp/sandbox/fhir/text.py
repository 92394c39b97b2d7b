"""Strings as search compares them: without case, without accents, by their beginning."""

import unicodedata
from typing import Any

_ADDRESS = ("text", "line", "city", "district", "state", "postalCode", "country")


def folded(value: Any) -> str:
    """The string without case and accents. Source: FHIR R4, Search, string."""
    parts = unicodedata.normalize("NFKD", str(value)) if value is not None else ""
    return "".join(one for one in parts if not unicodedata.combining(one)).casefold().strip()


def begins(value: Any, wanted: str) -> bool:
    """Whether a string, or a part of a name or an address, begins with what is wanted."""
    if isinstance(value, dict):
        parts = (value.get(name) for name in (*_ADDRESS, "family", "given"))
        return any(begins(part, wanted) for part in parts if part is not None)
    if isinstance(value, list):
        return any(begins(one, wanted) for one in value)
    return folded(value).startswith(folded(wanted))


def digits(value: Any) -> str:
    """The digits of a phone number."""
    return "".join(one for one in str(value) if one.isdigit())
