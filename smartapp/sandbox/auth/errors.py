"""What the authorization server refuses, in OAuth's words and the vendor's URNs."""

from uuid import uuid4

from starlette.responses import JSONResponse

from smartapp.sandbox.auth.addresses import Addresses

_URN = "urn:cerner:error:authorization-server:"
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}

MEANINGS = {
    "oauth2:grant:denied-by-server": "The clinician or the server did not allow the app.",
    "oauth2:grant:invalid-request": "A parameter of the authorization request is missing, "
    "repeated or wrong.",
    "oauth2:grant:invalid-audience": "The aud parameter is not, to the letter, the address of "
    "this FHIR server.",
    "oauth2:grant:pkce-required": "The request has no S256 code challenge of 43 characters.",
    "oauth2:grant:unsupported-response-type": "Only response_type=code is served.",
    "oauth2:grant:login-required": "Nobody is signed in and the request forbids asking.",
    "oauth2:grant:invalid-client": "No app with this client_id is registered here.",
    "oauth2:grant:invalid-redirect-uri": "The redirect_uri is not one that the app registered.",
    "oauth2:grant:request-over": "This request was answered before, or is too old: launch the app "
    "again.",
    "oauth2:token:code-invalid-or-expired": "The code is unknown, used, older than a minute or "
    "was issued for other values.",
    "oauth2:token:refresh-token-invalid": "The refresh token is unknown, used, revoked, or its "
    "session is over.",
    "oauth2:token:empty-scopes": "None of the scopes asked for can be granted to this app.",
    "oauth2:token:invalid-authorization-header": "The app could not be authenticated.",
    "oauth2:token:invalid-client-assertion": "The client assertion was not accepted.",
    "oauth2:token:invalid-request": "A parameter of the token request is missing, repeated or "
    "wrong.",
    "oauth2:token:unsupported-grant-type": "This grant type is not served.",
    "oauth2:token:unauthorized-client": "This app may not use this grant type.",
    "oauth2:token:fault": "A fault that was asked for at the sandbox's control.",
    "smart-v1:grant:launch:invalid-launch-code": "The launch code is unknown, used, too old or "
    "was made for another app.",
    "smart-v1:grant:launch:code-required": "The scope launch needs a launch code, and a launch "
    "code needs the scope.",
}


class OAuthError(Exception):
    """A refusal: OAuth's error code, the vendor's URN tail, and the token endpoint's status."""

    def __init__(self, error: str, tail: str, status: int = 400, detail: str = "") -> None:
        super().__init__(f"{error} {tail} {detail}".strip())
        self.error = error
        self.tail = tail
        self.status = status
        self.detail = detail


def error_uri(addresses: Addresses, error: OAuthError, client_id: str) -> str:
    """The support page of one refusal."""
    return addresses.error_page(_URN + error.tail, str(uuid4()), client_id)


def meaning(urn: str) -> str | None:
    """What an URN says in words."""
    return MEANINGS.get(urn.removeprefix(_URN))


def token_error(addresses: Addresses, error: OAuthError, client_id: str) -> JSONResponse:
    """The refusal as the token endpoint says it."""
    headers = dict(NO_STORE)
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="sandbox"'
    body = {"error": error.error, "error_uri": error_uri(addresses, error, client_id)}
    return JSONResponse(body, status_code=error.status, headers=headers)
