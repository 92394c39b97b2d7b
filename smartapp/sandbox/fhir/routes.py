"""Where the FHIR server is mounted: service roots, headers of every reply, faults, the log."""

import asyncio
from collections.abc import AsyncIterator
from time import perf_counter
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from smartapp.sandbox.faults import Fault, Target
from smartapp.sandbox.fhir.answers import Answer, forbidden
from smartapp.sandbox.fhir.breakage import Dropped, before
from smartapp.sandbox.fhir.call import Call
from smartapp.sandbox.fhir.dispatch import answer, interaction_of
from smartapp.sandbox.fhir.paging import Pages
from smartapp.sandbox.fhir.spoiled import spoil
from smartapp.sandbox.fhir.types import OPEN
from smartapp.sandbox.fhir.wire import encode
from smartapp.sandbox.state import Logged, SandboxState
from smartapp.sandbox.tokens import token_hash

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_EXPOSED = "ETag, Content-Location, Location, X-Request-Id, WWW-Authenticate, Date"
_EVERY_REPLY = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": _EXPOSED,
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "DELETE, GET, POST, PUT, PATCH, OPTIONS, HEAD",
    "Access-Control-Allow-Headers": "Authorization, Accept, Content-Type, If-Match, X-Request-Id",
    "Access-Control-Max-Age": "0",
}


def routes(state: SandboxState) -> list[BaseRoute]:
    """The service roots: with token, open and read-only, and definitions without tenant."""
    server = FhirServer(state)
    state.on_reset.append(server.pages.clear)
    return [
        Route("/r4/{tenant}", server.secured, methods=_METHODS),
        Route("/r4/{tenant}/{path:path}", server.secured, methods=_METHODS),
        Route("/open/{tenant}/{path:path}", server.opened, methods=_METHODS),
    ]


class DroppedResponse(Response):
    """Begins a reply and breaks off: what a peer sees when the connection is reset."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head of a reply that never comes, then fail."""
        headers = [(b"content-length", b"4096"), (b"content-type", b"application/fhir+json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        raise self._error


class FhirServer:
    """One sandbox's FHIR server."""

    def __init__(self, state: SandboxState) -> None:
        self.state = state
        self.pages = Pages()

    async def secured(self, request: Request) -> Response:
        """`/r4/{tenant}/…`, and definitions without a tenant."""
        tenant, path = request.path_params["tenant"], request.path_params.get("path", "")
        base = self.state.config.fhir_base
        if tenant in OPEN:
            return await self._serve(request, f"{tenant}/{path}", base, True, True)
        return await self._serve(request, path, base, tenant == self.state.config.tenant, False)

    async def opened(self, request: Request) -> Response:
        """`/open/{tenant}/…`: no token, nothing to write."""
        config = self.state.config
        base = f"{config.public_url}/open/{config.tenant}"
        known = request.path_params["tenant"] == config.tenant
        return await self._serve(request, request.path_params["path"], base, known, True)

    async def _serve(
        self, request: Request, path: str, base: str, known: bool, is_open: bool
    ) -> Response:
        began = perf_counter()
        request_id = str(uuid4())
        call = Call(
            state=self.state,
            pages=self.pages,
            method="GET" if request.method == "HEAD" else request.method,
            path=path.strip("/"),
            query=list(request.query_params.multi_items()),
            headers=request.headers,
            body=await request.body(),
            base=base,
            open=is_open,
        )
        response, status = await self._respond(request, call, known, request_id)
        self._log(request, call, status, request_id, began)
        return response

    async def _respond(
        self, request: Request, call: Call, known: bool, request_id: str
    ) -> tuple[Response, int]:
        if request.method == "OPTIONS":
            return Response(status_code=200, headers=_EVERY_REPLY | _PREFLIGHT), 200
        if not known:
            refusal = forbidden("Tenant not valid or accessible").answer
            return _response(refusal, request_id, None), refusal.status
        faults = self.state.faults.strike(_target(call))
        try:
            found = await before(call, faults, request)
        except Dropped:
            dropped = self.state.config.dropped("connection reset by a fault of the sandbox")
            return DroppedResponse(dropped), 0
        if found is None:
            found = answer(call)
        spoil(found, call, faults)
        return _response(found, request_id, _slow(faults)), found.status

    def _log(
        self, request: Request, call: Call, status: int, request_id: str, began: float
    ) -> None:
        bearer = call.bearer
        self.state.requests.append(
            Logged(
                at=self.state.clock().isoformat(),
                method=request.method,
                path=request.url.path,
                query=request.url.query,
                status=status,
                token=token_hash(bearer) if bearer else None,
                request_id=request_id,
                ms=round((perf_counter() - began) * 1000, 3),
            )
        )


def _target(call: Call) -> Target:
    parts = call.path.split("/")
    info = call.state.tokens.lookup(call.bearer) if call.bearer else None
    named = call.parameter("patient") or call.parameter("subject")
    return Target(
        type=parts[0] or None,
        id=parts[1] if len(parts) > 1 else call.parameter("_id"),
        interaction=interaction_of(call),
        patient=named.rpartition("/")[2] if named else (info.patient if info else None),
        token=token_hash(call.bearer) if call.bearer else None,
        page=1 if call.parameter("-pageContext") is None else 2,
    )


def _slow(faults: list[Fault]) -> Fault | None:
    return next((one for one in faults if one.kind == "slow_body"), None)


def _response(found: Answer, request_id: str, slow: Fault | None) -> Response:
    body = found.body if isinstance(found.body, bytes) else encode(found.body)
    headers = _EVERY_REPLY | {"X-Request-Id": request_id, "opc-request-id": request_id}
    headers |= found.headers
    if body or found.status == 200:
        headers["Content-Type"] = found.media
    if slow is not None:
        return StreamingResponse(_dripping(body, slow), found.status, headers)
    return Response(body, found.status, headers)


async def _dripping(body: bytes, slow: Fault) -> AsyncIterator[bytes]:
    chunks = max(1, int(slow.setting("chunks")))
    size = max(1, -(-len(body) // chunks))
    for start in range(0, len(body), size):
        await asyncio.sleep(float(slow.setting("seconds")) / chunks)
        yield body[start : start + size]
