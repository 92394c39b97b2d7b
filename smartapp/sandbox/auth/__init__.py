"""The SMART authorization server of the sandbox EHR."""

from starlette.routing import BaseRoute, Route

from smartapp.sandbox.auth.authorize import Authorization
from smartapp.sandbox.auth.control import Control
from smartapp.sandbox.auth.discovery import Discovery
from smartapp.sandbox.auth.inspection import Inspection
from smartapp.sandbox.auth.pages import Pages
from smartapp.sandbox.auth.server import AuthServer, auth_server
from smartapp.sandbox.auth.steps import Steps
from smartapp.sandbox.auth.token import TokenEndpoint
from smartapp.sandbox.html import Html
from smartapp.sandbox.state import SandboxState


def _documents(state: SandboxState, server: AuthServer) -> list[BaseRoute]:
    discovery = Discovery(state.config, server)
    path = server.addresses.path
    base, openid = path(server.addresses.fhir_base), path(server.addresses.oidc_issuer)
    return [
        Route(f"{base}/.well-known/smart-configuration", discovery.smart),
        Route(f"{openid}.well-known/openid-configuration", discovery.openid),
        Route(path(server.addresses.jwks), discovery.jwks),
        Route(path(server.addresses.style), discovery.style),
    ]


def _endpoints(state: SandboxState, server: AuthServer) -> list[BaseRoute]:
    path, inspection = server.addresses.path, Inspection(state, server)
    return [
        Route(
            path(server.addresses.token), TokenEndpoint(state, server).endpoint, methods=["POST"]
        ),
        Route(path(server.addresses.revoke), inspection.revoke, methods=["POST"]),
        Route(path(server.addresses.introspect), inspection.introspect, methods=["POST"]),
    ]


def _screens(state: SandboxState, server: AuthServer) -> list[BaseRoute]:
    authorization = Authorization(state, server, Pages(state, server, Html()))
    steps, path, both = Steps(authorization), server.addresses.path, ["GET", "POST"]
    return [
        Route(path(server.addresses.authorize), authorization.endpoint, methods=both),
        Route("/authorizations/{name}/sign-in", steps.sign_in, methods=["POST"]),
        Route("/authorizations/{name}/context", steps.context, methods=both),
        Route("/authorizations/{name}/consent", steps.consent, methods=["POST"]),
        Route("/errors/{urn}/instances/{instance}", steps.error),
        Route(path(server.addresses.manage), steps.manage, methods=both),
    ]


def routes(state: SandboxState) -> list[BaseRoute]:
    """Everything of the authorization server, and its control."""
    server = auth_server(state)
    control = [
        Route(path, endpoint, methods=methods)
        for path, methods, endpoint in Control(state, server).endpoints()
    ]
    return [
        *_documents(state, server),
        *_endpoints(state, server),
        *_screens(state, server),
        *control,
    ]
