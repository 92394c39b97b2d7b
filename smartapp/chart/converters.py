"""Path converters: a type or a family in an address becomes its entry, or there is no such page."""

from smartapp.fhir.entry import Family, ResourceType
from smartapp.fhir.types import REGISTRY


class EntryConverter:
    """`Observation` ↔ its entry of the registry."""

    regex = "[A-Z][A-Za-z]{1,60}"

    def to_python(self, value: str) -> ResourceType:
        if value not in REGISTRY:
            raise ValueError(value)
        return REGISTRY[value]

    def to_url(self, value: ResourceType | str) -> str:
        return value if isinstance(value, str) else value.name


class FamilyConverter:
    """`results` ↔ Family.RESULTS."""

    regex = "[a-z]{1,20}"

    def to_python(self, value: str) -> Family:
        return Family(value)

    def to_url(self, value: Family | str) -> str:
        return str(value)
