"""The whole of a resource as a tree of labelled words, for the detail page: nothing is dropped."""

import re
from collections.abc import Mapping
from datetime import tzinfo
from functools import lru_cache
from typing import Any, NamedTuple

from smartapp.fhir import schema
from smartapp.fhir.display import Shown, show_as
from smartapp.fhir.display.datatypes import DATATYPES
from smartapp.fhir.display.primitives import PRIMITIVES
from smartapp.fhir.display.shown import Coding, json_text
from smartapp.fhir.extensions import extension_label

MAX_DEPTH = 80
_LAST = ("id", "meta", "implicitRules", "language", "text", "extension", "contained")
_LABELS = {"id": "Id", "url": "URL", "uri": "URI", "div": "Narrative", "udiCarrier": "UDI carrier"}


class Node(NamedTuple):
    """One element in words.

    `kind`: value, group (only its children say something), narrative (`text` is XHTML as sent, to
    be sanitised), data (`sent` is base64), modifier (an extension that changes what its parent
    means) or resource (a contained one). `sent`: the primitive as
    sent where `text` puts it otherwise. `folded`: `text` says the value, the children are its
    parts. `raw`: not what R4 defines here, shown as sent.
    """

    label: str
    path: str
    datatype: str
    text: str = ""
    missing: str | None = None
    reference: str | None = None
    codings: tuple[Coding, ...] = ()
    children: tuple["Node", ...] = ()
    raw: bool = False
    sent: str | None = None
    kind: str = "value"
    folded: bool = False
    spoken: str = ""


class _Place(NamedTuple):
    """Where the walk stands: label and path of the element, its datatype, how deep, the zone."""

    label: str
    path: str
    datatype: str
    depth: int
    zone: tzinfo


def tree(resource: Mapping[str, Any], zone: tzinfo) -> list[Node]:
    """Every element of a resource, also unknown ones; those about the record itself come last."""
    name = resource.get("resourceType")
    place = _Place("", "", name if isinstance(name, str) else "", 0, zone)
    return list(_children(resource, place))


def _children(parent: Mapping[str, Any], place: _Place) -> tuple[Node, ...]:
    """The nodes of an object's elements; `_name` is told with `name`."""
    nodes: list[Node] = []
    defined = schema.children(place.datatype)
    names = dict.fromkeys(_plain_name(key, parent, defined) for key in parent)
    for key in sorted(names, key=_rank):
        nodes.extend(_element(key, parent.get(key), parent.get(f"_{key}"), place))
    return tuple(nodes)


def _plain_name(key: str, parent: Mapping[str, Any], defined: Mapping[str, Any]) -> str:
    """`name` for `_name`, where that is the sibling of an element."""
    bare = key[1:]
    return bare if key.startswith("_") and (bare in parent or bare in defined) else key


def _rank(key: str) -> int:
    """Modifiers first, what is about the record itself last, the rest as sent."""
    return _LAST.index(key) + 1 if key in _LAST else -(key == "modifierExtension")


def _element(key: str, value: Any, sibling: Any, above: _Place) -> list[Node]:
    """An element's node, or one for each item of its list."""
    place, known = _placed(key, above)
    if not isinstance(value, list) and not (value is None and isinstance(sibling, list)):
        return [_node(value, sibling, place, known)]
    items = value if isinstance(value, list) else []
    beside = sibling if isinstance(sibling, list) else [sibling] if sibling else []
    count = max(len(items), len(beside))
    if not count:
        return [Node(place.label, place.path, place.datatype, "[]", raw=True)]
    return [
        _node(
            items[index] if index < len(items) else None,
            beside[index] if index < len(beside) else None,
            place._replace(path=f"{place.path}[{index}]"),
            known,
        )
        for index in range(count)
    ]


def _placed(key: str, above: _Place) -> tuple[_Place, bool]:
    """Where an element stands, and whether R4 defines it there."""
    found = schema.children(above.datatype).get(key)
    path = f"{above.path}.{key}" if above.path else key
    known = found is not None or (key == "resourceType" and above.datatype != "")
    datatype = found.datatype if found else "code" if key == "resourceType" else ""
    label = label_of(found.choice if found and found.choice else key)
    return _Place(label, path, datatype, above.depth + 1, above.zone), known


def _node(value: Any, sibling: Any, place: _Place, known: bool) -> Node:
    if isinstance(value, list | dict) and place.depth >= MAX_DEPTH:
        return Node(place.label, place.path, place.datatype, json_text(value), raw=True)
    if isinstance(value, list):
        return _stray_list(value, place)
    if isinstance(value, dict):
        return _object(value, place, known)
    return _primitive(value, sibling, place, known)


def _stray_list(value: list[Any], place: _Place) -> Node:
    """A list inside a list, which R4 has nowhere."""
    nodes = [node for item in value for node in _element("item", item, None, place)]
    return Node(place.label, place.path, "", children=tuple(nodes), raw=True, kind="group")


def _object(value: dict[str, Any], place: _Place, known: bool) -> Node:
    """A complex value: its words, and its elements below."""
    datatype = place.datatype
    if datatype in PRIMITIVES:
        known, datatype = False, ""
    if datatype == "Resource":
        return _contained(value, place)
    shown = show_as(datatype, value, None, place.zone) if datatype in DATATYPES else Shown()
    label = place.label
    if datatype == "Extension":
        label, shown = _extension(value, place.zone)
    below = _children(value, place._replace(datatype=datatype))
    folded = bool(shown.text) and not shown.raw
    return Node(
        label,
        place.path,
        datatype,
        "" if shown.raw else shown.text,
        shown.missing,
        shown.reference,
        shown.codings,
        below,
        shown.raw or not known,
        None,
        _kind(place.path, bool(folded or shown.missing)),
        folded,
        shown.spoken,
    )


def _kind(path: str, says: bool) -> str:
    if path.rpartition(".")[2].startswith("modifierExtension"):
        return "modifier"
    return "value" if says else "group"


def _contained(value: dict[str, Any], place: _Place) -> Node:
    name = value.get("resourceType")
    datatype = name if isinstance(name, str) else ""
    below = _children(value, place._replace(datatype=datatype))
    label = f"{place.label} {label_of(datatype)}".strip()
    return Node(label, place.path, datatype, children=below, kind="resource", raw=not datatype)


def _extension(value: dict[str, Any], zone: tzinfo) -> tuple[str, Shown]:
    """Label and words of an extension: known ones in words, others by the end of their address."""
    url = value.get("url")
    label = extension_label(url) if isinstance(url, str) else "Extension without an address"
    for element in schema.choices("Extension")["value"]:
        if element.name in value or f"_{element.name}" in value:
            beside = value.get(f"_{element.name}")
            return label, show_as(element.datatype, value.get(element.name), beside, zone)
    return label, Shown()


def _primitive(value: Any, sibling: Any, place: _Place, known: bool) -> Node:
    """A leaf, with the id and extensions of its sibling below."""
    datatype = (
        place.datatype
        if place.datatype in PRIMITIVES
        else ""
        if value is not None
        else place.datatype
    )
    below: tuple[Node, ...] = ()
    if isinstance(sibling, dict):
        below = _children(sibling, place._replace(datatype="Element", depth=place.depth + 1))
    elif sibling is not None:
        below = tuple(_element(f"_{place.path}", sibling, None, place._replace(datatype="")))
    shown = show_as(datatype, value, sibling, place.zone)
    sent = json_text(value)
    return Node(
        place.label,
        place.path,
        place.datatype,
        shown.text if value is not None or shown.missing else "null",
        shown.missing,
        children=below,
        raw=shown.raw or not known or (value is None and not below),
        sent=sent if value is not None and sent != shown.text else None,
        kind={"xhtml": "narrative", "base64Binary": "data"}.get(datatype, "value"),
    )


@lru_cache(maxsize=2048)
def label_of(name: str) -> str:
    """An element's name in words: `clinicalStatus` → Clinical status."""
    if name in _LABELS:
        return _LABELS[name]
    text = re.sub(r"(?<=[a-z0-9])([A-Z])", r" \1", name).lstrip("_")
    return text[:1].upper() + text[1:].lower() if not text.isupper() else text
