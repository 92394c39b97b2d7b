"""The shape of a write rule, and the checks that several types share."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from smartapp.sandbox.fhir.dates import has_time
from smartapp.sandbox.fhir.paths import target, walk
from smartapp.sandbox.fhir.wire import Resource
from smartapp.sandbox.store import Store

PROPRIETARY = "https://fhir.cerner.com/"


@dataclass(frozen=True, slots=True)
class Writing:
    """A body on its way in: `before` is what it replaces, `user` a Practitioner's id."""

    body: Resource
    before: Resource | None
    store: Store
    user: str | None
    level: str
    now: str
    base: str

    @property
    def is_update(self) -> bool:
        """Whether something is replaced."""
        return self.before is not None

    def get(self, path: str) -> Any:
        """The first value under a path of the body."""
        return next(iter(walk(self.body, path)), None)

    def codes(self, path: str) -> list[Any]:
        """Codes of the CodeableConcepts under a path of the body."""
        return walk(self.body, f"{path}.coding.code")


Check = Callable[[Writing], str | None]
"""What is wrong, in words, or None."""
Finish = Callable[[Writing, Resource], Resource]
"""The resource as it is stored."""


@dataclass(frozen=True, slots=True)
class PatchOp:
    """One operation that a patch may hold: its path, its ops, the values that go."""

    path: str
    ops: tuple[str, ...] = ("replace",)
    values: tuple[Any, ...] = ()


def as_sent(writing: Writing, resource: Resource) -> Resource:
    """Store what was sent."""
    return resource


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRule:
    """What create, update and patch take of one type; element lists are separated by spaces."""

    name: str
    elements: str = ""
    create: str = ""
    update: str = ""
    fixed: str = ""
    checks: tuple[Check, ...] = ()
    finish: Finish = as_sent
    patches: tuple[PatchOp, ...] = ()
    patch_check: Check | None = None
    shape: Callable[[Resource], str] = field(default=lambda resource: "{}")
    mixes: tuple[str, ...] = ()
    """Elements whose codings may be proprietary and standard together."""
    modifiers: bool = False
    needs_match: bool = True
    reads_too: bool = False
    """An update needs the read scope besides the write scope."""


def code_of(path: str, *allowed: str, on: str = "cu") -> Check:
    """A code, or codes, of these only (`on`: create, update or both)."""

    def check(writing: Writing) -> str | None:
        if ("u" if writing.is_update else "c") not in on:
            return None
        sent = walk(writing.body, path)
        is_uncoded = not sent and path.split(".")[0] in writing.body
        bad = is_uncoded or any(one not in allowed for one in sent)
        return f"{path} must be {' or '.join(allowed)}" if bad else None

    return check


def not_code(path: str, *refused: str, on: str = "cu") -> Check:
    """None of these codes."""

    def check(writing: Writing) -> str | None:
        if ("u" if writing.is_update else "c") not in on:
            return None
        found = [one for one in walk(writing.body, path) if one in refused]
        return f"{path} must not be {found[0]}" if found else None

    return check


def number_of(path: str, least: int, most: int) -> Check:
    """How often something may be there."""

    def check(writing: Writing) -> str | None:
        number = len(walk(writing.body, path))
        if least <= number <= most:
            return None
        return f"{path} must be provided {least} to {most} times"

    return check


def timed(*paths: str) -> Check:
    """Times must have a time of day with its zone."""

    def check(writing: Writing) -> str | None:
        for path in paths:
            for value in walk(writing.body, path):
                if not isinstance(value, str) or not _has_zone(value):
                    return f"{path} must have a time and a time zone"
        return None

    return check


def _has_zone(value: str) -> bool:
    return has_time(value) and (value.endswith("Z") or value[-6:-5] in ("+", "-"))


def known(path: str, *types: str) -> Check:
    """References must be relative and name a resource that exists."""

    def check(writing: Writing) -> str | None:
        for value in walk(writing.body, path):
            aimed = target(value) if isinstance(value, dict) else None
            if aimed is None or aimed[0] not in types or writing.store.resolve(aimed) is None:
                return f"{path} must be a reference to an existing {' or '.join(types)}"
        return None

    return check


def demanded(names: str, body: Resource) -> str | None:
    """The first of the elements that is missing."""
    missing = (name for name in names.split() if not _has(body, name))
    return next((f"{name} is required" for name in missing), None)


def _has(body: Resource, name: str) -> bool:
    return any(bool(walk(body, one)) for one in name.split("|"))


def patch_values(operations: Iterable[Mapping[str, Any]], path: str) -> list[Any]:
    """The values that a patch gives a path."""
    return [one.get("value") for one in operations if one.get("path") == path]
