"""The EHR's screens: sign-in, worklist, a chart with its tabs, two charts side by side."""

from typing import Any
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from smartapp.sandbox import patients, records, users
from smartapp.sandbox.auth import session
from smartapp.sandbox.auth.control import launch_address
from smartapp.sandbox.auth.server import AuthServer, Launch
from smartapp.sandbox.ehr.options import SCOPE_CHOICES, BadOptions, Options, from_form
from smartapp.sandbox.html import Html, origin
from smartapp.sandbox.patients import Line
from smartapp.sandbox.state import SandboxState

_ROWS = 40
_TABS = ("summary", "visits", "smartapp")


async def _form(http: Request) -> dict[str, str]:
    return {k: v for k, v in (await http.form()).items() if isinstance(v, str)}


def own_path(address: str) -> str:
    """The address if it is a path of ours, else the worklist: no open redirect."""
    parts = urlsplit(address)
    local = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if local and not parts.netloc else "/"


class Screens:
    """The screens of one sandbox."""

    def __init__(self, state: SandboxState, server: AuthServer, html: Html) -> None:
        self.state = state
        self.server = server
        self.html = html
        self.options: dict[str, Options] = {}

    def _who(self, http: Request) -> tuple[str, users.Clinician] | None:
        key, user = session.signed_in(self.server, http)
        return (key, user) if key and user else None

    def _ask(self, http: Request) -> Response:
        """To the sign-in page, and back here afterwards."""
        here = http.url.path + (f"?{http.url.query}" if http.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(here)}", 303)

    def _page(
        self,
        template: str,
        user: users.Clinician | None,
        context: dict[str, Any],
        status: int = 200,
    ) -> Response:
        frames = [
            origin(one.launch_url) for one in self.server.clients.launchable() if one.launch_url
        ]
        return self.html.page(template, {"user": user, **context}, frames=frames, status=status)

    def _missing(self, user: users.Clinician) -> Response:
        return self._page("missing.html", user, {}, 404)

    async def sign_in(self, http: Request) -> Response:
        """One click on a name, or name and password."""
        problem, target = "", own_path(http.query_params.get("next", "/"))
        if http.method == "POST":
            sent = await _form(http)
            target = own_path(sent.get("next", "/"))
            user = users.sign_in(sent.get("username", ""), sent.get("password", ""))
            if user:
                response: Response = RedirectResponse(target, 303)
                session.remember(response, self.server.sign_in(user))
                return response
            problem = "This name and password do not fit."
        context = {"clinicians": users.CLINICIANS, "password": users.PASSWORD}
        context |= {"next": target, "problem": problem}
        return self._page("sign_in.html", None, context, 422 if problem else 200)

    async def sign_out(self, http: Request) -> Response:
        """End the session: apps with online access can refresh no more."""
        key, _ = session.signed_in(self.server, http)
        if key:
            self.server.sign_out(key)
            self.options.pop(key, None)
        response = RedirectResponse("/sign-in", 303)
        session.forget(response)
        return response

    async def worklist(self, http: Request) -> Response:
        """The patients."""
        who = self._who(http)
        if who is None:
            return self._ask(http)
        sought = http.query_params.get("q", "")
        found = patients.worklist(self.state, sought)
        context = {
            "lines": found[:_ROWS],
            "count": len(found),
            "sought": sought,
            "app": self._app(who[0]),
            "now": self.state.clock(),
        }
        return self._page("worklist.html", who[1], context)

    def _options(self, key: str) -> Options:
        return self.options.get(key, Options())

    def _app(self, key: str) -> str:
        client = self.server.clients.get(self._options(key).client_id)
        return client.name if client else "app"

    def _launch(self, key: str, user: users.Clinician, line: Line, visit: str | None) -> str:
        """A new launch, as the address that the frame opens."""
        options = self._options(key)
        current = line.visit.id if line.visit and options.encounter else None
        launch = Launch(
            user=user,
            patient=line.id,
            encounter=visit or current,
            client_id=options.client_id,
            need_patient_banner=options.banner,
            style=options.style,
            intent=options.intent or None,
            fhir_context=options.fhir_context,
            scopes=options.granted,
            session=key,
        )
        client = self.server.clients.get(options.client_id)
        address = client.launch_url if client and client.launch_url else ""
        code = self.server.make_launch(launch)
        return launch_address(address, self.state.config.fhir_base, code)

    def _others(self) -> list[Line]:
        return patients.worklist(self.state)[:_ROWS]

    async def chart(self, http: Request) -> Response:
        """An open chart on one of its tabs: summary, visits, or the app."""
        who = self._who(http)
        if who is None:
            return self._ask(http)
        key, user = who
        line = patients.line(self.state, http.path_params["patient"])
        tab = http.path_params.get("tab", "summary")
        if line is None or tab not in _TABS:
            return self._missing(user)
        context = self._chart(key, line, tab)
        if tab == "smartapp":
            context["frame"] = self._launch(key, user, line, self._visit(http, line))
        return self._page(f"chart_{tab}.html", user, context)

    def _chart(self, key: str, line: Line, tab: str) -> dict[str, Any]:
        """What a tab shows; the tabs share banner, options and the list to switch to."""
        context = {"line": line, "tab": tab, "lines": self._others(), "app": self._app(key)}
        context |= self._options_context(key)
        allergies = records.allergies(self.state, line.id)
        known = [one for one in allergies if not one.text.casefold().startswith("no known")]
        context |= {"allergies": allergies, "alarming": bool(known)}
        if tab == "summary":
            context["cards"] = records.summary(self.state, line.id)
        if tab == "visits":
            context["visits"] = patients.visits(self.state, line.id)
        return context

    def _visit(self, http: Request, line: Line) -> str | None:
        """The visit that the address names, if it is this patient's."""
        wanted = http.query_params.get("encounter")
        known = {visit.id for visit in patients.visits(self.state, line.id)} if wanted else set()
        return wanted if wanted in known else None

    def _options_context(self, key: str) -> dict[str, Any]:
        return {
            "options": self._options(key),
            "choices": SCOPE_CHOICES,
            "clients": self.server.clients.launchable(),
        }

    async def charts(self, http: Request) -> Response:
        """Two charts side by side, each with its own launch."""
        who = self._who(http)
        if who is None:
            return self._ask(http)
        key, user = who
        panes = []
        for side in ("left", "right"):
            wanted = http.query_params.get(side, "")
            line = patients.line(self.state, wanted) if wanted else None
            frame = self._launch(key, user, line, None) if line else None
            panes.append({"side": side, "line": line, "frame": frame})
        context = {"panes": panes, "lines": self._others(), "app": self._app(key)}
        return self._page("charts.html", user, context)

    async def switch(self, http: Request) -> Response:
        """The button that opens another patient's chart on the same tab."""
        patient = quote(http.query_params.get("patient", ""), safe="")
        tab = "/smartapp" if http.query_params.get("tab") == "smartapp" else ""
        return RedirectResponse(f"/charts/{patient}{tab}", 303)

    async def launch_options(self, http: Request) -> Response:
        """How apps are opened from now on in this session."""
        who = self._who(http)
        if who is None:
            return self._ask(http)
        key, user = who
        problem, target = "", own_path(http.query_params.get("next", "/"))
        if http.method == "POST":
            sent = await _form(http)
            target = own_path(sent.get("next", "/"))
            try:
                known = {one.client_id for one in self.server.clients.launchable()}
                self.options[key] = from_form(sent, known)
                return RedirectResponse(target, 303)
            except BadOptions as error:
                problem = str(error)
        context = {"next": target, "problem": problem, **self._options_context(key)}
        return self._page("launch_options.html", user, context, 422 if problem else 200)
