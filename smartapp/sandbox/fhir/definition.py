"""The shape of what the server knows of one resource type: interactions, parameters, habits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from smartapp.sandbox.fhir.wire import Resource

Values = Mapping[str, Sequence[str]]
"""Search parameters as sent, modifiers cut off their names, in the order sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRule:
    """How one date parameter may be sent: the live server has a dialect for each."""

    says: str
    single: str = "bare eq ge gt le lt"
    pair: tuple[str, str] | None = ("ge gt", "le lt")
    time: Literal["any", "always", "never", "prefixed", "in a pair", "alike"] = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One search parameter.

    `many`: comma lists are allowed; `chain`: paths on the target; `demanded`: no listing can
    leave it out, so the user's own data passes it where it does not speak to it.
    """

    name: str
    kind: Literal["token", "reference", "string", "date", "number", "fixed"]
    paths: tuple[str, ...] = ()
    many: bool = False
    chain: tuple[str, ...] = ()
    rule: DateRule | None = None
    modifiers: tuple[str, ...] = ()
    listed: bool = True
    demanded: bool = False
    matches: Callable[[Resource, str], bool] | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A combination rule: the sentence, and whether the parameters keep it."""

    says: str
    kept: Callable[[Values], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeDef:
    """One resource type: `does` holds the letters r, s, c, u, p, d of its interactions."""

    name: str
    does: str = "rs"
    params: tuple[Param, ...] = ()
    checks: tuple[Check, ...] = ()
    patient: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()
    order: Literal["", "newest", "oldest"] = ""
    page: int | None = None
    page_max: int = 200
    page_min: int = 1
    total: bool = False
    revinclude: bool = False
    includes: tuple[str, ...] = ()
    hidden: Callable[[Resource], bool] | None = None
    leads: Callable[[Resource], bool] | None = None
    required: tuple[str, ...] = ()
    operations: Mapping[str, str] = field(default_factory=dict)

    def param(self, name: str) -> Param | None:
        """The parameter of that name."""
        return next((one for one in self.params if one.name == name), None)


def page_count(listed: bool = True) -> Param:
    """`_count`."""
    return Param(name="_count", kind="number", listed=listed)


def ids(many: bool = True) -> Param:
    """`_id`."""
    return Param(name="_id", kind="token", many=many)


def patient_param(*paths: str, name: str = "patient", many: bool = False) -> Param:
    """The parameter that names the patient."""
    return Param(name=name, kind="reference", paths=paths, many=many)


def token(name: str, *paths: str, **more: Any) -> Param:
    """A token parameter; comma lists are allowed."""
    return Param(name=name, kind="token", paths=paths, **{"many": True, **more})


def reference(name: str, *paths: str, **more: Any) -> Param:
    """A reference parameter."""
    return Param(name=name, kind="reference", paths=paths, **more)


def text(name: str, *paths: str, **more: Any) -> Param:
    """A string parameter: matches what begins with it."""
    return Param(name=name, kind="string", paths=paths, **more)


def date(name: str, rule: DateRule, *paths: str, demanded: bool = False) -> Param:
    """A date parameter with its dialect."""
    return Param(name=name, kind="date", paths=paths, rule=rule, demanded=demanded)


def updated(rule: DateRule) -> Param:
    """`_lastUpdated`, only on the types that have it."""
    return date("_lastUpdated", rule, "meta.lastUpdated")
