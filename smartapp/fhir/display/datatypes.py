"""The table of datatypes, and the dispatch from a value to its words."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

from smartapp.fhir.display import concepts, notes, people, quantities, timing
from smartapp.fhir.display.primitives import PRIMITIVES
from smartapp.fhir.display.shown import NOTHING, Shown, absence, raw

Show = Callable[[Any, tzinfo], Shown]

DATATYPES: dict[str, Show] = {
    **PRIMITIVES,
    "Coding": concepts.show_coding,
    "CodeableConcept": concepts.show_concept,
    "Identifier": concepts.show_identifier,
    "Reference": concepts.show_reference,
    "Quantity": quantities.show_quantity,
    "Age": quantities.show_quantity,
    "Count": quantities.show_quantity,
    "Distance": quantities.show_quantity,
    "Duration": quantities.show_quantity,
    "Range": quantities.show_range,
    "Ratio": quantities.show_ratio,
    "Money": quantities.show_money,
    "SampledData": quantities.show_sampled,
    "HumanName": people.show_name,
    "Address": people.show_address,
    "ContactPoint": people.show_contact,
    "Period": people.show_period,
    "Timing": timing.show_timing,
    "Dosage": timing.show_dosage,
    "Annotation": notes.show_annotation,
    "Attachment": notes.show_attachment,
    "Signature": notes.show_signature,
}


def show_as(datatype: str | None, value: Any, sibling: Any, zone: tzinfo) -> Shown:
    """A value of a datatype in words; `sibling` is the `_element` beside a primitive."""
    if value is None:
        return Shown(missing=absence(sibling)) if sibling is not None else NOTHING
    function = DATATYPES.get(datatype or "")
    if function is None:
        return raw(value)
    try:
        return function(value, zone)
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError):
        # A value of a wrong shape deep inside; it is said as sent, never hidden.
        return raw(value)


def show(value: Any, zone: tzinfo) -> Shown:
    """What `elements.values` found, in words."""
    return show_as(value.datatype, value.value, value.sibling, zone)
