"""Searchset bundles: matches, what goes with them, links, and what had to be withheld."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from smartapp.sandbox.fhir.answers import Answer, broken, outcome
from smartapp.sandbox.fhir.call import Call
from smartapp.sandbox.fhir.definition import TypeDef
from smartapp.sandbox.fhir.paging import Result
from smartapp.sandbox.fhir.paths import targets
from smartapp.sandbox.fhir.types import DEFINITIONS
from smartapp.sandbox.fhir.wire import Resource
from smartapp.sandbox.store import Store

Entry = dict[str, Any]
_SUPPRESSED = (
    "Other search results were found but could not be compliantly expressed "
    "and hence have been suppressed"
)


def page_bundle(call: Call, result: Result, index: int) -> Answer:
    """One page of a result."""
    definition = DEFINITIONS[result.type_name]
    entries, withheld = _matches(call, definition, result, index)
    entries += _included(call, result, index)
    if withheld:
        entries.append(_suppressed())
    total = len(result.rows) if _says_total(definition, result) else None
    return Answer(body=searchset(_links(call, result, index), entries, total))


def searchset(
    links: list[tuple[str, str]], entries: list[Entry], total: int | None
) -> dict[str, Any]:
    """The bundle; without entries the element is absent."""
    bundle: dict[str, Any] = {"resourceType": "Bundle", "id": str(uuid4()), "type": "searchset"}
    if total is not None:
        bundle["total"] = total
    bundle["link"] = [{"relation": relation, "url": url} for relation, url in links]
    if entries:
        bundle["entry"] = entries
    return bundle


def entry(base: str, resource: Resource, mode: str) -> Entry:
    """One entry with its absolute address."""
    address = f"{base}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": address, "resource": resource, "search": {"mode": mode}}


def _says_total(definition: TypeDef, result: Result) -> bool:
    return definition.total or (definition.name == "Encounter" and len(result.bounds) == 1)


def _matches(
    call: Call, definition: TypeDef, result: Result, index: int
) -> tuple[list[Entry], bool]:
    entries, withheld = [], False
    for row in result.page(index):
        if is_withheld(call.store, row.resource):
            withheld = True
            continue
        check_whole(call.store, definition, row.resource)
        entries.append(entry(call.base, row.resource, "match"))
    return entries, withheld


def is_withheld(store: Store, resource: Resource) -> bool:
    """A document without a status: not readable, and a search says that something is missing."""
    is_document = resource["resourceType"] == "DocumentReference"
    return is_document and "status" not in resource and not store.is_foreign(resource)


def check_whole(store: Store, definition: TypeDef, resource: Resource) -> None:
    """Raise the 500 of a record that lacks a required element; the user's own data is exempt."""
    for element in definition.required:
        if element not in resource and not store.is_foreign(resource):
            raise broken(definition.name, element)


def _suppressed() -> Entry:
    body = outcome("warning", "suppressed", diagnostics=_SUPPRESSED)
    return {"fullUrl": f"urn:uuid:{uuid4()}", "resource": body, "search": {"mode": "outcome"}}


def _included(call: Call, result: Result, index: int) -> list[Entry]:
    found: dict[tuple[str, str], Resource] = {}
    for row in result.page(index):
        key = (row.resource["resourceType"], row.resource["id"])
        wanted = call.store.about(key) if result.revinclude else []
        for one in [*wanted, *_followed(call.store, row.resource, result.includes)]:
            found.setdefault((one["resourceType"], one["id"]), one)
    return [entry(call.base, one, "include") for one in found.values()]


_FOLLOW = {
    "Slot:schedule": (("schedule",), "Schedule"),
    "Consent:actor": (("provision.actor.reference",), "RelatedPerson"),
    "Consent:patient": (("patient",), "Patient"),
}
INCLUDED_TYPES = {name: type_name for name, (_, type_name) in _FOLLOW.items()} | {
    "Schedule:actor:Practitioner": "Practitioner"
}


def _followed(store: Store, resource: Resource, includes: tuple[str, ...]) -> list[Resource]:
    found = []
    for include, (paths, type_name) in _FOLLOW.items():
        if include in includes:
            found += _resolved(store, resource, paths, type_name)
    if "Schedule:actor:Practitioner" in includes:
        for schedule in _resolved(store, resource, ("schedule",), "Schedule"):
            found += _resolved(store, schedule, ("actor",), "Practitioner")
    return found


def _resolved(
    store: Store, resource: Resource, paths: tuple[str, ...], type_name: str
) -> list[Resource]:
    keys = sorted(key for key in targets(resource, paths) if key[0] == type_name)
    aimed = (store.resolve(key) for key in keys)
    return [one for one in aimed if one is not None]


def _links(call: Call, result: Result, index: int) -> list[tuple[str, str]]:
    """`self` echoes the request; `next` of a Slot search drops the original parameters."""
    address = f"{call.base}/{result.type_name}"
    links = [("self", _with(address, call.query))]
    kept = [] if result.type_name == "Slot" else result.sent
    for relation, step, direction in (("previous", -1, "PREVIOUS"), ("next", 1, "NEXT")):
        if 0 <= index + step < len(result.bounds):
            token = call.pages.token(result, index + step)
            paging = [("-pageContext", token), ("-pageDirection", direction)]
            links.append((relation, _with(address, [*kept, *paging])))
    return links


def _with(address: str, query: list[tuple[str, str]]) -> str:
    return f"{address}?{urlencode(query)}" if query else address
