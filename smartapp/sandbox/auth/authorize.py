"""The authorization endpoint: checks a request, asks what it must, sends the browser back."""

import re
from collections import Counter
from urllib.parse import urlencode

from starlette.datastructures import FormData, ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from smartapp.sandbox.auth import scopes
from smartapp.sandbox.auth.errors import OAuthError, error_uri
from smartapp.sandbox.auth.grants import make_code
from smartapp.sandbox.auth.pages import Pages
from smartapp.sandbox.auth.server import AuthorizationRequest, AuthServer, Launch
from smartapp.sandbox.auth.session import signed_in
from smartapp.sandbox.clients import Client
from smartapp.sandbox.config import SandboxConfig
from smartapp.sandbox.state import SandboxState

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
Parameters = ImmutableMultiDict[str, str] | FormData


class PageError(Exception):
    """A request whose answer must not be a redirect: who asks, or where to, is not sure."""

    def __init__(self, tail: str) -> None:
        super().__init__(tail)
        self.tail = tail


def _client(server: AuthServer, sent: dict[str, str]) -> Client:
    client = server.clients.get(sent.get("client_id", ""))
    if client is None:
        raise PageError("oauth2:grant:invalid-client")
    return client


def _redirect_uri(client: Client, sent: dict[str, str]) -> str:
    uri = sent.get("redirect_uri")
    if uri is None and len(client.redirect_uris) == 1:
        return client.redirect_uris[0]
    if uri not in client.redirect_uris:
        raise PageError("oauth2:grant:invalid-redirect-uri")
    return uri


def _launch(server: AuthServer, client: Client, sent: dict[str, str]) -> Launch | None:
    code = sent.get("launch")
    if (code is None) != ("launch" not in sent.get("scope", "").split()):
        raise OAuthError("invalid_request", "smart-v1:grant:launch:code-required")
    launch = server.launch(code) if code else None
    if code is not None and (launch is None or launch.client_id not in (None, client.client_id)):
        raise OAuthError("invalid_request", "smart-v1:grant:launch:invalid-launch-code")
    return launch


def _check_pkce(config: SandboxConfig, sent: dict[str, str]) -> None:
    challenge = sent.get("code_challenge")
    if challenge is None and not config.pkce_required:
        return
    good = _CHALLENGE.fullmatch(challenge or "") and sent.get("code_challenge_method") == "S256"
    if not good:
        raise OAuthError("invalid_request", "oauth2:grant:pkce-required")


def _check(config: SandboxConfig, parameters: Parameters, sent: dict[str, str]) -> None:
    """Raise OAuthError for what RFC 6749, SMART or the vendor does not allow."""
    if any(n > 1 for n in Counter(key for key, _ in parameters.multi_items()).values()):
        raise OAuthError("invalid_request", "oauth2:grant:invalid-request", detail="repeated")
    if not sent.get("state"):
        raise OAuthError("invalid_request", "oauth2:grant:invalid-request", detail="state")
    if sent.get("response_type") != "code":
        raise OAuthError("unsupported_response_type", "oauth2:grant:unsupported-response-type")
    if sent.get("aud") != config.fhir_base:
        raise OAuthError("invalid_request", "oauth2:grant:invalid-audience")
    if "system/" in sent.get("scope", ""):
        raise OAuthError("invalid_scope", "oauth2:token:empty-scopes", detail="system scope")
    _check_pkce(config, sent)


def limits(config: SandboxConfig, request: AuthorizationRequest) -> scopes.Limits:
    """What this request's grant must stay within."""
    launch = request.launch
    filters = (request.client.scopes, launch.scopes if launch else None)
    picker = config.standalone_patient_picker and launch is None
    return scopes.Limits(
        versions=config.scope_versions,
        wildcards=config.wildcard_scopes,
        filters=tuple(one for one in filters if one is not None),
        ehr_launch=launch is not None,
        picker=picker,
        has_patient=request.patient is not None or (picker and wants_patient(request)),
    )


def wants_patient(request: AuthorizationRequest) -> bool:
    """Whether a standalone app asks to be given a patient (or an encounter)."""
    return bool({"launch/patient", "launch/encounter"} & set(request.requested.split()))


class Authorization:
    """One sandbox's authorization endpoint."""

    def __init__(self, state: SandboxState, server: AuthServer, pages: Pages) -> None:
        self.state = state
        self.server = server
        self.pages = pages

    async def endpoint(self, http: Request) -> Response:
        """GET or POST of the authorization endpoint."""
        parameters: Parameters = await http.form() if http.method == "POST" else http.query_params
        sent = {k: v for k, v in parameters.items() if isinstance(v, str)}
        try:
            client = _client(self.server, sent)
            redirect_uri = _redirect_uri(client, sent)
        except PageError as error:
            return self.pages.refusal(error.tail, sent.get("client_id", ""))
        try:
            _check(self.state.config, parameters, sent)
            request = self._request(http, client, redirect_uri, sent)
            return self.next_step(self.server.keep(request))
        except OAuthError as error:
            return self._send_back(redirect_uri, client, sent.get("state"), error)

    def _request(
        self, http: Request, client: Client, redirect_uri: str, sent: dict[str, str]
    ) -> AuthorizationRequest:
        """The checked request; the clinician is the launch's, else the session's."""
        launch = _launch(self.server, client, sent)
        session, user = signed_in(self.server, http)
        request = AuthorizationRequest(
            client=client,
            redirect_uri=redirect_uri,
            redirect_uri_sent=sent.get("redirect_uri"),
            state=sent["state"],
            requested=sent.get("scope", ""),
            challenge=sent.get("code_challenge"),
            nonce=sent.get("nonce"),
            launch_code=sent.get("launch"),
            launch=launch,
            created=self.server.clock(),
            user=launch.user if launch else user,
            session=launch.session if launch else session,
            patient=launch.patient if launch else None,
            encounter=launch.encounter if launch else None,
        )
        self._check_outcome(request, sent)
        return request

    def _check_outcome(self, request: AuthorizationRequest, sent: dict[str, str]) -> None:
        if not scopes.trim(request.requested, limits(self.state.config, request)):
            raise OAuthError("invalid_scope", "oauth2:token:empty-scopes")
        if sent.get("prompt") == "none" and request.user is None:
            raise OAuthError("login_required", "oauth2:grant:login-required")

    def next_step(self, name: str) -> Response:
        """The next page that the request needs, or the way back to the app."""
        request = self.server.pending[name]
        config = self.state.config
        if request.user is None:
            return self.pages.sign_in(name, request)
        picker = limits(config, request).picker and wants_patient(request)
        if picker and not request.picked:
            return self.pages.picker(name, request)
        asks = config.consent if request.client.consent is None else request.client.consent
        if asks and not request.consented:
            granted = scopes.trim(request.requested, limits(config, request))
            return self.pages.consent(name, request, granted)
        return self._finish(name)

    def _finish(self, name: str) -> Response:
        """Issue the code, once, and send the browser back."""
        request = self.server.pending.pop(name)
        granted = scopes.trim(request.requested, limits(self.state.config, request))
        if request.launch_code is not None:
            if self.server.launch(request.launch_code) is None:
                error = OAuthError("invalid_request", "smart-v1:grant:launch:invalid-launch-code")
                return self._send_back(request.redirect_uri, request.client, request.state, error)
            del self.server.launches[request.launch_code]
        code = make_code(self.server, request, granted, self.state.config)
        return self._redirect(request.redirect_uri, {"code": code, "state": request.state})

    def deny(self, name: str) -> Response:
        """The clinician said no."""
        request = self.server.pending.pop(name)
        error = OAuthError("access_denied", "oauth2:grant:denied-by-server")
        return self._send_back(request.redirect_uri, request.client, request.state, error)

    def _send_back(
        self, redirect_uri: str, client: Client, state: str | None, error: OAuthError
    ) -> Response:
        """A failure callback: error, error_uri and state, without a description."""
        uri = error_uri(self.server.addresses, error, client.client_id)
        answer = {"error": error.error, "error_uri": uri}
        return self._redirect(redirect_uri, {**answer, **({"state": state} if state else {})})

    def _redirect(self, redirect_uri: str, answer: dict[str, str]) -> Response:
        if self.state.config.send_iss:
            answer["iss"] = self.server.addresses.issuer
        joint = "&" if "?" in redirect_uri else "?"
        response = RedirectResponse(f"{redirect_uri}{joint}{urlencode(answer)}", 303)
        response.headers["Cache-Control"] = "no-store"
        return response
