"""What the allergy list says as a whole: known, none known, or not recorded."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import Any

from smartapp.fhir import dates
from smartapp.fhir.codes import SNOMED
from smartapp.fhir.display.concepts import show_concept
from smartapp.fhir.status import codes_of, is_retracted

Resource = Mapping[str, Any]

# Source: SNOMED CT, children of “No known allergy” and the situation codes used before them.
NEGATIVE_CODES = frozenset(
    (
        "716186003",
        "409137002",
        "428607008",
        "429625007",
        "428197003",
        "716184000",
        "1003774007",
        "160244002",
    )
)
_NEGATIVE_TEXT = re.compile(r"(no known\b.*\ballerg|nk(d|m|f)?a\Z|no allergies\b)", re.IGNORECASE)
_PAST = frozenset({"inactive", "resolved"})


class Allergies(StrEnum):
    """The states of the allergy line; the fourth, unavailable, is for who asked and failed."""

    KNOWN = "known"
    NONE_KNOWN = "none_known"
    NOT_RECORDED = "not_recorded"


@dataclass(frozen=True, slots=True)
class AllergyState:
    """`recorded`: the newest date of recording, as sent. `items`: the substances, or the negative
    statements, each in its own words."""

    kind: Allergies
    text: str
    recorded: str | None = None
    items: tuple[str, ...] = ()


def is_negative(resource: Resource) -> bool:
    """Whether a row states that there is no known allergy, rather than an allergy."""
    code = resource.get("code")
    items = code.get("coding") if isinstance(code, dict) else None
    for item in items if isinstance(items, list) else ():
        system = item.get("system", SNOMED) if isinstance(item, dict) else None
        if system == SNOMED and item.get("code") in NEGATIVE_CODES:
            return True
    return bool(_NEGATIVE_TEXT.match(show_concept(code, UTC).text if code else ""))


def allergy_state(resources: Iterable[Resource]) -> AllergyState:
    """What a whole list of AllergyIntolerance says. An empty one means: not asked.

    Source: NHS Common User Interface, Patient Banner, PAB-0064 to 0072.
    """
    rows = [row for row in resources if not is_retracted(row)]
    live = [row for row in rows if not _is_past(row)]
    known = [row for row in live if not is_negative(row)]
    negative = [row for row in live if is_negative(row)]
    if known:
        items = _names(known)
        return AllergyState(Allergies.KNOWN, ", ".join(items), _newest(known), items)
    if negative:
        items = _names(negative)
        return AllergyState(Allergies.NONE_KNOWN, ", ".join(items), _newest(negative), items)
    past = f" ({len(rows)} past or refuted)" if rows else ""
    return AllergyState(Allergies.NOT_RECORDED, f"Not recorded{past}")


def _is_past(row: Resource) -> bool:
    """Inactive, resolved or refuted; a row without a status counts as live."""
    if "refuted" in codes_of(row.get("verificationStatus")):
        return True
    return bool(_PAST.intersection(codes_of(row.get("clinicalStatus"))))


def _names(rows: Iterable[Resource]) -> tuple[str, ...]:
    """The substances, alphabetical, each once; one without a name is said to be so."""
    names = set()
    for row in rows:
        shown = show_concept(row.get("code") or {}, UTC)
        names.add(shown.text or shown.missing or "Substance not named")
    return tuple(sorted(names, key=str.casefold))


def _newest(rows: Iterable[Resource]) -> str | None:
    found = [row["recordedDate"] for row in rows if dates.parse(row.get("recordedDate"))]
    return max(found, key=lambda value: dates.seconds(value) or 0.0, default=None)
