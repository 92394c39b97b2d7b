"""Read by id, and Binary in the form that the reader accepts."""

from base64 import b64decode
from binascii import Error as Base64Error

from smartapp.sandbox.fhir.answers import Answer, Refusal, not_found
from smartapp.sandbox.fhir.authz import check_patient
from smartapp.sandbox.fhir.bundles import check_whole, is_withheld
from smartapp.sandbox.fhir.call import Call
from smartapp.sandbox.fhir.definition import TypeDef
from smartapp.sandbox.fhir.types import OPEN
from smartapp.sandbox.fhir.wire import Resource

_JSON = ("application/fhir+json", "application/json", "application/json+fhir")
_WRAPPER = ("application/fhir+json", "application/json+fhir")


def read(call: Call, definition: TypeDef, id_: str) -> Answer:
    """One resource, or its Binary's bytes."""
    confined = None if definition.name in OPEN else call.confined_to(definition, "r")
    resource = call.store.get(definition.name, id_)
    if resource is None or is_withheld(call.store, resource):
        raise not_found()
    check_patient(call.store, resource, confined)
    check_whole(call.store, definition, resource)
    if definition.name == "Binary":
        return binary(call, resource)
    return Answer(body=resource, headers=version_headers(resource))


def version_headers(resource: Resource) -> dict[str, str]:
    """The weak ETag of a resource that says its version."""
    meta = resource.get("meta")
    version = meta.get("versionId") if isinstance(meta, dict) else None
    return {"ETag": f'W/"{version}"'} if isinstance(version, str) and _fits(version) else {}


def _fits(text: str) -> bool:
    """Whether a text of the data can stand in a header."""
    return text.isascii() and text.isprintable()


def media_types(accept: str) -> list[str]:
    """The media types of an Accept header, without parameters, in the order sent."""
    ranges = (one.split(";")[0].strip().lower() for one in accept.split(","))
    return [one for one in ranges if one] or ["*/*"]


def check_accepts_json(call: Call) -> None:
    """Resources are JSON only: anything else is 406 with nothing said."""
    wanted = media_types(call.headers.get("accept", ""))
    if not any(one in _JSON or one in {"*/*", "application/*"} for one in wanted):
        raise not_acceptable()


def not_acceptable() -> Refusal:
    """406, empty."""
    return Refusal(Answer(406))


def binary(call: Call, resource: Resource) -> Answer:
    """The wrapper for FHIR's type; bytes for exactly the stored type; else 406.

    `*/*` is answered with the wrapper.
    """
    stored = str(resource.get("contentType", ""))
    plain = stored.split(";")[0].strip().lower()
    for wanted in media_types(call.headers.get("accept", "")):
        if wanted in _WRAPPER or wanted == "*/*":
            return Answer(body=resource, headers=version_headers(resource))
        if plain and wanted == plain:
            return Answer(body=_bytes(resource), media=stored if _fits(stored) else plain)
    raise not_acceptable()


def _bytes(resource: Resource) -> bytes:
    try:
        return b64decode(str(resource.get("data", "")), validate=False)
    except Base64Error as error:
        raise not_found() from error
