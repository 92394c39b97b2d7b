"""Families → types: what this sign-in may see on this EHR, and why it may not see the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from smartapp.chart.markup import Links
from smartapp.fhir.entry import Family, ResourceType
from smartapp.fhir.scopes import Scopes
from smartapp.fhir.types import REGISTRY
from smartapp.gateway.capability import Capability
from smartapp.gateway.dialects import Kind, Listing, listing

# Clinical first: what is read at the start of a visit stands at the top of the patient page.
ORDER = (
    Family.PROBLEMS,
    Family.MEDICATIONS,
    Family.RESULTS,
    Family.VISITS,
    Family.CARE,
    Family.DOCUMENTS,
    Family.PEOPLE,
    Family.BILLING,
    Family.METADATA,
)
LEVELS = ("patient", "user")


class State(StrEnum):
    """How far a type can be reached."""

    LIST = "list"
    FORM = "form"
    ID = "id"
    NOT_GRANTED = "not-granted"
    NOT_SUPPORTED = "not-supported"


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be done with one type here. `reason`: why not more, in words."""

    entry: ResourceType
    state: State
    listing: Listing
    reason: str = ""

    @property
    def is_open(self) -> bool:
        return self.state not in (State.NOT_GRANTED, State.NOT_SUPPORTED)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the navigation; without `url` it is greyed."""

    name: str
    title: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Group:
    """One family of the navigation."""

    name: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Navigation:
    """The rail; `current` is the name of the type shown, "" on the summary."""

    groups: tuple[Group, ...]
    current: str = ""


def reach(entry: ResourceType, scopes: Scopes, capability: Capability | None) -> Reach:
    """The least of what the EHR offers and the sign-in grants."""
    offered = listing(entry, capability)
    if offered.kind is Kind.UNSUPPORTED:
        return Reach(entry, State.NOT_SUPPORTED, offered, "Not offered by this EHR")
    if offered.kind is not Kind.ID and is_granted(entry, scopes, "s"):
        form = offered.kind is Kind.FORM
        return Reach(entry, State.FORM if form else State.LIST, offered)
    if offered.readable and is_granted(entry, scopes, "r"):
        reason = "By id or link" if offered.kind is Kind.ID else "By id or link: no search granted"
        return Reach(entry, State.ID, offered, reason)
    return Reach(entry, State.NOT_GRANTED, offered, "Not granted to this sign-in")


def is_granted(entry: ResourceType, scopes: Scopes, letter: str) -> bool:
    """Whether the scopes cover the type, whole or in part; no scope exists for metadata."""
    if entry.family is Family.METADATA:
        return True
    allowed = scopes.allows(entry.name, letter, LEVELS)
    return allowed or bool(scopes.slices(entry.name, letter, LEVELS))


def reaches(
    scopes: Scopes, capability: Capability | None, family: Family | None = None
) -> list[Reach]:
    """All types, or those of a family, in the order of the registry."""
    entries = [one for one in REGISTRY.values() if family in (None, one.family)]
    return [reach(entry, scopes, capability) for entry in entries]


def navigation(found: Sequence[Reach], links: Links, current: str = "") -> Navigation:
    """The rail: every type, those out of reach without a link but with the reason."""
    groups = []
    for family in ORDER:
        items = tuple(_item(one, links) for one in found if one.entry.family is family)
        groups.append(Group(family.value, family.title, items))
    return Navigation(tuple(groups), current)


def _item(found: Reach, links: Links) -> Item:
    entry = found.entry
    url = links.list(entry.name) if found.is_open else ""
    return Item(entry.name, entry.title, url, found.reason)
