"""One sandbox EHR as an ASGI application: FHIR server, authorization server, screens, control."""

from starlette.applications import Starlette

from smartapp.sandbox import auth, control, ehr
from smartapp.sandbox.config import SandboxConfig
from smartapp.sandbox.faults import Faults
from smartapp.sandbox.fhir import routes as fhir
from smartapp.sandbox.live import lifespan
from smartapp.sandbox.seeding import fill
from smartapp.sandbox.state import SandboxState
from smartapp.sandbox.store import Store
from smartapp.sandbox.tokens import TokenStore


def make_state(config: SandboxConfig) -> SandboxState:
    """The sandbox's data and registers, filled; raises `LoadError` for unreadable data."""
    store = Store()
    notes = fill(store, config)
    tokens = TokenStore(config.clock, config.token_lifetime_s)
    return SandboxState(config, store, tokens, Faults(), notes=notes)


def create_app(config: SandboxConfig | None = None) -> Starlette:
    """The application; its `state.sandbox` is where tests look."""
    state = make_state(config or SandboxConfig())
    app = Starlette(
        routes=[
            *auth.routes(state),
            *ehr.routes(state),
            *control.routes(state),
            *fhir.routes(state),
        ],
        lifespan=lifespan(state),
    )
    app.state.sandbox = state
    return app
