"""Requests made and sent with nothing between the auth flow and the bounded transport."""

from collections.abc import Mapping

import httpx

from smartapp.gateway.limits import EXTENSION, BoundedTransport, Limits

_FIXED = (("User-Agent", "smartapp"), ("Accept-Encoding", "gzip"))
_FORM = ("Content-Type", "application/x-www-form-urlencoded")


class PooledClient(httpx.AsyncClient):
    """An AsyncClient whose `exchange` is the auth flow over the transport and nothing else.

    `send` would also look for redirects and cookies, which we never follow nor keep, and log
    addresses, which may name people; that is a third of the CPU of a request.
    """

    def __init__(self, transport: BoundedTransport) -> None:
        super().__init__(transport=transport, follow_redirects=False, trust_env=False)
        self._bounded = transport

    async def exchange(self, request: httpx.Request, auth: httpx.Auth | None) -> httpx.Response:
        """The last answer of the auth flow, read whole. Raises httpx.HTTPError."""
        if auth is None:
            return await self._bounded.handle_async_request(request)
        flow = auth.async_auth_flow(request)
        try:
            request = await anext(flow)
            while True:
                response = await self._bounded.handle_async_request(request)
                try:
                    request = await flow.asend(response)
                except StopAsyncIteration:
                    return response
        finally:
            await flow.aclose()


def new_request(
    method: str, url: str, headers: Mapping[str, str], form: str | None, limits: Limits
) -> httpx.Request:
    """A request within `limits`; `form` is a body of form fields, already encoded."""
    fixed = (*_FIXED, *((_FORM,) if form is not None else ()))
    return httpx.Request(
        method,
        url,
        headers=[*fixed, *headers.items()],
        content=form,
        extensions={EXTENSION: limits},
    )
