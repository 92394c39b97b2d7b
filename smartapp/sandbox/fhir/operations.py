"""Operations: a patient's documents, a CCD made on demand, the caregiver organization."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from smartapp.sandbox.ccd.document import continuity_of_care
from smartapp.sandbox.fhir.answers import Answer, bad_request, forbidden, not_found
from smartapp.sandbox.fhir.bundles import entry, searchset
from smartapp.sandbox.fhir.call import Call
from smartapp.sandbox.fhir.dates import EARLIEST, LATEST, Span, has_time, instant_text, span
from smartapp.sandbox.fhir.paths import target
from smartapp.sandbox.fhir.read import binary, check_accepts_json
from smartapp.sandbox.fhir.types import DEFINITIONS
from smartapp.sandbox.fhir.wire import Resource

_SUMMARY = "34133-9"
_LOINC = "http://loinc.org"
_FORMAT = {
    "system": "http://ihe.net/fhir/ValueSet/IHE.FormatCode.codesystem",
    "code": "urn:hl7-org:sdwg:ccda-structuredBody:2.1",
    "display": "For documents following C-CDA constraints using a structured body.",
}


def operate(call: Call, type_name: str, name: str) -> Answer:
    """The operation of that name, or 404."""
    found = _OPERATIONS.get((type_name, name))
    if found is None or call.method != "GET":
        raise not_found()
    return found(call)


def _parameters(call: Call, *known: str) -> dict[str, str]:
    sent: dict[str, str] = {}
    for name, value in call.query:
        if name not in known:
            raise bad_request(f"the parameter {name} is not supported")
        if name in sent:
            raise bad_request(f"{name} must be provided at most once")
        sent[name] = value
    return sent


def _patient(call: Call, sent: dict[str, str], *types: str) -> Resource:
    """The patient that the operation is about, if the token may see them."""
    confined = [call.confined_to(DEFINITIONS[name], "r") for name in types]
    id_ = sent.get("patient", "").rpartition("/")[2]
    if not id_:
        raise bad_request("patient must be provided")
    if any(one is not None and one != id_ for one in confined):
        raise forbidden("Forbidden resource")
    patient = call.store.get("Patient", id_)
    if patient is None:
        raise not_found()
    return patient


def _window(sent: dict[str, str]) -> Span:
    """From `start` to `end`, each with time; one that is left out does not bound."""
    bounds = {}
    for name in ("start", "end"):
        value = sent.get(name)
        if value is None:
            continue
        found = span(value.removeprefix("eq"))
        if found is None or not has_time(value):
            raise bad_request(f"{name} must be provided as a dateTime with time")
        bounds[name] = found
    start = bounds["start"].start if "start" in bounds else EARLIEST
    end = bounds["end"].end if "end" in bounds else LATEST
    if start > end:
        raise bad_request("start must not be after end")
    return Span(start, end)


def docref(call: Call) -> Answer:
    """One new DocumentReference whose attachment is the CCD to fetch; not readable later."""
    check_accepts_json(call)
    sent = _parameters(call, "patient", "start", "end", "type")
    patient = _patient(call, sent, "DocumentReference")
    _window(sent)
    wanted = sent.get("type", f"{_LOINC}|{_SUMMARY}").split(",")
    links = [("self", f"{call.base}/{call.path}?{urlencode(call.query)}")]
    if not any(one.rpartition("|")[2] == _SUMMARY for one in wanted):
        return Answer(body=searchset(links, [], None))
    document = _document(call, patient, sent)
    return Answer(body=searchset(links, [entry(call.base, document, "match")], None))


def _document(call: Call, patient: Resource, sent: dict[str, str]) -> Resource:
    query = {"patient": patient["id"]} | {k: sent[k] for k in ("start", "end") if k in sent}
    title = "Summary of episode note"
    address = f"{call.base}/Binary/$autogen-ccd-if?{urlencode(query)}"
    attachment = {"contentType": "application/xml", "url": address}
    return {
        "resourceType": "DocumentReference",
        "id": str(uuid4()),
        "status": "current",
        "type": {
            "coding": [{"system": _LOINC, "code": _SUMMARY, "display": title}],
            "text": title,
        },
        "subject": {"reference": f"Patient/{patient['id']}"},
        "date": instant_text(call.state.clock()),
        "content": [{"attachment": attachment, "format": _FORMAT}],
    }


def autogen_ccd(call: Call) -> Answer:
    """The CCD of now, as Binary or as XML."""
    sent = _parameters(call, "patient", "start", "end", "encounter")
    patient = _patient(call, sent, "Binary", "DocumentReference")
    now = call.state.clock()
    document = continuity_of_care(call.store, patient, _window(sent), now, sent.get("encounter"))
    return binary(
        call,
        {
            "resourceType": "Binary",
            "id": str(uuid4()),
            "meta": {"lastUpdated": instant_text(now)},
            "contentType": "application/xml",
            "data": b64encode(document).decode(),
        },
    )


def caregivers(call: Call) -> Answer:
    """The organization that a care unit organization is part of, up to the caregiver."""
    check_accepts_json(call)
    call.confined_to(DEFINITIONS["Organization"], "r")
    sent = _parameters(call, "_id")
    if not sent.get("_id") or "," in sent["_id"]:
        raise bad_request("_id must be provided with exactly one id")
    unit = call.store.get("Organization", sent["_id"])
    found = _caregiver(call, unit) if unit else None
    links = [("self", f"{call.base}/{call.path}?{urlencode(call.query)}")]
    entries = [entry(call.base, found, "match")] if found else []
    return Answer(body=searchset(links, entries, len(entries)))


def _caregiver(call: Call, unit: Resource) -> Resource:
    """The top of the unit's `partOf` chain; a unit that is part of nothing is its own."""
    seen: set[Any] = set()
    while unit["id"] not in seen:
        seen.add(unit["id"])
        above = target(unit.get("partOf"))
        found = call.store.resolve(above) if above else None
        if found is None:
            break
        unit = found
    return unit


_OPERATIONS: dict[tuple[str, str], Callable[[Call], Answer]] = {
    ("DocumentReference", "$docref"): docref,
    ("Binary", "$autogen-ccd-if"): autogen_ccd,
    ("Organization", "$get-cg-for-mrcu"): caregivers,
}
