"""Scopes: what this server knows, and how a request is cut down to a grant."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_LETTERS = {
    "crus": "AllergyIntolerance Appointment Communication Condition DocumentReference Encounter "
    "FamilyMemberHistory Immunization MedicationRequest Observation Patient RelatedPerson",
    "cruds": "Coverage",
    "crs": "ChargeItem DiagnosticReport Organization Practitioner Procedure Provenance",
    "rus": "QuestionnaireResponse Slot",
    "rs": "Account CarePlan CareTeam Consent Device Goal InsurancePlan Location "
    "MedicationAdministration MedicationDispense NutritionOrder Person Questionnaire Schedule "
    "ServiceRequest Specimen",
    "r": "Binary Media",
    "c": "Basic",
}
_BY_TYPE = {name: letters for letters, names in _LETTERS.items() for name in names.split()}
TYPES = tuple(sorted(_BY_TYPE))
_NOT_FOR_PATIENT = {"Location", "Organization", "Practitioner"}
_IDENTITY = ("openid", "fhirUser", "profile")
_REFRESH = ("online_access", "offline_access")
_CONTEXT = ("launch/patient", "launch/encounter")
_RESOURCE = re.compile(
    r"(?P<level>patient|user|system)/(?P<type>[A-Za-z]+|\*)\.(?P<verb>read|write|\*|[cruds]+)"
)
_VERBS = {"read": "rs", "write": "cud", "*": "cruds"}


@dataclass(frozen=True)
class ResourceScope:
    """One scope for resources; `version` says in which notation it was written."""

    level: str
    type: str
    letters: str
    version: str
    text: str


def parse(text: str) -> ResourceScope | None:
    """The scope for resources that the text is, or None (also for granular scopes)."""
    match = _RESOURCE.fullmatch(text)
    if match is None:
        return None
    verb = match["verb"]
    version = "v1" if verb in _VERBS else "v2"
    if version == "v2" and verb != "".join(one for one in "cruds" if one in verb):
        return None
    return ResourceScope(match["level"], match["type"], _VERBS.get(verb, verb), version, text)


def supported(level: str, type_name: str) -> str:
    """The letters that this server serves for a type at a level."""
    if level == "patient" and type_name in _NOT_FOR_PATIENT:
        return ""
    if level == "system" and type_name == "FinancialTransaction":
        return "c"
    return _BY_TYPE.get(type_name, "")


def _resource_scopes(levels: Iterable[str], versions: Iterable[str]) -> Iterator[str]:
    for level in levels:
        for name in [*_BY_TYPE, "FinancialTransaction"]:
            letters = supported(level, name)
            if letters and "v2" in versions:
                yield f"{level}/{name}.{letters}"
            if set(letters) & set("rs") and "v1" in versions:
                yield f"{level}/{name}.read"
            if set(letters) & set("cud") and "v1" in versions:
                yield f"{level}/{name}.write"


def advertised(versions: Iterable[str], picker: bool) -> list[str]:
    """`scopes_supported` of the smart-configuration, in alphabetical order."""
    own = [*_IDENTITY, "launch", *_REFRESH, *(_CONTEXT if picker else ())]
    return sorted({*own, *_resource_scopes(("patient", "user", "system"), tuple(versions))})


@dataclass(frozen=True)
class Limits:
    """Everything that may make a grant smaller than the request."""

    versions: tuple[str, ...] = ("v1", "v2")
    wildcards: bool = False
    levels: tuple[str, ...] = ("patient", "user")
    filters: tuple[str, ...] = ()
    """Scope lists of the registration and of the launch options; a grant stays within each."""
    ehr_launch: bool = False
    picker: bool = False
    has_patient: bool = True


def _within(allowed: str, scope: ResourceScope) -> set[str]:
    """The letters of the scope that a list of allowed scopes covers."""
    letters: set[str] = set()
    for one in map(parse, allowed.split()):
        if one and one.level == scope.level and one.type in ("*", scope.type):
            letters |= set(one.letters)
    return letters & set(scope.letters)


def _served(scope: ResourceScope) -> set[str]:
    if scope.type == "*":
        return set(scope.letters)
    return set(supported(scope.level, scope.type)) & set(scope.letters)


def _trim_resource(scope: ResourceScope, limits: Limits) -> str | None:
    """The scope in its own notation with the letters that remain."""
    unwanted = scope.version not in limits.versions or scope.level not in limits.levels
    if unwanted or ((scope.type == "*" or scope.text.endswith(".*")) and not limits.wildcards):
        return None
    if scope.level == "patient" and not limits.has_patient:
        return None
    letters = _served(scope)
    for allowed in limits.filters:
        letters &= _within(allowed, scope)
    if not letters or scope.version == "v1":
        return scope.text if letters else None
    kept = "".join(one for one in "cruds" if one in letters)
    return f"{scope.level}/{scope.type}.{kept}"


def _keeps_word(word: str, limits: Limits) -> bool:
    """Whether a scope that names no resource type is granted."""
    if any(word not in allowed.split() for allowed in limits.filters):
        return False
    if word in _CONTEXT:
        return limits.picker
    if word == "launch":
        return limits.ehr_launch
    return word in (*_IDENTITY, *_REFRESH) and limits.levels != ("system",)


def trim(requested: str, limits: Limits) -> str:
    """What is granted of the request, in the request's order, each once."""
    granted: dict[str, None] = {}
    for word in requested.split():
        scope = parse(word)
        kept = _trim_resource(scope, limits) if scope else None
        if scope is None and _keeps_word(word, limits):
            kept = word
        if kept:
            granted[kept] = None
    return " ".join(granted)


def is_subset(wanted: str, granted: str) -> bool:
    """Whether everything wanted was granted before, as a refresh may ask."""
    for word in wanted.split():
        scope = parse(word)
        if scope is None and word not in granted.split():
            return False
        if scope and _within(granted, scope) != set(scope.letters):
            return False
    return True
