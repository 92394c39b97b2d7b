"""Plans, teams, goals, orders, diets and implants of a chart."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import (
    Json,
    annotation,
    coding,
    concept,
    period,
    present,
    standard,
)
from smartapp.sandbox.generator.narrative import div
from smartapp.sandbox.generator.staff import HOSPITAL, STAFF
from smartapp.sandbox.generator.world import Chart

_US_CORE = "http://hl7.org/fhir/us/core/CodeSystem/"
_TEAMS = {
    "longitudinal": ("LA28865-6", "Longitudinal care-coordination focused care team"),
    "encounter": ("LA27976-2", "Encounter-focused care team"),
}
FOREVER = "2100-12-31T00:00:00Z"


def care_plan(chart: Chart, title: str, lines: Sequence[str], at: datetime, **more: Any) -> Json:
    """Write a care plan; as with the vendor its content is only in the narrative."""
    assess = coding(_US_CORE + "careplan-category", "assess-plan")
    words = [(f"Plan {number}", line) for number, line in enumerate(lines, start=1)]
    elements = {
        "text": {"status": "additional", "div": div(title, words)} if lines else None,
        "status": "active",
        "intent": "plan",
        "category": [concept("Assessment and Plan of Treatment", assess)],
        "title": title,
        "subject": chart.subject,
        "encounter": chart.visit,
        "period": period(chart.world.stamp(at)),
        "author": chart.author,
        **more,
    }
    resource = {"resourceType": "CarePlan", "id": chart.next_id(), **present(**elements)}
    return chart.world.add(resource, at, "1")


def member(chart: Chart, key: str, role: tuple[str, str], end: str = FOREVER) -> Json:
    """One member of a team, in a SNOMED CT role."""
    start = chart.world.stamp(chart.world.ago(days=30))
    return {
        "role": [standard(systems.SNOMED, *role)],
        "member": STAFF[key].ref,
        "period": period(start, end),
    }


def care_team(chart: Chart, kind: str, members: list[Json], **more: Any) -> Json:
    """Write a team of a kind: longitudinal or encounter."""
    code, display = _TEAMS[kind]
    number = chart.next_id()
    prefix = "CARE_TEAM-" if kind == "encounter" else f"LIFETIME_PROVIDER-{chart.patient_id}-0-"
    elements = {
        "status": "active",
        "category": [standard(systems.LOINC, code, display)],
        "subject": chart.subject,
        "encounter": chart.visit if kind == "encounter" else None,
        "participant": members,
        **more,
    }
    resource = {"resourceType": "CareTeam", "id": prefix + number, **present(**elements)}
    return chart.world.add(resource, chart.world.ago(days=2), f"15{number}")


def goal(chart: Chart, text: str, achievement: str, at: datetime, **more: Any) -> Json:
    """Write a goal; achievement is one of the standard codes, e.g. `in-progress`."""
    shown = achievement.replace("-", " ").capitalize()
    status = coding(systems.TERMINOLOGY + "goal-achievement", achievement, shown)
    elements = {
        "lifecycleStatus": "active",
        "achievementStatus": concept(shown, status),
        "category": [chart.world.term(4003016, "Physiologic")],
        "description": {"text": text},
        "subject": chart.subject,
        "startDate": chart.world.date(at),
        "target": [{"dueDate": chart.world.date(chart.world.ago(days=-30))}],
        "expressedBy": chart.author or chart.subject,
        **more,
    }
    resource = {"resourceType": "Goal", "id": chart.next_id(), **present(**elements)}
    return chart.world.add(resource, at, str(int(at.timestamp()) * 1000))


def service_request(chart: Chart, text: str, kind: str, at: datetime, **more: Any) -> Json:
    """Write an order that is neither medicine nor diet; kind is the catalog type."""
    version = more.pop("version", "0")
    elements = {
        "status": "active",
        "intent": "order",
        "category": [chart.world.term(6000, kind)],
        "priority": "routine",
        "code": chart.world.term(200, text),
        "subject": chart.subject,
        "encounter": chart.visit,
        "occurrenceDateTime": chart.world.stamp(at),
        "authoredOn": chart.world.stamp(at),
        "requester": chart.author,
        **more,
    }
    resource = {"resourceType": "ServiceRequest", "id": chart.next_id(), **present(**elements)}
    return chart.world.add(resource, at, version)


def nutrition_order(chart: Chart, diet: Json | None, at: datetime, **more: Any) -> Json:
    """Write a diet; None for supplements or formula given in `more`."""
    repeat = {"repeat": {"boundsPeriod": period(chart.world.stamp(at))}}
    elements = {
        "status": "active",
        "intent": "order",
        "patient": chart.subject,
        "encounter": chart.visit,
        "dateTime": chart.world.stamp(at),
        "orderer": chart.author,
        "oralDiet": {"type": [diet], "schedule": [repeat]} if diet else None,
        **more,
    }
    resource = {"resourceType": "NutritionOrder", "id": chart.next_id(), **present(**elements)}
    return chart.world.add(resource, at, "2")


def device(chart: Chart, kind: Json, name: str, maker: str, **more: Any) -> Json:
    """Write an implant with its human-readable identifier."""
    number = chart.next_id()
    elements = {
        "udiCarrier": [
            {
                "deviceIdentifier": f"0088{number}12",
                "carrierHRF": f"(01)0088{number}12(17)301231(10)LOT7{number[-3:]}",
            }
        ],
        "status": "active",
        "manufacturer": maker,
        "manufactureDate": "2019-01-09",
        "expirationDate": "2030-12-31",
        "lotNumber": f"LOT7{number[-3:]}",
        "serialNumber": f"SN{number}",
        "deviceName": [{"name": name, "type": "user-friendly-name"}],
        "modelNumber": "M-2210",
        "type": kind,
        "patient": chart.subject,
        "owner": HOSPITAL,
        **more,
    }
    resource = {"resourceType": "Device", "id": number, **present(**elements)}
    return chart.world.add(resource, chart.world.ago(days=90), "1")


def signed(chart: Chart, text: str, at: datetime) -> list[Json]:
    """One note of the chart's author."""
    return [annotation(text, chart.world.stamp(at), chart.author or None)]
