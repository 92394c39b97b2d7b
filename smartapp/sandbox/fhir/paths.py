"""Values under an element path; what is missing, or of a foreign shape, yields nothing."""

from functools import lru_cache
from typing import Any


def walk(node: Any, path: str) -> list[Any]:
    """Every value under a dotted path, through lists.

    `extension:tail` stands for the extensions whose url ends in `/tail`.
    """
    nodes = [node]
    for name in _steps(path):
        found: list[Any] = []
        for one in nodes:
            if isinstance(one, dict):
                _take(one, name, found)
        nodes = found
    return nodes


@lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def _take(node: dict[str, Any], name: str, found: list[Any]) -> None:
    """Add the values of one element; this runs for every row of a search."""
    value = node.get(name)
    if type(value) is list:
        found.extend(one for one in value if one is not None)
    elif value is not None:
        found.append(value)
    elif ":" in name:
        element, _, tail = name.partition(":")
        found.extend(one for one in walk(node, element) if _is_extension(one, tail))


def _is_extension(value: Any, tail: str) -> bool:
    return isinstance(value, dict) and str(value.get("url", "")).endswith("/" + tail)


def walk_all(node: Any, paths: tuple[str, ...]) -> list[Any]:
    """Every value under any of the paths."""
    return [value for path in paths for value in walk(node, path)]


def target(reference: Any) -> tuple[str, str] | None:
    """(type, id) of a literal reference, relative, absolute or versioned; None for others."""
    if isinstance(reference, dict):
        reference = reference.get("reference")
    if not isinstance(reference, str) or reference.startswith(("#", "urn:")) or "?" in reference:
        return None
    parts = reference.split("/_history/")[0].split("/")
    if len(parts) < 2 or not parts[-1] or not parts[-2][:1].isupper():
        return None
    return parts[-2], parts[-1]


def targets(resource: Any, paths: tuple[str, ...]) -> set[tuple[str, str]]:
    """(type, id) of every literal reference under the paths."""
    found = (target(value) for value in walk_all(resource, paths))
    return {one for one in found if one is not None}
