"""Encounters and appointments of a chart."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import (
    Json,
    coding,
    concept,
    extension,
    period,
    present,
    reference,
)
from smartapp.sandbox.generator.staff import BEDS, CLINIC_ROOM, HOSPITAL, STAFF
from smartapp.sandbox.generator.world import Chart, World

_CLASSES = {
    "IMP": ("inpatient encounter", "Inpatient", "I"),
    "AMB": ("ambulatory", "Outpatient", "O"),
    "EMER": ("emergency", "Emergency", "E"),
    "OBSENC": ("observation encounter", "Observation", "I"),
}


class Stay(NamedTuple):
    """A visit: its class, why, where (a bed name or None for the clinic), and whose."""

    class_code: str
    reason: str
    place: str | None
    attending: str


def _fin(chart: Chart, number: str, start: datetime) -> Json:
    account = coding(systems.V2 + "0203", "AN", "Account number")
    return {
        "use": "usual",
        "type": chart.world.term(319, "FIN NBR", account),
        "system": "urn:oid:2.16.840.1.113883.3.99.2",
        "value": f"F{number}",
        "period": period(chart.world.stamp(start)),
    }


def attendance(world: World, key: str, start: datetime, role: str = "Attending Physician") -> Json:
    """An encounter's participant."""
    code = {"Attending Physician": "ATND", "Admitting Physician": "ADM"}.get(role, "REF")
    standard = coding(systems.V3 + "ParticipationType", code, role.split(" ")[0].lower())
    return {
        "type": [world.term(333, role, standard)],
        "period": period(world.stamp(start)),
        "individual": STAFF[key].ref,
    }


def encounter(
    chart: Chart, stay: Stay, start: datetime, end: datetime | None = None, **more: Any
) -> Json:
    """Write an encounter and make it the chart's current one (`current=False`: do not)."""
    current = more.pop("current", True)
    display, kind, letter = _CLASSES[stay.class_code]
    key, version = chart.next_id(), more.pop("version", "0")
    place = BEDS[stay.place] if stay.place else CLINIC_ROOM
    elements = {
        "identifier": [_fin(chart, key, start)],
        "status": "finished" if end else "in-progress",
        "class": coding(systems.V3 + "ActCode", stay.class_code, display, False),
        "type": [chart.world.term(71, kind, coding(systems.V2 + "0004", letter, kind))],
        "subject": chart.subject,
        "participant": [attendance(chart.world, stay.attending, start)],
        "period": period(chart.world.stamp(start), chart.world.stamp(end) if end else None),
        "reasonCode": [{"text": stay.reason}],
        "location": [{"location": place, "status": "completed" if end else "active"}],
        "serviceProvider": HOSPITAL,
        **more,
    }
    resource = {"resourceType": "Encounter", "id": key, **present(**elements)}
    if current:
        chart.encounter, chart.author = key, STAFF[stay.attending].ref
    return chart.world.add(resource, end or start, version)


def _with(chart: Chart, key: str) -> list[Json]:
    resource = concept("Resource", chart.world.own(14250, "Resource"))
    performer = concept(None, coding(systems.V3 + "ParticipationType", "PPRF", "primary performer"))
    return [
        {"actor": chart.subject, "required": "required", "status": "accepted"},
        {
            "type": [resource, performer],
            "actor": STAFF[key].ref,
            "required": "required",
            "status": "accepted",
        },
    ]


def appointment(chart: Chart, title: str, key: str, start: datetime, **more: Any) -> Json:
    """Write an appointment with a member of staff; 30 minutes unless `minutes` says else."""
    minutes = more.pop("minutes", 30)
    end = start + timedelta(minutes=minutes)
    open_ = more.get("status", "booked") in ("booked", "proposed")
    elements = {
        "extension": [
            extension("is-cancelable", valueBoolean=open_),
            extension("is-reschedulable", valueBoolean=open_),
        ],
        "status": "booked",
        "serviceType": [chart.world.term(14249, title)],
        "description": title,
        "start": chart.world.stamp(start),
        "end": chart.world.stamp(end),
        "minutesDuration": minutes,
        "participant": [
            *_with(chart, key),
            {"actor": reference("Location/22100950", CLINIC_ROOM["display"]), "status": "accepted"},
        ],
        **more,
    }
    if elements["status"] == "proposed":
        elements["requestedPeriod"] = [period(elements.pop("start"), elements.pop("end"))]
    resource = {"resourceType": "Appointment", "id": chart.next_id(), **present(**elements)}
    return chart.world.add(resource, chart.world.ago(days=3), "2")
