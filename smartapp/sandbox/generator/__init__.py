"""Invented patients for the sandbox EHR: the same arguments always give the same record.

`generate` gives resources as plain dicts whose decimals are `decimal.Decimal`: write them
with `dumps`, which keeps 1.10 as 1.10. `binaries` gives the renditions behind their
documents, `tick` what happens next in live mode. Ids of patients: `patient_id("icu")`.
"""

from datetime import UTC, datetime

from smartapp.sandbox.generator import definitions, persons, reference_data, volumes
from smartapp.sandbox.generator.datatypes import Json
from smartapp.sandbox.generator.live import tick
from smartapp.sandbox.generator.people import PATIENTS
from smartapp.sandbox.generator.stories import STORIES
from smartapp.sandbox.generator.stories.elderly import BROKEN_PROCEDURE
from smartapp.sandbox.generator.stories.workup import SUPPRESSED_DOCUMENT
from smartapp.sandbox.generator.wire import dumps
from smartapp.sandbox.generator.world import TENANT, StoredBinary, World

__all__ = [
    "BROKEN_IDS",
    "PATIENTS",
    "SUPPRESSED_IDS",
    "TENANT",
    "StoredBinary",
    "binaries",
    "dumps",
    "generate",
    "patient_id",
    "tick",
]
BROKEN_IDS = (f"Procedure/{BROKEN_PROCEDURE}",)
"""Records that lack what FHIR requires: reading one is answered with 500, for ever."""

SUPPRESSED_IDS = (f"DocumentReference/{SUPPRESSED_DOCUMENT}",)
"""Documents without a status: never listed, reading one is answered with 404."""

_BASE = f"http://localhost:9000/r4/{TENANT}"


def patient_id(slug: str) -> str:
    """Id of the patient with that short name, e.g. `heart-failure`."""
    return PATIENTS[slug]


def _stories(day: datetime, seed: int, tenant: str, base: str) -> World:
    world = World(day, seed, tenant, base)
    reference_data.tell(world)
    definitions.tell(world)
    persons.tell(world)
    for tell in STORIES:
        tell(world)
    return world


def generate(now: datetime, seed: int = 1, tenant: str = TENANT, base: str = _BASE) -> list[Json]:
    """Every resource of the record as of `now` (to the day)."""
    world = _stories(_day(now), seed, tenant, base)
    volumes.tell(world)
    return world.resources


def binaries(
    now: datetime, seed: int = 1, tenant: str = TENANT, base: str = _BASE
) -> list[StoredBinary]:
    """The renditions that documents and reports of the same record link to."""
    return _stories(_day(now), seed, tenant, base).binaries


def _day(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
