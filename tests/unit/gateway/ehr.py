"""A tiny EHR in memory: answers by path, remembers what it was asked, fails on demand."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from smartapp.gateway import pool
from smartapp.gateway.client import FhirClient
from smartapp.gateway.process import Process
from smartapp.gateway.target import Access, Policy, Target

BASE = "https://ehr.example.test/r4/tenant-a"


@dataclass
class Reply:
    """One canned answer; a dict or list body becomes JSON."""

    body: object = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> tuple[bytes, dict[str, str]]:
        headers = {"content-type": "application/fhir+json", **self.headers}
        body = self.body
        if isinstance(body, str):
            body = body.encode()
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        return body, headers


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> str:
        return self.url.partition("?")[2]


Answering = Callable[[Asked], Reply]


class Ehr:
    """An ASGI app; `replies` is tried by substring of the URL, longest first, else 404."""

    def __init__(self, replies: dict[str, Reply | list[Reply] | Answering] | None = None) -> None:
        self.replies = replies or {}
        self.asked: list[Asked] = []

    def _reply(self, asked: Asked) -> Reply:
        for part in sorted(self.replies, key=len, reverse=True):
            if part in asked.url:
                found = self.replies[part]
                if isinstance(found, list):
                    return found.pop(0) if len(found) > 1 else found[0]
                return found if isinstance(found, Reply) else found(asked)
        return Reply(status=404)

    async def __call__(self, scope, receive, send) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {k.decode(): v.decode() for k, v in scope["headers"]}
        query = scope["query_string"].decode()
        url = f"{scope['scheme']}://{headers['host']}{scope['raw_path'].decode()}"
        asked = Asked(scope["method"], f"{url}?{query}" if query else url, headers, body)
        self.asked.append(asked)
        reply = self._reply(asked)
        content, sent = reply.encoded()
        raw = [(k.encode(), v.encode()) for k, v in sent.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": raw})
        await send({"type": "http.response.body", "body": content})


class Bearer(httpx.Auth):
    """Attaches a fixed token to whatever it is given."""

    def auth_flow(self, request):
        request.headers["Authorization"] = "Bearer t0ken"
        yield request


def target(**changes) -> Target:
    """A connection of its own for each test, so that no breaker or pool is shared."""
    return Target(**{"connection": f"c-{uuid4().hex}", "base": BASE, **changes})


class Session:
    """A client on an Ehr, with everything that it observed."""

    def __init__(self, ehr: Ehr, policy: Policy | None = None, **changes) -> None:
        self.ehr = ehr
        self.seen: list[Access] = []
        self.process = Process()
        self.target = target(**changes)
        self.policy = policy or Policy(patient="p1", cache_key="launch-1")
        self.client = FhirClient(
            self.target, Bearer(), self.policy, self._observe, process=self.process
        )

    async def _observe(self, access: Access) -> None:
        self.seen.append(access)

    def __enter__(self) -> FhirClient:
        self._open = pool.transport(self.target.base, httpx.ASGITransport(self.ehr))
        self._open.__enter__()
        return self.client

    def __exit__(self, *error: object) -> None:
        self._open.__exit__(None, None, None)


def observation(name, **changes):
    return {
        "resourceType": "Observation",
        "id": name,
        "status": "final",
        "code": {"text": "x"},
        "subject": {"reference": "Patient/p1"},
        **changes,
    }


def bundle(*resources, next_url=None, **changes):
    links = [{"relation": "next", "url": next_url}] if next_url else []
    entries = [{"resource": r, "search": {"mode": "match"}} for r in resources]
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": links,
        "entry": entries,
    } | changes
