"""Which search parameters must, and which must not, be sent together."""

from collections.abc import Iterable

from smartapp.sandbox.fhir.definition import Check, Values


def _enumerate(names: Iterable[str]) -> str:
    *most, last = names
    if not most:
        return last
    comma = "," if len(most) > 1 else ""
    return f"{', '.join(most)}{comma} or {last}"


def at_least_one(*names: str, paged: bool = False) -> Check:
    """One of the names must be there: the sentence is the live server's."""
    listed = (*names, "-pageContext") if paged else names
    return Check(
        f"at least one of {_enumerate(listed)} must be provided",
        lambda values: any(name in values for name in names),
    )


def exactly_one(*names: str) -> Check:
    """One of the names, and no second one."""
    return Check(
        f"exactly one of {_enumerate(names)} must be provided",
        lambda values: sum(name in values for name in names) == 1,
    )


def id_alone(*also: str) -> Check:
    """`_id` excludes all parameters but paging, includes and those named."""
    allowed = {"_id", "_count", "_revinclude", "_include", *also}
    return Check(
        "_id must not be combined with other parameters",
        lambda values: "_id" not in values or set(values) <= allowed,
    )


def not_both(first: str, second: str) -> Check:
    """Two parameters that exclude each other."""
    return Check(
        f"{first} and {second} must not be provided together",
        lambda values: not (first in values and second in values),
    )


def needs(name: str, *others: str, any_of: bool = False) -> Check:
    """A parameter that is refused without others: all of them, or any of them."""
    quantity = any if any_of else all
    listed = _enumerate(others) if any_of else " and ".join(others)
    return Check(
        f"{name} must be provided with {listed}",
        lambda values: name not in values or quantity(other in values for other in others),
    )


def only_value(name: str, *allowed: str) -> Check:
    """A parameter of which the server knows these codes only."""
    return Check(
        f"{name} must be {_enumerate(allowed)}",
        lambda values: all(
            code.rpartition("|")[2] in allowed
            for value in values.get(name, ())
            for code in value.split(",")
        ),
    )


def with_system(name: str) -> Check:
    """A token that must name its system."""
    return Check(
        f"{name} must be provided as system|code",
        lambda values: all(
            one.partition("|")[0] and one.partition("|")[2]
            for value in values.get(name, ())
            for one in value.split(",")
        ),
    )


def when(name: str, value: str, *others: str) -> Check:
    """A value of a parameter that goes only with others."""
    return Check(
        f"{name}={value} must be provided with {' and '.join(others)}",
        lambda values: not _has(values, name, value) or all(other in values for other in others),
    )


def _has(values: Values, name: str, value: str) -> bool:
    return any(sent.rpartition("|")[2] == value for sent in values.get(name, ()))
