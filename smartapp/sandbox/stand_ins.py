"""Patients whom loaded records name but who are in no folder: each gets a bare Patient.

Without one nobody could open the records: a chart opens on a Patient, and has no place for records
of somebody unknown.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from smartapp.sandbox.fhir.paths import target, walk_all
from smartapp.sandbox.fhir.types import DEFINITIONS
from smartapp.sandbox.fhir.wire import Resource
from smartapp.sandbox.store import Store


def stand_ins(store: Store, loaded: Iterable[Resource], base: str) -> list[Resource]:
    """A Patient for each, with the name that references give, if any, and nothing else."""
    names: dict[str, str] = {}
    for resource in loaded:
        for id_, display in _patients(resource, base):
            if store.get("Patient", id_) is None:
                names[id_] = names.get(id_) or display
    return [_stand_in(id_, name) for id_, name in names.items()]


def _patients(resource: Resource, base: str) -> Iterator[tuple[str, str]]:
    """(id, name as displayed) of the patients that say whose record it is."""
    definition = DEFINITIONS.get(resource["resourceType"])
    for value in walk_all(resource, definition.patient) if definition else ():
        aim = target(value)
        if isinstance(value, dict) and aim and aim[0] == "Patient" and _is_here(value, base):
            display = value.get("display")
            yield aim[1], display if isinstance(display, str) else ""


def _is_here(value: Any, base: str) -> bool:
    """Whether a reference is to this server, not to another one's address."""
    reference = str(value.get("reference", ""))
    return "://" not in reference or reference.startswith(f"{base}/")


def _stand_in(id_: str, name: str) -> Resource:
    text = name or f"Patient {id_}, not in the data folder"
    return {"resourceType": "Patient", "id": id_, "name": [{"text": text}]}


def told(made: list[Resource]) -> list[str]:
    """The line for whoever started the sandbox."""
    if not made:
        return []
    return [
        f"Patients named by records but in no folder: {len(made)}. Each was given a Patient, with"
        " no more than the name that the references show."
    ]
