"""Tags before a record: what its first three columns, all that a narrow place has, do not say."""

from datetime import tzinfo
from html import escape

from smartapp.fhir import columns, status
from smartapp.fhir.display import Shown
from smartapp.fhir.entry import Resource, ResourceType
from smartapp.fhir.status import negation

FIRST_COLUMNS = 3
# A record in one of these states is what its type says it is; every other state must be read.
_WORDS = """
active available billable booked completed current final finished free fulfilled
"""
_PLAIN = frozenset(_WORDS.split())
_CLASSES = {"warning": "tag warn", "negated": "tag stop", "error": "tag stop"}


def tags(entry: ResourceType, resource: Resource, zone: tzinfo) -> str:
    """The state of a record, and of a prescription whether it is for the ward or for home."""
    return _state(entry, resource, zone) + _setting(entry, resource, zone)


def _state(entry: ResourceType, resource: Resource, zone: tzinfo) -> str:
    """The state, where no column that is always seen says it and it is not the usual one."""
    place = next((n for n, one in enumerate(entry.columns) if one.show is status.shown), 0)
    if place < FIRST_COLUMNS or negation(resource) or status.is_retracted(resource):
        return ""
    shown = status.shown(resource, zone)
    if not shown.text or (shown.text.casefold() in _PLAIN and not shown.tone):
        return ""
    return _tag(shown, "tag warn" if shown.raw else _CLASSES.get(shown.tone, "tag"))


def _setting(entry: ResourceType, resource: Resource, zone: tzinfo) -> str:
    if entry.name != "MedicationRequest":
        return ""
    return _tag(columns.at(resource, "category", zone), "tag setting")


def _tag(shown: Shown, classes: str) -> str:
    return f'<span class="{classes}">{escape(shown.text)}</span> ' if shown.text else ""
