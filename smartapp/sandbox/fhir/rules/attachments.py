"""What was written as base64 is stored as Binary and from then on read by its address only."""

from typing import Any

from smartapp.sandbox.fhir.rules.rule import Writing
from smartapp.sandbox.fhir.wire import Resource

_PREFIXES = {"application/pdf": "XR", "text/html": "TR", "application/xml": "XML"}


def attach(writing: Writing, resource: Resource, element: str) -> Resource:
    """The resource with each attachment's data moved to a Binary."""
    return resource | {
        element: [
            _moved(writing, one, f"{resource['id']}{f'.{number}' if number else ''}")
            for number, one in enumerate(resource[element])
        ]
    }


def _moved(writing: Writing, holder: dict[str, Any], name: str) -> dict[str, Any]:
    """An attachment, or the `content` around one."""
    if "attachment" in holder:
        return holder | {"attachment": _moved(writing, holder["attachment"], name)}
    if "data" not in holder:
        return holder
    media = str(holder.get("contentType", ""))
    id_ = f"{_PREFIXES.get(media.split(';')[0], 'R')}-{name}"
    stored = {"contentType": media.split(";")[0], "data": holder["data"]}
    meta = {"versionId": "1", "lastUpdated": writing.now}
    writing.store.put({"resourceType": "Binary", "id": id_, "meta": meta} | stored)
    kept = {key: value for key, value in holder.items() if key != "data"}
    return kept | {"contentType": media.split(";")[0], "url": f"{writing.base}/Binary/{id_}"}
