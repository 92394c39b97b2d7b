"""Specimens of a chart."""

from datetime import datetime
from typing import Any

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import (
    Json,
    coding,
    concept,
    present,
    quantity,
    standard,
)
from smartapp.sandbox.generator.world import Chart

_TYPES = {
    "Blood": ("119297000", "Blood specimen"),
    "Urine": ("122575003", "Urine specimen"),
    "Sputum": ("119334006", "Sputum specimen"),
    "Tissue": ("119376003", "Tissue specimen"),
}


def specimen(chart: Chart, kind: str, at: datetime, **more: Any) -> Json:
    """Write a specimen of a kind: Blood, Urine, Sputum or Tissue."""
    number = chart.next_id()
    accession = f"https://fhir.cerner.com/{chart.world.tenant}/acsn"
    elements = {
        "accessionIdentifier": {"system": accession, "value": f"20-{number[-6:]}"},
        "status": "available",
        "type": chart.world.term(2052, kind, coding(systems.SNOMED, *_TYPES[kind])),
        "subject": chart.subject,
        "receivedTime": chart.world.stamp(at),
        "collection": {
            "collectedDateTime": chart.world.stamp(at),
            "bodySite": concept("Antecubital fossa") if kind == "Blood" else None,
            "quantity": quantity("4.0", "mL"),
        },
        "container": [{"type": concept("Tube")}],
        **more,
    }
    elements["collection"] = present(**elements["collection"]) if "collection" in elements else None
    resource = {"resourceType": "Specimen", "id": number, **present(**elements)}
    return chart.world.add(resource, at, "1")


def unsatisfactory(chart: Chart, at: datetime) -> Json:
    """Write a specimen that the laboratory rejected."""
    condition = standard(systems.V2 + "0493", "HEM", "Hemolyzed")
    return specimen(chart, "Blood", at, status="unsatisfactory", condition=[condition])
