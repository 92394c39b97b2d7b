"""What no body may hold, whatever its type."""

from collections.abc import Iterator
from typing import Any

from smartapp.sandbox.fhir.answers import bad_request, unprocessable
from smartapp.sandbox.fhir.rules.rule import PROPRIETARY, WriteRule
from smartapp.sandbox.fhir.wire import Resource

_OBJECTS = {
    "clinicalStatus",
    "code",
    "context",
    "encounter",
    "medicationCodeableConcept",
    "patient",
    "subject",
    "valueQuantity",
    "verificationStatus",
    "vaccineCode",
}
_LISTS = {
    "category",
    "component",
    "content",
    "dosageInstruction",
    "identifier",
    "note",
    "participant",
    "payload",
    "presentedForm",
    "reaction",
    "slot",
}
_IGNORED = {"resourceType", "id", "meta", "text", "language"}


def screen(rule: WriteRule, body: Resource) -> None:
    """Raise 400 for foreign shapes; 422 for implicit rules, modifiers, unknowns, mixed codings."""
    _check_shapes(body)
    nodes = list(_dicts(body))
    if any("implicitRules" in one for one in nodes):
        raise unprocessable("not-supported")
    if not rule.modifiers and any("modifierExtension" in one for one in nodes):
        raise unprocessable("extension")
    known = set(rule.elements.split()) | _IGNORED
    for name in body:
        if name not in known and name.lstrip("_") not in known:
            raise unprocessable("business-rule", f"{name} is not supported")
    for name, value in body.items():
        if name not in rule.mixes and any(_is_mixed(one) for one in _dicts(value)):
            raise unprocessable(
                "business-rule", f"{name} must not mix proprietary and standard codings"
            )


def _check_shapes(body: Resource) -> None:
    for name, value in body.items():
        wanted = dict if name in _OBJECTS else list if name in _LISTS else object
        if not isinstance(value, wanted):
            raise bad_request("Invalid request")


def _dicts(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for one in node:
            yield from _dicts(one)
    elif isinstance(node, dict):
        yield node
        for one in node.values():
            yield from _dicts(one)


def _is_mixed(node: dict[str, Any]) -> bool:
    codings = node.get("coding")
    listed = codings if isinstance(codings, list) else []
    systems = [str(one.get("system", "")) for one in listed if isinstance(one, dict)]
    own = [one for one in systems if one.startswith(PROPRIETARY)]
    return bool(own) and len(own) < len(systems)
