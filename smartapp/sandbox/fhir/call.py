"""One request to the FHIR server, read once: who asks, for what, with which parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from smartapp.sandbox.fhir.answers import bad_request, unauthorized
from smartapp.sandbox.fhir.authz import Grant
from smartapp.sandbox.fhir.definition import TypeDef
from smartapp.sandbox.fhir.paging import Pages
from smartapp.sandbox.fhir.wire import DecodeError, decode
from smartapp.sandbox.state import SandboxState
from smartapp.sandbox.store import Store


@dataclass(slots=True)
class Call:
    """`base` is the service root of links; `open` requests need no token and write nothing."""

    state: SandboxState
    pages: Pages
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes
    base: str
    open: bool = False

    @property
    def store(self) -> Store:
        """The data."""
        return self.state.store

    @property
    def bearer(self) -> str | None:
        """The access token as sent."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" and token.strip() else None

    def grant(self) -> Grant:
        """What the token grants; raises 401 without a good one."""
        token = self.bearer
        if token is None:
            raise unauthorized("A bearer token is required")
        info = self.state.tokens.lookup(token)
        if info is None:
            raise unauthorized("The access token is invalid or has expired")
        return Grant(info)

    def confined_to(self, definition: TypeDef, letter: str) -> str | None:
        """Check token and scope; the patient to whom the answer is confined, or None."""
        if self.open:
            return None
        return self.grant().patient_for(definition.name, letter)

    def parameter(self, name: str) -> str | None:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), None)

    def json(self) -> Any:
        """The body as JSON; raises 400 when it is none."""
        try:
            return decode(self.body)
        except (DecodeError, UnicodeDecodeError) as error:
            raise bad_request("Invalid request") from error
