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
from smartapp.fhir.security import is_unverified
from smartapp.fhir.status import codes_of, codes_or_text, is_retracted, unknown_modifiers

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
_ALL_KINDS = frozenset({"716186003", "160244002"})
_ALL_KINDS_TEXT = re.compile(r"no (known )?allerg(y|ies)\Z|nka\Z", re.IGNORECASE)
_ONE_KIND_TEXT = re.compile(r"drug|medic|food|environ|latex|nk[dmf]a", re.IGNORECASE)
_ABBREVIATION = re.compile(r"[A-Z]{2,5}\Z")
_PAST = frozenset({"inactive", "resolved"})


class Allergies(StrEnum):
    """The states of the allergy line; the fourth, unavailable, is for who asked and failed."""

    KNOWN = "known"
    NONE_KNOWN = "none_known"
    NOT_RECORDED = "not_recorded"


@dataclass(frozen=True, slots=True)
class AllergyState:
    """`recorded`: the newest date of recording, as sent. `items`: the substances, or the negative
    statements, each in its own words. `of_all_kinds`: whether a negative statement is about every
    kind of allergy, not about drugs or food alone."""

    kind: Allergies
    text: str
    recorded: str | None = None
    items: tuple[str, ...] = ()
    of_all_kinds: bool = True


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
    blocked = [row for row in rows if unknown_modifiers(row)]
    live = [row for row in rows if not _is_past(row) and row not in blocked]
    known = [row for row in live if not is_negative(row)]
    negative = [row for row in live if is_negative(row)]
    if known or blocked:
        items = (*_names(known), *_unread(len(blocked)))
        return AllergyState(Allergies.KNOWN, "; ".join(items), _newest(known), items)
    if negative:
        items = _names(negative)
        whole = any(map(_is_of_all_kinds, negative))
        return AllergyState(Allergies.NONE_KNOWN, "; ".join(items), _newest(negative), items, whole)
    past = f" ({len(rows)} past or refuted)" if rows else ""
    return AllergyState(Allergies.NOT_RECORDED, f"Not recorded{past}")


def _unread(count: int) -> tuple[str, ...]:
    """Records with a modifier unknown to us may say the opposite: they are counted, not named."""
    return (f"{count} not readable here, see the EHR",) if count else ()


def _is_of_all_kinds(row: Resource) -> bool:
    text = show_concept(row["code"], UTC).text
    if _ALL_KINDS_TEXT.match(text):
        return True
    return bool(_ALL_KINDS.intersection(codes_of(row["code"]))) and not _ONE_KIND_TEXT.search(text)


def _is_past(row: Resource) -> bool:
    """Inactive, resolved or refuted; a row without a status counts as live."""
    if "refuted" in codes_or_text(row.get("verificationStatus")):
        return True
    return bool(_PAST.intersection(codes_or_text(row.get("clinicalStatus"))))


def _names(rows: Iterable[Resource]) -> tuple[str, ...]:
    """The substances, alphabetical, each once, with how unsure they are."""
    return tuple(sorted({_name(row) for row in rows}, key=str.casefold))


def _name(row: Resource) -> str:
    """`lisinopril (unconfirmed)`; one without a name is said to be so."""
    shown = show_concept(row.get("code") or {}, UTC)
    display = next((one.display for one in shown.codings if one.display), "")
    name = shown.text or _reacted_to(row) or shown.missing or "Substance not named"
    if _ABBREVIATION.match(name) and display:
        name = f"{display} ({name})"
    sure = codes_or_text(row.get("verificationStatus"))
    notes = [sure[0]] if sure and sure[0] not in {"", "confirmed"} else []
    notes += ["from outside, not verified"] if is_unverified(row) else []
    return f"{name} ({', '.join(notes)})" if notes else name


def _reacted_to(row: Resource) -> str:
    """The substances that the reactions name."""
    found = row.get("reaction")
    rows = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    texts = [show_concept(item["substance"], UTC).text for item in rows if item.get("substance")]
    return " + ".join(dict.fromkeys(filter(None, texts)))


def _newest(rows: Iterable[Resource]) -> str | None:
    found = [row["recordedDate"] for row in rows if dates.parse(row.get("recordedDate"))]
    return max(found, key=lambda value: dates.seconds(value) or 0.0, default=None)
