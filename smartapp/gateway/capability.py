"""CapabilityStatement → what a server says it supports: types, interactions, parameters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from smartapp.fhir.entry import Resource
from smartapp.fhir.search_parameters import parameters_of

MILLENNIUM = "millennium"
GENERIC = "generic"
# Parameters that shape a result and are seldom declared.
_RESULT = frozenset({"_count", "_sort", "_summary", "_elements", "_total", "_format", "_id"})
_VENDORS = ("oracle health", "cerner")


@dataclass(frozen=True, slots=True)
class TypeSupport:
    """One row of rest.resource. Empty `parameters` means: none declared."""

    interactions: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    includes: frozenset[str] = frozenset()
    revincludes: frozenset[str] = frozenset()
    operations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Capability:
    """A server's own statement. Where it says nothing at all, base R4 is assumed."""

    product: str = GENERIC
    fhir_version: str = ""
    software: str = ""
    types: Mapping[str, TypeSupport] = field(default_factory=dict)
    operations: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, statement: Resource) -> "Capability":
        """Read a CapabilityStatement leniently: an odd row is no support, never an exception."""
        server = _server(statement)
        types = {
            row["type"]: _type_support(row)
            for row in _rows(server, "resource")
            if isinstance(row.get("type"), str)
        }
        software = statement.get("software")
        name = software.get("name") if isinstance(software, dict) else None
        return cls(
            product=_product(statement, types),
            fhir_version=_text(statement, "fhirVersion"),
            software=name if isinstance(name, str) else _text(statement, "publisher"),
            types=types,
            operations=_names(server, "operation", "name"),
        )

    def supports(self, type_name: str, interaction: str, parameter: str | None = None) -> bool:
        """Whether the server offers an interaction ("read", "search-type", …) on a type.

        With `parameter`: whether that search parameter may be sent; a modifier or a chain counts
        as its parameter.
        """
        if not self.types:
            return True
        row = self.types.get(type_name)
        if row is None or not self._interacts(row, interaction):
            return False
        return parameter is None or self._searchable(type_name, row, parameter)

    def includes(self, type_name: str, name: str, value: str) -> bool:
        """Whether `name` (_include or _revinclude) may be sent with `value`."""
        row = self.types.get(type_name)
        if row is None:
            return not self.types
        declared = row.revincludes if name.startswith("_revinclude") else row.includes
        return value in declared or "*" in declared

    def operates(self, type_name: str, operation: str) -> bool:
        """Whether an operation, such as "get-cg-for-mrcu", is declared on a type."""
        row = self.types.get(type_name)
        return operation in self.operations or bool(row and operation in row.operations)

    def parameters(self, type_name: str) -> frozenset[str]:
        """The search parameters of a type: as declared, else those of base R4."""
        row = self.types.get(type_name)
        if row and row.parameters:
            return row.parameters
        return parameters_of(type_name) if row or not self.types else frozenset()

    def _interacts(self, row: TypeSupport, interaction: str) -> bool:
        if row.interactions:
            return interaction in row.interactions
        return not any(other.interactions for other in self.types.values())

    def _searchable(self, type_name: str, row: TypeSupport, parameter: str) -> bool:
        bare = parameter.partition(":")[0]
        known = row.parameters or parameters_of(type_name) | {"_lastUpdated"}
        if bare in known or (bare in _RESULT and self.product != MILLENNIUM):
            return True
        return bare.partition(".")[0] in known and "." in bare and self.product != MILLENNIUM


def _server(statement: Resource) -> Mapping[str, Any]:
    rests = _rows(statement, "rest")
    server = next((rest for rest in rests if rest.get("mode", "server") == "server"), None)
    return server or {}


def _rows(parent: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = parent.get(key)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _names(parent: Mapping[str, Any], key: str, name: str) -> frozenset[str]:
    return frozenset(
        row[name].removeprefix("$") for row in _rows(parent, key) if isinstance(row.get(name), str)
    )


def _texts(row: Mapping[str, Any], key: str) -> frozenset[str]:
    found = row.get(key)
    return (
        frozenset(t for t in found if isinstance(t, str))
        if isinstance(found, list)
        else frozenset()
    )


def _type_support(row: Mapping[str, Any]) -> TypeSupport:
    return TypeSupport(
        interactions=_names(row, "interaction", "code"),
        parameters=_names(row, "searchParam", "name"),
        includes=_texts(row, "searchInclude"),
        revincludes=_texts(row, "searchRevInclude"),
        operations=_names(row, "operation", "name"),
    )


def _product(statement: Resource, types: Mapping[str, TypeSupport]) -> str:
    """Millennium by its publisher, or by parameters that only it has: those led by a hyphen."""
    names = " ".join(_vendor_texts(statement)).lower()
    hyphen = any(p.startswith("-") for row in types.values() for p in row.parameters)
    return MILLENNIUM if hyphen or any(v in names for v in _VENDORS) else GENERIC


def _vendor_texts(statement: Resource) -> Iterator[str]:
    for part in (statement, statement.get("software"), statement.get("implementation")):
        if isinstance(part, dict):
            yield from (_text(part, key) for key in ("publisher", "name", "description"))


def _text(parent: Mapping[str, Any], key: str) -> str:
    found = parent.get(key)
    return found if isinstance(found, str) else ""
