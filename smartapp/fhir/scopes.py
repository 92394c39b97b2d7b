"""SMART scopes, 1.0 and 2.x: parse what was granted, ask for what is needed, test a need."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from smartapp.fhir.entry import ResourceType

LETTERS = "cruds"
_RESOURCE = re.compile(
    r"(patient|user|system)/(\*|[A-Z][A-Za-z]+)\.(read|write|\*|[cruds]+)(?:\?(.+))?\Z"
)
_PREFIXES = (
    "http://smarthealthit.org/fhir/scopes/",
    "http://openid.net/specs/openid-connect-core-1_0#",
)
_V1 = {"read": "rs", "write": "cud", "*": "cruds"}


class Scope(NamedTuple):
    """One resource scope; `query` narrows it to a slice of the type."""

    level: str
    type_name: str
    letters: str
    query: str = ""

    def __str__(self) -> str:
        query = f"?{self.query}" if self.query else ""
        return f"{self.level}/{self.type_name}.{self.letters}{query}"


@dataclass(frozen=True, slots=True)
class Scopes:
    """A set of scopes: those for resources, and the others (openid, launch, …) as sent."""

    resources: tuple[Scope, ...] = ()
    others: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str | None) -> "Scopes":
        """Read a space-separated list; what is no resource scope is kept among `others`."""
        found: dict[Scope, None] = {}
        others = set()
        for word in (text or "").split():
            scope = _resource_scope(word)
            if scope:
                found.setdefault(scope)
            else:
                others.add(_bare(word))
        return cls(tuple(found), frozenset(others))

    def allows(
        self, type_name: str, letter: str, levels: Sequence[str] = ("patient", "user")
    ) -> bool:
        """Whether the union of grants without a query has the letter for the type."""
        return any(
            letter in scope.letters and not scope.query for scope in self._for(type_name, levels)
        )

    def slices(
        self, type_name: str, letter: str, levels: Sequence[str] = ("patient", "user")
    ) -> tuple[str, ...]:
        """The queries that grants are narrowed to, where the whole type is not granted."""
        if self.allows(type_name, letter, levels):
            return ()
        found = (s.query for s in self._for(type_name, levels) if letter in s.letters and s.query)
        return tuple(dict.fromkeys(found))

    def _for(self, type_name: str, levels: Sequence[str]) -> Iterable[Scope]:
        return (
            scope
            for scope in self.resources
            if scope.level in levels and scope.type_name in {type_name, "*"}
        )

    def __str__(self) -> str:
        return " ".join([*sorted(self.others), *map(str, self.resources)])


def _bare(word: str) -> str:
    """A scope without the address that may stand before it."""
    for prefix in _PREFIXES:
        if word.startswith(prefix):
            return word.removeprefix(prefix)
    return word


def _resource_scope(word: str) -> Scope | None:
    """A resource scope with its letters in order; None for any other."""
    match = _RESOURCE.match(_bare(word))
    if match is None:
        return None
    level, type_name, rights, query = match.groups()
    letters = _V1.get(rights) or "".join(letter for letter in LETTERS if letter in rights)
    return Scope(level, type_name, letters, query or "")


def to_v2(text: str) -> str:
    """Every resource scope in 2.x form, doubles merged, the others first and untouched."""
    return _rewritten(text, str)


def to_v1(text: str) -> str:
    """Every resource scope in 1.0 form. A query has none: it is dropped, the grant gets wider."""
    return _rewritten(text, _v1)


def _v1(scope: Scope) -> str:
    reads = any(letter in scope.letters for letter in "rs")
    writes = any(letter in scope.letters for letter in "cud")
    right = "*" if reads and writes else "read" if reads else "write"
    return f"{scope.level}/{scope.type_name}.{right}"


def _rewritten(text: str, form: Callable[[Scope], str]) -> str:
    words = [(word, _resource_scope(word)) for word in text.split()]
    others = [word for word, scope in words if scope is None]
    return " ".join(dict.fromkeys([*others, *(form(scope) for _, scope in words if scope)]))


def request_for(
    types: Iterable[ResourceType],
    version: int = 2,
    base: str = "openid fhirUser launch",
    level: str = "user",
    supported: Scopes | None = None,
) -> str:
    """The scope parameter that asks for reading these types and no more.

    `supported`: what the server lists (`scopes_supported`), where it lists resource scopes; of it
    only what is offered is asked. A type reached by id only is asked without search.
    """
    offered = supported if supported and supported.resources else None
    asked = []
    for entry in types:
        letters = "rs" if entry.search else "r"
        if offered:
            letters = "".join(one for one in letters if offered.allows(entry.name, one, (level,)))
        if letters:
            asked.append(Scope(level, entry.name, letters))
    words = [*base.split(), *map(str if version == 2 else _v1, asked)]
    return " ".join(dict.fromkeys(words))
