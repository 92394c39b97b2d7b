"""The resources inside a JSON value: alone, as bundle, as entry, or in a list of these."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from smartapp.sandbox.fhir.wire import Resource, encode

_ID = re.compile(r"[A-Za-z0-9.$_-]{1,128}")
_TYPE = re.compile(r"[A-Z][A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A resource with an id, and the address that references in its file may use for it."""

    resource: Resource
    full_url: str | None
    id_made: bool


def unwrap(value: Any) -> list[Found]:
    """Every resource in the value, in order."""
    return list(_unwrap(value, None, None))


def _unwrap(value: Any, full_url: Any, request: Any) -> Iterator[Found]:
    if isinstance(value, list):
        for one in value:
            yield from _unwrap(one, None, None)
    elif isinstance(value, dict) and value.get("resourceType") == "Bundle":
        yield from _unwrap(value.get("entry") or [], None, None)
    elif isinstance(value, dict) and _is_resource(value):
        yield _found(value, full_url, request)
    elif isinstance(value, dict) and "resource" in value:
        yield from _unwrap(value["resource"], value.get("fullUrl"), value.get("request"))


def _is_resource(value: dict[str, Any]) -> bool:
    name = value.get("resourceType")
    return isinstance(name, str) and _TYPE.fullmatch(name) is not None


def _found(resource: Resource, full_url: Any, request: Any) -> Found:
    address = full_url if isinstance(full_url, str) and full_url else None
    stated = _stated_id(resource, address, request)
    if stated is None:
        # From the content: the same file gives the same id on every start.
        digest = int(sha256(encode(resource)).hexdigest()[:12], 16)
        return Found(resource | {"id": f"9{digest}"}, address, True)
    return Found(resource | {"id": stated}, address, False)


def _stated_id(resource: Resource, address: str | None, request: Any) -> str | None:
    """The id that the resource, its address or its request states."""
    candidates = [resource.get("id")]
    if isinstance(request, dict) and request.get("method") == "PUT":
        candidates.append(_tail(request.get("url"), resource["resourceType"]))
    if address is not None:
        candidates.append(_tail(address, resource["resourceType"]))
        if address.startswith("urn:uuid:"):
            candidates.append(address.removeprefix("urn:uuid:"))
    for one in candidates:
        if isinstance(one, int | str) and _ID.fullmatch(str(one)):
            return str(one)
    return None


def _tail(address: Any, type_name: str) -> str | None:
    parts = str(address).split("?")[0].split("/")
    return parts[-1] if len(parts) > 1 and parts[-2] == type_name else None
