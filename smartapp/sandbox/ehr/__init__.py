"""The screens of the sandbox EHR."""

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from smartapp.sandbox.auth.server import auth_server
from smartapp.sandbox.ehr.screens import Screens
from smartapp.sandbox.html import STATIC, Html
from smartapp.sandbox.state import SandboxState


def routes(state: SandboxState) -> list[BaseRoute]:
    """Everything a clinician sees, from `/` on."""
    screens, both = Screens(state, auth_server(state), Html()), ["GET", "POST"]
    return [
        Route("/", screens.worklist),
        Route("/sign-in", screens.sign_in, methods=both),
        Route("/sign-out", screens.sign_out, methods=["POST"]),
        Route("/launch-options", screens.launch_options, methods=both),
        Route("/charts", screens.charts),
        Route("/switch", screens.switch),
        Route("/charts/{patient}", screens.chart),
        Route("/charts/{patient}/{tab}", screens.chart),
        Mount("/ehr-static", StaticFiles(directory=STATIC)),
    ]
