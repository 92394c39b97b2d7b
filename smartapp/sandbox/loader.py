"""FHIR data from folders: bundles, resources and entries, their references made this server's."""

import gzip
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from smartapp.sandbox.fhir.dates import EARLIEST, span
from smartapp.sandbox.fhir.paths import walk
from smartapp.sandbox.fhir.types import DEFINITIONS
from smartapp.sandbox.fhir.wire import DecodeError, Resource, decode
from smartapp.sandbox.linking import Links
from smartapp.sandbox.unwrapping import Found, unwrap

Key = tuple[str, str]
_SUFFIXES = (".json", ".json.gz")


class LoadError(Exception):
    """Why the data cannot be loaded: one sentence that names the file or folder."""


@dataclass(slots=True)
class Loaded:
    """What the folders hold; `notes` says what was decided on the way."""

    resources: dict[Key, Resource] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _File:
    path: Path
    found: list[Found]


def load(folders: Iterable[Path], base: str) -> Loaded:
    """Everything in the folders; raises `LoadError` for what cannot be read."""
    files = [_read(path) for folder in folders for path in _files(folder)]
    links = Links(base)
    for file in files:
        links.learn(str(file.path), file.found)
    loaded, origin = Loaded(), dict[Key, Path]()
    for file in files:
        for found in file.found:
            resource = links.rewrite(str(file.path), found.resource)
            _keep(loaded, origin, resource, file.path)
    _describe(loaded, files)
    return loaded


def _files(folder: Path) -> list[Path]:
    if not folder.exists():
        raise LoadError(f"The data folder {folder} does not exist.")
    if not folder.is_dir():
        raise LoadError(f"{folder} is not a folder: give --data the folder that holds the files.")
    try:
        paths = sorted(path for path in folder.rglob("*") if _is_data(path))
    except OSError as error:
        raise LoadError(f"The data folder {folder} cannot be read: {error.strerror}.") from error
    if not paths:
        raise LoadError(f"The data folder {folder} holds no .json or .json.gz file.")
    return paths


def _is_data(path: Path) -> bool:
    is_hidden = path.name.startswith(".")
    return path.name.lower().endswith(_SUFFIXES) and not is_hidden and path.is_file()


def _read(path: Path) -> _File:
    try:
        body = path.read_bytes()
        if path.name.lower().endswith(".gz"):
            body = gzip.decompress(body)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LoadError(f"{path} is not a whole gzip file: {error}.") from error
    except OSError as error:
        raise LoadError(f"{path} cannot be read: {error.strerror or error}.") from error
    try:
        value = decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (DecodeError, UnicodeDecodeError) as error:
        raise LoadError(f"{path} is not JSON: {error}.") from error
    return _File(path, unwrap(value))


def _keep(loaded: Loaded, origin: dict[Key, Path], resource: Resource, path: Path) -> None:
    """Keep a resource; of two with the same id the newer one, and say so."""
    key = resource["resourceType"], resource["id"]
    known = loaded.resources.get(key)
    if known is not None and known != resource:
        is_newer = _updated(resource) > _updated(known)
        kept = path if is_newer else origin[key]
        loaded.notes.append(
            f"{'/'.join(key)} is in {origin[key].name} and in {path.name} with different content: "
            f"kept is the one of {kept.name}, "
            f"{'whose last update is later' if _differ(resource, known) else 'which came first'}."
        )
        if not is_newer:
            return
    loaded.resources[key] = resource
    origin[key] = path


def _differ(first: Resource, second: Resource) -> bool:
    return _updated(first) != _updated(second)


def _updated(resource: Resource) -> datetime:
    spans = [span(value) for value in walk(resource, "meta.lastUpdated")]
    return spans[0].start if spans and spans[0] else EARLIEST


def _describe(loaded: Loaded, files: list[_File]) -> None:
    """Lines that say how much came, what was given an id, what is not served or no resource."""
    found = [one for file in files for one in file.found]
    loaded.notes.append(f"{len(loaded.resources)} resources loaded from {len(files)} files.")
    if made := sum(one.id_made for one in found):
        loaded.notes.append(f"{made} resources had no id and were given one.")
    others = Counter(name for name, _ in loaded.resources if name not in DEFINITIONS)
    if others:
        listed = ", ".join(f"{name} ({number})" for name, number in sorted(others.items()))
        loaded.notes.append(f"Kept but answered with 404, like every type not served: {listed}.")
    empty = [file.path.name for file in files if not file.found]
    if empty:
        loaded.notes.append(f"Passed over, for they hold no FHIR resource: {', '.join(empty)}.")
