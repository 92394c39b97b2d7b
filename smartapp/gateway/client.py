"""FhirClient: the one way to an EHR's records, with token, scope, patient, limits and audit."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

import httpx

from smartapp.fhir.entry import Family, ResourceType
from smartapp.fhir.types import REGISTRY
from smartapp.gateway import paging, query, urls
from smartapp.gateway.binary import blob_of
from smartapp.gateway.cache import Kept
from smartapp.gateway.dialects.listing import Listing, dialect_of, listing
from smartapp.gateway.errors import FhirError, Malformed, ScopeMissing, Unsupported, WrongPatient
from smartapp.gateway.exchange import Exchange, Message
from smartapp.gateway.paging import Ask, Plan, Sheet
from smartapp.gateway.process import PROCESS, Process
from smartapp.gateway.sheets import fetched_of, sheet_of
from smartapp.gateway.target import (
    Access,
    Blob,
    Cursor,
    Fetched,
    Observe,
    Page,
    Policy,
    Target,
)

T = TypeVar("T")
Seen = dict[str, Any]
Work = Callable[[], Awaitable[tuple[T, Seen]]]
_NO_POST = frozenset({404, 405, 415, 501})
_OPERATION_CAP = 500


class FhirClient:
    """What one launch, or one job, may ask of one EHR; every answer is observed before it is given.

    All methods raise FhirError. `auth` attaches the token; it never leaves the target's base.
    """

    def __init__(
        self,
        target: Target,
        auth: httpx.Auth | None,
        policy: Policy,
        observe: Observe,
        process: Process = PROCESS,
    ) -> None:
        self.target = target
        self.policy = policy
        self._observe = observe
        self._process = process
        self._exchange = Exchange(target, auth, policy, process)

    def listing(self, entry: ResourceType) -> Listing:
        """How this EHR lets the type be listed."""
        return listing(entry, self.policy.capability)

    def check(self, entry: ResourceType, letter: str) -> None:
        """Raises Unsupported or ScopeMissing for what would not be sent; `letter` is r or s."""
        capability, scopes = self.policy.capability, self.policy.scopes
        interaction = "read" if letter == "r" else "search-type"
        if capability and not capability.supports(entry.name, interaction):
            sentence = f"The EHR does not offer {entry.title}."
            raise Unsupported(sentence, connection=self.target.connection)
        if scopes is None or entry.family is Family.METADATA:
            return  # no scope exists for what a server publishes of itself
        levels = self.policy.levels
        granted = scopes.allows(entry.name, letter, levels)
        if not granted and not scopes.slices(entry.name, letter, levels):
            sentence = f"The sign-in does not cover {entry.title}."
            raise ScopeMissing(sentence, connection=self.target.connection)

    async def read(self, entry: ResourceType, resource_id: str, *, fresh: bool = False) -> Fetched:
        """One resource by its id; `fresh` asks the EHR even if the cache knows it."""

        async def work() -> tuple[Fetched, Seen]:
            self.check(entry, "r")
            url = f"{self.target.base.rstrip('/')}/{entry.name}/{resource_id}"
            query.check_id(entry, resource_id, self.policy)
            kept = await self._exchange.ask(Message(url, f"read {entry.name}", fresh=fresh))
            with self._usable(kept):
                fetched = fetched_of(kept, entry, resource_id, (self.policy, self.target))
            return fetched, {
                "count": 1,
                "status": kept.answer.status,
                "request_id": kept.answer.request_id,
                "cached": kept.cached,
            }

        return await self._observed(Access("read", entry.name, ids=(resource_id,)), work)

    async def search(
        self,
        entry: ResourceType,
        params: query.Params | None = None,
        *,
        cap: int,
        budget_s: float | None = None,
    ) -> Page:
        """A list: the patient and the constants of the EHR's dialect are added to `params`.

        Pages are followed up to `cap` matches; no new page is asked for after `budget_s`.
        """
        access = Access(
            "search", entry.name, query=urls.query(urls.flatten((params or {}).items()))
        )

        async def work() -> tuple[Page, Seen]:
            self.check(entry, "s")
            pairs = query.build(entry, params or {}, self.policy, cap)
            text = urls.query(pairs)
            plan = Plan(entry, self.target.base, cap, _deadline(budget_s))
            url = f"{self.target.base.rstrip('/')}/{entry.name}"
            page = await self._first(entry, Ask(f"{url}?{text}" if text else url), plan, pairs)
            return self._granted_part(entry, page), {"query": text}

        return await self._observed(access, work)

    async def resume(
        self,
        entry: ResourceType,
        cursor: Cursor,
        *,
        cap: int,
        budget_s: float | None = None,
    ) -> Page:
        """The next part of a list. Raises Gone or NotFound when the EHR no longer has the rest."""

        async def work() -> tuple[Page, Seen]:
            self.check(entry, "s")
            try:
                url = urls.absolute(self.target.base, cursor.query)
            except urls.UrlRefused as error:
                sentence = f"The place in the list is not valid: {error}."
                raise Malformed(sentence, connection=self.target.connection) from error
            plan = Plan(entry, self.target.base, cap, _deadline(budget_s), cursor)
            page = await paging.walk(self._sheets(entry, f"search {entry.name}"), Ask(url), plan)
            return self._granted_part(entry, page), {}

        return await self._observed(Access("search", entry.name, query=cursor.query), work)

    async def operation(
        self, path: str, params: query.Params | None = None, *, cap: int = _OPERATION_CAP
    ) -> Page:
        """GET an operation that answers with a Bundle, such as `DocumentReference/$docref`."""
        entry = REGISTRY.get(path.partition("/")[0])
        text = urls.query(urls.flatten((params or {}).items()))

        async def work() -> tuple[Page, Seen]:
            if entry is None:
                raise Unsupported(f"No type is known for {path}.")
            self.check(entry, "r")
            query.check_patient(entry, urls.flatten((params or {}).items()), self.policy)
            base = self.target.base
            ask = Ask(f"{base.rstrip('/')}/{path}" + (f"?{text}" if text else ""))
            fetch = self._sheets(None, f"operation {path}")
            return await paging.walk(fetch, ask, Plan(entry, base, cap)), {}

        return await self._observed(Access("operation", path, query=text), work)

    async def binary(self, url: str, accept: str) -> Blob:
        """The content at a URL under the base, such as Attachment.url; never kept."""

        async def work() -> tuple[Blob, Seen]:
            self.check(REGISTRY["Binary"], "r")
            message = Message(self._inside(url), "read Binary", accept=accept, kept=False)
            answer = (await self._exchange.ask(message)).answer
            seen = {"count": 1, "status": answer.status, "request_id": answer.request_id}
            return blob_of(answer, self.target.connection), seen

        return await self._observed(Access("binary", "Binary", ids=(url,)), work)

    def _granted_part(self, entry: ResourceType, page: Page) -> Page:
        """Where only a part of the type was granted, no list of it is complete."""
        scopes = self.policy.scopes
        parts = scopes.slices(entry.name, "s", self.policy.levels) if scopes else ()
        if not parts or page.stopped:
            return page
        said = f"The sign-in covers only a part of {entry.title}: {', '.join(parts)}."
        return replace(page, complete=False, stopped=said)

    def _inside(self, url: str) -> str:
        try:
            return urls.inside(self.target.base, url)
        except urls.UrlRefused as error:
            sentence = f"The document is not on the EHR's own address: {error}."
            raise Malformed(sentence, connection=self.target.connection) from error

    async def _first(self, entry: ResourceType, ask: Ask, plan: Plan, pairs: query.Pairs) -> Page:
        """POST where a value tells a person and the server takes it; GET else."""
        fetch = self._sheets(entry, f"search {entry.name}")
        known = self._process.without_post
        posts = dialect_of(self.policy.capability).post and self.target.connection not in known
        if not (posts and query.identifies(pairs)):
            return await paging.walk(fetch, ask, plan)
        url = f"{self.target.base.rstrip('/')}/{entry.name}/_search"
        try:
            return await paging.walk(fetch, Ask(url, urls.query(pairs)), plan)
        except FhirError as error:
            if error.status not in _NO_POST:
                raise
            known.add(self.target.connection)
            return await paging.walk(fetch, ask, plan)

    def _sheets(self, entry: ResourceType | None, operation: str) -> paging.FetchSheet:
        async def fetch(ask: Ask, fresh: bool) -> Sheet:
            message = Message(ask.url, operation, form=ask.form, fresh=fresh)
            kept = await self._exchange.ask(message)
            with self._usable(kept):
                return await sheet_of(kept, entry, self.policy, self.target)

        return fetch

    @contextmanager
    def _usable(self, kept: Kept) -> Iterator[None]:
        """An answer that cannot be shown is not kept either."""
        try:
            yield
        except (Malformed, WrongPatient):
            self._process.cache.discard(kept)
            raise

    async def _observed(self, access: Access, work: Work[T]) -> T:
        """Do it, then tell of it, then give it: an access that cannot be told of is not given."""
        try:
            result, seen = await work()
        except FhirError as error:
            error.connection = error.connection or self.target.connection
            await self._observe(
                replace(
                    access,
                    outcome=error.kind,
                    status=error.status,
                    request_id=error.request_id,
                    reference=error.reference,
                )
            )
            raise
        if isinstance(result, Page):
            seen |= _of_page(result)
        await self._observe(replace(access, **seen))
        return result


def _deadline(budget_s: float | None) -> float | None:
    return None if budget_s is None else time.monotonic() + budget_s


def _of_page(page: Page) -> Seen:
    foreign = [issue.text for issue in page.issues if issue.code == paging.FOREIGN_LINK]
    return {
        "ids": tuple(r["id"] for r in page.matches if "id" in r),
        "count": len(page.matches),
        "outcome": "ok" if page.complete else "partial",
        "status": 200,
        "request_id": page.request_id,
        "cached": page.cached,
        "note": " ".join(foreign),
    }
