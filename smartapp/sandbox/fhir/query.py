"""Search parameters as sent: known or not, allowed together or not, each in its dialect."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from smartapp.sandbox.fhir.answers import bad_request
from smartapp.sandbox.fhir.dates import Span, has_time, span
from smartapp.sandbox.fhir.definition import DateRule, Param, TypeDef

PAGE_CONTEXT = "-pageContext"
_PAGING = {PAGE_CONTEXT, "-pageDirection"}
_INCLUDING = {"_revinclude", "_include"}
_PREFIXES = ("eq", "ne", "ge", "gt", "le", "lt", "sa", "eb", "ap")
REVINCLUDE = "Provenance:target"


@dataclass(slots=True)
class Query:
    """One checked search."""

    definition: TypeDef
    values: dict[str, list[str]] = field(default_factory=dict)
    modifiers: dict[str, str] = field(default_factory=dict)
    dates: dict[str, list[tuple[str, Span]]] = field(default_factory=dict)
    revinclude: bool = False
    includes: tuple[str, ...] = ()
    count: int | None = None

    def first(self, name: str) -> str | None:
        """The first value of a parameter."""
        sent = self.values.get(name)
        return sent[0] if sent else None


def parse(definition: TypeDef, sent: Iterable[tuple[str, str]]) -> Query:
    """The checked search; raises 400 with the rule that was broken."""
    query = Query(definition)
    unknown = [name for name, value in sent if not _take(query, name, value)]
    for check in definition.checks:
        if not check.kept(query.values):
            raise bad_request(check.says)
    if unknown:
        raise bad_request(f"the parameter {unknown[0]} is not supported")
    for name, values in query.values.items():
        _check_values(query, name, values)
    return query


def _take(query: Query, sent: str, value: str) -> bool:
    """Whether the parameter is one of the type's; if so it is kept."""
    if sent in _INCLUDING:
        _include(query, sent, value)
        return True
    if sent in _PAGING:
        return True
    name, _, modifier = sent.partition(":")
    param = query.definition.param(name)
    if param is None or (modifier and modifier not in param.modifiers):
        return False
    if modifier:
        query.modifiers[name] = modifier
    query.values.setdefault(name, []).append(value)
    return True


def _include(query: Query, name: str, value: str) -> None:
    definition = query.definition
    if name == "_include" and value in definition.includes:
        query.includes = (*query.includes, value)
        return
    if name == "_revinclude" and definition.revinclude and value == REVINCLUDE:
        if query.revinclude:
            raise bad_request("_revinclude must be provided at most once")
        query.revinclude = True
        return
    raise bad_request(f"{name}={value} is not supported")


def _check_values(query: Query, name: str, values: list[str]) -> None:
    param = query.definition.param(name)
    if param is None:
        raise bad_request(f"the parameter {name} is not supported")
    if any(not value.strip() for value in values):
        raise bad_request(f"{name} must not be empty")
    if param.kind == "date" and param.rule is not None:
        query.dates[name] = _dates(name, param.rule, values)
        return
    if len(values) > 1:
        raise bad_request(f"{name} must be provided at most once")
    if not param.many and "," in values[0]:
        raise bad_request(f"{name} must be a single value")
    if param.kind == "number":
        query.count = _count(query.definition, values[0])


def _count(definition: TypeDef, value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise bad_request("_count must be a positive integer")
    number = int(value)
    if definition.page_min > 1 and not definition.page_min <= number <= definition.page_max:
        raise bad_request(
            f"_count must be in the range [{definition.page_min},{definition.page_max}]"
        )
    return min(number, definition.page_max)


def _dates(name: str, rule: DateRule, values: list[str]) -> list[tuple[str, Span]]:
    """The intervals of a date parameter; raises 400 when its dialect is not kept."""
    split = [_prefixed(value) for value in values]
    spans = [(prefix, span(text)) for prefix, text in split]
    kept = _number_is_right(rule, [prefix for prefix, _ in split]) and _time_is_right(rule, split)
    found = [(prefix, one) for prefix, one in spans if one is not None]
    if not kept or len(found) != len(spans):
        raise bad_request(f"{name} must be provided {rule.says}")
    return found


def _prefixed(value: str) -> tuple[str, str]:
    if value[:2] in _PREFIXES:
        return value[:2], value[2:]
    return "bare", value


def _number_is_right(rule: DateRule, prefixes: list[str]) -> bool:
    if len(prefixes) == 1:
        return prefixes[0] in rule.single.split()
    if len(prefixes) != 2 or rule.pair is None:
        return False
    lower, upper = (one.split() for one in rule.pair)
    first, second = prefixes
    return (first in lower and second in upper) or (first in upper and second in lower)


def _time_is_right(rule: DateRule, split: list[tuple[str, str]]) -> bool:
    timed = [has_time(text) for _, text in split]
    prefixed = any(prefix != "bare" for prefix, _ in split)
    return {
        "any": True,
        "always": all(timed),
        "never": not any(timed),
        "prefixed": all(timed) or not prefixed,
        "in a pair": all(timed) or len(split) == 1,
        "alike": len({len(text) for _, text in split}) == 1 or all(timed),
    }[rule.time]


def lists(param: Param, value: str) -> list[str]:
    """The values of a comma list."""
    return [one for one in value.split(",") if one] if param.many else [value]
