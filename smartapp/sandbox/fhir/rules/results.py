"""Writing Observation and DiagnosticReport."""

from smartapp.sandbox.fhir.paths import walk
from smartapp.sandbox.fhir.rules.attachments import attach
from smartapp.sandbox.fhir.rules.problems import stamp_notes
from smartapp.sandbox.fhir.rules.rule import (
    WriteRule,
    Writing,
    code_of,
    known,
    number_of,
    timed,
)
from smartapp.sandbox.fhir.wire import Resource

_FUNCTION = "performer.extension:event-performerFunction.valueCodeableConcept"
_COMPONENTS = {
    "85354-9": {"8480-6", "8462-4"},
    "59408-5": {"3150-6", "3151-8"},
}
_VALUES = ("valueQuantity", "valueCodeableConcept", "valueString", "valueDateTime")


def is_vital(body: Resource) -> bool:
    """Whether the category says vital signs."""
    return "vital-signs" in walk(body, "category.coding.code")


def _value_fits(writing: Writing) -> str | None:
    values = [name for name in writing.body if name.startswith("value")]
    if walk(writing.body, "component"):
        return _components_fit(writing)
    if is_vital(writing.body) and values != ["valueQuantity"]:
        return "value of a vital sign must be a Quantity"
    if len(values) != 1 and not writing.get("extension:extension-Observation.valueAttachment"):
        return "exactly one value is required"
    return None


def _components_fit(writing: Writing) -> str | None:
    wanted = [_COMPONENTS[one] for one in writing.codes("code") if one in _COMPONENTS]
    sent = set(walk(writing.body, "component.code.coding.code"))
    if not wanted or not any(sent & one for one in wanted):
        return "component is for blood pressure and pulse oximetry only"
    return None


def _performer_fits(writing: Writing) -> str | None:
    if not is_vital(writing.body) or walk(writing.body, "component"):
        return None
    roles = writing.codes(_FUNCTION)
    performers = walk(writing.body, "performer")
    if not performers or len(roles) != len(performers):
        return "performer with a performer function is required for vital signs"
    others = [one for one in roles if one != "LA"]
    if roles.count("LA") != 1 or any(one != "PPRF" for one in others):
        return "exactly one performer must be LA, others PPRF"
    return None


def _range_fits(writing: Writing) -> str | None:
    for one in walk(writing.body, "referenceRange"):
        if one.get("text") and (one.get("low") or one.get("high")):
            return "text of a referenceRange cannot be combined with low or high"
    return None


def _identified(writing: Writing) -> str | None:
    if not writing.is_update or not is_vital(writing.body):
        return None
    if writing.get("identifier") is None:
        return "identifier is required for vital signs"
    before = walk(writing.before or {}, "identifier.value")
    same = walk(writing.body, "identifier.value") == before
    return None if same else "identifier cannot be changed"


def _category_is_same(writing: Writing) -> str | None:
    if writing.before is None:
        return None
    before = set(walk(writing.before, "category.coding.code"))
    return None if before & set(writing.codes("category")) else "category cannot be changed"


def _finish_observation(writing: Writing, resource: Resource) -> Resource:
    event = resource["id"].rpartition("-")[2]
    own = [{"system": "https://fhir.cerner.com/ceuuid", "value": f"CE{event}-{event}"}]
    given = {} if writing.is_update else {"identifier": own, "issued": writing.now}
    return stamp_notes(writing, given | resource)


OBSERVATION = WriteRule(
    name="Observation",
    elements="status category code subject encounter effectiveDateTime issued performer "
    "valueQuantity valueCodeableConcept valueString valueDateTime dataAbsentReason extension "
    "interpretation note referenceRange component identifier",
    create="status category code subject effectiveDateTime",
    update="status category code subject effectiveDateTime id",
    fixed="subject",
    checks=(
        code_of("status", "final", "amended", "corrected", on="c"),
        code_of("status", "amended", "corrected", on="u"),
        number_of("category", 1, 1),
        code_of("category.coding.code", "laboratory", "vital-signs"),
        number_of("interpretation", 0, 1),
        number_of("referenceRange", 0, 1),
        known("subject", "Patient"),
        known("encounter", "Encounter"),
        timed("effectiveDateTime", "issued"),
        _category_is_same,
        _value_fits,
        _performer_fits,
        _range_fits,
        _identified,
    ),
    finish=_finish_observation,
    shape=lambda body: "VS-{}" if is_vital(body) else "L-{}",
    reads_too=True,
)

_CARDIOLOGY, _PATHOLOGY = "LP29708-2", "LP7839-6"


def _concept_fits(writing: Writing) -> str | None:
    """Cardiology covers a period and names who interpreted; pathology has one time."""
    wanted = {_CARDIOLOGY: "effectivePeriod", _PATHOLOGY: "effectiveDateTime"}
    category = next((one for one in writing.codes("category") if one in wanted), None)
    if category is None:
        return "category must be LP29708-2 or LP7839-6"
    if writing.get(wanted[category]) is None:
        return f"{wanted[category]} is required"
    if category == _CARDIOLOGY and writing.get("resultsInterpreter") is None:
        return "resultsInterpreter is required"
    return None


DIAGNOSTIC_REPORT = WriteRule(
    name="DiagnosticReport",
    elements="status category code subject encounter effectiveDateTime effectivePeriod issued "
    "performer resultsInterpreter identifier presentedForm conclusion basedOn",
    create="status category code subject performer identifier presentedForm",
    checks=(
        _concept_fits,
        known("subject", "Patient"),
        known("encounter", "Encounter"),
        known("performer", "Practitioner", "Organization"),
        known("resultsInterpreter", "Practitioner"),
        known("basedOn", "ServiceRequest"),
        timed("effectiveDateTime", "effectivePeriod.start", "issued"),
    ),
    finish=lambda writing, resource: attach(writing, resource, "presentedForm"),
)

RULES = (OBSERVATION, DIAGNOSTIC_REPORT)
