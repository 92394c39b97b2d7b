"""The shape of a registry entry: one ResourceType says all that the app needs to know of a type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from enum import StrEnum
from typing import Any

from smartapp.fhir.display import Shown

Resource = dict[str, Any]


class Family(StrEnum):
    """The clinical families, in the order of the navigation."""

    PEOPLE = "people"
    VISITS = "visits"
    PROBLEMS = "problems"
    MEDICATIONS = "medications"
    RESULTS = "results"
    CARE = "care"
    DOCUMENTS = "documents"
    BILLING = "billing"
    METADATA = "metadata"

    @property
    def title(self) -> str:  # type: ignore[override]  # the navigation's word, not str.title
        return _TITLES[self]


_TITLES = {
    Family.PEOPLE: "People and organizations",
    Family.VISITS: "Visits and scheduling",
    Family.PROBLEMS: "Allergies, problems and history",
    Family.MEDICATIONS: "Medications and immunizations",
    Family.RESULTS: "Results",
    Family.CARE: "Care and orders",
    Family.DOCUMENTS: "Documents, messages and forms",
    Family.BILLING: "Coverage and billing",
    Family.METADATA: "Metadata",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: an element path, or a function from resource and time zone to Shown.

    A path may name alternatives: `a|b` takes the first that has a value.
    """

    title: str
    path: str = ""
    show: Callable[[Resource, tzinfo], Shown] | None = None


@dataclass(frozen=True, slots=True)
class ResourceType:
    """What the app knows of one FHIR type; all else is derived.

    `search`: parameters a listing must send on a server that follows base R4 (`patient` comes
    from the launch, as does `_id` for Patient; any other becomes a form); () = by id or link only.
    `watch`: elements whose change is a trigger.
    """

    name: str
    title: str
    family: Family
    search: tuple[str, ...] = ("patient",)
    date_param: str | None = None
    columns: tuple[Column, ...] = ()
    filters: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict, hash=False)
    include: tuple[str, ...] = ()
