"""The pages that the authorization server shows on the way to a grant."""

from typing import Any

from starlette.responses import Response

from smartapp.sandbox import patients, users
from smartapp.sandbox.auth import scopes
from smartapp.sandbox.auth.errors import meaning
from smartapp.sandbox.auth.server import AuthorizationRequest, AuthServer, Grant
from smartapp.sandbox.html import Html, origin
from smartapp.sandbox.state import SandboxState

_WORDS = {
    "openid": "know who you are",
    "fhirUser": "know your record as a practitioner",
    "profile": "know your record as a practitioner",
    "launch": "know which patient and visit you have open",
    "launch/patient": "be told which patient you choose",
    "launch/encounter": "be told which visit you choose",
    "online_access": "go on while you are signed in",
    "offline_access": "go on while you are away",
}
_LETTERS = {"c": "create", "r": "read", "u": "change", "d": "delete", "s": "search"}
_PICKER_ROWS = 20


def in_words(granted: str) -> list[str]:
    """What an app may do, a sentence part for each scope."""
    told: dict[str, None] = {}
    for word in granted.split():
        scope = scopes.parse(word)
        if scope is None:
            told[_WORDS.get(word, word)] = None
            continue
        verbs = ", ".join(_LETTERS[letter] for letter in scope.letters)
        whose = "this patient's" if scope.level == "patient" else "your patients'"
        told[f"{verbs} {whose} {scope.type} records"] = None
    return list(told)


class Pages:
    """Sign-in, picker, consent, refusals, and the clinician's list of apps."""

    def __init__(self, state: SandboxState, server: AuthServer, html: Html) -> None:
        self.state = state
        self.server = server
        self.html = html

    def _page(
        self, template: str, request: AuthorizationRequest, context: dict[str, Any], status: int
    ) -> Response:
        forms = (origin(request.redirect_uri),)
        common = {"app": request.client.name, "user": None, **context}
        return self.html.page(template, common, framed=True, forms=forms, status=status)

    def sign_in(self, name: str, request: AuthorizationRequest, problem: str = "") -> Response:
        """Who are you?"""
        context = {
            "clinicians": users.CLINICIANS,
            "password": users.PASSWORD,
            "action": f"/authorizations/{name}/sign-in",
            "problem": problem,
        }
        return self._page("authorize_sign_in.html", request, context, 422 if problem else 200)

    def picker(
        self, name: str, request: AuthorizationRequest, sought: str = "", patient: str = ""
    ) -> Response:
        """Which patient, and then which visit?"""
        context: dict[str, Any] = {"action": f"/authorizations/{name}/context", "sought": sought}
        if patient:
            context["patient"] = patients.line(self.state, patient)
            context["visits"] = patients.visits(self.state, patient)
            return self._page("authorize_visit.html", request, context, 200)
        found = patients.worklist(self.state, sought)
        context |= {"lines": found[:_PICKER_ROWS], "count": len(found)}
        return self._page("authorize_patient.html", request, context, 200)

    def consent(self, name: str, request: AuthorizationRequest, granted: str) -> Response:
        """May the app?"""
        patient = patients.line(self.state, request.patient) if request.patient else None
        context = {
            "action": f"/authorizations/{name}/consent",
            "wishes": in_words(granted),
            "patient": patient,
            "who": request.user,
        }
        return self._page("authorize_consent.html", request, context, 200)

    def refusal(self, tail: str, client_id: str, status: int = 400) -> Response:
        """A request that cannot be answered by a redirect."""
        context = {"user": None, "text": meaning(tail), "urn": tail, "client_id": client_id}
        return self.html.page("refused.html", context, framed=True, status=status)

    def explanation(self, urn: str, client_id: str) -> Response:
        """The support page behind an error_uri."""
        text = meaning(urn)
        context = {"user": None, "text": text, "urn": urn, "client_id": client_id}
        return self.html.page("refused.html", context, status=200 if text else 404)

    def authorizations(self, user: users.Clinician, grants: list[Grant]) -> Response:
        """Which apps may act for the clinician."""
        rows = [(number, grant, in_words(grant.scopes)) for number, grant in enumerate(grants)]
        context = {"user": user, "rows": rows}
        return self.html.page("authorizations.html", context)
