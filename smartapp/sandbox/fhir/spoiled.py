"""Faults that change a good answer: the resource or bundle first, then its bytes."""

import gzip
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec

from smartapp.sandbox.faults import Fault
from smartapp.sandbox.fhir.answers import Answer, outcome
from smartapp.sandbox.fhir.call import Call
from smartapp.sandbox.fhir.dates import instant_text, span
from smartapp.sandbox.fhir.wire import encode

Body = dict[str, Any]
_MEGABYTE = 1024 * 1024


def _entries(body: Body) -> list[Body]:
    return [one for one in body.get("entry", []) if isinstance(one, dict)]


def _matched(body: Body) -> list[Body]:
    """The resources that are results: of a bundle, or the one that was read."""
    if body.get("resourceType") != "Bundle":
        return [body] if "resourceType" in body else []
    found = (one for one in _entries(body) if one.get("search", {}).get("mode") != "outcome")
    return [one["resource"] for one in found if isinstance(one.get("resource"), dict)]


def _next_link(body: Body, call: Call) -> Body:
    """The `next` link, made when the bundle has none."""
    links = body.setdefault("link", [])
    for link in links:
        if link["relation"] == "next":
            found: Body = link
            return found
    made = {
        "relation": "next",
        "url": f"{call.base}/{call.path}?-pageContext=x&-pageDirection=NEXT",
    }
    links.append(made)
    return made


def _page_loop(body: Body, call: Call, fault: Fault) -> None:
    own = next(link["url"] for link in body["link"] if link["relation"] == "self")
    _next_link(body, call)["url"] = own


def _foreign_host(body: Body, call: Call, fault: Fault) -> None:
    link = _next_link(body, call)
    link["url"] = fault.setting("host") + link["url"].removeprefix(call.state.config.public_url)


def _other_tenant(body: Body, call: Call, fault: Fault) -> None:
    link = _next_link(body, call)
    link["url"] = link["url"].replace(call.state.config.tenant, fault.setting("tenant"))


def _plain_http(body: Body, call: Call, fault: Fault) -> None:
    """Plain http on the default port, which is not where this server is."""
    link = _next_link(body, call)
    parts = urlsplit(link["url"])
    link["url"] = parts._replace(scheme="http", netloc=parts.hostname or "").geturl()


def _drop_next(body: Body, call: Call, fault: Fault) -> None:
    body["link"] = [one for one in body["link"] if one["relation"] != "next"]
    body["total"] = len(_matched(body)) + 25


def _foreign_patient(body: Body, call: Call, fault: Fault) -> None:
    for resource in _matched(body)[:1]:
        if resource["resourceType"] == "Patient":
            resource["id"] = fault.setting("foreign")
        _point(resource, f"Patient/{fault.setting('foreign')}")


def _point(node: Any, other: str) -> None:
    """Let every reference to a patient name another one."""
    if isinstance(node, list):
        for one in node:
            _point(one, other)
    if isinstance(node, dict):
        if "Patient/" in str(node.get("reference", "")):
            node["reference"] = other
            node.pop("display", None)
        for one in node.values():
            _point(one, other)


def _duplicate(body: Body, call: Call, fault: Fault) -> None:
    body["entry"] = [copy for one in _entries(body) for copy in (one, deepcopy(one))]


def _out_of_order(body: Body, call: Call, fault: Fault) -> None:
    body["entry"] = _entries(body)[::-1]


def _stale(body: Body, call: Call, fault: Fault) -> None:
    """A read shows an older version; a search shows an older one after the current."""
    resources = _matched(body)[:1]
    for resource in resources if body.get("resourceType") != "Bundle" else deepcopy(resources):
        at = span(resource.get("meta", {}).get("lastUpdated"))
        start = at.start if at else call.state.clock()
        older = instant_text(start - timedelta(days=float(fault.setting("days"))))
        resource["meta"] = {"versionId": "0", "lastUpdated": older}
        resource["note"] = [{"text": "An older version."}]
        if body.get("resourceType") == "Bundle":
            address = f"{call.base}/{resource['resourceType']}/{resource['id']}"
            entry = {"fullUrl": address, "resource": resource, "search": {"mode": "match"}}
            body["entry"].append(entry)


def _strip_meta(body: Body, call: Call, fault: Fault) -> None:
    for resource in _matched(body):
        resource.pop("meta", None)


def _poison(body: Body, call: Call, fault: Fault) -> None:
    variant = fault.setting("variant")
    if variant == "null":
        body.setdefault("entry", []).insert(0, {"fullUrl": "urn:uuid:0", "resource": None})
    for resource in _matched(body)[:1]:
        if variant == "types":
            resource.update(status=7, code="text", meta=[], text=False, category={"coding": 3})
        if variant == "depth":
            resource["extension"] = [_nested(300)]
        if variant == "number":
            number = msgspec.Raw(b"1" + b"0" * 400 + b".5e999999")
            resource["extension"] = [{"url": "urn:poison", "valueDecimal": number}]


def _nested(depth: int) -> Body:
    node: Body = {"url": "urn:poison", "valueString": "at the bottom"}
    for _ in range(depth):
        node = {"url": "urn:poison", "extension": [node]}
    return node


def _outcome_entry(body: Body, call: Call, fault: Fault) -> None:
    issue = outcome("warning", "incomplete", "Some results could not be retrieved")
    entry = {"fullUrl": "urn:uuid:1", "resource": issue, "search": {"mode": "outcome"}}
    body.setdefault("entry", []).append(entry)


def _only_outcome(body: Body, call: Call, fault: Fault) -> None:
    if body.get("resourceType") == "Bundle":
        body["entry"] = []
        body["link"] = [one for one in body["link"] if one["relation"] == "self"]
        body.pop("total", None)
        _outcome_entry(body, call, fault)
        return
    body.clear()
    body.update(outcome("warning", "incomplete", "The resource could not be retrieved"))


def _oversized(body: Body, call: Call, fault: Fault) -> None:
    padding = "x" * int(fault.setting("mb") * _MEGABYTE)
    body.setdefault("meta", {})["tag"] = [{"display": padding}]


def _date_skew(body: Body, call: Call, fault: Fault) -> None:
    shift = timedelta(seconds=float(fault.setting("seconds")))
    for resource in _matched(body):
        meta = resource.get("meta", {})
        at = span(meta.get("lastUpdated"))
        if at is not None:
            meta["lastUpdated"] = instant_text(at.start + shift)


_OF_BUNDLES: dict[str, Callable[[Body, Call, Fault], None]] = {
    "page_loop": _page_loop,
    "next_foreign_host": _foreign_host,
    "next_other_tenant": _other_tenant,
    "next_http": _plain_http,
    "next_drop": _drop_next,
    "duplicate_entries": _duplicate,
    "out_of_order": _out_of_order,
    "outcome_entry": _outcome_entry,
}
_OF_ANY: dict[str, Callable[[Body, Call, Fault], None]] = {
    "foreign_patient": _foreign_patient,
    "stale": _stale,
    "strip_meta": _strip_meta,
    "poison": _poison,
    "only_outcome": _only_outcome,
    "oversized": _oversized,
    "date_skew": _date_skew,
}


def spoil(answer: Answer, call: Call, faults: list[Fault]) -> None:
    """Change a good answer; refusals stay as they are."""
    if not faults or answer.status != 200:
        return
    if isinstance(answer.body, dict):
        answer.body = deepcopy(answer.body)
        for fault in faults:
            is_bundle = answer.body.get("resourceType") == "Bundle"
            change = _OF_ANY.get(fault.kind) or (_OF_BUNDLES.get(fault.kind) if is_bundle else None)
            if change is not None:
                change(answer.body, call, fault)
    for fault in faults:
        _spoil_bytes(answer, fault)


def _spoil_bytes(answer: Answer, fault: Fault) -> None:
    changed = _BYTES.get(fault.kind)
    if changed is not None:
        sent = answer.body if isinstance(answer.body, bytes) else encode(answer.body)
        answer.body = changed(sent, fault)
    if fault.kind == "wrong_content_type":
        answer.media = str(fault.setting("media"))
    if fault.kind == "gzip_bomb":
        answer.headers["Content-Encoding"] = "gzip"


def _bad_utf8(sent: bytes, fault: Fault) -> bytes:
    """A byte that is no UTF-8, inside the first string."""
    return sent.replace(b'":"', b'":"\xff\xfe', 1)


def _bomb(sent: bytes, fault: Fault) -> bytes:
    size = int(fault.setting("mb") * _MEGABYTE)
    return gzip.compress(b'{"resourceType":"Bundle","id":"' + b"0" * size + b'"}', 9)


_BYTES: dict[str, Callable[[bytes, Fault], bytes]] = {
    "truncate": lambda sent, fault: sent[: int(len(sent) * float(fault.setting("keep")))],
    "empty": lambda sent, fault: b"",
    "not_json": lambda sent, fault: b"The system is being upgraded. Please try again later.\n",
    "bom": lambda sent, fault: b"\xef\xbb\xbf" + sent,
    "bad_utf8": _bad_utf8,
    "gzip_bomb": _bomb,
}
