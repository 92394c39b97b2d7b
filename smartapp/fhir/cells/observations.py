"""Columns of results: value with its flag, components, reference ranges."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import Any

from smartapp.fhir.cells.shared import choice, concept, extension, items
from smartapp.fhir.columns import join
from smartapp.fhir.display import NOTHING, Shown
from smartapp.fhir.display.concepts import as_text, show_concept
from smartapp.fhir.display.quantities import show_range, unit_of
from smartapp.fhir.status import codes_of

Resource = Mapping[str, Any]

_TONES = {
    "critical": frozenset({"AA", "HH", "LL"}),
    "abnormal": frozenset({"A", "H", "L", "HU", "LU", "HX", "LX", "POS", "R", "DET", "WR", "RR"}),
}
_ARROWS = {"HH": "▲▲", "HU": "▲▲", "H": "▲", "LL": "▼▼", "LU": "▼▼", "L": "▼", "AA": "‼", "A": "!"}
_CODES = {
    "H": "High",
    "L": "Low",
    "HH": "Critical high",
    "LL": "Critical low",
    "A": "Abnormal",
    "AA": "Critical abnormal",
    "HU": "Significantly high",
    "LU": "Significantly low",
    "N": "Normal",
    "POS": "Positive",
    "NEG": "Negative",
    "DET": "Detected",
    "ND": "Not detected",
    "IND": "Indeterminate",
    "S": "Susceptible",
    "I": "Intermediate",
    "R": "Resistant",
}
# What a sender may write without a code; every other word stands beside the value too.
_TEXT_CODES = {words.casefold(): code for code, words in _CODES.items()} | {
    "critical": "AA",
    "panic": "AA",
    "alert": "AA",
}
_UNREMARKABLE = frozenset({"N", "NEG", "ND", "S"})
_KNOWN = frozenset(_CODES).union(*_TONES.values())
# R4 has no attached value; FHIR's own rule for later elements names the extension that holds it.
_ATTACHED = tuple(
    f"http://hl7.org/fhir/5.0/StructureDefinition/extension-Observation.value{tail}"
    for tail in ("Attachment", "")
)
_NO_RESULT = {"cancelled": "No result – cancelled", "registered": "Pending"}


def value(resource: Resource, zone: tzinfo) -> Shown:
    """The value with its flag, and each component's; why there is none, in words."""
    parts = [_flagged(_own_value(resource, zone), resource, zone)]
    for row in items(resource.get("component")):
        shown = _flagged(choice(row, "value", zone), row, zone)
        said = shown.text or shown.missing or "no value"
        parts.append(_named(concept(row, "code", zone), shown, said))
    shown = join([part for part in parts if part.text or part.missing])
    word = _NO_RESULT.get(as_text(resource.get("status")))
    if word:
        sent = f" (sent: {shown.text})" if shown.text else ""
        return Shown(f"{word}{sent}", tone="negated") if sent else Shown(missing=word)
    if shown.text:
        tones = {part.tone for part in parts}
        return shown._replace(tone=next((t for t in ("critical", "abnormal") if t in tones), ""))
    return shown if shown.missing else _members(resource)


def _own_value(resource: Resource, zone: tzinfo) -> Shown:
    """The value element; failing it what is attached in its place."""
    shown = choice(resource, "value", zone)
    if shown.text:
        return shown
    attached = join([extension(resource, url, zone) for url in _ATTACHED])
    return attached.reworded(f"Attached: {attached.text}") if attached.text else shown


def _members(resource: Resource) -> Shown:
    """A panel has no value of its own: how many results it groups; each is a record itself."""
    count = sum(1 for _ in items(resource.get("hasMember")))
    return Shown(f"Panel of {count} result{'' if count == 1 else 's'}") if count else NOTHING


def _named(name: str, shown: Shown, said: str) -> Shown:
    """A value with the name of what it is of, in writing and in speech."""
    if not name:
        return shown._replace(text=said, missing=None)
    spoken = f"{name}: {shown.spoken}" if shown.spoken else ""
    return shown._replace(text=f"{name}: {said}", missing=None, spoken=spoken)


def _flagged(shown: Shown, row: Mapping[str, Any], zone: tzinfo) -> Shown:
    """A value with what its own interpretation says; or why it is absent."""
    if not shown.text:
        absent = row.get("dataAbsentReason")
        if isinstance(absent, dict) and not shown.missing:
            said = show_concept(absent, zone)
            return Shown(missing=said.missing or said.text or "No value")
        return shown
    flag = interpretation(row, zone)
    if not flag.text or _is_unremarkable(row):
        return shown
    spoken = f"{shown.spoken or shown.text}, {flag.spoken or flag.text}"
    return shown._replace(text=f"{shown.text} {flag.text}", tone=flag.tone, spoken=spoken)


def interpretation(row: Mapping[str, Any], zone: tzinfo) -> Shown:
    """All interpretations as sent; without any, what the row's own range says, marked calc.

    Source: NHS Common User Interface, GTAB-161: text and shape, never colour alone.
    """
    found = [_interpreted(item, zone) for item in items(row.get("interpretation"))]
    said = [one for one in found if one.text]
    if not said:
        return _calculated(row)
    tones = {one.tone for one in said}
    tone = next((name for name in ("critical", "abnormal") if name in tones), "")
    return join(said)._replace(tone=tone)


def _is_unremarkable(row: Mapping[str, Any]) -> bool:
    """Whether every interpretation says that nothing is wrong, and none that something is."""
    found = [set(_kinds(item)) for item in items(row.get("interpretation"))]
    wrong = frozenset().union(*_TONES.values())
    return bool(found) and all(kinds & _UNREMARKABLE and not kinds & wrong for kinds in found)


def _kinds(item: Mapping[str, Any]) -> tuple[str, ...]:
    """The codes of an interpretation; where none is known, with that which its words stand for."""
    kinds = codes_of(item)
    if _KNOWN.intersection(kinds):
        return kinds
    word = as_text(item.get("text")) or _display(show_concept(item, UTC))
    code = _TEXT_CODES.get(word.strip().casefold())
    return (*kinds, code) if code else kinds


def _interpreted(item: dict[str, Any], zone: tzinfo) -> Shown:
    shown = show_concept(item, zone)
    kinds = _kinds(item)
    tone = next((name for name, known in _TONES.items() if known.intersection(kinds)), "")
    arrow = next((_ARROWS[kind] for kind in kinds if kind in _ARROWS), "")
    own = as_text(item.get("text")).strip() or _display(shown)
    words = next((_CODES[kind] for kind in kinds if kind in _CODES), shown.text)
    text = own if own and own not in kinds else words
    return shown._replace(text=f"{text} {arrow}".strip(), spoken=text, tone=tone)


def _display(shown: Shown) -> str:
    return next((one.display for one in shown.codings if one.display), "")


def _calculated(row: Mapping[str, Any]) -> Shown:
    """High or low by the only, unconditional range of the row, in the same unit."""
    ranges = list(items(row.get("referenceRange")))
    amount = row.get("valueQuantity")
    if len(ranges) != 1 or not isinstance(amount, dict) or amount.get("comparator"):
        return NOTHING
    if "age" in ranges[0] or "appliesTo" in ranges[0] or not _is_normal(ranges[0]):
        return NOTHING
    low, high = _bound(ranges[0], "low", amount), _bound(ranges[0], "high", amount)
    number = _decimal(amount.get("value"))
    if number is None:
        return NOTHING
    if high is not None and number > high:
        return Shown("High ▲ (calc.)", tone="abnormal", spoken="high, calculated")
    if low is not None and number < low:
        return Shown("Low ▼ (calc.)", tone="abnormal", spoken="low, calculated")
    return NOTHING


def _is_normal(row: Mapping[str, Any]) -> bool:
    kinds = codes_of(row.get("type"))
    return not row.get("type") or "normal" in kinds


def _bound(row: Mapping[str, Any], name: str, amount: Mapping[str, Any]) -> Decimal | None:
    bound = row.get(name)
    if not isinstance(bound, dict) or unit_of(bound) != unit_of(amount):
        return None
    return _decimal(bound.get("value"))


def _decimal(number: Any) -> Decimal | None:
    if isinstance(number, bool) or not isinstance(number, int | float | Decimal):
        return None
    found = Decimal(str(number))
    return found if found.is_finite() else None


def reference_range(resource: Resource, zone: tzinfo) -> Shown:
    """All ranges, each with its kind, its population and its text; also of the components."""
    found = [_range(row, zone) for row in items(resource.get("referenceRange"))]
    for part in items(resource.get("component")):
        name = concept(part, "code", zone)
        for row in items(part.get("referenceRange")):
            shown = _range(row, zone)
            found.append(_named(name, shown, shown.text))
    return join(found)


def _range(row: dict[str, Any], zone: tzinfo) -> Shown:
    """`3.5 – 5.0 mmol/L (therapeutic; adults; age 18 – 99 a)`."""
    bounds = show_range({key: row[key] for key in ("low", "high") if key in row}, zone)
    text = as_text(row.get("text"))
    kind = "" if "normal" in codes_of(row.get("type")) else concept(row, "type", zone)
    people = ", ".join(show_concept(item, zone).text for item in items(row.get("appliesTo")))
    age = f"age {show_range(row['age'], zone).text}" if isinstance(row.get("age"), dict) else ""
    notes = [part for part in (kind, people, age) if part]
    said = bounds.text if not text or text in bounds.text else f"{bounds.text} {text}".strip()
    tail = f" ({'; '.join(notes)})" if notes and said else ""
    spoken = f"{bounds.spoken}{tail}" if bounds.spoken and said == bounds.text else ""
    return bounds._replace(text=said + tail, spoken=spoken)
