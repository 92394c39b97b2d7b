"""Faults that answer instead of the server."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime

from starlette.requests import Request

from smartapp.sandbox.faults import Fault
from smartapp.sandbox.fhir.answers import (
    Answer,
    Refusal,
    broken,
    forbidden,
    no_scope,
    not_found,
    refuse,
    unauthorized,
)
from smartapp.sandbox.fhir.call import Call

_PAGE = b"<!DOCTYPE html><html><title>Sign in</title><body>Please sign in</body></html>"


class Dropped(Exception):
    """The connection is to be dropped without an answer."""


def _token_expiry(call: Call, fault: Fault) -> Answer | None:
    """The token of this request runs out now; the request goes on and finds it so."""
    if call.bearer is not None:
        call.state.tokens.revoke(call.bearer)
    return None


def _throttled(call: Call, fault: Fault) -> Answer:
    """429 with Retry-After in seconds or as a date."""
    seconds = int(fault.setting("retry_after"))
    at = format_datetime(call.state.clock() + timedelta(seconds=seconds), usegmt=True)
    value = at if fault.setting("notation") == "date" else str(seconds)
    return refuse(429, "throttled", "Too Many Requests", Retry_After=value).answer


def _failed(call: Call, fault: Fault) -> Answer:
    """5xx as a gateway before the server says it."""
    later = fault.setting("retry_after")
    headers = {} if later is None else {"Retry-After": str(later)}
    return Answer(int(fault.setting("status")), b"upstream error\n", headers, "text/plain")


def _page_gone(call: Call, fault: Fault) -> Answer:
    """It strikes only follow-up pages."""
    return refuse(int(fault.setting("status")), "not-found", "The page has expired").answer


def _forbidden(call: Call, fault: Fault) -> Answer:
    refusal = no_scope() if fault.setting("body") == "scope" else forbidden("Forbidden resource")
    return refusal.answer


def _fatal(call: Call, fault: Fault) -> Answer:
    type_name = call.path.strip("/").split("/")[0] or "Resource"
    return broken(type_name, str(fault.setting("element"))).answer


def _always(refusal: Callable[[], Refusal]) -> Callable[[Call, Fault], Answer | None]:
    return lambda call, fault: refusal().answer


_INSTEAD: dict[str, Callable[[Call, Fault], Answer | None]] = {
    "token_expiry": _token_expiry,
    "unauthorized": _always(lambda: unauthorized("The access token is invalid or has expired")),
    "forbidden": _forbidden,
    "not_found": _always(not_found),
    "gone": _always(lambda: refuse(410, "deleted", "Gone")),
    "conflict": _always(lambda: refuse(409, "conflict", "The resource was changed meanwhile")),
    "precondition": _always(lambda: refuse(412, "conflict", "no If-Match or invalid If-Match")),
    "rejected": _always(lambda: refuse(422, "business-rule", "Unprocessable entity")),
    "throttle": _throttled,
    "error": _failed,
    "fatal": _fatal,
    "page_gone": _page_gone,
    "html": lambda call, fault: Answer(200, _PAGE, {}, "text/html; charset=utf-8"),
}


async def before(call: Call, faults: list[Fault], request: Request) -> Answer | None:
    """Wait, drop, or answer in the server's place; None: the server answers."""
    for fault in faults:
        if fault.kind == "latency":
            await asyncio.sleep(float(fault.setting("seconds")))
        if fault.kind == "hang":
            await _hang(request, float(fault.setting("seconds")))
        if fault.kind in {"hang", "reset"}:
            raise Dropped
    for fault in faults:
        instead = _INSTEAD.get(fault.kind)
        answer = instead(call, fault) if instead else None
        if answer is not None:
            return answer
    return None


async def _hang(request: Request, seconds: float) -> None:
    """Say nothing until the caller gives up or the time is over."""
    give_up = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < give_up and not await request.is_disconnected():
        await asyncio.sleep(0.05)
