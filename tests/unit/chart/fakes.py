"""A launch and a client that answer what a test tells them, without database or network."""

import uuid
from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django.test import RequestFactory

from smartapp.fhir.scopes import Scopes
from smartapp.fhir.types import REGISTRY
from smartapp.gateway.target import Fetched, Page

BASE = "https://ehr.example.org/r4/T"
NOW = datetime(2026, 11, 20, 14, 32, 10, tzinfo=UTC)
ALL = Scopes.parse("user/*.rs")
LAUNCH_ID = uuid.UUID("11111111-2222-4333-8444-555555555555")


def page(entry, *matches, **facts):
    """A whole answer; `facts` override what it says of itself."""
    known = {
        "entry": entry,
        "matches": matches,
        "included": (),
        "issues": (),
        "total": None,
        "complete": True,
        "stopped": None,
        "cursor": None,
        "fetched_at": NOW,
        "cached": False,
        "request_url": f"{BASE}/{entry.name}",
    }
    return Page(**known | facts)


class Client:
    """Answers every search with `answer(entry, params)`, and every read of a Patient."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    async def search(self, entry, params=None, *, cap, budget_s=None):
        self.asked.append((entry.name, dict(params or {})))
        found = self.answer(entry, params)
        return await found if hasattr(found, "__await__") else found

    async def resume(self, entry, cursor, *, cap, budget_s=None):
        self.asked.append((entry.name, cursor))
        return self.answer(entry, cursor)

    async def read(self, entry, resource_id):
        resource = {"resourceType": entry.name, "id": resource_id, "name": [{"family": "Doe"}]}
        return Fetched(resource, NOW, False, f"{BASE}/{entry.name}/{resource_id}")


def launch(answer=page, *, scopes=ALL, capability=None, **facts):
    """A live launch of patient 1 without a visit."""
    client = Client(lambda entry, params: answer(entry))
    connection = SimpleNamespace(
        name="Riverside", slug="riverside", fhir_base=BASE, capability=lambda: capability
    )
    known = {
        "pk": LAUNCH_ID,
        "id": LAUNCH_ID,
        "patient": "1",
        "encounter": None,
        "need_patient_banner": True,
        "scopes": scopes,
        "zone": ZoneInfo("America/Chicago"),
        "connection": connection,
        "client": lambda: client,
        "said": client,
    }
    return SimpleNamespace(**known | facts)


def request_of(found, path="/", **headers):
    request = RequestFactory().get(path, headers=headers)
    request.launch = found  # type: ignore[attr-defined]  # as the middleware does
    return request


def resource(type_name, number=1, **elements):
    return {"resourceType": type_name, "id": str(number), **elements}


def entry_of(name):
    return REGISTRY[name]
