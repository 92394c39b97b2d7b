"""One sandbox with a handful of records, and a client that speaks FHIR to it."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.applications import Starlette

from smartapp.sandbox.app import create_app
from smartapp.sandbox.config import SandboxConfig
from smartapp.sandbox.fhir.types import DEFINITIONS
from smartapp.sandbox.state import SandboxState

NOW = datetime(2026, 5, 2, 12, 0, tzinfo=UTC)
EVERYTHING = tuple(f"user/{name}.cruds" for name in DEFINITIONS)
JSON = {"Content-Type": "application/fhir+json"}


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Ehr:
    """The sandbox's state, and an HTTP client with a token for everything."""

    app: Starlette
    state: SandboxState
    http: httpx.AsyncClient
    clock: Clock

    @property
    def base(self) -> str:
        return self.state.config.fhir_base

    def token(self, *scopes: str, **more: Any) -> dict[str, str]:
        token = self.state.tokens.issue(scopes or EVERYTHING, **more)
        return {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(f"{self.base}/{path}", headers=headers)

    async def ids(self, path: str) -> list[str]:
        """Ids of the matches on the first page."""
        response = await self.get(path)
        assert response.status_code == 200, response.text
        return matched(response.json())

    async def pages(self, path: str) -> list[dict[str, Any]]:
        """Every page of a search."""
        found, url = [], f"{self.base}/{path}"
        while url:
            response = await self.http.get(url)
            assert response.status_code == 200, response.text
            found.append(response.json())
            url = link(found[-1], "next") or ""
        return found

    async def send(
        self, method: str, path: str, body: Any, version: str | None = None, **headers: str
    ) -> httpx.Response:
        """A write; `version` goes into If-Match."""
        match = {"If-Match": f'W/"{version}"'} if version is not None else {}
        media = "application/json-patch+json" if method == "PATCH" else "application/fhir+json"
        sent = {"Content-Type": media} | match | headers
        return await self.http.request(method, f"{self.base}/{path}", json=body, headers=sent)

    def fault(self, kind: str, **wanted: Any) -> None:
        self.state.faults.arm({"kind": kind, **wanted})


@asynccontextmanager
async def ehr(
    resources: Iterable[dict[str, Any]] = (), user: str = "900", **config: Any
) -> AsyncIterator[Ehr]:
    """A sandbox that holds these resources only, unless `generated` is asked for."""
    clock = Clock()
    settings = {"generated": False, "clock": clock, "dropped": httpx.ReadError, **config}
    app = create_app(SandboxConfig(**settings))
    state: SandboxState = app.state.sandbox
    for resource in resources:
        state.store.put(resource)
    state.store.freeze()
    transport = httpx.ASGITransport(app=app)
    token = state.tokens.issue(EVERYTHING, user=user)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, headers=headers) as http:
        yield Ehr(app, state, http, clock)


def make(type_name: str, id_: str, **elements: Any) -> dict[str, Any]:
    """A resource with a version and an update time."""
    meta = {"versionId": "1", "lastUpdated": "2026-05-01T10:00:00.000Z"}
    return {"resourceType": type_name, "id": id_, "meta": meta, **elements}


def observation(id_: str, patient: str = "1", **elements: Any) -> dict[str, Any]:
    """A final laboratory result."""
    given: dict[str, Any] = {
        "status": "final",
        "category": concepts("laboratory"),
        "code": {"coding": [{"system": "http://loinc.org", "code": "2345-7"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": "2026-05-01T08:00:00Z",
    }
    return make("Observation", id_, **(given | elements))


def concept(code: str, system: str = "urn:test") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def concepts(code: str) -> list[dict[str, Any]]:
    return [concept(code)]


def to(reference: str) -> dict[str, str]:
    return {"reference": reference}


def link(bundle: dict[str, Any], relation: str) -> str | None:
    """The url of a bundle's link."""
    return next((one["url"] for one in bundle["link"] if one["relation"] == relation), None)


def matched(bundle: dict[str, Any]) -> list[str]:
    """Ids of a bundle's matches."""
    entries = bundle.get("entry", [])
    return [one["resource"]["id"] for one in entries if one["search"]["mode"] == "match"]


def said(response: httpx.Response) -> str:
    """The text of an OperationOutcome."""
    text: str = response.json()["issue"][0]["details"]["text"]
    return text
