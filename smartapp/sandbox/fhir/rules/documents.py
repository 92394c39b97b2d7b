"""Writing DocumentReference, Communication, QuestionnaireResponse, Provenance."""

from base64 import b64decode
from binascii import Error as Base64Error

from smartapp.sandbox.fhir.paths import target, walk
from smartapp.sandbox.fhir.rules.attachments import attach
from smartapp.sandbox.fhir.rules.rule import (
    PROPRIETARY,
    PatchOp,
    WriteRule,
    Writing,
    code_of,
    known,
    number_of,
    timed,
)
from smartapp.sandbox.fhir.wire import Resource

_TEXTS = (
    "text/plain",
    "text/richtext",
    "text/rtf",
    "text/html",
    "application/xml",
    "application/xhtml+xml",
)
_TARGETS = (
    "AllergyIntolerance",
    "CarePlan",
    "CareTeam",
    "Condition",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "Goal",
    "Immunization",
    "MedicationRequest",
    "Observation",
    "Patient",
    "Procedure",
)


def _doc_status_fits(writing: Writing) -> str | None:
    allowed = ["final", "amended"] if writing.level == "system" else ["final"]
    if writing.is_update:
        allowed = ["final", "amended", "entered-in-error"]
    status = writing.get("docStatus")
    return None if status in allowed else f"docStatus must be {' or '.join(allowed)}"


def _author_fits(writing: Writing) -> str | None:
    """A clinician signs in their own name only."""
    authors = [target(one) for one in walk(writing.body, "author")]
    if writing.level == "system":
        return None
    if authors != [("Practitioner", writing.user)]:
        return "author must be the authorized user's Practitioner"
    return "authenticator is for systems only" if writing.get("authenticator") else None


def _type_fits(writing: Writing) -> str | None:
    systems = [str(one) for one in walk(writing.body, "type.coding.system")]
    own = [one for one in systems if one.startswith(PROPRIETARY)]
    if own and len(systems) != 1:
        return "type must be LOINC codings or exactly one proprietary coding"
    return None if systems else "type must be coded"


def _content_fits(writing: Writing) -> str | None:
    media = str(writing.get("content.attachment.contentType") or "")
    plain, _, charset = media.replace(" ", "").lower().partition(";charset=")
    if plain != "application/pdf" and (plain not in _TEXTS or charset != "utf-8"):
        return "content.attachment.contentType is not supported"
    try:
        b64decode(str(writing.get("content.attachment.data") or ""), validate=True)
    except Base64Error:
        return "content.attachment.data must be base64"
    return None if writing.get("content.attachment.data") else "content.attachment.data is required"


def _visit_is_same(writing: Writing) -> str | None:
    if writing.before is None:
        return None
    path = "context.encounter"
    before = [target(one) for one in walk(writing.before, path)]
    same = [target(one) for one in walk(writing.body, path)] == before
    return None if same else "context.encounter must equal the original"


def _finish_document(writing: Writing, resource: Resource) -> Resource:
    event = resource["id"]
    own = [{"system": "https://fhir.cerner.com/ceuuid", "value": f"CE{event}-{event}"}]
    new = {} if writing.is_update else {"identifier": own, "date": writing.now}
    withdrawn = "entered-in-error" in (resource.get("status"), resource.get("docStatus"))
    status = {"status": "entered-in-error", "docStatus": "entered-in-error"} if withdrawn else {}
    return attach(writing, new | resource | status, "content")


DOCUMENT_REFERENCE = WriteRule(
    name="DocumentReference",
    elements="status docStatus type category subject author authenticator content context",
    create="status docStatus type subject content context.period.end",
    update="status docStatus type subject content context.period.end",
    fixed="subject",
    checks=(
        code_of("status", "current", on="c"),
        code_of("status", "current", "entered-in-error", on="u"),
        number_of("content", 1, 1),
        number_of("context.encounter", 0, 1),
        known("subject", "Patient"),
        known("context.encounter", "Encounter"),
        timed("context.period.start", "context.period.end", "content.attachment.creation"),
        _doc_status_fits,
        _author_fits,
        _type_fits,
        _content_fits,
        _visit_is_same,
    ),
    finish=_finish_document,
    reads_too=True,
)


def _finish_message(writing: Writing, resource: Resource) -> Resource:
    status = {"coding": [{"system": "http://hl7.org/fhir/task-status", "code": "requested"}]}
    url = "https://fhir-ehr.cerner.com/r4/StructureDefinition/email-status"
    sent = {"sent": writing.now, "received": writing.now}
    return {"extension": [{"url": url, "valueCodeableConcept": status}]} | sent | resource


COMMUNICATION = WriteRule(
    name="Communication",
    elements="status category priority subject recipient sender topic payload encounter "
    "inResponseTo extension",
    create="status category recipient payload",
    checks=(
        code_of("status", "completed"),
        code_of("category.coding.code", "notification", "reminder", "312853008"),
        code_of("priority", "routine", "urgent"),
        known("subject", "Patient"),
        known("sender", "Practitioner"),
    ),
    finish=_finish_message,
    patches=(PatchOp("/extension", ("replace", "add")),),
    shape=lambda body: "{}.0.-4.prsnl",
)


def _answers_fit(writing: Writing) -> str | None:
    """The questions are those of the fresh read, and notes are only added."""
    before = writing.before or {}
    if writing.body.get("questionnaire") != before.get("questionnaire"):
        return "questionnaire must match"
    had = set(walk(before, "item.linkId"))
    unknown = [one for one in walk(writing.body, "item.linkId") if one not in had]
    return f"item {unknown[0]} is not of this questionnaire" if unknown else None


QUESTIONNAIRE_RESPONSE = WriteRule(
    name="QuestionnaireResponse",
    elements="status questionnaire subject item extension contained authored author",
    update="status questionnaire subject item id",
    fixed="subject",
    checks=(code_of("status", "in-progress"), _answers_fit),
    needs_match=False,
)

PROVENANCE = WriteRule(
    name="Provenance",
    elements="target recorded agent entity",
    create="target recorded agent agent.who",
    checks=(
        number_of("target", 1, 1),
        known("target", *_TARGETS),
        timed("recorded"),
    ),
    shape=lambda body: "all-{}",
)

RULES = (DOCUMENT_REFERENCE, COMMUNICATION, QUESTIONNAIRE_RESPONSE, PROVENANCE)
