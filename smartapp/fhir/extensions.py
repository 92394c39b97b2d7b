"""Extensions: found by address, and labelled in words."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from smartapp.fhir import codes

_LABELS = {
    codes.DATA_ABSENT: "Why there is no value",
    codes.RENDERED_VALUE: "As displayed",
    codes.STRUCTURE + "iso21090-TEL-address": "As a telephone address",
    codes.STRUCTURE + "contactpoint-extension": "Telephone extension",
    codes.STRUCTURE + "event-performerFunction": "Function of the performer",
    codes.STRUCTURE + "event-basedOn": "Based on",
    codes.STRUCTURE + "condition-assertedDate": "Asserted",
    codes.STRUCTURE + "familymemberhistory-severity": "Severity",
    codes.STRUCTURE + "patient-birthTime": "Time of birth",
    codes.STRUCTURE + "patient-birthPlace": "Place of birth",
    codes.STRUCTURE + "patient-mothersMaidenName": "Mother's maiden name",
    codes.STRUCTURE + "patient-interpreterRequired": "Interpreter needed",
    codes.STRUCTURE + "patient-genderIdentity": "Gender identity",
    codes.STRUCTURE + "geolocation": "Geographic position",
    codes.US_CORE + "us-core-birthsex": "Sex assigned at birth",
    codes.US_CORE + "us-core-sex": "Sex",
    codes.US_CORE + "us-core-race": "Race",
    codes.US_CORE + "us-core-ethnicity": "Ethnicity",
    codes.US_CORE + "us-core-genderIdentity": "Gender identity",
    codes.US_CORE + "us-core-tribal-affiliation": "Tribal affiliation",
    codes.US_CORE + "us-core-interpreter-needed": "Interpreter needed",
    "ombCategory": "Category",
    "detailed": "In detail",
}
_SLUG = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-_]+")


@lru_cache(maxsize=2048)
def extension_label(url: str) -> str:
    """What an extension is called: our words, else the last part of its address in words."""
    if url in _LABELS:
        return _LABELS[url]
    tail = url.rstrip("/").rpartition("/")[2].rpartition(".")[2] or url
    words = _SLUG.sub(" ", tail).strip()
    return words[:1].upper() + words[1:] if words else url


def found(element: Any, url: str, key: str = "extension") -> Iterator[Mapping[str, Any]]:
    """The extensions of an element that have this address, as sent."""
    items = element.get(key) if isinstance(element, dict) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get("url") == url:
            yield item


def value_of(extension: Mapping[str, Any]) -> Any:
    """The value of an extension, whichever its type; None where it has none."""
    return next((item for key, item in extension.items() if key.startswith("value")), None)


def first_value(element: Any, url: str, key: str = "extension") -> Any:
    """The value of the first extension with this address, or None."""
    return next((value_of(item) for item in found(element, url, key)), None)
