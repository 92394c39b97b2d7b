"""Columns of billing: balances, prices, plans."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from smartapp.fhir import codes
from smartapp.fhir.cells.shared import concept, extension, items
from smartapp.fhir.columns import at, join
from smartapp.fhir.display import Shown
from smartapp.fhir.display.concepts import as_text

Resource = Mapping[str, Any]

_BALANCE = codes.CERNER + "account-balance"
_PRICES = (("unit-price", "each"), ("net-price", "net"))
_MODIFIER = codes.CERNER + "modifier-code"
_REVENUE = codes.CERNER + "revenue-code"


def balance(resource: Resource, zone: tzinfo) -> Shown:
    """The balance of an account, with its currency."""
    return extension(resource, _BALANCE, zone)


def price(resource: Resource, zone: tzinfo) -> Shown:
    """The price of a charge: the override, else the unit and net prices the sender adds."""
    shown = at(resource, "priceOverride", zone)
    if shown.text:
        return shown
    found = []
    for name, words in _PRICES:
        said = extension(resource, codes.CERNER + name, zone)
        if said.text:
            found.append(said.reworded(f"{said.text} {words}"))
    return join(found)


def modifiers(resource: Resource, zone: tzinfo) -> Shown:
    """Modifier and revenue codes."""
    return join([extension(resource, url, zone) for url in (_MODIFIER, _REVENUE)])


def plan(resource: Resource, zone: tzinfo) -> Shown:
    """Plan and group of a coverage: each class with its kind, name and value; else the type."""
    found = []
    for row in items(resource.get("class")):
        name, value = as_text(row.get("name")), as_text(row.get("value"))
        said = f"{name} ({value})" if name and value and name != value else name or value
        kind = concept(row, "type", zone)
        found.append(Shown(f"{kind}: {said}" if kind and said else said or kind))
    return join(found) if found else at(resource, "type", zone)
