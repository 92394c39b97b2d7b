"""A browser without a screen: cookies by path, pages of the app and of the sandbox, no sockets."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import httpx

APP = "https://127.0.0.1:8000"
APP_AS_REGISTERED = "http://127.0.0.1:8000"


class Router(httpx.AsyncBaseTransport):
    """Sends a request to the ASGI application that serves its host."""

    def __init__(self, app: Any, sandbox: Any) -> None:
        self.app = httpx.ASGITransport(app=app)
        self.sandbox = httpx.ASGITransport(app=sandbox, raise_app_exceptions=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        here = request.url.host == "127.0.0.1"
        return await (self.app if here else self.sandbox).handle_async_request(request)


@dataclass
class Visitor:
    """One browser. `trail` holds every address it was at."""

    client: httpx.AsyncClient
    trail: list[str] = field(default_factory=list)

    async def get(self, url: str, *, follow: bool = True, **kwargs: Any) -> httpx.Response:
        return await self.request("GET", url, follow=follow, **kwargs)

    async def post(self, url: str, data: dict[str, str], **kwargs: Any) -> httpx.Response:
        """Post as a browser does, with the address it comes from."""
        headers = {"Referer": url} | kwargs.pop("headers", {})
        return await self.request("POST", url, data=data, headers=headers, **kwargs)

    async def request(
        self, method: str, url: str, *, follow: bool = True, **kwargs: Any
    ) -> httpx.Response:
        """Follow redirects as a browser does: with GET, without the first request's body."""
        response = await self._once(method, url, **kwargs)
        while follow and response.status_code in (302, 303):
            url = urljoin(str(response.request.url), response.headers["location"])
            response = await self._once("GET", url)
        return response

    async def _once(self, method: str, url: str, **kwargs: Any) -> httpx.Response:
        url = url.replace(APP_AS_REGISTERED, APP)
        self.trail.append(url)
        return await self.client.request(method, url, **kwargs)

    def cookie_names(self) -> set[str]:
        return {cookie.name for cookie in self.client.cookies.jar}
