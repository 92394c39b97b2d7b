"""Versions and ids as the live server shapes them: opaque, and different for each type."""

from itertools import count

from smartapp.sandbox.fhir.wire import Resource
from smartapp.sandbox.store import Store

_FROM_ONE = {"Observation", "DocumentReference", "DiagnosticReport", "Immunization"}
_OWN_NUMBER = {"AllergyIntolerance", "Condition"}
_JUMP = 55


def first_version(resource: Resource) -> str:
    """The version of a new resource: counters start at 0 or 1, two types have their own number."""
    name = resource["resourceType"]
    if name in _OWN_NUMBER:
        return str(resource["id"]).lstrip("pd")
    return "1" if name in _FROM_ONE else "0"


def next_version(name: str, version: str) -> str:
    """A later version, to be compared for equality only."""
    head = version.rstrip("0123456789")
    number = int(version[len(head) :] or 0)
    return f"{head}{number + (_JUMP if name in _OWN_NUMBER else 1)}"


def version_of(resource: Resource) -> str | None:
    """`meta.versionId`, if the resource says it."""
    meta = resource.get("meta")
    version = meta.get("versionId") if isinstance(meta, dict) else None
    return version if isinstance(version, str) else None


def free_number(store: Store, name: str, shape: str) -> str:
    """The first id of a shape (`VS-{}`) that no resource of the type has."""
    for number in count(90_000_001 + store.count(name)):
        id_ = shape.format(number)
        if store.get(name, id_) is None:
            return id_
    raise AssertionError("numbers do not end")
