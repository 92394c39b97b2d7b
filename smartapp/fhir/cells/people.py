"""Columns of people: names with credentials, numbers, what the sender adds."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from smartapp.fhir import codes
from smartapp.fhir.cells.shared import extension, items
from smartapp.fhir.columns import at, join
from smartapp.fhir.display import Shown
from smartapp.fhir.display.concepts import show_identifier

Resource = Mapping[str, Any]

_PHYSICIAN = codes.CERNER + "is-physician"
_RACE = (codes.US_CORE + "us-core-race", codes.US_CORE + "us-core-ethnicity")
_RELATION = codes.CERNER + "relation"
_LEVEL = codes.CERNER + "relationship-level"


def name_and_credential(resource: Resource, zone: tzinfo) -> Shown:
    """The name; the credential where the suffix does not say it."""
    shown = at(resource, "name", zone)
    credential = at(resource, "qualification.code", zone).text
    if credential and shown.text and credential.casefold() not in shown.text.casefold():
        return shown.reworded(f"{shown.text}, {credential}")
    return shown


def national_number(resource: Resource, zone: tzinfo) -> Shown:
    """The NPI; failing it all identifiers."""
    rows = list(items(resource.get("identifier")))
    npi = [row for row in rows if row.get("system") == codes.NPI]
    return join([show_identifier(row, zone) for row in npi or rows])


def is_physician(resource: Resource, zone: tzinfo) -> Shown:
    """Whether the sender says that it is a physician."""
    return extension(resource, _PHYSICIAN, zone)


def race_and_ethnicity(resource: Resource, zone: tzinfo) -> Shown:
    """Race and ethnicity, by their texts, else by their categories."""
    found = []
    for item in items(resource.get("extension")):
        if item.get("url") in _RACE:
            text = extension(item, "text", zone)
            found.append(text if text.text else extension(item, "ombCategory", zone))
    return join([one for one in found if one.text])


def birth_sex(resource: Resource, zone: tzinfo) -> Shown:
    """Sex assigned at birth, in words."""
    shown = extension(resource, codes.US_CORE + "us-core-birthsex", zone)
    words = {"F": "Female", "M": "Male", "UNK": "Unknown", "OTH": "Other"}
    return shown.reworded(words[shown.text]) if shown.text in words else shown


def relationship(resource: Resource, zone: tzinfo) -> Shown:
    """The relationship, as coded and as the sender adds it."""
    shown = at(resource, "relationship", zone)
    return shown if shown.text or shown.missing else extension(resource, _RELATION, zone)


def level(resource: Resource, zone: tzinfo) -> Shown:
    """Whether the person stands to the patient or to one encounter only."""
    return extension(resource, _LEVEL, zone)
