"""A cell of a list: what a column says of a resource."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from smartapp.fhir.display import NOTHING, Shown, show
from smartapp.fhir.elements import values
from smartapp.fhir.entry import Column, Resource

UNREADABLE = (
    TypeError,
    ValueError,
    KeyError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
)


def cell(column: Column, resource: Resource, zone: tzinfo) -> Shown:
    """The column's value in words; several values are joined by `; ` and kept as `parts`.

    Never raises: a resource too odd for a column is said to be, and its details show it raw.
    """
    try:
        if column.show is not None:
            return column.show(resource, zone)
        return at(resource, column.path, zone)
    except UNREADABLE:
        return Shown("Could not be read – see the details", kind="raw", raw=True)


def at(resource: Mapping[str, Any], path: str, zone: tzinfo) -> Shown:
    """All values at an element path, in words."""
    found = values(resource, path)
    if not found:
        return NOTHING
    return show(found[0], zone) if len(found) == 1 else join([show(one, zone) for one in found])


def join(found: list[Shown]) -> Shown:
    """Several values as one, each once; why there is none only if there is no value at all."""
    said = [one for one in found if one.text]
    if not said:
        return next((one for one in found if one.missing), NOTHING)
    if len(said) == 1:
        return said[0]
    said = list({(one.text, one.reference): one for one in said}.values())
    if len(said) == 1:
        return said[0]
    first = said[0]
    return first._replace(
        text="; ".join(one.text for one in said),
        spoken="; ".join(one.spoken or one.text for one in said),
        reference=None,
        codings=tuple(code for one in said for code in one.codings),
        raw=any(one.raw for one in said),
        tone=first.tone if all(one.tone == first.tone for one in said) else "",
        parts=tuple(said),
    )
