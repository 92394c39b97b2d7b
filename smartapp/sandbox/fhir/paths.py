"""Values under an element path; what is missing, or of a foreign shape, yields nothing."""

from collections.abc import Iterator
from typing import Any


def walk(node: Any, path: str) -> list[Any]:
    """Every value under a dotted path, through lists.

    `extension:tail` stands for the extensions whose url ends in `/tail`.
    """
    nodes = [node]
    for name in path.split("."):
        nodes = [value for one in nodes for value in _step(one, name)]
    return nodes


def _step(node: Any, name: str) -> Iterator[Any]:
    if not isinstance(node, dict):
        return
    name, _, tail = name.partition(":")
    value = node.get(name)
    values = value if isinstance(value, list) else [value]
    for one in values:
        if one is not None and (not tail or _is_extension(one, tail)):
            yield one


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
