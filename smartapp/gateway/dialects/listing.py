"""What a list of one type needs on one server: by patient, by a form, by id only, or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from smartapp.fhir.entry import ResourceType
from smartapp.gateway.capability import MILLENNIUM, Capability
from smartapp.gateway.dialects import generic, millennium
from smartapp.gateway.dialects.rows import Default, Dialect, Need, Way

_ANY = Capability()
_PATIENT_NAMES = ("patient", "subject", "beneficiary")


class Kind(StrEnum):
    """How a type is reached."""

    PATIENT = "patient"
    FORM = "form"
    ID = "id"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Listing:
    """`ways`: the forms of a FORM, best first, or the one way of a PATIENT list.

    `filters` and `date_param`: what of the entry this server offers. `readable`: a single record
    can be read by its id. `reason`: why it is ID or UNSUPPORTED, in words.
    """

    kind: Kind
    ways: tuple[Way, ...] = ()
    filters: tuple[str, ...] = ()
    date_param: str | None = None
    readable: bool = True
    reason: str = ""

    @property
    def needs(self) -> tuple[Need, ...]:
        """What the first way asks for."""
        return self.ways[0].needs if self.ways else ()

    @property
    def automatic(self) -> bool:
        """Whether the list can be fetched before anybody fills in a form."""
        return any(_is_automatic(way) for way in self.ways)


def dialect_of(capability: Capability | None) -> Dialect:
    """The dialect of a product; base R4 where nothing is known."""
    product = capability.product if capability else ""
    return millennium.DIALECT if product == MILLENNIUM else generic.DIALECT


def patient_parameter(entry: ResourceType, capability: Capability | None) -> str | None:
    """The search parameter by which this server lists the type for one patient, if it has one."""
    if "_id" in entry.search:
        return "_id"
    if "patient" not in entry.search:
        return None
    known = capability or _ANY
    names = (n for n in _PATIENT_NAMES if known.supports(entry.name, "search-type", n))
    return next(names, None)


def listing(entry: ResourceType, capability: Capability | None) -> Listing:
    """How the chart reaches this type on this server."""
    known = capability or _ANY
    readable = known.supports(entry.name, "read")
    if not known.supports(entry.name, "search-type"):
        if readable:
            return Listing(Kind.ID, reason="The EHR offers these by link or id only.")
        return Listing(
            Kind.UNSUPPORTED, readable=False, reason=f"The EHR does not offer {entry.title}."
        )
    ways = tuple(_ways(entry, known))
    if not entry.search or not ways:
        return Listing(
            Kind.ID, readable=readable, reason="The EHR offers these by link or id only."
        )
    by_patient = len(ways) == 1 and [n.default for n in ways[0].needs] == [Default.PATIENT]
    return Listing(
        Kind.PATIENT if by_patient else Kind.FORM,
        ways,
        _offered_filters(entry, known, ways),
        _offered_date(entry, known, ways),
        readable,
    )


def _ways(entry: ResourceType, known: Capability) -> Iterator[Way]:
    row = dialect_of(known).row(entry.name)
    name = patient_parameter(entry, known)
    if name == "_id" or (name and not row.ways):
        title = "Patient"
        need = Need(name, title, kind="reference", default=Default.PATIENT)
        yield Way((need,), row.fixed)
    elif row.ways:
        yield from (way for way in row.ways if _is_offered(entry, known, way))
    else:
        names = [n for n in entry.search if known.supports(entry.name, "search-type", n)]
        spare = [n for n in _declared(entry, known) if n not in names] if not names else []
        needs = tuple(generic.need(n) for n in (*names, *spare))
        if needs:
            yield Way(needs)


def _declared(entry: ResourceType, known: Capability) -> list[str]:
    """What a server lets a type be searched by, where it is none of what we would ask."""
    return sorted(n for n in known.parameters(entry.name) if not n.startswith("_"))


def _is_offered(entry: ResourceType, known: Capability, way: Way) -> bool:
    return all(known.supports(entry.name, "search-type", need.name) for need in way.needs)


def _offered_filters(
    entry: ResourceType, known: Capability, ways: tuple[Way, ...]
) -> tuple[str, ...]:
    taken = {need.name for way in ways for need in way.needs} | {n for w in ways for n in w.fixed}
    return tuple(
        name
        for name in entry.filters
        if name not in taken and known.supports(entry.name, "search-type", name)
    )


def _offered_date(entry: ResourceType, known: Capability, ways: tuple[Way, ...]) -> str | None:
    name = entry.date_param
    if name is None or any(need.name == name for way in ways for need in way.needs):
        return None
    return name if known.supports(entry.name, "search-type", name) else None


def _is_automatic(way: Way) -> bool:
    return all(need.default or need.value or not need.required for need in way.needs)
