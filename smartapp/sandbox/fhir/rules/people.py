"""Writing Patient, RelatedPerson, Practitioner, Organization."""

from smartapp.sandbox.fhir.paths import walk
from smartapp.sandbox.fhir.rules.rule import PatchOp, WriteRule, Writing, known, number_of
from smartapp.sandbox.fhir.wire import Resource

_ADD = ("add", "replace", "remove")
_PERSON = (
    PatchOp("/identifier", ("add", "replace", "remove", "test")),
    PatchOp("/telecom", ("add", "replace", "remove", "test")),
    PatchOp("/address", ("add", "replace", "remove", "test")),
    PatchOp("/name", ("add", "replace", "remove", "test")),
    PatchOp("/gender", _ADD),
    PatchOp("/birthDate", _ADD),
    PatchOp("/maritalStatus", _ADD),
    PatchOp("/communication", ("add", "replace", "remove", "test")),
)


def _official_name(writing: Writing) -> str | None:
    official = [one for one in walk(writing.body, "name") if one.get("use") == "official"]
    if len(official) != 1 or not official[0].get("family") or not official[0].get("given"):
        return "exactly one official name with family and given is required"
    return "name must not have a text" if official[0].get("text") else None


def _uses(writing: Writing) -> str | None:
    for name in ("telecom", "address"):
        if any("use" not in one for one in walk(writing.body, name)):
            return f"{name} must have a use"
    return None


def _finish_person(writing: Writing, resource: Resource) -> Resource:
    """Sub-elements get the ids by which a patch tests them."""
    numbered = {
        name: [
            {"id": f"CI-{resource['id']}-{name[:2]}{number}"} | one
            for number, one in enumerate(resource[name])
        ]
        for name in ("identifier", "name", "telecom", "address")
        if name in resource
    }
    return {"active": True} | resource | numbered


PATIENT = WriteRule(
    name="Patient",
    elements="identifier name telecom gender birthDate address maritalStatus communication "
    "generalPractitioner extension",
    create="identifier name",
    checks=(
        _official_name,
        _uses,
        number_of("communication", 0, 1),
        known("identifier.assigner", "Organization"),
    ),
    finish=_finish_person,
    patches=_PERSON,
)

RELATED_PERSON = WriteRule(
    name="RelatedPerson",
    elements="patient relationship name telecom gender birthDate address communication period "
    "extension identifier",
    create="patient relationship name",
    checks=(_official_name, known("patient", "Patient")),
    finish=_finish_person,
    patches=_PERSON,
)

PRACTITIONER = WriteRule(
    name="Practitioner",
    elements="active name identifier telecom address gender birthDate qualification extension",
    create="name",
    checks=(number_of("name", 1, 1),),
)


def _name_is_new(writing: Writing) -> str | None:
    taken = {one.get("name") for one in writing.store.resources("Organization")}
    return "name must be unique" if writing.body.get("name") in taken else None


ORGANIZATION = WriteRule(
    name="Organization",
    elements="active name identifier type telecom address partOf",
    create="active name",
    checks=(
        _name_is_new,
        lambda writing: None if writing.body.get("active") is True else "active must be true",
    ),
)

RULES = (PATIENT, RELATED_PERSON, PRACTITIONER, ORGANIZATION)
