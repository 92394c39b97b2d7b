"""What to type into the form of a type that is not simply listed, so that a record is found."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

from smartapp.chart.asks import FROM, TO, asked, is_period
from smartapp.gateway.dialects import Listing, Need, Way
from smartapp.sandbox.fhir.paths import targets, walk, walk_all

Resource = dict[str, Any]
Values = Callable[[Resource], list[str]]


def _texts(*paths: str) -> Values:
    return lambda resource: [str(one) for one in walk_all(resource, paths)]


def _flags(path: str) -> Values:
    return lambda resource: [str(one).lower() for one in walk(resource, path)]


def _codes(path: str) -> Values:
    """`system|code` of codings, concepts and identifiers."""

    def found(resource: Resource) -> list[str]:
        values = walk(resource, path)
        parts = [part for one in values for part in (one.get("coding") or [one])]
        pairs = [(part.get("system"), part.get("code") or part.get("value")) for part in parts]
        return [f"{system}|{code}" if system else str(code) for system, code in pairs if code]

    return found


def _bare_codes(path: str) -> Values:
    return lambda resource: [str(one) for one in walk(resource, f"{path}.coding.code")]


def _ids(*paths: str, kind: str = "") -> Values:
    return lambda resource: sorted(
        f"{name}/{one}" for name, one in targets(resource, paths) if kind in ("", name)
    )


def _bare_ids(*paths: str) -> Values:
    return lambda resource: sorted(one for _, one in targets(resource, paths))


# Source: the elements that FHIR R4 defines for these search parameters; a leading hyphen is the
# vendor's own, described in its documentation.
_ELEMENTS: dict[tuple[str, str], Values] = {
    ("Account", "-encounter"): _bare_ids("extension:associated-encounter.valueReference"),
    ("Account", "-guarantor"): _bare_ids("guarantor.party"),
    ("Account", "identifier"): _codes("identifier"),
    ("Appointment", "date"): _texts("start"),
    ("Appointment", "-date-or-req-period"): _texts("start", "requestedPeriod.start"),
    ("ChargeItem", "context"): _bare_ids("context"),
    ("ChargeItem", "account"): _bare_ids("account"),
    ("Communication", "recipient:Practitioner"): _bare_ids("recipient"),
    ("Communication", "recipient:Group"): _bare_ids("recipient"),
    ("Communication", "category"): _bare_codes("category"),
    ("Communication", "received"): _texts("received"),
    ("Communication", "-email-status"): _codes("extension:email-status.valueCodeableConcept"),
    ("InsurancePlan", "owned-by"): _bare_ids("ownedBy"),
    ("Location", "-physicalType"): _bare_codes("physicalType"),
    ("Location", "type"): _codes("type"),
    ("Location", "identifier"): _codes("identifier"),
    ("Location", "address-state"): _texts("address.state"),
    ("Location", "address-city"): _texts("address.city"),
    ("Location", "address-postalcode"): _texts("address.postalCode"),
    ("Location", "address"): _texts("address.city", "address.line"),
    ("Organization", "name"): _texts("name"),
    ("Organization", "identifier"): _codes("identifier"),
    ("Organization", "type"): _codes("type"),
    ("Organization", "address"): _texts("address.city", "address.line"),
    ("Person", "identifier"): _codes("identifier"),
    ("Practitioner", "name"): _texts("name.family"),
    ("Practitioner", "family"): _texts("name.family"),
    ("Practitioner", "given"): _texts("name.given"),
    ("Practitioner", "identifier"): _codes("identifier"),
    ("Practitioner", "active"): _flags("active"),
    ("Provenance", "target"): _ids("target"),
    ("Slot", "service-type"): _codes("serviceType"),
    ("Slot", "start"): _texts("start"),
}

Ask = tuple[int, tuple[tuple[str, str], ...]]


def asks(listing: Listing, resource: Resource) -> Iterator[Ask]:
    """(number of the way, form data) of every search that a record's own values allow."""
    for number, way in enumerate(listing.ways):
        if _is_another_kind(way, resource):
            continue
        needs = [need for need in asked(way) if need.required]
        options = [_options(need, resource) for need in needs]
        for chosen in product(*options):
            yield number, tuple(pair for pairs in chosen for pair in pairs)


def _is_another_kind(way: Way, resource: Resource) -> bool:
    """Whether a constant of the search, such as `type=statement`, says what the record is not."""
    for name, value in way.fixed.items():
        stated = [*walk(resource, f"{name}.coding.code"), *walk(resource, f"{name}.text")]
        if stated and value not in stated:
            return True
    return False


def _options(need: Need, resource: Resource) -> list[tuple[tuple[str, str], ...]]:
    values = _ELEMENTS[resource["resourceType"], need.name](resource)
    if is_period(need):
        days = [_day(value) for value in values]
        return [_around(need.name, day) for day in days if day]
    return [((need.name, value),) for value in dict.fromkeys(values)]


def _day(value: str) -> date | None:
    found = re.match(r"\d{4}-\d\d-\d\d", value)
    return date.fromisoformat(found[0]) if found else None


def _around(name: str, day: date) -> tuple[tuple[str, str], ...]:
    """A day before and after: the record's zone need not be the hospital's."""
    start, end = day - timedelta(days=1), day + timedelta(days=1)
    return (name + FROM, start.isoformat()), (name + TO, end.isoformat())
