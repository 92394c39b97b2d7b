"""Security labels of a resource: what is restricted, and what is not verified."""

from collections.abc import Mapping
from typing import Any

from smartapp.fhir.display.concepts import as_text

_CONFIDENTIALITY = {"R": "Restricted", "V": "Very restricted"}
_OPEN = frozenset({"N", "L", "M", "U"})
_UNVERIFIED = "UNCERTREL"


def _labels(resource: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(code, display) of the labels in meta.security."""
    meta = resource.get("meta")
    found = meta.get("security") if isinstance(meta, dict) else None
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    return [(as_text(row.get("code")), as_text(row.get("display"))) for row in rows]


def restrictions(resource: Mapping[str, Any]) -> tuple[str, ...]:
    """The labels that restrict who should see a resource, in words; unknown ones count."""
    rows = [row for row in _labels(resource) if row[0] not in _OPEN | {_UNVERIFIED}]
    texts = (_CONFIDENTIALITY.get(code) or display or code for code, display in rows)
    return tuple(dict.fromkeys(text for text in texts if text))


def is_unverified(resource: Mapping[str, Any]) -> bool:
    """Whether the sender marks the data as not verified (from outside, not reconciled)."""
    return any(code == _UNVERIFIED for code, _ in _labels(resource))
