"""One sandbox EHR without its FHIR server: three patients, a clock that stands, an app's steps."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from starlette.applications import Starlette

from smartapp.sandbox import auth, ehr
from smartapp.sandbox.auth.server import AuthServer, auth_server
from smartapp.sandbox.config import SandboxConfig
from smartapp.sandbox.faults import Faults
from smartapp.sandbox.state import SandboxState
from smartapp.sandbox.store import Store
from smartapp.sandbox.tokens import TokenStore

EHR = "http://localhost:9000"
CALLBACK = "http://127.0.0.1:8000/callback"
VERIFIER = "a-verifier-of-forty-three-characters-or-more-0"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
SCOPE = "launch openid fhirUser online_access user/Patient.rs user/Observation.rs"
STANDALONE_SCOPE = "openid fhirUser offline_access user/Patient.rs"


def _patient(id_: str, family: str, **more: Any) -> dict[str, Any]:
    mrn = {"type": {"text": "MRN"}, "value": f"00{id_}"}
    name = {"use": "official", "family": family, "given": ["Test"]}
    return {"resourceType": "Patient", "id": id_, "identifier": [mrn], "name": [name], **more}


def _encounter(id_: str, patient: str, status: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": id_,
        "status": status,
        "class": {"code": "IMP"},
        "subject": {"reference": f"Patient/{patient}"},
        **more,
    }


def _resources() -> Iterator[dict[str, Any]]:
    yield _patient("11", "ARDEN", gender="female", birthDate="1950-03-04")
    yield _patient("12", "BIRCH", gender="male", birthDate="2026-11-01")
    yield _patient("13", "CEDAR", deceasedBoolean=True)
    bed = [{"location": {"display": "4W 12 A"}, "status": "active"}]
    yield _encounter("21", "11", "in-progress", location=bed, reasonCode=[{"text": "Dyspnea"}])
    yield _encounter("22", "11", "finished", period={"start": "2020-01-01"})
    yield _encounter("23", "12", "finished", period={"start": "2026-11-01"})
    yield _encounter("24", "12", "entered-in-error", period={"start": "2026-11-02"})


@dataclass
class Clock:
    """A clock that moves only when it is told to."""

    now: datetime = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.actions: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self.actions.append(dict(attrs).get("action") or "")


def form_action(page: httpx.Response, ending: str) -> str:
    """Where the page's form with that ending posts to."""
    forms = _Forms()
    forms.feed(page.text)
    return next(action for action in forms.actions if action.endswith(ending))


@dataclass
class Sandbox:
    """A sandbox EHR, a browser on it, and what an app would do."""

    state: SandboxState
    clock: Clock
    http: httpx.AsyncClient
    app: Starlette
    server: AuthServer = field(init=False)

    def __post_init__(self) -> None:
        self.server = auth_server(self.state)

    async def control(self, path: str, data: dict[str, Any]) -> httpx.Response:
        return await self.http.post(f"/control/{path}", json=data)

    async def launch(self, **data: Any) -> str:
        answer = await self.control("launch", {"patient": "11", "encounter": "21", **data})
        return str(answer.json()["launch"])

    def request(self, **changes: str | None) -> dict[str, str]:
        """A correct authorization request, with changes; None leaves a parameter out."""
        sent: dict[str, str | None] = {
            "response_type": "code",
            "client_id": "smartapp-public",
            "redirect_uri": CALLBACK,
            "scope": SCOPE,
            "state": "the-state",
            "aud": self.state.config.fhir_base,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changes,
        }
        return {key: value for key, value in sent.items() if value is not None}

    async def authorize(self, **changes: str | None) -> httpx.Response:
        params = self.request(**changes)
        return await self.http.get(self.server.addresses.authorize, params=params)

    async def code(self, launch: dict[str, Any] | None = None, **changes: str | None) -> str:
        """The code of an EHR launch."""
        launch_code = await self.launch(**(launch or {}))
        return callback(await self.authorize(launch=launch_code, **changes))["code"]

    async def token(self, headers: Any = None, **form: str | None) -> httpx.Response:
        """A token request: by default a public client's with a code."""
        sent = {
            "grant_type": "authorization_code",
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
            "client_id": "smartapp-public",
            **form,
        }
        data = {key: value for key, value in sent.items() if value is not None}
        return await self.http.post(self.server.addresses.token, data=data, headers=headers)

    async def tokens(self, launch: dict[str, Any] | None = None, **changes: str | None) -> Any:
        """The token answer of a whole EHR launch."""
        code = await self.code(launch, **changes)
        return (await self.token(code=code)).json()

    async def refresh(self, refresh_token: str, **form: str | None) -> httpx.Response:
        return await self.token(
            grant_type="refresh_token",
            refresh_token=refresh_token,
            redirect_uri=None,
            code_verifier=None,
            **form,
        )

    async def sign_in(self, username: str = "plund") -> httpx.Response:
        return await self.http.post("/sign-in", data={"username": username, "password": "sandbox"})


def callback(answer: httpx.Response) -> dict[str, str]:
    """The parameters with which the browser is sent back to the app."""
    assert answer.status_code == 303, answer.text
    location = answer.headers["location"]
    assert location.startswith(CALLBACK), location
    return {key: values[0] for key, values in parse_qs(urlsplit(location).query).items()}


@asynccontextmanager
async def running(folder: Path, **settings: Any):
    """A sandbox in this process; its secret is kept in the folder."""
    clock = Clock()
    config = SandboxConfig(var_dir=folder, clock=clock, **settings)
    store = Store()
    for resource in _resources():
        store.put(resource)
    store.freeze()
    tokens = TokenStore(clock, config.token_lifetime_s)
    state = SandboxState(config=config, store=store, tokens=tokens, faults=Faults())
    app = Starlette(routes=[*auth.routes(state), *ehr.routes(state)])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=EHR) as http:
        yield Sandbox(state, clock, http, app)
