"""The resources of one sandbox: by id, by patient in their type's order, by what they target."""

from bisect import insort
from collections.abc import Iterable, Iterator

from smartapp.sandbox.fhir.paths import targets, walk
from smartapp.sandbox.fhir.types import DEFINITIONS
from smartapp.sandbox.fhir.wire import Resource
from smartapp.sandbox.rows import Row

Key = tuple[str, str]
_ATTACHMENTS = {
    "DocumentReference": "content.attachment.url",
    "DiagnosticReport": "presentedForm.url",
    "Communication": "payload.contentReference.reference",
}


def key_of(resource: Resource) -> Key:
    """(type, id)."""
    return resource["resourceType"], resource["id"]


class Store:
    """Current versions only: the live server keeps no history. Stored dicts are never changed."""

    def __init__(self) -> None:
        self._resources: dict[str, dict[str, Resource]] = {}
        self._foreign: set[Key] = set()
        self._start: dict[str, dict[str, Resource]] = {}
        self._by_patient: dict[str, dict[str, list[Row]]] = {}
        self._by_target: dict[Key, list[Resource]] | None = None

    def put(self, resource: Resource, *, foreign: bool = False) -> None:
        """Store a new version; `foreign` data was given by the user and is always shown whole."""
        name, id_ = key_of(resource)
        before = self._resources.setdefault(name, {}).get(id_)
        self._resources[name][id_] = resource
        if foreign:
            self._foreign.add((name, id_))
        self._reindex(name, before, resource)

    def delete(self, name: str, id_: str) -> None:
        """Take a resource out."""
        before = self._resources.get(name, {}).pop(id_, None)
        self._reindex(name, before, None)

    def freeze(self) -> None:
        """Remember this state as the one to come back to."""
        self._start = {name: dict(known) for name, known in self._resources.items()}

    def reset(self) -> None:
        """Back to the remembered state."""
        self._resources = {name: dict(known) for name, known in self._start.items()}
        self._by_patient.clear()
        self._by_target = None

    def get(self, name: str, id_: str) -> Resource | None:
        """The resource, or None."""
        return self._resources.get(name, {}).get(id_)

    def resolve(self, key: Key) -> Resource | None:
        """What a reference names, or None."""
        return self.get(*key)

    def is_foreign(self, resource: Resource) -> bool:
        """Whether the user's own data folder brought it."""
        return key_of(resource) in self._foreign

    def resources(self, name: str | None = None) -> Iterator[Resource]:
        """Every resource, or every one of a type, in the order they came."""
        names = list(self._resources) if name is None else [name]
        for one in names:
            yield from list(self._resources.get(one, {}).values())

    def count(self, name: str | None = None) -> int:
        """How many there are."""
        if name is not None:
            return len(self._resources.get(name, {}))
        return sum(len(known) for known in self._resources.values())

    def rows(self, name: str) -> list[Row]:
        """Every row of a type, in its order."""
        definition = DEFINITIONS[name]
        rows = [Row(one, definition) for one in self.resources(name)]
        return sorted(rows, key=lambda row: row.rank(definition.order))

    def of_patient(self, name: str, patient: str) -> list[Row]:
        """The rows of a type that name the patient, in their order."""
        if name not in self._by_patient:
            index: dict[str, list[Row]] = {}
            for row in self.rows(name):
                for one in self.patients_of(row.resource):
                    index.setdefault(one, []).append(row)
            self._by_patient[name] = index
        return self._by_patient[name].get(patient, [])

    def about(self, key: Key) -> list[Resource]:
        """The Provenance resources that target it."""
        if self._by_target is None:
            self._by_target = {}
            for one in self.resources("Provenance"):
                for aim in targets(one, ("target",)):
                    self._by_target.setdefault(aim, []).append(one)
        return self._by_target.get(key, [])

    def patients_of(self, resource: Resource) -> set[str]:
        """Ids of the patients that a resource is about; empty for what is about nobody."""
        name = resource["resourceType"]
        if name == "Patient":
            return {resource["id"]}
        if name == "Binary":
            return self._patients_of_binary(resource["id"])
        named = targets(resource, DEFINITIONS[name].patient) if name in DEFINITIONS else set()
        found = {id_ for type_, id_ in named if type_ == "Patient"}
        if name == "Provenance":
            for aim in named:
                aimed = self.resolve(aim)
                found |= self.patients_of(aimed) if aimed and aim[0] != "Provenance" else set()
        return found

    def _patients_of_binary(self, id_: str) -> set[str]:
        found: set[str] = set()
        for name, path in _ATTACHMENTS.items():
            for one in self.resources(name):
                if any(str(url).endswith(f"Binary/{id_}") for url in walk(one, path)):
                    found |= self.patients_of(one)
        return found

    def _reindex(self, name: str, before: Resource | None, after: Resource | None) -> None:
        if name == "Provenance":
            self._by_target = None
        index = self._by_patient.get(name)
        if index is None:
            return
        if name == "Provenance":
            del self._by_patient[name]
            return
        if before is not None:
            for patient in self.patients_of(before):
                index[patient] = [row for row in index[patient] if row.resource is not before]
        if after is not None:
            _insert(index, Row(after, DEFINITIONS[name]), self.patients_of(after))


def _insert(index: dict[str, list[Row]], row: Row, patients: Iterable[str]) -> None:
    order = DEFINITIONS[row.resource["resourceType"]].order
    for patient in patients:
        insort(index.setdefault(patient, []), row, key=lambda one: one.rank(order))
