"""One stored resource as search sees it: what is compared again and again is worked out once."""

from collections.abc import Iterator
from typing import Any

from smartapp.sandbox.fhir.dates import EARLIEST, LATEST, Span, span
from smartapp.sandbox.fhir.definition import Param, TypeDef
from smartapp.sandbox.fhir.paths import walk_all
from smartapp.sandbox.fhir.wire import Resource

Codes = frozenset[tuple[str, str]]


class Row:
    """A resource with its place in the order of its type."""

    __slots__ = ("_codes", "_spans", "leads", "resource", "start")

    def __init__(self, resource: Resource, definition: TypeDef) -> None:
        self.resource = resource
        self.leads = bool(definition.leads and definition.leads(resource))
        found = _spans(resource, definition.dated)
        self.start = found[0].start if found else None
        self._codes: dict[str, Codes] = {}
        self._spans: dict[str, tuple[Span, ...]] = {}

    def codes(self, param: Param) -> Codes:
        """Every (system, code) that a token parameter could match."""
        known = self._codes.get(param.name)
        if known is None:
            values = walk_all(self.resource, param.paths)
            known = self._codes[param.name] = frozenset(_codes(values))
        return known

    def spans(self, param: Param) -> tuple[Span, ...]:
        """Every interval that a date parameter could match."""
        known = self._spans.get(param.name)
        if known is None:
            known = self._spans[param.name] = _spans(self.resource, param.paths)
        return known

    def rank(self, order: str) -> tuple[bool, bool, float]:
        """Sort key within a type; what has no readable date comes last."""
        if self.start is None or not order:
            return (not self.leads, True, 0.0)
        seconds = self.start.timestamp()
        return (not self.leads, False, -seconds if order == "newest" else seconds)


def _spans(resource: Resource, paths: tuple[str, ...]) -> tuple[Span, ...]:
    found = (span(value) for value in walk_all(resource, paths))
    return tuple(one for one in found if one is not None and one != (EARLIEST, LATEST))


def _codes(values: list[Any]) -> Iterator[tuple[str, str]]:
    for value in values:
        if isinstance(value, bool):
            yield "", str(value).lower()
        elif isinstance(value, str):
            yield "", value
        elif isinstance(value, dict):
            yield from _coded(value)


def _coded(value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    codings = value.get("coding")
    if isinstance(codings, list):
        yield from _codes([one for one in codings if isinstance(one, dict)])
    for name in ("code", "value"):
        if isinstance(value.get(name), str):
            yield str(value.get("system") or ""), value[name]
