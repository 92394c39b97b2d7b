"""What may be written, type by type, as the vendor's pages say; everything else is refused."""

from collections.abc import Mapping
from itertools import chain

from smartapp.sandbox.fhir.rules import (
    billing,
    documents,
    medications,
    people,
    problems,
    results,
    visits,
)
from smartapp.sandbox.fhir.rules.rule import WriteRule

_FAMILIES = (people, visits, problems, medications, results, documents, billing)

RULES: Mapping[str, WriteRule] = {
    one.name: one for one in chain.from_iterable(family.RULES for family in _FAMILIES)
}
