"""Elements of a resource: by path, as a tree for the detail page, references and contained."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from smartapp.fhir import schema
from smartapp.fhir.tree import Node, tree

__all__ = [
    "Node",
    "Resource",
    "Value",
    "contained",
    "first",
    "references",
    "target",
    "tree",
    "values",
]

Resource = Mapping[str, Any]


class Value(NamedTuple):
    """One value found: its datatype, the value as sent, where it stands, its `_element`."""

    datatype: str
    value: Any
    path: str
    sibling: Any = None


class _Step(NamedTuple):
    """The keys that a path step may be found under: name, name of the sibling, datatype."""

    keys: tuple[tuple[str, str, str], ...]


def values(resource: Resource, path: str) -> list[Value]:
    """All values at an element path (`a.b`, `value[x]`); of `a|b` the first that has any.

    A primitive that is absent but says why (`_element`) counts as a value.
    """
    type_name = resource.get("resourceType")
    for steps in _compiled(type_name if isinstance(type_name, str) else "", path):
        found = [Value(str(type_name), resource, "")]
        for step in steps:
            found = [below for above in found for below in _step(above, step)]
        if found:
            return found
    return []


def first(resource: Resource, path: str) -> Any:
    """The first value at a path as sent, or None."""
    return next((found.value for found in values(resource, path)), None)


@lru_cache(maxsize=4096)
def _compiled(type_name: str, path: str) -> tuple[tuple[_Step, ...], ...]:
    return tuple(_alternative(type_name, part) for part in path.split("|"))


def _alternative(type_name: str, path: str) -> tuple[_Step, ...]:
    """The steps of one path; below an element R4 does not know, types are left open."""
    steps: list[_Step] = []
    current: tuple[str, ...] = (type_name,)
    for name in path.split("."):
        forms = [form for one in current for form in schema.forms_of(one, name)]
        keys = tuple((form.name, form.datatype) for form in forms) or ((name, ""),)
        steps.append(_Step(tuple((key, f"_{key}", datatype) for key, datatype in keys)))
        current = tuple(datatype for _, datatype in keys)
    return tuple(steps)


def _step(above: Value, step: _Step) -> Iterator[Value]:
    parent = above.value
    if not isinstance(parent, dict):
        return
    prefix = f"{above.path}." if above.path else ""
    for key, beside, datatype in step.keys:
        value, sibling = parent.get(key), parent.get(beside)
        if value is None and sibling is None:
            continue
        if isinstance(value, list) or (value is None and isinstance(sibling, list)):
            yield from _items(value, sibling, datatype, prefix + key)
        else:
            yield Value(datatype, value, prefix + key, sibling)


def _items(value: Any, sibling: Any, datatype: str, path: str) -> Iterator[Value]:
    items = value if isinstance(value, list) else []
    beside = sibling if isinstance(sibling, list) else []
    for index in range(max(len(items), len(beside))):
        item = items[index] if index < len(items) else None
        extra = beside[index] if index < len(beside) else None
        if item is not None or extra is not None:
            yield Value(datatype, item, f"{path}[{index}]", extra)


def contained(resource: Resource, reference: str) -> dict[str, Any] | None:
    """The contained resource that `#id` names; None where there is none."""
    items = resource.get("contained")
    if not isinstance(items, list) or not reference.startswith("#"):
        return None
    for item in items:
        if isinstance(item, dict) and item.get("id") == reference[1:]:
            return item
    return None


def references(resource: Any) -> list[str]:
    """Every literal reference in a resource, in order, each once."""
    found: dict[str, None] = {}
    pending = [resource]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            if isinstance(item.get("reference"), str):
                found.setdefault(item["reference"])
            pending.extend(reversed(item.values()))
        elif isinstance(item, list):
            pending.extend(reversed(item))
    return list(found)


_REFERENCE = re.compile(r"(?:(.*)/)?([A-Z][A-Za-z]+)/([A-Za-z0-9\-._]{1,64})(?:/_history/[^/]+)?\Z")


def target(reference: Any, base: str = "") -> tuple[str, str] | None:
    """(type, id) of a literal reference to this server; None for `#x`, urn: or another host."""
    match = _REFERENCE.match(reference) if isinstance(reference, str) else None
    if match is None or (match[1] and match[1].rstrip("/") != base.rstrip("/")):
        return None
    return match[2], match[3]
