"""A SMART server that is not our sandbox: small, and each of its habits can be chosen."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HOST = "https://ehr.example"
BASE = f"{HOST}/fhir/r4"
APP_CLIENT = "app-at-other"
SECRET = "p%ss w:rd+äöü"  # every character that a sloppy encoder gets wrong


@dataclass
class Reply:
    """An answer; a dict is written as JSON."""

    status: int = 200
    body: Any = b""
    media: str = "application/json"
    location: str = ""

    def encoded(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


HTML = Reply(503, b"<html><body><h1>Service unavailable</h1></body></html>", "text/html")


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How this server behaves. The defaults are those of a plain SMART 2.2 server.

    `statement`: params, none (no searchParam), subject (only that one), down (503) or html.
    `next`: absolute, query (`?page=…`), path (`Observation?…`), rooted, or another port, host or
    scheme. `total`: right, none, more, fewer or text. `lists_by`: the parameters that name a
    patient. `broken`: by type, what a search of it is answered with. `scopes`: given the scopes
    that were asked, those in the token answer; None leaves them out.
    """

    base: str = BASE
    well_known: str = "json"
    statement: str = "params"
    capabilities: tuple[str, ...] = (
        *("launch-ehr", "launch-standalone", "client-public", "permission-v2", "permission-user"),
        *("sso-openid-connect", "context-ehr-patient", "context-standalone-patient"),
    )
    scopes_supported: tuple[str, ...] = ()
    endpoints_are_relative: bool = False
    openid: bool = True
    openid_in: str = "smart-configuration"
    issuer: str = HOST
    iss_in_answer: bool = False
    client_auth: str = "none"
    auth_methods: tuple[str, ...] = ()
    refuses_scopes: Callable[[str], bool] = lambda asked: False
    scopes: Callable[[str], str | None] = lambda asked: asked
    token: dict[str, Any] = field(default_factory=dict)
    token_without: tuple[str, ...] = ()
    token_media: str = "application/json"
    picks_patient: bool = True
    media: str = "application/fhir+json"
    lists_by: tuple[str, ...] = ("patient", "subject")
    cap: int = 100
    next: str = "absolute"
    total: str = "right"
    references: str = "relative"
    ids: str = "text"
    modes: bool = True
    posts: str = "yes"
    errors: str = "outcome"
    broken: Mapping[str, Reply] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """Scheme, host and port of this server."""
        return "/".join(self.base.split("/")[:3])

    @property
    def root(self) -> str:
        """The path of the FHIR base, without a slash at its end."""
        return urlsplit(self.base).path.rstrip("/")


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.url).query, keep_blank_values=True)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


Answers = Callable[[Asked], Reply | None]


class OtherEhr:
    """The ASGI application: the first of its parts that knows a request answers it."""

    def __init__(self, habits: Habits, parts: list[Answers]) -> None:
        self.habits = habits
        self.parts = parts
        self.asked: list[Asked] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        asked = await _read(scope, receive)
        self.asked.append(asked)
        found = (part(asked) for part in self.parts)
        reply = next((one for one in found if one is not None), None) or HTML
        body = reply.encoded()
        headers = [(b"content-type", reply.media.encode())] if reply.media else []
        if reply.location:
            headers.append((b"location", reply.location.encode()))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def sent(self, word: str) -> list[Asked]:
        """The requests whose path holds a word."""
        return [one for one in self.asked if word in one.path]


async def _read(scope: Any, receive: Any) -> Asked:
    headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    query = scope.get("query_string", b"").decode()
    path = scope["path"] + (f"?{query}" if query else "")
    url = f"{scope.get('scheme', 'https')}://{headers.get('host', '')}{path}"
    return Asked(scope["method"], url, headers, body)
