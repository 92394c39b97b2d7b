"""Everything one running sandbox holds; nothing of it is global, so two can run in one process."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from smartapp.sandbox.config import SandboxConfig
from smartapp.sandbox.faults import Faults
from smartapp.sandbox.store import Store
from smartapp.sandbox.tokens import TokenStore

LOG_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class Logged:
    """One request as `/control/requests` tells it; of the token only a hash."""

    at: str
    method: str
    path: str
    query: str
    status: int
    token: str | None
    request_id: str
    ms: float


@dataclass(slots=True)
class SandboxState:
    """What routes share.

    `shelf` is the authorization server's and the screens' own place; `notes` are the lines
    that loading left for the user.
    """

    config: SandboxConfig
    store: Store
    tokens: TokenStore
    faults: Faults
    shelf: dict[str, Any] = field(default_factory=dict)
    requests: deque[Logged] = field(default_factory=lambda: deque(maxlen=LOG_LENGTH))
    on_reset: list[Callable[[], None]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def clock(self) -> datetime:
        """The time now, as this sandbox's configuration tells it."""
        return self.config.clock()

    def reset(self) -> None:
        """Back to how it started: data, tokens, faults, log, and what others registered."""
        self.store.reset()
        self.tokens.clear()
        self.faults.clear()
        self.requests.clear()
        for forget in self.on_reset:
            forget()
