"""One sandbox EHR as an ASGI application: FHIR server, authorization server, screens, control."""

from starlette.applications import Starlette

from smartapp.sandbox import auth, control, ehr
from smartapp.sandbox.config import SandboxConfig
from smartapp.sandbox.faults import Faults
from smartapp.sandbox.fhir import routes as fhir
from smartapp.sandbox.state import SandboxState
from smartapp.sandbox.store import Store
from smartapp.sandbox.tokens import TokenStore


def make_state(config: SandboxConfig) -> SandboxState:
    """The sandbox's data and registers, filled and ready."""
    store = Store()
    store.freeze()
    tokens = TokenStore(config.clock, config.token_lifetime_s)
    return SandboxState(config, store, tokens, Faults())


def create_app(config: SandboxConfig | None = None) -> Starlette:
    """The application; its `state.sandbox` is where tests look."""
    state = make_state(config or SandboxConfig())
    app = Starlette(
        routes=[
            *auth.routes(state),
            *ehr.routes(state),
            *control.routes(state),
            *fhir.routes(state),
        ]
    )
    app.state.sandbox = state
    return app
