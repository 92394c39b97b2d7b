"""The corpus as the sandbox serves it: its records, grouped by the patient they are about."""

import gzip
import json
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from smartapp.fhir.types import REGISTRY
from smartapp.sandbox.app import create_app
from smartapp.sandbox.config import SandboxConfig

Resource = dict[str, Any]
Key = tuple[str, str]

CORPUS = os.environ.get("SMARTAPP_CORPUS", "")
SERVED = ("synthea-r4", "millennium-r4")
NOBODY = "nobody"

needs_corpus = pytest.mark.skipif(
    not CORPUS, reason="SMARTAPP_CORPUS names no folder: there is no corpus to serve"
)


@lru_cache(maxsize=1)
def sandbox() -> Starlette:
    """The sandbox with the corpus and nothing else in it, made once per process.

    A patient whom records name but who has no Patient in the folders was given one there: the app
    shows no chart of somebody whose name it cannot read.
    """
    folders = tuple(Path(CORPUS) / name for name in SERVED)
    var = Path(tempfile.mkdtemp(prefix="corpus-"))
    return create_app(SandboxConfig(data_dirs=folders, generated=False, var_dir=var))


def _served(app: Starlette) -> list[Resource]:
    """Every record of a type that the app shows; the server answers 404 for all other types."""
    store = app.state.sandbox.store
    return [one for name in REGISTRY for one in store.resources(name)]


def about(app: Starlette, resource: Resource) -> str:
    """The patient on whose chart a record is looked for; the first of several."""
    return min(app.state.sandbox.store.patients_of(resource), default=NOBODY)


@lru_cache(maxsize=1)
def records() -> dict[str, dict[Key, Resource]]:
    """By patient: every record to be shown, by type and id."""
    app = sandbox()
    found: dict[str, dict[Key, Resource]] = {}
    for one in _served(app):
        found.setdefault(about(app, one), {})[one["resourceType"], one["id"]] = one
    return found


def charts() -> list[str]:
    """The charts to open, the longest first, so that parallel workers end together."""
    if not CORPUS:
        return []
    found = records()
    return sorted(found, key=lambda one: (-len(found[one]), one))


def stated_in_files() -> set[Key]:
    """(type, id) of every record that the files state, read by no code of the sandbox."""
    found: set[Key] = set()
    for name in SERVED:
        for path in (Path(CORPUS) / name).rglob("*.json*"):
            found |= set(_stated(json.loads(_text(path))))
    return {key for key in found if key[0] in REGISTRY}


def _text(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def _stated(value: Any) -> list[Key]:
    if isinstance(value, list):
        return [key for item in value for key in _stated(item)]
    if not isinstance(value, dict):
        return []
    if value.get("resourceType") == "Bundle" or "resource" in value:
        return _stated(value.get("entry") or value.get("resource"))
    name, own = value.get("resourceType"), value.get("id")
    return [(name, str(own))] if isinstance(name, str) and own else []
