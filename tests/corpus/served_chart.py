"""One open chart, walked: its patient page, its lists to their ends, its records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from smartapp.chart.navigation import ORDER, Reach, State
from smartapp.fhir.types import REGISTRY
from tests.corpus import served_page
from tests.corpus.served_asking import Ask, asks
from tests.corpus.served_store import Key, Resource
from tests.integration.visitor import Visitor


@dataclass
class Chart:
    """`address` is the launch's own; `refused` holds each request that failed, with its status."""

    visitor: Visitor
    address: str
    reaches: Mapping[str, Reach]
    refused: list[str] = field(default_factory=list)

    async def summary(self) -> None:
        """The patient page and its cards."""
        await self.get("")
        for family in ORDER:
            await self.get(f"cards/{family}/")

    async def get(self, path: str) -> httpx.Response:
        return self._noted(await self.visitor.get(self.address + path))

    def _noted(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code != 200:
            self.refused.append(f"{answer.status_code} {answer.request.url}")
        return answer

    async def listed(self, wanted: Mapping[Key, Resource]) -> set[Key]:
        """Those that their lists show, or that no list of this server can show."""
        found: set[Key] = set()
        for name in REGISTRY:
            own = {key: one for key, one in wanted.items() if key[0] == name}
            found |= await self._of_type(name, own)
        return found

    async def _of_type(self, name: str, wanted: Mapping[Key, Resource]) -> set[Key]:
        reach = self.reaches[name]
        page = await self.get(f"records/{name}/?reveal=1")
        if reach.state is State.LIST:
            return await self._walk(name, page)
        if reach.state is not State.FORM:
            return {key for key in wanted if await self._opens_by_id(key)}
        by_ask: dict[Ask, list[Key]] = {}
        for key, resource in wanted.items():
            for ask in asks(reach.listing, resource):
                by_ask.setdefault(ask, []).append(key)
        findable = {key for keys in by_ask.values() for key in keys}
        found = {key for key in wanted if key not in findable and await self._opens_by_id(key)}
        for ask in by_ask:
            found |= await self._walk(name, await self._search(name, page, ask))
        return found

    async def _opens_by_id(self, key: Key) -> bool:
        """Whether "Get one by its id" beside the list leads to the record."""
        name, own = key
        page = await self.get(f"records/{name}/?id={own}")
        return page.url.path.endswith(f"/records/{name}/{own}/")

    async def _search(self, name: str, page: httpx.Response, ask: Ask) -> httpx.Response:
        number, data = ask
        url = f"{self.address}records/{name}/?way={number}"
        token = {"csrfmiddlewaretoken": served_page.form_token(page.text)}
        answer = await self.visitor.post(url, token | dict(data))
        answer = await self.visitor.get(f"{answer.url}&reveal=1")
        # The EHR may refuse one search by its rules (identifiers of systems that it does not
        # know): then another one must find the record.
        return answer if answer.status_code == 422 else self._noted(answer)

    async def _walk(self, name: str, page: httpx.Response) -> set[Key]:
        """The list to its end: window by window, and beyond the cap."""
        found: set[Key] = set()
        ahead, seen = [page], set[str]()
        while ahead:
            page = ahead.pop()
            found |= {(name, one) for one in served_page.rows(page.text, name)}
            for link in served_page.onward(page.text):
                if link not in seen:
                    seen.add(link)
                    ahead.append(await self.get(f"records/{name}/{link}"))
        return found

    async def untold(self, wanted: Mapping[Key, Resource]) -> dict[str, Any]:
        """Record → what it states and its page does not say."""
        found: dict[str, Any] = {}
        for (name, own), resource in wanted.items():
            page = await self.get(f"records/{name}/{own}/")
            left = served_page.missing(resource, page.text)
            if left:
                found[f"{name}/{own}"] = left
        return found
