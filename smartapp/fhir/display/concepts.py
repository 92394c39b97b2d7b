"""Words for codings, concepts, identifiers and references."""

from datetime import tzinfo
from typing import Any

from smartapp.fhir import codes
from smartapp.fhir.display.primitives import code_words, number
from smartapp.fhir.display.shown import NOTHING, Coding, Shown, absence, coding_absence, raw

_IDENTIFIER_TYPES = {
    "AN": "Account number",
    "DEA": "DEA number",
    "DL": "Driver's licence",
    "EN": "Employer number",
    "MB": "Member number",
    "MR": "MRN",
    "NPI": "NPI",
    "PPN": "Passport number",
    "PRN": "Provider number",
    "SS": "Social security number",
    "TAX": "Tax number",
    "VN": "Visit number",
}


def as_text(value: Any) -> str:
    """A string as sent; a number or truth value in a string's place as its JSON; else ""."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value) or ""


def coding(value: Any) -> Coding | None:
    """The five parts of a Coding; None where it is not one or holds no code and no display."""
    if not isinstance(value, dict):
        return None
    code, display = as_text(value.get("code")), as_text(value.get("display"))
    if not code and not display:
        return None
    chosen = value.get("userSelected") is True
    return Coding(
        as_text(value.get("system")), code, display, chosen, as_text(value.get("version"))
    )


def show_coding(value: Any, zone: tzinfo) -> Shown:
    if not isinstance(value, dict):
        return raw(value)
    missing = coding_absence(value)
    if missing:
        return Shown(missing=missing, kind="coding")
    found = coding(value)
    if found is None:
        return NOTHING if not value else Shown(as_text(value.get("system")), kind="coding")
    return Shown(_coding_text(found), codings=(found,), kind="coding")


def _coding_text(found: Coding) -> str:
    """The display; failing it system and code, so that a bare code is seen to be one.

    Codes of R4's own status-like systems are English words and are said as such.
    """
    if found.display:
        return found.display
    if found.system in codes.WORDED_SYSTEMS:
        return code_words(found.code)
    if found.system == codes.IDENTIFIER_TYPE and found.code in _IDENTIFIER_TYPES:
        return _IDENTIFIER_TYPES[found.code]
    return f"{codes.system_name(found.system)}|{found.code}" if found.system else found.code


def show_concept(value: Any, zone: tzinfo) -> Shown:
    """The text; else the display the user chose; else any display; else system|code."""
    if not isinstance(value, dict):
        return raw(value)
    items = value.get("coding")
    items = items if isinstance(items, list) else []
    found = tuple(one for one in map(coding, items) if one is not None)
    text = as_text(value.get("text")).strip()
    missing = next(filter(None, map(coding_absence, items)), None) or absence(value)
    if missing and (not text or text.casefold() == missing.casefold() or _only_absence(items)):
        return Shown(text if text and text != missing else "", missing, None, found, "concept")
    return Shown(text or _best(found), codings=found, kind="concept")


def _only_absence(items: list[Any]) -> bool:
    """Whether the codings name a reason for absence as a code, not as a missing mapping."""
    systems = {item.get("system") for item in items if isinstance(item, dict)}
    return systems == {codes.ABSENT_CODES}


def _best(found: tuple[Coding, ...]) -> str:
    ranked = sorted(found, key=lambda one: (not one.display, not one.user_selected))
    return _coding_text(ranked[0]) if ranked else ""


def show_identifier(value: Any, zone: tzinfo) -> Shown:
    """Label and value, the value as the sender renders it: MRN 00-09917."""
    if not isinstance(value, dict):
        return raw(value)
    shown = identifier_value(value)
    label = identifier_label(value)
    missing = None if shown else (absence(value.get("_value")) or absence(value))
    return Shown(f"{label} {shown}".strip() if shown else "", missing, kind="identifier")


def identifier_value(value: dict[str, Any]) -> str:
    """The rendered value, where the sender gives one, else the value."""
    sibling = value.get("_value")
    extensions = sibling.get("extension") if isinstance(sibling, dict) else None
    for extension in extensions if isinstance(extensions, list) else ():
        if isinstance(extension, dict) and extension.get("url") == codes.RENDERED_VALUE:
            return as_text(extension.get("valueString"))
    return as_text(value.get("value"))


def identifier_label(value: dict[str, Any]) -> str:
    """What kind of identifier: its type in words, else the name of its system if known."""
    kind = value.get("type")
    if isinstance(kind, dict):
        items = kind.get("coding")
        found = tuple(filter(None, map(coding, items if isinstance(items, list) else [])))
        text = as_text(kind.get("text")).strip() or _best(found)
        if text:
            return text
    return codes.SYSTEM_NAMES.get(as_text(value.get("system")), "")


def show_reference(value: Any, zone: tzinfo) -> Shown:
    """The display; else the literal reference; else the logical identifier."""
    if not isinstance(value, dict):
        return raw(value)
    target = as_text(value.get("reference")) or None
    text = as_text(value.get("display")) or target or ""
    if not text and isinstance(value.get("identifier"), dict):
        text = show_identifier(value["identifier"], zone).text
    missing = None if text else absence(value)
    return Shown(text, missing, target, kind="reference")
