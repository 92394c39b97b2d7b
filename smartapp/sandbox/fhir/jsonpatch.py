"""JSON Patch (RFC 6902): test, add, replace, remove, on a copy."""

from copy import deepcopy
from typing import Any

from smartapp.sandbox.fhir.wire import Resource


class PatchError(Exception):
    """Why a patch cannot be applied."""


def apply(resource: Resource, operations: list[dict[str, Any]]) -> Resource:
    """The patched copy; raises `PatchError` and changes nothing when an operation fails."""
    patched = deepcopy(resource)
    for operation in operations:
        _apply(patched, operation)
    return patched


def _apply(root: Resource, operation: dict[str, Any]) -> None:
    path, op = operation["path"], operation["op"]
    *steps, last = [_unescaped(one) for one in path.split("/")[1:]]
    holder: Any = root
    for step in steps:
        holder = _child(holder, step, path)
    if op == "test":
        if _child(holder, last, path) != operation.get("value"):
            raise PatchError(f"test failed at {path}")
    elif isinstance(holder, list):
        _change_list(holder, last, op, operation)
    elif isinstance(holder, dict):
        _change_dict(holder, last, op, operation)
    else:
        raise PatchError(f"{path} does not exist")


def _unescaped(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")


def _child(holder: Any, step: str, path: str) -> Any:
    if isinstance(holder, dict) and step in holder:
        return holder[step]
    if isinstance(holder, list) and step.isdigit() and int(step) < len(holder):
        return holder[int(step)]
    raise PatchError(f"{path} does not exist")


def _change_dict(holder: Any, name: str, op: str, operation: dict[str, Any]) -> None:
    if op != "add" and name not in holder:
        raise PatchError(f"{operation['path']} does not exist")
    if op == "remove" or operation.get("value") is None:
        holder.pop(name, None)
    else:
        holder[name] = operation["value"]


def _change_list(holder: list[Any], name: str, op: str, operation: dict[str, Any]) -> None:
    if op == "add" and name == "-":
        holder.append(operation.get("value"))
        return
    if not name.isdigit() or int(name) >= len(holder) + (op == "add"):
        raise PatchError(f"{operation['path']} does not exist")
    if op == "add":
        holder.insert(int(name), operation.get("value"))
    elif op == "remove":
        del holder[int(name)]
    else:
        holder[int(name)] = operation.get("value")
