"""Structure and operation definitions: what the vendor-like extensions and operations mean."""

from typing import Any, NamedTuple

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import Json, present
from smartapp.sandbox.generator.world import World

_OPERATIONS = "https://fhir-ehr.cerner.com/r4/OperationDefinition/"


class _Extension(NamedTuple):
    id: str
    on: str
    value: str | None
    says: str
    modifier: bool = False


_EXTENSIONS = (
    _Extension("account-balance", "Account", "Money", "Sum of credits and debits."),
    _Extension("account-state", "Account", "CodeableConcept", "Where billing stands."),
    _Extension("associated-encounter", "Account", "Reference", "The visit billed."),
    _Extension("clinical-instruction", "Dosage", "string", "The sig as a clinician reads it."),
    _Extension(
        "condition-lifecycle-status",
        "FamilyMemberHistory.condition",
        "CodeableConcept",
        "Whether the relative's condition is active.",
        True,
    ),
    _Extension(
        "condition-result",
        "FamilyMemberHistory.condition",
        "CodeableConcept",
        "Positive, or negative: the relative does not have the condition.",
        True,
    ),
    _Extension("converted-measurement", "Observation", "Quantity", "In the other unit."),
    _Extension("custom-attribute", "Encounter", None, "A value that the site defined."),
    _Extension("description", "ChargeItem", "string", "What was charged."),
    _Extension("diagnosis-type", "Condition", "CodeableConcept", "Admitting, discharge, …"),
    _Extension("email-status", "Communication", "CodeableConcept", "State in the inbox."),
    _Extension("infuse-over-time", "MedicationAdministration", "Quantity", "Infusion time."),
    _Extension("is-cancelable", "Appointment", "boolean", "Whether it can be cancelled."),
    _Extension("is-physician", "Practitioner", "boolean", "Whether this is a physician."),
    _Extension("is-reschedulable", "Appointment", "boolean", "Whether it can be moved."),
    _Extension("net-price", "ChargeItem", "Money", "Price after discounts."),
    _Extension("note-allowed", "Questionnaire.item", "boolean", "Whether a note may be added."),
    _Extension("patient-adopted", "FamilyMemberHistory", "boolean", "Patient was adopted."),
    _Extension(
        "pharmacy-verification-status",
        "MedicationRequest",
        "CodeableConcept",
        "Whether a pharmacist has verified the order.",
    ),
    _Extension("precision", "Element", "CodeableConcept", "How exact the date or age is."),
    _Extension("relation", "RelatedPerson", "CodeableConcept", "Kinship to the patient."),
    _Extension("related-person-encounter", "RelatedPerson", "Reference", "Of which visit."),
    _Extension("relationship-level", "RelatedPerson", "CodeableConcept", "Patient or visit."),
    _Extension("scheduling-location", "Slot", "Reference", "Where the slot is."),
    _Extension("unit-price", "ChargeItem", "Money", "Price of one."),
)


class _Operation(NamedTuple):
    id: str
    name: str
    code: str
    resource: str
    inputs: tuple[tuple[str, str, int], ...]
    output: str


_ACTIONS = (
    _Operation(
        "binary-autogen-ccd-if",
        "AutogenCcdIf",
        "autogen-ccd-if",
        "Binary",
        (("patient", "id", 1), ("start", "dateTime", 0), ("end", "dateTime", 0)),
        "Binary",
    ),
    _Operation(
        "docref",
        "USCoreFetchDocumentReferences",
        "docref",
        "DocumentReference",
        (("patient", "id", 1), ("type", "CodeableConcept", 0), ("start", "dateTime", 0)),
        "Bundle",
    ),
    _Operation(
        "organization-get-cg-for-mrcu",
        "GetCaregiverForCareUnit",
        "get-cg-for-mrcu",
        "Organization",
        (("_id", "id", 1),),
        "Bundle",
    ),
)


def _title(key: str) -> str:
    return key.replace("-", " ").title()


def _snapshot(one: _Extension) -> list[Json]:
    root: dict[str, Any] = {"id": "Extension", "path": "Extension", "short": one.says}
    bounds = {"definition": one.says, "min": 0, "max": "1"}
    if one.modifier:
        root |= {"isModifier": True, "isModifierReason": "It can reverse what is said."}
    value = {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1, "max": "1"}
    parts = {"id": "Extension.extension", "path": "Extension.extension", "min": 0, "max": "*"}
    url = {"id": "Extension.url", "path": "Extension.url", "min": 1, "max": "1"}
    fixed = {"fixedUri": systems.VENDOR + one.id}
    content = {**value, "type": [{"code": one.value}]} if one.value else parts
    return [root | bounds, url | fixed, content]


def _structure(world: World, one: _Extension) -> None:
    resource = {
        "resourceType": "StructureDefinition",
        "id": one.id,
        "url": systems.VENDOR + one.id,
        "version": "1.0.0",
        "name": _title(one.id).replace(" ", ""),
        "title": _title(one.id),
        "status": "active",
        "date": "2019-08-13",
        "publisher": "Sandbox EHR",
        "description": one.says,
        "fhirVersion": "4.0.1",
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": one.on}],
        "type": "Extension",
        "baseDefinition": systems.HL7 + "Extension",
        "derivation": "constraint",
        "snapshot": {"element": _snapshot(one)},
    }
    world.add(resource, world.ago(days=900))


def _parameter(name: str, kind: str, least: int, use: str) -> Json:
    return {"name": name, "use": use, "min": least, "max": "1", "type": kind}


def _operation(world: World, one: _Operation) -> None:
    inputs = [_parameter(name, kind, least, "in") for name, kind, least in one.inputs]
    resource = {
        "resourceType": "OperationDefinition",
        "id": one.id,
        "url": _OPERATIONS + one.id,
        "name": one.name,
        "title": _title(one.id),
        "status": "active",
        "kind": "operation",
        "date": "2020-02-03",
        "publisher": "Sandbox EHR",
        "affectsState": False,
        "code": one.code,
        "resource": [one.resource],
        "system": False,
        "type": True,
        "instance": False,
        "parameter": [*inputs, _parameter("return", one.output, 1, "out")],
    }
    world.add(present(**resource), world.ago(days=900))


def tell(world: World) -> None:
    """Write every definition."""
    for extension in _EXTENSIONS:
        _structure(world, extension)
    for operation in _ACTIONS:
        _operation(world, operation)
