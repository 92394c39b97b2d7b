"""The forms between an authorization request and its code."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from smartapp.sandbox import patients, users
from smartapp.sandbox.auth.authorize import Authorization
from smartapp.sandbox.auth.grants import end
from smartapp.sandbox.auth.server import AuthorizationRequest
from smartapp.sandbox.auth.session import remember, signed_in


async def _form(http: Request) -> dict[str, str]:
    return {k: v for k, v in (await http.form()).items() if isinstance(v, str)}


class Steps:
    """Answers of the clinician on the way to a grant."""

    def __init__(self, authorization: Authorization) -> None:
        self.authorization = authorization
        self.server = authorization.server
        self.pages = authorization.pages
        self.state = authorization.state

    def _pending(self, http: Request) -> tuple[str, AuthorizationRequest | None]:
        name = http.path_params["name"]
        return name, self.server.pending.get(name)

    def _over(self) -> Response:
        """The request was finished in another tab, or is too old."""
        return self.pages.refusal("oauth2:grant:request-over", "", status=410)

    async def sign_in(self, http: Request) -> Response:
        """Sign in by name and password; the buttons of the list send both."""
        name, request = self._pending(http)
        if request is None:
            return self._over()
        sent = await _form(http)
        user = users.sign_in(sent.get("username", ""), sent.get("password", ""))
        if user is None:
            return self.pages.sign_in(name, request, "This name and password do not fit.")
        request.user = user
        request.session = self.server.sign_in(user)
        response = self.authorization.next_step(name)
        remember(response, request.session)
        return response

    async def context(self, http: Request) -> Response:
        """Search (GET), choose a patient, then a visit or none."""
        name, request = self._pending(http)
        if request is None or request.user is None:
            return self._over()
        if http.method == "GET":
            return self.pages.picker(name, request, http.query_params.get("q", ""))
        sent = await _form(http)
        patient = sent.get("patient", "")
        if patients.line(self.state, patient) is None:
            return self.pages.picker(name, request)
        wants_visit = "launch/encounter" in request.requested.split()
        if wants_visit and "encounter" not in sent:
            return self.pages.picker(name, request, patient=patient)
        visits = {visit.id for visit in patients.visits(self.state, patient)}
        request.patient = patient
        request.encounter = sent["encounter"] if sent.get("encounter") in visits else None
        request.picked = True
        return self.authorization.next_step(name)

    async def consent(self, http: Request) -> Response:
        """Allow or deny."""
        name, request = self._pending(http)
        if request is None or request.user is None:
            return self._over()
        if (await _form(http)).get("answer") != "allow":
            return self.authorization.deny(name)
        request.consented = True
        return self.authorization.next_step(name)

    async def error(self, http: Request) -> Response:
        """The page that an error_uri names."""
        client_id = http.query_params.get("client", "")
        return self.pages.explanation(http.path_params["urn"], client_id)

    async def manage(self, http: Request) -> Response:
        """The apps that act for the clinician; POST ends one."""
        _, user = signed_in(self.server, http)
        if user is None:
            return RedirectResponse("/sign-in", 303)
        mine = [one for one in self.server.grants if one.user == user and not one.revoked]
        if http.method == "POST":
            number = (await _form(http)).get("grant", "")
            if number.isdecimal() and int(number) < len(mine):
                end(self.state.tokens, mine[int(number)])
            return RedirectResponse(http.url.path, 303)
        return self.pages.authorizations(user, mine)
