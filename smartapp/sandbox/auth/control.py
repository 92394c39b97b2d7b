"""What tests and curious people can turn: launches, clients, keys, token faults."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from smartapp.sandbox import patients, users
from smartapp.sandbox.auth.server import AuthServer, Knobs, Launch
from smartapp.sandbox.clients import PUBLIC_CLIENT, RegistrationError, from_json
from smartapp.sandbox.state import SandboxState

_FAIL_MODES = ("invalid_grant", "500", "html", "timeout")
_TYPES: dict[str, tuple[type, ...]] = {
    "token_lifetime_s": (int,),
    "rotate_refresh_tokens": (bool,),
    "fail_next": (int,),
    "fail_mode": (str,),
    "fail_grant_type": (str, type(None)),
    "delay_s": (int, float),
    "wrong_nonce": (bool,),
    "unpublished_key": (bool,),
    "id_token_claims": (dict,),
    "omit": (list, tuple),
    "expires_in_as_text": (bool,),
}
_LAUNCH_FIELDS = {
    "patient",
    "encounter",
    "user",
    "client_id",
    "need_patient_banner",
    "style",
    "intent",
    "fhirContext",
    "scopes",
}


class Refused(Exception):
    """Why a control request cannot be obeyed, in one sentence."""


async def _body(http: Request) -> dict[str, Any]:
    """The JSON object sent; other content types are refused, so no web page can send one."""
    if http.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused("Send application/json.")
    try:
        data = json.loads(await http.body())
    except ValueError:
        raise Refused("The body is not JSON.") from None
    if not isinstance(data, dict):
        raise Refused("The body must be a JSON object.")
    return data


Endpoint = Callable[[Request], Awaitable[Response]]


def _is_here(http: Request) -> bool:
    try:
        return http.client is not None and ip_address(http.client.host).is_loopback
    except ValueError:
        return False


def _said(endpoint: Endpoint) -> Endpoint:
    """The endpoint for callers on this machine; its refusals are 400 and one sentence."""

    async def answer(http: Request) -> Response:
        if not _is_here(http):
            return JSONResponse({"error": "The control answers this machine only."}, 403)
        try:
            return await endpoint(http)
        except (Refused, RegistrationError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return answer


def _checked_knobs(data: dict[str, Any]) -> dict[str, Any]:
    for name, value in data.items():
        if name not in _TYPES:
            raise Refused(f"Unknown setting: {name}. Known: {', '.join(sorted(_TYPES))}.")
        if not isinstance(value, _TYPES[name]) or (
            isinstance(value, bool) and bool not in _TYPES[name]
        ):
            raise Refused(f"{name} has the wrong type.")
    if data.get("fail_mode", "500") not in _FAIL_MODES:
        raise Refused(f"fail_mode must be one of {', '.join(_FAIL_MODES)}.")
    return data


def _check_launch(data: dict[str, Any], state: SandboxState) -> None:
    if unknown := sorted(set(data) - _LAUNCH_FIELDS):
        raise Refused(f"Unknown field: {', '.join(unknown)}.")
    patient, encounter = data.get("patient"), data.get("encounter")
    if patient is not None and state.store.get("Patient", patient) is None:
        raise Refused("There is no such patient.")
    if encounter is not None:
        known = {visit.id for visit in patients.visits(state, patient or "")}
        if encounter not in known:
            raise Refused("There is no such encounter of this patient.")
    context = data.get("fhirContext") or []
    if not isinstance(context, list) or not all(isinstance(one, dict) for one in context):
        raise Refused("fhirContext must be a list of objects.")


def _launch(data: dict[str, Any], server: AuthServer) -> Launch:
    user = users.find(str(data.get("user") or users.CLINICIANS[0].username))
    if user is None:
        raise Refused(f"Unknown user. Known: {', '.join(u.username for u in users.CLINICIANS)}.")
    client_id = data.get("client_id")
    if client_id is not None and server.clients.get(client_id) is None:
        raise Refused("No app with this client_id is registered.")
    return Launch(
        user=user,
        patient=data.get("patient"),
        encounter=data.get("encounter"),
        client_id=client_id,
        need_patient_banner=bool(data.get("need_patient_banner", True)),
        style=bool(data.get("style", True)),
        intent=data.get("intent"),
        fhir_context=tuple(data.get("fhirContext") or ()),
        scopes=data.get("scopes"),
    )


def launch_address(launch_url: str, fhir_base: str, code: str) -> str:
    """The app's launch URL as the EHR opens it."""
    return f"{launch_url}?{urlencode({'iss': fhir_base, 'launch': code})}"


class Control:
    """The control of one sandbox's authorization server."""

    def __init__(self, state: SandboxState, server: AuthServer) -> None:
        self.state = state
        self.server = server

    async def launch(self, http: Request) -> Response:
        """Make a launch as the EHR would; answers its code and the address to open."""
        data = await _body(http)
        _check_launch(data, self.state)
        launch = _launch(data, self.server)
        client = self.server.clients.get(launch.client_id or PUBLIC_CLIENT)
        code = self.server.make_launch(launch)
        answer = {"launch": code, "iss": self.state.config.fhir_base}
        if client and client.launch_url:
            answer["url"] = launch_address(client.launch_url, answer["iss"], code)
        return JSONResponse(answer, status_code=201)

    async def register(self, http: Request) -> Response:
        """Register an app, or change its registration; a secret is told once, here."""
        client = from_json(await _body(http))
        self.server.clients.add(client)
        self.server.jwks_cache.pop(client.jwks_uri or "", None)
        return JSONResponse(asdict(client), status_code=201)

    async def turn(self, http: Request) -> Response:
        """Change settings of the token endpoint; GET answers the present ones."""
        data = await _body(http) if http.method == "POST" else {}
        if data.pop("reset", False):
            self.server.knobs = Knobs.of(self.state.config)
        if data.pop("expire_access_tokens", False):
            self.state.tokens.clear()
        if data.pop("end_sessions", False):
            self.server.sessions.clear()
        for name, value in _checked_knobs(data).items():
            setattr(self.server.knobs, name, tuple(value) if name == "omit" else value)
        knobs = self.server.knobs
        return JSONResponse({one.name: getattr(knobs, one.name) for one in fields(knobs)})

    async def rotate_keys(self, _: Request) -> Response:
        """Sign id_tokens with a new key from now on; the one before stays published."""
        return JSONResponse({"kid": self.server.keys.rotate()})

    async def token_requests(self, http: Request) -> Response:
        """The requests that the token endpoint saw, oldest first; DELETE forgets them."""
        log = self.server.token_requests
        if http.method == "DELETE":
            log.clear()
        return JSONResponse({"count": len(log), "requests": list(log)})

    def endpoints(self) -> list[tuple[str, list[str], Endpoint]]:
        """Path, methods and endpoint of each."""
        return [
            ("/control/launch", ["POST"], _said(self.launch)),
            ("/control/clients", ["POST"], _said(self.register)),
            ("/control/auth", ["GET", "POST"], _said(self.turn)),
            ("/control/keys/rotate", ["POST"], _said(self.rotate_keys)),
            ("/control/token-requests", ["GET", "DELETE"], _said(self.token_requests)),
        ]
