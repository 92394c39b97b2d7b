"""The shape of a dialect's row: which ways a product lets a type be searched, and how far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Default(StrEnum):
    """Where the value of a parameter comes from when nobody typed one."""

    NONE = ""
    PATIENT = "patient"
    ENCOUNTER = "encounter"
    USER = "user"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Need:
    """One parameter of a search that a clinician may have to fill in.

    `kind`: text, token, reference, choice, or period: sent twice, with the two `prefixes` and a
    time. `days`: what a period covers by default, before and after today. `value` is the default
    of a choice.
    """

    name: str
    title: str
    kind: str = "text"
    default: Default = Default.NONE
    required: bool = True
    choices: tuple[str, ...] = ()
    value: str = ""
    prefixes: tuple[str, str] = ("ge", "lt")
    days: tuple[int, int] = (-365, 365)


@dataclass(frozen=True, slots=True)
class Way:
    """One permitted combination: what must be there, and the constants that go with it."""

    needs: tuple[Need, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict, hash=False)
    title: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """How a product deviates for one type. No `ways`: the list is the patient's own.

    `alone`: parameters that take the patient's place. `exclusive`: groups of which one may be
    sent. `count`: least and greatest page.
    """

    ways: tuple[Way, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict, hash=False)
    alone: frozenset[str] = frozenset()
    exclusive: tuple[frozenset[str], ...] = ()
    count: tuple[int, int] = (1, 100)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One product. `strict`: a search outside its ways is refused by it, so it is not sent.

    `refused`: result parameters that it does not know; `post`: it offers POST _search.
    """

    rows: Mapping[str, Row] = field(default_factory=dict, hash=False)
    strict: bool = False
    refused: frozenset[str] = frozenset()
    post: bool = True

    def row(self, type_name: str) -> Row:
        return self.rows.get(type_name, _PLAIN)


_PLAIN = Row()
