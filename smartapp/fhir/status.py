"""Status of a resource in words: withdrawn, negated, unknown; never assumed to be active."""

from collections.abc import Iterator, Mapping
from typing import Any

from smartapp.fhir.display.concepts import as_text, coding
from smartapp.fhir.display.primitives import code_words

Resource = Mapping[str, Any]

RETRACTED = "entered-in-error"
_FIELDS = ("status", "verificationStatus", "docStatus", "lifecycleStatus", "clinicalStatus")
_TITLE_FIELDS = ("status", "lifecycleStatus", "clinicalStatus", "verificationStatus")


def is_retracted(resource: Resource) -> bool:
    """Whether a resource was entered in error, in whichever element its type says so."""
    return any(RETRACTED in codes_of(resource.get(field)) for field in _FIELDS)


def codes_of(value: Any) -> tuple[str, ...]:
    """The codes of a code, a Coding or a CodeableConcept."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, dict):
        items = value.get("coding")
        if isinstance(items, list):
            return tuple(found.code for found in map(coding, items) if found)
        return (as_text(value.get("code")),)
    return ()


def status_text(resource: Resource) -> str:
    """The status in words; "" where the resource states none."""
    for field in _TITLE_FIELDS:
        value = resource.get(field)
        text = as_text(value.get("text")) if isinstance(value, dict) else ""
        found = codes_of(value)
        if text or found:
            return text or code_words(found[0])
    return ""


def is_negated(resource: Resource) -> bool:
    """Whether a resource says that something is not so, was not done, or must not be done."""
    return bool(negation(resource))


def negation(resource: Resource) -> str:
    """The negation in words; "" where the resource is none."""
    if resource.get("doNotPerform") is True:
        return "DO NOT"
    if resource.get("status") == "not-done":
        return "NOT DONE"
    if "refuted" in codes_of(resource.get("verificationStatus")):
        return "Refuted"
    return ""


def unknown_modifiers(resource: Resource) -> list[str]:
    """What may change the meaning of the resource and is unknown to us: the row is blocked."""
    return list(_modifiers(resource, known=frozenset()))


def _modifiers(value: Any, known: frozenset[str]) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _modifiers(item, known)
    elif isinstance(value, dict):
        if value.get("implicitRules"):
            yield as_text(value["implicitRules"])
        found = value.get("modifierExtension")
        for extension in found if isinstance(found, list) else ():
            url = as_text(extension.get("url")) if isinstance(extension, dict) else ""
            if url not in known:
                yield url or "an extension without an address"
        for key, item in value.items():
            if key not in {"modifierExtension", "contained"}:
                yield from _modifiers(item, known)
