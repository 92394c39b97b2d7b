"""Faults on demand: which are armed, which requests they strike, and how often."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any

KINDS: dict[str, dict[str, Any]] = {
    # before the request is served
    "latency": {"seconds": 1.0},
    "hang": {"seconds": 3600.0},
    "reset": {},
    # instead of the answer
    "token_expiry": {},
    "unauthorized": {},
    "forbidden": {"body": "resource"},
    "not_found": {},
    "gone": {},
    "conflict": {},
    "precondition": {},
    "rejected": {},
    "throttle": {"retry_after": 30, "notation": "seconds"},
    "error": {"status": 503, "retry_after": None},
    "fatal": {"element": "status"},
    "page_gone": {"status": 410},
    "html": {},
    # the answer, changed
    "page_loop": {},
    "next_foreign_host": {"host": "https://elsewhere.example"},
    "next_other_tenant": {"tenant": "00000000-0000-4000-8000-000000000000"},
    "next_http": {},
    "next_drop": {},
    "foreign_patient": {"foreign": "99999999"},
    "duplicate_entries": {},
    "out_of_order": {},
    "stale": {"days": 2},
    "strip_meta": {},
    "poison": {"variant": "null"},
    "outcome_entry": {},
    "only_outcome": {},
    "oversized": {"mb": 32},
    "date_skew": {"seconds": 7200},
    # the bytes, changed
    "truncate": {"keep": 0.5},
    "empty": {},
    "not_json": {},
    "bom": {},
    "bad_utf8": {},
    "wrong_content_type": {"media": "text/plain"},
    "gzip_bomb": {"mb": 64},
    "slow_body": {"seconds": 5.0, "chunks": 10},
}
OF_BUNDLES = frozenset(
    {
        "page_loop",
        "next_foreign_host",
        "next_other_tenant",
        "next_http",
        "next_drop",
        "duplicate_entries",
        "out_of_order",
        "outcome_entry",
    }
)
"""Kinds that need a bundle: a read does not use them up."""
CHOICES: dict[str, tuple[str, ...]] = {
    "notation": ("seconds", "date"),
    "variant": ("null", "types", "depth", "number"),
    "body": ("resource", "scope"),
}
INTERACTIONS = (
    "read",
    "search",
    "operation",
    "metadata",
    "create",
    "update",
    "patch",
    "delete",
)
_SELECTORS = ("type", "id", "interaction", "patient", "token", "page")
_FIELDS = {"kind", "times", *_SELECTORS}


class FaultError(ValueError):
    """Why a fault cannot be armed, in one sentence."""


@dataclass(frozen=True, slots=True)
class Target:
    """What one request is about, as far as faults can select by it."""

    type: str | None
    id: str | None
    interaction: str
    patient: str | None
    token: str | None
    page: int


@dataclass(slots=True)
class Fault:
    """One armed fault; `times` None strikes for ever; a selector of None strikes everything."""

    number: int
    kind: str
    times: int | None = None
    select: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    struck: int = 0

    def strikes(self, target: Target) -> bool:
        """Whether the request is one of those selected."""
        if self.times is not None and self.struck >= self.times:
            return False
        if self.kind in OF_BUNDLES and target.interaction not in ("search", "operation"):
            return False
        if self.kind == "page_gone" and target.page == 1:
            return False
        return all(getattr(target, name) == wanted for name, wanted in self.select.items())

    def setting(self, name: str) -> Any:
        """The value of a setting."""
        return self.settings[name]


class Faults:
    """The faults of one sandbox."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self._numbers = count(1)

    def arm(self, wanted: dict[str, Any]) -> Fault:
        """Arm one fault; raises `FaultError` when it is not understood."""
        kind = wanted.get("kind")
        if kind not in KINDS:
            raise FaultError(f"kind must be one of {', '.join(KINDS)}.")
        defaults = KINDS[kind]
        unknown = sorted(set(wanted) - _FIELDS - set(defaults))
        if unknown:
            known = ", ".join(sorted(_FIELDS | set(defaults)))
            raise FaultError(f"{kind} does not know {', '.join(unknown)}; it knows {known}.")
        select = {name: wanted[name] for name in _SELECTORS if wanted.get(name) is not None}
        settings = {name: wanted.get(name, value) for name, value in defaults.items()}
        _check(wanted, select, settings, defaults)
        fault = Fault(next(self._numbers), kind, wanted.get("times"), select, settings)
        self._armed.append(fault)
        return fault

    def strike(self, target: Target) -> list[Fault]:
        """The faults that strike this request, each counted once."""
        struck = [fault for fault in self._armed if fault.strikes(target)]
        for fault in struck:
            fault.struck += 1
        return struck

    def disarm(self, number: int) -> bool:
        """Take one fault out; False when there is none of that number."""
        before = len(self._armed)
        self._armed = [fault for fault in self._armed if fault.number != number]
        return len(self._armed) < before

    def clear(self) -> None:
        """Take all out."""
        self._armed.clear()

    def listed(self) -> list[dict[str, Any]]:
        """Every armed fault, also those that have struck often enough."""
        return [asdict(fault) for fault in self._armed]


def _check(
    wanted: dict[str, Any],
    select: dict[str, Any],
    settings: dict[str, Any],
    defaults: dict[str, Any],
) -> None:
    times = wanted.get("times")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        raise FaultError("times must be a whole number of at least 1.")
    _check_choice("interaction", select, INTERACTIONS)
    for name, choices in CHOICES.items():
        _check_choice(name, settings, choices)
    for name, default in defaults.items():
        if isinstance(default, int | float) and not _is_amount(settings[name]):
            raise FaultError(f"{name} must be a number of at least 0.")


def _check_choice(name: str, given: dict[str, Any], choices: Iterable[str]) -> None:
    if name in given and given[name] not in choices:
        raise FaultError(f"{name} must be one of {', '.join(choices)}.")


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
