"""The registry: every FHIR type that the app shows, in the order of its families."""

from collections.abc import Mapping
from types import MappingProxyType

from smartapp.fhir.entry import ResourceType
from smartapp.fhir.types import (
    billing,
    care,
    documents,
    medications,
    metadata,
    people,
    problems,
    results,
    visits,
)

_FAMILIES = (
    people,
    visits,
    problems,
    medications,
    results,
    care,
    documents,
    billing,
    metadata,
)

REGISTRY: Mapping[str, ResourceType] = MappingProxyType(
    {entry.name: entry for family in _FAMILIES for entry in family.ENTRIES}
)
