"""A cell of a list: what a column says of a resource."""

from datetime import tzinfo

from smartapp.fhir.display import NOTHING, Shown, show
from smartapp.fhir.elements import Resource, values
from smartapp.fhir.entry import Column


def cell(column: Column, resource: Resource, zone: tzinfo) -> Shown:
    """The column's value in words; several values are joined by `; ` and kept as `parts`."""
    if column.show is not None:
        return column.show(dict(resource), zone)
    return at(resource, column.path, zone)


def at(resource: Resource, path: str, zone: tzinfo) -> Shown:
    """All values at an element path, in words."""
    return join([show(value, zone) for value in values(resource, path)])


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
        parts=tuple(said),
    )
