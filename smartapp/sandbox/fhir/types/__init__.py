"""All types that the server knows; a request for any other is answered 404."""

from collections.abc import Mapping
from itertools import chain

from smartapp.sandbox.fhir.definition import TypeDef
from smartapp.sandbox.fhir.types import (
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

_FAMILIES = (people, visits, problems, medications, results, care, documents, billing, metadata)

DEFINITIONS: Mapping[str, TypeDef] = {
    one.name: one for one in chain.from_iterable(family.TYPES for family in _FAMILIES)
}
OPEN = frozenset({"OperationDefinition", "StructureDefinition"})
"""Types that need no token."""
