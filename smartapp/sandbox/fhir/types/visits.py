"""Encounter, Appointment, Schedule, Slot, Location."""

from functools import partial

from smartapp.sandbox.fhir.checks import (
    at_least_one,
    exactly_one,
    needs,
    not_both,
    only_value,
)
from smartapp.sandbox.fhir.definition import (
    Check,
    TypeDef,
    Values,
    date,
    ids,
    page_count,
    patient_param,
    reference,
    text,
    token,
    updated,
)
from smartapp.sandbox.fhir.dialects import BOOKED, SLOT_START, VISIT, WINDOW
from smartapp.sandbox.fhir.special import contains, is_merged_visit, is_taken

_ACTORS = ("patient", "practitioner", "location")
_PLACES = ("-physicalType", "identifier", "address", "address-city", "address-state")


def _dated(values: Values) -> bool:
    return not any(name in values for name in _ACTORS) or (
        ("date" in values) != ("-date-or-req-period" in values)
    )


ENCOUNTER = TypeDef(
    name="Encounter",
    does="rscp",
    params=(
        ids(),
        patient_param("subject"),
        patient_param("subject", name="subject"),
        reference("account", "account"),
        token("identifier", "identifier", many=False),
        token("status", "status"),
        date("date", VISIT, "period"),
        updated(WINDOW),
        page_count(),
    ),
    checks=(
        at_least_one("account", "_id", "identifier", "patient", "subject", paged=True),
        not_both("patient", "subject"),
        needs("date", "patient", "subject", any_of=True),
        needs("status", "patient"),
        only_value("status", "planned", "in-progress", "finished", "cancelled"),
    ),
    patient=("subject",),
    dated=("period",),
    order="oldest",
    page=10,
    revinclude=True,
    hidden=is_merged_visit,
    required=("status",),
)

APPOINTMENT = TypeDef(
    name="Appointment",
    does="rscp",
    params=(
        ids(),
        patient_param("participant.actor", many=True),
        reference("practitioner", "participant.actor", many=True),
        reference("location", "participant.actor", many=True),
        date("date", BOOKED, "start", demanded=True),
        date("-date-or-req-period", BOOKED, "start", "requestedPeriod", demanded=True),
        token("status", "status"),
        page_count(),
    ),
    checks=(
        exactly_one("_id", *_ACTORS),
        Check(
            "exactly one of date or -date-or-req-period must be provided with "
            "patient, practitioner or location",
            _dated,
        ),
    ),
    patient=("participant.actor",),
    dated=("start", "requestedPeriod"),
    order="oldest",
    page=50,
    required=("status",),
)

SCHEDULE = TypeDef(name="Schedule", params=(ids(),), checks=(at_least_one("_id"),))

SLOT = TypeDef(
    name="Slot",
    does="rsp",
    params=(
        ids(),
        date("start", SLOT_START, "start"),
        token("service-type", "serviceType"),
        reference("schedule.actor", "schedule", chain=("actor",), many=True),
        reference("-location", "extension:scheduling-location.valueReference", many=True),
        page_count(),
    ),
    checks=(
        at_least_one("_id", "service-type", paged=True),
        needs("service-type", "start"),
        needs("schedule.actor", "service-type"),
        needs("-location", "service-type"),
    ),
    dated=("start",),
    order="oldest",
    page=50,
    page_min=5,
    includes=("Slot:schedule", "Schedule:actor:Practitioner"),
    hidden=is_taken,
)

LOCATION = TypeDef(
    name="Location",
    params=(
        ids(),
        token("-physicalType", "physicalType"),
        token("type", "type"),
        token("identifier", "identifier", many=False),
        text("address", "address"),
        text("address-city", "address.city"),
        text("address-state", "address.state"),
        text("address-postalcode", "address.postalCode"),
        text("name", matches=partial(contains, "name")),
        reference("organization", "managingOrganization"),
        page_count(listed=False),
    ),
    checks=(
        at_least_one("_id", "-physicalType", "type"),
        needs("address-city", "address-state", "address-postalcode", any_of=True),
        needs("name", *_PLACES, "address-postalcode", any_of=True),
        needs("organization", *_PLACES, "address-postalcode", any_of=True),
    ),
    page=100,
)

TYPES = (ENCOUNTER, APPOINTMENT, SCHEDULE, SLOT, LOCATION)
