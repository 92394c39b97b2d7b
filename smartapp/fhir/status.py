"""Status of a resource in words: withdrawn, negated, unknown; never assumed to be active."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any

from smartapp.fhir import codes, dates
from smartapp.fhir.display import Shown
from smartapp.fhir.display.concepts import as_text, coding, show_concept
from smartapp.fhir.display.primitives import code_words
from smartapp.fhir.display.shown import absence
from smartapp.fhir.extensions import first_value
from smartapp.fhir.security import is_unverified
from smartapp.fhir.status_codes import CURRENT, OLD, STATUS_CODES, WARNING, WORDS

Resource = Mapping[str, Any]

RETRACTED = "entered-in-error"
_WITHDRAWN_IN = ("status", "lifecycleStatus", "verificationStatus", "docStatus")
_STATUS_IN = ("lifecycleStatus", "clinicalStatus", "status", "active")
_REASONS = ("statusReason", "statusReasonCodeableConcept", "cancelationReason")
_RESULT = codes.CERNER + "condition-result"
_LIFECYCLE = codes.CERNER + "condition-lifecycle-status"
_RESULTS = {"10828004": "positive", "260385009": "negative", "261665006": "unknown"}


def is_retracted(resource: Resource) -> bool:
    """Whether a resource was entered in error, in whichever element its type says so."""
    return any(RETRACTED in codes_or_text(resource.get(field)) for field in _WITHDRAWN_IN)


def codes_of(value: Any) -> tuple[str, ...]:
    """The codes of a code, a Coding or a CodeableConcept."""
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, dict):
        return ()
    items = value.get("coding")
    if isinstance(items, list):
        return tuple(found.code for found in map(coding, items) if found and found.code)
    return (as_text(value["code"]),) if value.get("code") else ()


def codes_or_text(value: Any) -> tuple[str, ...]:
    """The codes, or the text of a concept without codes in the form of a code."""
    text = as_text(value.get("text")) if isinstance(value, dict) else ""
    return codes_of(value) or (text.strip().lower().replace(" ", "-"),)


def status_text(resource: Resource, zone: tzinfo | None = None) -> str:
    """The status in words with its reason; "" where none is stated. `zone` tells today's date."""
    return _said(resource, zone).text


def shown(resource: Resource, zone: tzinfo) -> Shown:
    """The status as a column: words, and a tone for what must not be taken for live data."""
    return _said(resource, zone)


def _said(resource: Resource, zone: tzinfo | None) -> Shown:
    if is_retracted(resource):
        return Shown("Entered in error", kind="status", tone="error")
    negated = negation(resource)
    code, text = _status(resource)
    if resource.get("doNotPerform") is True and (code or text):
        # An order not to do something can be over too: then it forbids nothing any more.
        negated = f"{negated} ({_words(resource, code, text).lower()})"
    if negated:
        return Shown(_with_reason(negated, resource), kind="status", tone="negated")
    if not code and not text:
        missing = absence(resource.get("_status")) or absence(resource.get("clinicalStatus"))
        return Shown(missing=missing, kind="status")
    if zone is not None and code == "active" and _has_ended(resource, zone):
        return Shown("Ended", kind="status", tone="old")
    words = _with_reason(_words(resource, code, text), resource)
    tone = _tone(code) or ("warning" if _qualifiers(resource) else "")
    return Shown(words, kind="status", tone=tone, raw=not _is_known(resource, code))


def _status(resource: Resource) -> tuple[str, str]:
    """(code, text as sent) of the element that says how far the resource is."""
    for field in _STATUS_IN:
        value = resource.get(field)
        if field == "active" and isinstance(value, bool):
            return ("active" if value else "inactive"), ""
        text = as_text(value.get("text")) if isinstance(value, dict) else ""
        found = codes_of(value)
        if text or found:
            return (found[0] if found else ""), text
    return "", ""


def _words(resource: Resource, code: str, text: str) -> str:
    name = str(resource.get("resourceType"))
    words = WORDS.get(name, {}).get(code)
    if words is None:
        words = text or (code_words(code) if _is_known(resource, code) else code)
    return ", ".join([words, *_qualifiers(resource)])


def _qualifiers(resource: Resource) -> list[str]:
    """What else must be read with the status: how sure, how far signed, as reported."""
    found = []
    sure = codes_of(resource.get("verificationStatus"))
    if sure and sure[0] != "confirmed":
        found.append(code_words(sure[0]).lower())
    signed = codes_of(resource.get("docStatus"))
    if signed and signed[0] == "preliminary":
        found.append("UNSIGNED")
    elif signed and signed[0] != "final":
        found.append(code_words(signed[0]).lower())
    if is_unverified(resource):
        found.append("from outside, not verified")
    return found


def _with_reason(words: str, resource: Resource) -> str:
    reasons = [text for field in _REASONS for text in _reason(resource.get(field))]
    return f"{words} – {', '.join(reasons)}" if reasons else words


def _reason(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _reason(item)]
    if isinstance(value, dict):
        said = show_concept(value, UTC)
        return [said.text or said.missing or ""] if said.text or said.missing else []
    return [value] if isinstance(value, str) and value else []


def _is_known(resource: Resource, code: str) -> bool:
    """Whether R4 knows the code for the type; a concept's text without a code is taken as said."""
    return not code or code in STATUS_CODES.get(str(resource.get("resourceType")), frozenset())


def _tone(code: str) -> str:
    return "warning" if code in WARNING else "old" if code in OLD else ""


def _has_ended(resource: Resource, zone: tzinfo) -> bool:
    """Whether the period of a coverage or a membership is over, though its status is active."""
    if resource.get("resourceType") not in {"Coverage", "InsurancePlan", "RelatedPerson"}:
        return False
    period = resource.get("period")
    end = dates.parse(period.get("end")) if isinstance(period, dict) else None
    return end is not None and end.last < dates.today(zone)


def is_past(resource: Resource) -> bool:
    """Whether an order, a problem or a visit is not in force: over, not yet, or only drafted.

    A status that is missing or unknown to us counts as in force, so that it is read.
    """
    in_force = CURRENT.get(str(resource.get("resourceType")))
    code = _status(resource)[0]
    return (
        in_force is not None and _is_known(resource, code) and bool(code) and code not in in_force
    )


def is_negated(resource: Resource) -> bool:
    """Whether a resource says that something is not so, was not done, or must not be done."""
    return bool(negation(resource))


def negation(resource: Resource) -> str:
    """The negation in words; "" where the resource is none."""
    name, status = resource.get("resourceType"), resource.get("status")
    if resource.get("doNotPerform") is True:
        return "DO NOT"
    if status == "not-done":
        given = name in {"MedicationAdministration", "Immunization"}
        return "NOT GIVEN" if given else "NOT DONE"
    if "refuted" in codes_or_text(resource.get("verificationStatus")):
        return "Refuted – not an allergy" if name == "AllergyIntolerance" else "Refuted"
    if name == "MedicationDispense" and status == "declined":
        return "DECLINED"
    return ""


def unknown_modifiers(resource: Resource) -> list[str]:
    """What may change the meaning of the resource and is unknown to us: the row is blocked.

    Addresses of modifier extensions anywhere in it, and its implicit rules.
    """
    found: list[str] = []
    pending: list[Any] = [resource]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            if "modifierExtension" in item or "implicitRules" in item:
                found += _unknown(item)
            item = item.values()
        pending.extend(below for below in item if isinstance(below, dict | list))
    return found


def _unknown(item: Mapping[str, Any]) -> list[str]:
    found = [as_text(item["implicitRules"])] if item.get("implicitRules") else []
    extensions = item.get("modifierExtension")
    for extension in extensions if isinstance(extensions, list) else ():
        url = as_text(extension.get("url")) if isinstance(extension, dict) else ""
        if not (url == _LIFECYCLE or (url == _RESULT and condition_result(item))):
            found.append(url or "an extension without an address")
    return found


def condition_result(condition: Any) -> str:
    """positive, negative or unknown, of a family member's condition; "" where it is not said."""
    value = first_value(condition, _RESULT, "modifierExtension")
    words = [_RESULTS.get(code, "") for code in codes_of(value)]
    text = as_text(value.get("text")).strip().lower() if isinstance(value, dict) else ""
    return next(filter(None, words), text if text in _RESULTS.values() else "")


def condition_lifecycle(condition: Any) -> tuple[str, ...]:
    """The codes of a family member's condition's lifecycle; () where it is not said."""
    return codes_of(first_value(condition, _LIFECYCLE, "modifierExtension"))
