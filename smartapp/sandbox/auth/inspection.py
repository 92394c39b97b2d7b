"""Revocation (RFC 7009) and introspection (RFC 7662) of tokens."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from smartapp.sandbox.auth.client_auth import authenticate
from smartapp.sandbox.auth.errors import NO_STORE, OAuthError, token_error
from smartapp.sandbox.auth.server import AuthServer, Grant
from smartapp.sandbox.auth.token import read_form
from smartapp.sandbox.clients import Client
from smartapp.sandbox.state import SandboxState


class Inspection:
    """What a client can ask, or have ended, about a token."""

    def __init__(self, state: SandboxState, server: AuthServer) -> None:
        self.state = state
        self.server = server

    async def revoke(self, http: Request) -> Response:
        """End a token; an unknown one is no error.

        A refresh token's access tokens run out by themselves, as with the vendor.
        """
        try:
            form = await read_form(http)
            client = await authenticate(self.server, http.headers.get("authorization"), form)
        except OAuthError as error:
            return token_error(self.server.addresses, error, "")
        token = form.get("token", "")
        grant = self.server.refresh_tokens.get(token)
        if grant and grant.client.client_id == client.client_id:
            grant.revoked = True
        info = self.state.tokens.lookup(token)
        if info and info.client_id == client.client_id:
            self.state.tokens.revoke(token)
        return Response(status_code=200, headers=NO_STORE)

    async def introspect(self, http: Request) -> Response:
        """What a token is good for; `active: false` says nothing more."""
        try:
            form = await read_form(http)
            await self._caller(http, form)
        except OAuthError as error:
            return token_error(self.server.addresses, error, "")
        answer = self._about(form.get("token", ""))
        return JSONResponse({"active": False} if answer is None else answer, headers=NO_STORE)

    async def _caller(self, http: Request, form: dict[str, str]) -> Client | None:
        """A client, or the bearer of a live access token."""
        header = http.headers.get("authorization")
        scheme, _, bearer = (header or "").partition(" ")
        if scheme.casefold() == "bearer" and self.state.tokens.lookup(bearer):
            return None
        return await authenticate(self.server, header, form)

    def _about(self, token: str) -> dict[str, Any] | None:
        info = self.state.tokens.lookup(token)
        if info:
            grant = next((g for g in self.server.grants if token in g.access_tokens), None)
            expires = int(info.expires_at.timestamp())
            common = {"scope": " ".join(sorted(info.scopes)), "client_id": info.client_id}
            return {"active": True, **common, "exp": expires, **self._of(grant)}
        grant = self.server.refresh_tokens.get(token)
        if grant is None or grant.revoked or grant.refresh_token != token:
            return None
        return {"active": True, "client_id": grant.client.client_id, **self._of(grant)}

    def _of(self, grant: Grant | None) -> dict[str, Any]:
        """Launch context and identity, for tokens that a clinician's grant gave."""
        if grant is None:
            return {}
        who = f"{self.server.addresses.fhir_base}/Practitioner/{grant.user.practitioner}"
        identity = {"iss": self.server.addresses.oidc_issuer, "sub": grant.user.username}
        return {**grant.context, "scope": grant.scopes, **identity, "fhirUser": who}
