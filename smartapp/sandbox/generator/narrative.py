"""The generated `text.div` that every resource carries."""

from html import escape
from typing import Any

from smartapp.sandbox.generator.datatypes import Json

_XHTML = "http://www.w3.org/1999/xhtml"
_LINES = (
    ("Code", "code"),
    ("Medication", "medicationCodeableConcept"),
    ("Vaccine", "vaccineCode"),
    ("Type", "type"),
    ("Category", "category"),
    ("Status", "status"),
    ("Clinical status", "clinicalStatus"),
    ("Verification", "verificationStatus"),
    ("Name", "name"),
    ("Title", "title"),
    ("Description", "description"),
    ("Patient", "subject"),
    ("Patient", "patient"),
    ("Result", "valueQuantity"),
    ("Result", "valueString"),
    ("Result", "valueCodeableConcept"),
    ("Date", "effectiveDateTime"),
    ("Date", "authoredOn"),
    ("Date", "date"),
    ("Recorded", "recordedDate"),
)


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(filter(None, map(_words, value)))
    if not isinstance(value, dict):
        return str(value)
    if "value" in value:
        return f"{value.get('comparator', '')}{value['value']} {value.get('unit', '')}".strip()
    named = value.get("text") or value.get("display") or value.get("reference")
    codings = value.get("coding") or [{}]
    return str(named or codings[0].get("display") or "")


def div(heading: str, lines: list[tuple[str, str]]) -> str:
    """An XHTML div with a heading and labelled lines, everything escaped."""
    body = "".join(f"<p><b>{escape(k)}</b>: {escape(v)}</p>" for k, v in lines if v)
    return f'<div xmlns="{_XHTML}"><p><b>{escape(heading)}</b></p>{body}</div>'


def narrative(resource: Json) -> Json:
    """The narrative of a resource, made of its most telling elements."""
    lines = [(label, _words(resource[name])) for label, name in _LINES if name in resource]
    return {"status": "generated", "div": div(resource["resourceType"], lines)}
