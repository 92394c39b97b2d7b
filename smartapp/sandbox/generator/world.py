"""The world that stories are told in: its clock, its ids, and what was written so far."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from itertools import count, cycle
from zlib import crc32

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import Json, coding, concept, reference
from smartapp.sandbox.generator.narrative import narrative

TENANT = "3f6c1d52-8b0e-4d4b-9c1e-2a7f5b8e9d10"
_LOCAL = timezone(timedelta(hours=-5))


@dataclass(frozen=True)
class StoredBinary:
    """The bytes of one rendition, and the document or report that links to it."""

    id: str
    content_type: str
    data: bytes
    document: str


def _notation(at: datetime, kind: int) -> str:
    """One of the four spellings that the vendor mixes within a record."""
    utc = at.astimezone(UTC)
    if kind == 0:
        return utc.strftime("%Y-%m-%dT%H:%M:%SZ")
    if kind == 1:
        return utc.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    local = utc if kind == 2 else at.astimezone(_LOCAL)
    return local.isoformat(timespec="seconds")


def _notations() -> Iterator[int]:
    return cycle((1, 0, 1, 2, 1, 3))


@dataclass
class World:
    """Everything generated for one (now, seed, tenant, base)."""

    now: datetime
    seed: int
    tenant: str
    base: str
    resources: list[Json] = field(default_factory=list)
    binaries: list[StoredBinary] = field(default_factory=list)
    _kinds: Iterator[int] = field(default_factory=_notations)

    def __post_init__(self) -> None:
        self.today = self.now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

    def rng(self, name: str) -> random.Random:
        """A source of variation that depends on the seed and the name only."""
        return random.Random(f"{self.seed}:{name}")  # noqa: S311 - test data, not secrets

    def ago(self, days: float = 0, hours: float = 0) -> datetime:
        """So long before today's midnight (UTC); negative is in the future."""
        return self.today - timedelta(days=days, hours=hours)

    def stamp(self, at: datetime) -> str:
        """The instant in the next of several notations."""
        return _notation(at, next(self._kinds))

    def date(self, at: datetime) -> str:
        """The calendar date."""
        return at.strftime("%Y-%m-%d")

    def code_set(self, set_number: int) -> str:
        """Address of one of the tenant's proprietary code sets."""
        return f"https://fhir.cerner.com/{self.tenant}/codeSet/{set_number}"

    def own(self, set_number: int, display: str) -> Json:
        """The proprietary coding of a display, chosen by the clinician."""
        value = 500_000 + crc32(f"{set_number}|{display}".encode()) % 9_000_000
        return coding(self.code_set(set_number), str(value), display, True)

    def term(self, set_number: int, text: str, *standards: Json) -> Json:
        """Proprietary coding first, then the mapped standards, then the text seen."""
        mapped = [{**one, "userSelected": one.get("userSelected", False)} for one in standards]
        return concept(text, self.own(set_number, text), *mapped)

    def add(self, resource: Json, updated: datetime, version: str = "0") -> Json:
        """Write a resource; version, time and narrative are filled in unless given."""
        meta = {
            "versionId": version,
            "lastUpdated": self.stamp(min(updated, self.now)),
            **resource.pop("meta", {}),
        }
        kind, key = resource.pop("resourceType"), resource.pop("id")
        text = resource.pop("text", None) or narrative({"resourceType": kind, **resource})
        whole = {"resourceType": kind, "id": key, "meta": meta, "text": text, **resource}
        self.resources.append(whole)
        return whole


@dataclass
class Chart:
    """One patient's record while it is being written."""

    world: World
    number: int
    patient_id: str
    name: str
    encounter: str | None = None
    author: Json = field(default_factory=dict)
    _ids: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        # Each chart has its own range, so one story never shifts another's ids.
        self._ids = count(60_000_000 + self.number * 100_000 + 1)

    def number_from(self, first: int) -> None:
        """Continue with ids from `first`."""
        self._ids = count(first)

    @property
    def subject(self) -> Json:
        """Reference to the patient."""
        return reference(f"Patient/{self.patient_id}", self.name)

    @property
    def visit(self) -> Json | None:
        """Reference to the encounter that is being told, if any."""
        return reference(f"Encounter/{self.encounter}") if self.encounter else None

    def next_id(self, prefix: str = "") -> str:
        """A fresh id of this chart."""
        return f"{prefix}{next(self._ids)}"

    def ceuuid(self, event: str, at: datetime) -> Json:
        """The identifier that results and documents carry."""
        stamp = at.strftime("%Y%m%d%H%M%S00")
        return {"system": systems.CEUUID, "value": f"CE{self.number:04d}c0de-{event}-{stamp}"}
