"""The token endpoint: codes, refresh tokens and client credentials for access tokens."""

import asyncio
import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from smartapp.sandbox.auth import scopes
from smartapp.sandbox.auth.client_auth import authenticate, method_of
from smartapp.sandbox.auth.errors import NO_STORE, OAuthError, token_error
from smartapp.sandbox.auth.grants import end, issue_access_token, issue_refresh_token
from smartapp.sandbox.auth.id_token import id_token
from smartapp.sandbox.auth.server import AuthServer, Code, Grant
from smartapp.sandbox.clients import Client
from smartapp.sandbox.state import SandboxState

_FORM = "application/x-www-form-urlencoded"
_CROSS_ORIGIN = {"Access-Control-Allow-Origin": "*"}


def _bad_code(detail: str) -> OAuthError:
    return OAuthError("invalid_grant", "oauth2:token:code-invalid-or-expired", detail=detail)


def _bad_refresh(detail: str) -> OAuthError:
    return OAuthError("invalid_grant", "oauth2:token:refresh-token-invalid", detail=detail)


def _bad_request(detail: str) -> OAuthError:
    return OAuthError("invalid_request", "oauth2:token:invalid-request", detail=detail)


def verifier_fits(challenge: str | None, verifier: str | None) -> bool:
    """Whether the S256 challenge was made of the verifier (RFC 7636 section 4.6)."""
    if challenge is None or verifier is None:
        return challenge is verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return hmac.compare_digest(made, challenge)


async def read_form(http: Request) -> dict[str, str]:
    """The body's parameters, each at most once; raises OAuthError."""
    if http.headers.get("content-type", "").partition(";")[0].strip() != _FORM:
        raise _bad_request("not a form")
    sent = await http.form()
    if any(n > 1 for n in Counter(key for key, _ in sent.multi_items()).values()):
        raise _bad_request("a parameter is repeated")
    return {key: value for key, value in sent.items() if isinstance(value, str)}


class TokenEndpoint:
    """One sandbox's token endpoint."""

    def __init__(self, state: SandboxState, server: AuthServer) -> None:
        self.state = state
        self.server = server

    async def endpoint(self, http: Request) -> Response:
        """Answer one token request and note it in the log that tests read."""
        entry: dict[str, Any] = {"at": self.server.clock().isoformat()}
        self.server.token_requests.append(entry)
        try:
            form = await read_form(http)
            header = http.headers.get("authorization")
            entry |= {"grant_type": form.get("grant_type"), "auth": method_of(header, form)}
            fault = self._fault(form)
            response = fault or await self._answer(header, form, entry)
            await self._delay(form)
        except OAuthError as error:
            entry |= {"error": error.error, "detail": error.detail or error.tail}
            response = token_error(self.server.addresses, error, entry.get("client_id", ""))
        entry["status"] = response.status_code
        response.headers.update(_CROSS_ORIGIN)
        return response

    def _strikes(self, form: Mapping[str, str], *modes: str) -> bool:
        """Whether a failure of these modes that the control asked for is due now."""
        knobs = self.server.knobs
        wanted = knobs.fail_grant_type in (None, form.get("grant_type"))
        due = knobs.fail_next > 0 and wanted and knobs.fail_mode in modes
        knobs.fail_next -= due
        return due

    def _fault(self, form: Mapping[str, str]) -> Response | None:
        """The failure instead of an answer that the control asked for."""
        if not self._strikes(form, "invalid_grant", "500", "html"):
            return None
        if self.server.knobs.fail_mode == "500":
            return JSONResponse({"error": "server_error"}, 500, NO_STORE)
        if self.server.knobs.fail_mode == "html":
            return HTMLResponse("<html><body>Bad gateway</body></html>", 502)
        raise OAuthError("invalid_grant", "oauth2:token:fault")

    async def _delay(self, form: Mapping[str, str]) -> None:
        """Hold a finished answer back: the code is used up, and the app does not know."""
        if self._strikes(form, "timeout"):
            await asyncio.sleep(self.server.knobs.delay_s)

    async def _answer(
        self, header: str | None, form: Mapping[str, str], entry: dict[str, Any]
    ) -> Response:
        client = await authenticate(self.server, header, form)
        entry["client_id"] = client.client_id
        answers = {
            "authorization_code": self._code,
            "refresh_token": self._refresh,
            "client_credentials": self._client_credentials,
        }
        answer = answers.get(form.get("grant_type", ""))
        if answer is None:
            raise OAuthError("unsupported_grant_type", "oauth2:token:unsupported-grant-type")
        body = answer(client, form)
        for name in self.server.knobs.omit:
            body.pop(name, None)
        return JSONResponse(body, headers=NO_STORE)

    def _token(self, access_token: str, granted: str) -> dict[str, Any]:
        seconds = self.server.knobs.token_lifetime_s
        return {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": str(seconds) if self.server.knobs.expires_in_as_text else seconds,
            "scope": granted,
        }

    def _code(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        code = self.server.codes.get(form.get("code", ""))
        if code is None or code.grant.client.client_id != client.client_id:
            raise _bad_code("unknown code")
        self._spend(code)
        if form.get("redirect_uri") != code.redirect_uri_sent:
            raise _bad_code("redirect_uri is not that of the authorization request")
        if not verifier_fits(code.challenge, form.get("code_verifier")):
            raise _bad_code("code_verifier does not fit")
        return self._first_answer(code.grant)

    def _spend(self, code: Code) -> None:
        """Use the code up; a second use ends what came of the first (RFC 6749 section 4.1.2)."""
        if code.used:
            end(self.state.tokens, code.grant)
            raise _bad_code("the code was used before; its tokens are revoked")
        code.used = True
        if code.expires_at <= self.server.clock():
            raise _bad_code("the code is too old")

    def _first_answer(self, grant: Grant) -> dict[str, Any]:
        access_token = issue_access_token(self.server, self.state.tokens, grant, grant.scopes)
        granted = grant.scopes.split()
        body = self._token(access_token, grant.scopes) | grant.context
        if "openid" in granted:
            body["id_token"] = id_token(self.server, grant)
        if {"online_access", "offline_access"} & {*granted}:
            body["refresh_token"] = issue_refresh_token(self.server, grant)
        if "online_access" in granted:
            body["active_ttl"] = self.state.config.active_ttl_s
        return body

    def _refresh(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        sent = form.get("refresh_token", "")
        grant = self.server.refresh_tokens.get(sent)
        if grant is None or grant.client.client_id != client.client_id:
            raise _bad_refresh("unknown refresh token")
        if not grant.revoked and grant.refresh_token != sent:
            end(self.state.tokens, grant)
            raise _bad_refresh("an old refresh token came again; the family is revoked")
        if grant.revoked:
            raise _bad_refresh("revoked")
        self._check_session(grant, form.get("active_at"))
        wanted = form.get("scope") or grant.scopes
        if not scopes.is_subset(wanted, grant.scopes):
            raise OAuthError("invalid_scope", "oauth2:token:empty-scopes", detail="wider")
        access_token = issue_access_token(self.server, self.state.tokens, grant, wanted)
        body = self._token(access_token, wanted) | grant.context
        if self.server.knobs.rotate_refresh_tokens:
            body["refresh_token"] = issue_refresh_token(self.server, grant)
        return body

    def _check_session(self, grant: Grant, active_at: str | None) -> None:
        """Online access ends with the EHR session, or when the user is inactive too long."""
        granted = grant.scopes.split()
        if "online_access" not in granted or "offline_access" in granted:
            return
        now = self.server.clock()
        if grant.session is not None and grant.session not in self.server.sessions:
            raise _bad_refresh("the clinician signed out")
        if active_at is not None and active_at.isdecimal():
            ttl = timedelta(seconds=self.state.config.active_ttl_s)
            active = min(int(active_at), self.state.config.active_ttl_s)
            grant.active_until = max(grant.active_until, now - timedelta(seconds=active) + ttl)
        if grant.active_until <= now:
            raise _bad_refresh("the session was inactive for too long")

    def _client_credentials(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        if client.kind == "public":
            raise OAuthError("unauthorized_client", "oauth2:token:unauthorized-client")
        config = self.state.config
        limits = scopes.Limits(
            versions=config.scope_versions,
            wildcards=config.wildcard_scopes,
            levels=("system",),
            filters=(client.scopes,) if client.scopes is not None else (),
        )
        granted = scopes.trim(form.get("scope", ""), limits)
        if not granted:
            raise OAuthError("invalid_scope", "oauth2:token:empty-scopes")
        token = self.state.tokens.issue(
            granted.split(),
            client_id=client.client_id,
            lifetime_s=self.server.knobs.token_lifetime_s,
        )
        return self._token(token, granted)
