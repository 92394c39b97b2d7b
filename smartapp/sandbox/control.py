"""The control of one sandbox, for this machine only: faults, the request log, a fresh start."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from ipaddress import ip_address
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from smartapp.sandbox.faults import KINDS, FaultError
from smartapp.sandbox.fhir.wire import DecodeError, decode
from smartapp.sandbox.state import SandboxState

Endpoint = Callable[[Request], Awaitable[Response]]


class ControlRefusal(Exception):
    """Why a control request cannot be obeyed, in one sentence."""


def routes(state: SandboxState) -> list[BaseRoute]:
    """`/control/faults`, `/control/requests`, `/control/reset`."""
    control = Control(state)
    table: list[tuple[str, str, Endpoint]] = [
        ("/control/faults", "GET", control.list_faults),
        ("/control/faults", "POST", control.arm),
        ("/control/faults", "DELETE", control.disarm),
        ("/control/requests", "GET", control.list_requests),
        ("/control/requests", "DELETE", control.forget_requests),
        ("/control/reset", "POST", control.reset),
    ]
    return [Route(path, _guarded(endpoint), methods=[method]) for path, method, endpoint in table]


def _guarded(endpoint: Endpoint) -> Endpoint:
    """The endpoint for callers on this machine; its refusals as one sentence."""

    async def guarded(request: Request) -> Response:
        if not _is_here(request):
            return JSONResponse({"error": "The control answers this machine only."}, 403)
        try:
            return await endpoint(request)
        except (ControlRefusal, FaultError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return guarded


def _is_here(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def _json(request: Request) -> Any:
    """The JSON sent; another content type is refused, so that no web page can send one."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise ControlRefusal("Send application/json.")
    try:
        return decode(await request.body())
    except (DecodeError, UnicodeDecodeError) as error:
        raise ControlRefusal("The body is not JSON.") from error


class Control:
    """The endpoints."""

    def __init__(self, state: SandboxState) -> None:
        self.state = state

    async def list_faults(self, request: Request) -> Response:
        """What is armed, and what could be."""
        return JSONResponse({"armed": self.state.faults.listed(), "kinds": KINDS})

    async def arm(self, request: Request) -> Response:
        """Arm one fault or a list of them."""
        sent = await _json(request)
        wanted = sent if isinstance(sent, list) else [sent]
        if not all(isinstance(one, dict) for one in wanted):
            raise ControlRefusal("A fault is a JSON object with a kind.")
        plain = [{name: _plain(value) for name, value in one.items()} for one in wanted]
        armed = [asdict(self.state.faults.arm(one)) for one in plain]
        return JSONResponse({"armed": armed}, 201)

    async def disarm(self, request: Request) -> Response:
        """Take out all faults, or the one that `number` names."""
        number = request.query_params.get("number")
        if number is None:
            self.state.faults.clear()
        elif not number.isdigit() or not self.state.faults.disarm(int(number)):
            raise ControlRefusal(f"No fault has the number {number}.")
        return Response(status_code=204)

    async def list_requests(self, request: Request) -> Response:
        """Every request to the FHIR server since the last deletion, oldest first."""
        return JSONResponse({"requests": [asdict(one) for one in self.state.requests]})

    async def forget_requests(self, request: Request) -> Response:
        """Empty the log."""
        self.state.requests.clear()
        return Response(status_code=204)

    async def reset(self, request: Request) -> Response:
        """Data, tokens, faults and log as they were at the start."""
        await _json(request)
        self.state.reset()
        return Response(status_code=204)


def _plain(value: Any) -> Any:
    """Decimals of the decoder as floats: settings are amounts, not measurements."""
    is_number = isinstance(value, str | int | bool | list | dict) or value is None
    return value if is_number else float(value)
