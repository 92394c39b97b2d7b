"""Which function answers which request."""

from smartapp.sandbox.fhir.answers import Answer, Refusal, forbidden, not_found, refuse
from smartapp.sandbox.fhir.bundles import INCLUDED_TYPES, page_bundle
from smartapp.sandbox.fhir.call import Call
from smartapp.sandbox.fhir.definition import TypeDef
from smartapp.sandbox.fhir.metadata import metadata
from smartapp.sandbox.fhir.operations import operate
from smartapp.sandbox.fhir.paging import Result, cut
from smartapp.sandbox.fhir.query import PAGE_CONTEXT, Query, parse
from smartapp.sandbox.fhir.read import check_accepts_json, read
from smartapp.sandbox.fhir.rules import RULES
from smartapp.sandbox.fhir.search import find
from smartapp.sandbox.fhir.types import DEFINITIONS
from smartapp.sandbox.fhir.writes import write

_WRITES = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_LETTERS = {"create": "c", "update": "u", "patch": "p", "delete": "d"}


def method_of(call: Call) -> str:
    """The method meant: a POST may say that it is a PATCH."""
    override = call.headers.get("x-http-method-override") or call.parameter("_method") or ""
    is_patch = call.method == "POST" and override.lower() == "patch"
    return "PATCH" if is_patch else call.method


def interaction_of(call: Call) -> str:
    """The interaction in FHIR's words."""
    parts = call.path.split("/")
    if parts[0] == "metadata":
        return "metadata"
    if any(part.startswith("$") for part in parts):
        return "operation"
    if method_of(call) in _WRITES:
        return _WRITES[method_of(call)]
    return "read" if len(parts) > 1 else "search"


def answer(call: Call) -> Answer:
    """The answer; refusals are answers too."""
    try:
        return _dispatch(call)
    except Refusal as refusal:
        return refusal.answer


def _dispatch(call: Call) -> Answer:
    parts = call.path.split("/")
    if parts == ["metadata"]:
        return _metadata(call)
    definition = DEFINITIONS.get(parts[0])
    if definition is None or len(parts) > 2:
        raise not_found()
    if call.open and call.method not in {"GET", "HEAD"}:
        raise forbidden("This service root is read-only")
    if parts[-1].startswith("$"):
        return operate(call, definition.name, parts[-1])
    interaction = interaction_of(call)
    if interaction in _LETTERS:
        return _write(call, definition, interaction, parts)
    if interaction == "search":
        return search(call, definition)
    if definition.name != "Binary":
        check_accepts_json(call)
    return read(call, definition, parts[1])


def _metadata(call: Call) -> Answer:
    if call.method not in {"GET", "HEAD"}:
        raise refuse(405, "not-supported", "Method Not Allowed", Allow="GET, HEAD")
    check_accepts_json(call)
    return metadata(call)


def _write(call: Call, definition: TypeDef, interaction: str, parts: list[str]) -> Answer:
    """A write that the type offers; without the scope it is a 403 whatever else is wrong."""
    if (interaction == "create") != (len(parts) == 1):
        raise not_found()
    if definition.name not in RULES or _LETTERS[interaction] not in definition.does:
        call.grant()
        raise refuse(405, "not-supported", "Method Not Allowed", Allow="GET, HEAD")
    return write(call, definition, interaction, parts[1] if len(parts) > 1 else None)


def search(call: Call, definition: TypeDef) -> Answer:
    """A search, or a further page of one."""
    if "s" not in definition.does:
        raise not_found()
    check_accepts_json(call)
    patient = call.confined_to(definition, "s")
    token = call.parameter(PAGE_CONTEXT)
    if token is not None:
        return _further(call, definition, token, patient)
    query = parse(definition, call.query)
    _check_included(call, query)
    rows = find(call, query, patient)
    paged = definition.page is not None and "_id" not in query.values
    size = (query.count or definition.page) if paged else None
    result = Result(
        definition.name,
        rows,
        cut(rows, size),
        call.query,
        query.revinclude,
        query.includes,
        patient,
    )
    return page_bundle(call, result, 0)


def _further(call: Call, definition: TypeDef, token: str, patient: str | None) -> Answer:
    found = call.pages.find(token)
    if found is None or found[0].type_name != definition.name:
        raise refuse(404, "not-found", "-pageContext is unknown or has expired")
    result, index = found
    if result.patient != patient:
        raise forbidden("Forbidden resource")
    return page_bundle(call, result, index)


def _check_included(call: Call, query: Query) -> None:
    """What comes along needs its own read scope."""
    wanted = [INCLUDED_TYPES[name] for name in query.includes]
    if query.revinclude:
        wanted.append("Provenance")
    for name in wanted:
        call.confined_to(DEFINITIONS[name], "r")
