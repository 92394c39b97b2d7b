"""What is in the store when a sandbox starts: the generated patients, and the user's folders."""

from base64 import b64encode
from datetime import datetime
from functools import lru_cache

from smartapp.sandbox import generator
from smartapp.sandbox.config import SandboxConfig
from smartapp.sandbox.fhir.dates import instant_text
from smartapp.sandbox.fhir.wire import Resource
from smartapp.sandbox.loader import load
from smartapp.sandbox.stand_ins import stand_ins, told
from smartapp.sandbox.store import Store


def fill(store: Store, config: SandboxConfig) -> list[str]:
    """Fill the store; gives lines to tell the user. Raises `LoadError`."""
    notes: list[str] = []
    if config.generated:
        for resource in _generated(
            _day(config.clock()), config.seed, config.tenant, config.fhir_base
        ):
            store.put(resource)
    if config.data_dirs:
        loaded = load(config.data_dirs, config.fhir_base)
        notes += loaded.notes
        for key, resource in loaded.resources.items():
            if store.get(*key) is not None:
                notes.append(f"{'/'.join(key)} replaces a generated record of the same id.")
            store.put(resource, foreign=True)
        made = stand_ins(store, loaded.resources.values(), config.fhir_base)
        for patient in made:
            store.put(patient, foreign=True)
        notes += told(made)
    store.freeze()
    return notes


def _day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


@lru_cache(maxsize=4)
def _generated(day: datetime, seed: int, tenant: str, base: str) -> tuple[Resource, ...]:
    """Generated once per process and day: stored resources are never changed in place."""
    resources = generator.generate(day, seed, tenant, base)
    renditions = (
        {
            "resourceType": "Binary",
            "id": one.id,
            "meta": {"versionId": "1", "lastUpdated": instant_text(day)},
            "contentType": one.content_type,
            "data": b64encode(one.data).decode(),
        }
        for one in generator.binaries(day, seed, tenant, base)
    )
    return (*resources, *renditions)
