"""Which patient a resource names: the guard behind every answer; and the banner's values."""

from collections.abc import Iterator, Mapping
from typing import Any

from smartapp.fhir.banner import Banner, IdentifierLine, banner, name_of
from smartapp.fhir.elements import target

__all__ = [
    "Banner",
    "IdentifierLine",
    "banner",
    "belongs_to",
    "name_of",
    "patient_references",
]

Resource = Mapping[str, Any]

_ELEMENTS = ("subject", "patient", "beneficiary")
_MORE = {
    "Appointment": ("participant.actor",),
    "Person": ("link.target",),
    "Provenance": ("target",),
    "Schedule": ("actor",),
}


def patient_references(resource: Resource) -> set[str]:
    """Literal references to patients in the elements that say whose resource it is.

    For a Patient its own; contained resources count too, `#id` and display-only do not.
    """
    found = set(_own(resource))
    inside = resource.get("contained")
    for item in inside if isinstance(inside, list) else ():
        if isinstance(item, dict) and item.get("resourceType") != "Patient":
            found.update(_own(item))
    return found


def _own(resource: Resource) -> Iterator[str]:
    name = resource.get("resourceType")
    if name == "Patient":
        if isinstance(resource.get("id"), str):
            yield f"Patient/{resource['id']}"
        return
    for path in (*_ELEMENTS, *_MORE.get(str(name), ())):
        for value in _at(resource, path.split(".")):
            reference = value.get("reference") if isinstance(value, dict) else None
            if isinstance(reference, str) and _is_patient(reference, value):
                yield reference


def _at(value: Any, names: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _at(item, names)
    elif not names:
        yield value
    elif isinstance(value, dict):
        yield from _at(value.get(names[0]), names[1:])


def _is_patient(reference: str, value: Mapping[str, Any]) -> bool:
    """Whether a literal reference is to a patient: by its address, else by its stated type."""
    parts = reference.split("/_history/")[0].split("/")
    if len(parts) > 1 and parts[-2][:1].isupper():
        return parts[-2] == "Patient"
    return value.get("type") == "Patient" and not reference.startswith("#")


def belongs_to(resource: Resource, patient_id: str, base: str = "") -> bool:
    """Whether a resource names this patient, or no patient at all.

    One of several is enough (an appointment of a group, a person's records). The same id under
    another base is another patient.
    """
    named = patient_references(resource)
    return not named or any(target(one, base) == ("Patient", patient_id) for one in named)
