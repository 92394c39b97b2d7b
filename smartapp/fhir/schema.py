"""The datatype of every R4 element, and strict validation, both from fhirclient's models.

The models are imported one module at a time, when a type is first asked for: all of them
together cost a second at start. They say `str` for every kind of string; the kinds that are read
or shown differently are told apart by the table in `strings.py`.
"""

import importlib
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from smartapp.fhir.strings import string_kind

_PRIMITIVES = {"bool": "boolean", "int": "integer", "float": "decimal", "dict": "Resource"}
_RENAMED = {
    "FHIRDate": "date",
    "FHIRDateTime": "dateTime",
    "FHIRInstant": "instant",
    "FHIRTime": "time",
    "FHIRReference": "Reference",
}
_MODULES = {"Reference": "fhirreference"}
_CLASSES: dict[str, type] = {}


class Element(NamedTuple):
    """One element as R4 defines it; `choice` names the element[x] it is a form of."""

    name: str
    datatype: str
    many: bool
    choice: str | None
    required: bool


@cache
def children(type_name: str) -> Mapping[str, Element]:
    """Elements of a resource type, datatype or backbone element; empty when R4 has none such."""
    model = _model(type_name)
    if model is None:
        return MappingProxyType({})
    rows = model().elementProperties()
    return MappingProxyType({row[1]: _element(type_name, row) for row in rows})


@cache
def choices(type_name: str) -> Mapping[str, tuple[Element, ...]]:
    """Choice elements by their base name: `value` → valueQuantity, valueString, …"""
    found: dict[str, tuple[Element, ...]] = {}
    for element in children(type_name).values():
        if element.choice:
            found[element.choice] = (*found.get(element.choice, ()), element)
    return MappingProxyType(found)


@lru_cache(maxsize=4096)
def datatype(path: str) -> str | None:
    """Datatype of `Type.element.element`; of a choice `Type.value[x]`, all joined by `|`."""
    current, *names = path.split(".")
    for name in names:
        forms = forms_of(current, name)
        if not forms:
            return None
        current = "|".join(form.datatype for form in forms)
    return current if names or children(current) else None


def forms_of(type_name: str, name: str) -> tuple[Element, ...]:
    """The elements that a path step may stand for: one, or each form of `name[x]`."""
    if name.endswith("[x]"):
        return choices(type_name).get(name[:-3], ())
    element = children(type_name).get(name)
    return (element,) if element else choices(type_name).get(name, ())


def validate(resource: Any) -> list[str]:
    """What R4 forbids in a resource, one sentence each; for what we send, never for reading."""
    name = resource.get("resourceType") if isinstance(resource, dict) else None
    if not isinstance(name, str):
        return ["resourceType is missing"]
    model = _model(name)
    if model is None or not hasattr(model, "relativeBase"):
        return [f"{name} is not an R4 resource type"]
    try:
        model(_plain(resource))
    except Exception as error:
        return [line.strip() for line in str(error).splitlines() if line.strip()]
    return []


def _model(type_name: str) -> type | None:
    """The fhirclient class of a type; those of backbone elements are met through their parent."""
    if type_name in _CLASSES:
        return _CLASSES[type_name]
    if not re.fullmatch(r"[A-Z][A-Za-z]{1,60}", type_name):
        return None
    module = _MODULES.get(type_name, type_name.lower())
    try:
        found = importlib.import_module(f"fhirclient.models.{module}")
    except ModuleNotFoundError:
        return None
    by_name = {key.lower(): value for key, value in vars(found).items() if isinstance(value, type)}
    model = by_name.get(module)
    if model is not None and hasattr(model, "elementProperties"):
        _CLASSES[type_name] = model
    return _CLASSES.get(type_name)


def _element(parent: str, row: tuple[str, str, type, bool, str | None, bool]) -> Element:
    _, name, kind, many, choice, required = row
    datatype_name = _RENAMED.get(kind.__name__, kind.__name__)
    if kind is str:
        datatype_name = string_kind(parent, name, choice)
    elif kind.__name__ in _PRIMITIVES:
        datatype_name = _PRIMITIVES[kind.__name__]
    elif datatype_name == kind.__name__:
        _CLASSES.setdefault(datatype_name, kind)
    return Element(name, datatype_name, many, choice, required)


def _plain(value: Any) -> Any:
    """A copy with floats for Decimals, which the models do not know."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value
