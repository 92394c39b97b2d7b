"""Every way in which a launch can fail, in a clinician's words."""

import re
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Text:
    """What happened, what to do about it, and the status it is answered with."""

    title: str
    cause: str
    advice: str
    status: int


AGAIN = "Go back to the patient's chart in the EHR and open the app again."
ASK = "Please tell your administrator the reference below."


class Failure(Enum):
    """The closed list of failures; the values are their texts."""

    BAD_REQUEST = Text(
        "This launch is incomplete",
        "The address that opened the app lacks the EHR's address (iss) or the launch value.",
        AGAIN,
        400,
    )
    UNKNOWN_ISSUER = Text(
        "This EHR is not connected",
        "The app was opened by an EHR that has not been registered here.",
        "Ask your administrator to connect it. Nothing was sent to that address.",
        403,
    )
    NOT_READY = Text(
        "This hospital's connection is not ready",
        "The connection has not been tested yet, is switched off, or its EHR changed its "
        "addresses and an administrator has to approve them.",
        ASK,
        503,
    )
    STATE = Text(
        "This sign-in cannot be used",
        "It was used already, took longer than ten minutes, or was begun in another browser.",
        AGAIN,
        400,
    )
    NO_COOKIE = Text(
        "The EHR's window keeps no cookies",
        "The app could not recognise this browser again after the sign-in, because cookies are "
        "blocked here.",
        "Open the app in a window of its own, or ask your administrator to allow its cookies.",
        400,
    )
    ISSUER_MISMATCH = Text(
        "The sign-in came back from another server",
        "The answer names another authorization server than the one that was asked.",
        ASK,
        400,
    )
    DENIED = Text(
        "The EHR did not allow this sign-in",
        "You or the EHR declined the access that the app asked for.",
        AGAIN,
        403,
    )
    SCOPE = Text(
        "The EHR does not know what the app asked for",
        "It refused the scopes of this request.",
        ASK,
        502,
    )
    REFUSED_REQUEST = Text(
        "The EHR refused the sign-in request",
        "The app's registration at the EHR does not fit this request.",
        ASK,
        502,
    )
    EHR_BUSY = Text(
        "The EHR cannot sign you in right now",
        "Its sign-in service reports an error or is out of service for a moment.",
        "Wait a minute, then open the app again from the chart.",
        503,
    )
    TOKEN_REFUSED = Text(
        "The EHR did not give access",
        "The sign-in worked, but the EHR refused to exchange it for access. It may have been "
        "used already.",
        AGAIN,
        502,
    )
    TOKEN_UNAVAILABLE = Text(
        "The EHR did not answer",
        "The sign-in worked, but the EHR's token service gave no usable answer. The sign-in is "
        "not tried twice.",
        AGAIN,
        502,
    )
    IDENTITY = Text(
        "Your identity could not be verified",
        "The EHR's statement of who you are failed a check.",
        ASK,
        502,
    )

    @property
    def text(self) -> Text:
        return self.value


class LaunchFailed(Exception):
    """A launch ends here. `detail` is for log and audit: no state, code or token in it."""

    def __init__(self, failure: Failure, detail: str = "", error_uri: str = "") -> None:
        super().__init__(detail or failure.name)
        self.failure = failure
        self.detail = detail
        self.error_uri = error_uri
        self.window_code = ""


TOKEN_ERRORS = {"invalid_grant", "invalid_client", "unsupported_grant_type"}
OAUTH_ERRORS = {
    "access_denied": Failure.DENIED,
    "login_required": Failure.DENIED,
    "interaction_required": Failure.DENIED,
    "consent_required": Failure.DENIED,
    "invalid_scope": Failure.SCOPE,
    "invalid_request": Failure.REFUSED_REQUEST,
    "unauthorized_client": Failure.REFUSED_REQUEST,
    "unsupported_response_type": Failure.REFUSED_REQUEST,
    "server_error": Failure.EHR_BUSY,
    "temporarily_unavailable": Failure.EHR_BUSY,
}


def code_of(error: str) -> str:
    """An OAuth error code for log and audit; what is none may hold anything, and is not kept."""
    known = error in OAUTH_ERRORS or error in TOKEN_ERRORS
    return error if known or re.fullmatch(r"status \d{3}", error) else "another error code"
