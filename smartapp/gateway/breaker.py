"""A circuit breaker per connection and kind of request: a failing EHR is not hammered."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

_CONSECUTIVE = 5
_WINDOW_S = 60.0
_ENOUGH = 10
_OPEN_S = 30.0
_OPEN_MAX_S = 300.0
Key = tuple[str, str]


@dataclass(slots=True)
class _State:
    recent: deque[tuple[float, bool]] = field(default_factory=lambda: deque(maxlen=100))
    consecutive: int = 0
    open_until: float = 0.0
    open_s: float = _OPEN_S
    probing: bool = False


class Breaker:
    """Opens at 5 failures in a row, or half of at least 10 in a minute; 30 s, doubling to 300 s.

    Afterwards one probe may pass: its success closes the breaker, its failure opens it for longer.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._states: dict[Key, _State] = {}

    def enter(self, key: Key) -> float | None:
        """None if a request may go; else the seconds to wait. Every enter needs a leave."""
        state = self._states.get(key)
        if state is None or not state.open_until:
            return None
        left = state.open_until - self._clock()
        if left > 0:
            return left
        if state.probing:
            return 1.0
        state.probing = True
        return None

    def leave(self, key: Key, *, failed: bool | None) -> None:
        """Tell how it went; None says nothing about the server, as when we were cancelled."""
        if failed is None:
            if key in self._states:
                self._states[key].probing = False
        elif failed:
            self._failure(self._states.setdefault(key, _State()))
        elif key in self._states:
            self._success(key)

    def _success(self, key: Key) -> None:
        state = self._states[key]
        if state.open_until:
            del self._states[key]
            return
        state.consecutive = 0
        state.recent.append((self._clock(), True))

    def _failure(self, state: _State) -> None:
        now = self._clock()
        state.consecutive += 1
        state.recent.append((now, False))
        if state.probing:
            state.probing = False
            state.open_s = min(state.open_s * 2, _OPEN_MAX_S)
            state.open_until = now + state.open_s
        elif not state.open_until and (state.consecutive >= _CONSECUTIVE or _half(state, now)):
            state.open_until = now + state.open_s


def _half(state: _State, now: float) -> bool:
    window = [ok for at, ok in state.recent if now - at <= _WINDOW_S]
    return len(window) >= _ENOUGH and window.count(False) * 2 >= len(window)
