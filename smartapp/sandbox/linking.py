"""References inside loaded files made this server's own: urn:uuid, conditional, by fullUrl."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from smartapp.sandbox.fhir.paths import walk
from smartapp.sandbox.fhir.wire import Resource
from smartapp.sandbox.unwrapping import Found

_LINKING = {"reference", "url", "uri", "valueUri", "valueUrl", "valueCanonical"}


class Links:
    """What an address in a file names; a file's own addresses come before other files'."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._own: dict[str, dict[str, str]] = {}
        self._all: dict[str, str] = {}
        self._identified: dict[tuple[str, str, str], set[str]] = {}

    def learn(self, file: str, found: Iterable[Found]) -> None:
        """Remember the addresses and identifiers of a file's resources."""
        own = self._own.setdefault(file, {})
        for one in found:
            name = f"{one.resource['resourceType']}/{one.resource['id']}"
            if one.full_url is not None and not one.full_url.endswith(f"/{name}"):
                own[one.full_url] = name
                self._all.setdefault(one.full_url, name)
            for identifier in walk(one.resource, "identifier"):
                self._identify(one.resource["resourceType"], identifier, name)

    def _identify(self, type_name: str, identifier: Any, name: str) -> None:
        if isinstance(identifier, dict) and isinstance(identifier.get("value"), str):
            for system in {str(identifier.get("system", "")), ""}:
                key = (type_name, system, identifier["value"])
                self._identified.setdefault(key, set()).add(name)

    def rewrite(self, file: str, resource: Resource) -> Resource:
        """The resource with every link that can be resolved; others stay as written."""
        rewritten = self._node(self._own.get(file, {}), resource)
        return dict(rewritten)

    def _node(self, own: dict[str, str], node: Any) -> Any:
        if isinstance(node, list):
            return [self._node(own, one) for one in node]
        if not isinstance(node, dict):
            return node
        return {
            key: self._link(own, key, value)
            if key in _LINKING and isinstance(value, str)
            else self._node(own, value)
            for key, value in node.items()
        }

    def _link(self, own: dict[str, str], key: str, value: str) -> str:
        name = own.get(value) or self._all.get(value)
        if name is None and key == "reference" and "?" in value:
            name = self._conditional(value)
        if name is None:
            return value
        # A url is resolved by whoever shows it, so it is written whole.
        return f"{self._base}/{name}" if key == "url" else name

    def _conditional(self, value: str) -> str | None:
        """`Type?identifier=system|value`, when exactly one resource has it."""
        type_name, _, query = value.partition("?")
        criteria = parse_qsl(query)
        if len(criteria) != 1 or criteria[0][0] != "identifier":
            return None
        system, bar, code = criteria[0][1].rpartition("|")
        names = self._identified.get((type_name, system if bar else "", code), set())
        return next(iter(names)) if len(names) == 1 else None
