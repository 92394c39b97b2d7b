"""Orders, home medicines, administrations, dispenses and immunizations of a chart."""

from datetime import datetime, timedelta
from typing import Any

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import (
    Json,
    absent,
    coding,
    concept,
    extension,
    period,
    present,
    quantity,
    reference,
)
from smartapp.sandbox.generator.drugs import DRUGS, FREQUENCIES, ROUTES, UNITS
from smartapp.sandbox.generator.world import Chart

_REQUEST = systems.TERMINOLOGY + "medicationrequest-category"
_STATEMENT = systems.TERMINOLOGY + "medication-statement-category"
_KINDS: dict[str, tuple[str, bool, tuple[tuple[str, str, str], ...]]] = {
    "inpatient": ("order", False, ((_REQUEST, "inpatient", "Inpatient"),)),
    "outpatient": ("order", False, ((_REQUEST, "outpatient", "Outpatient"),)),
    "discharge": (
        "order",
        False,
        ((_REQUEST, "community", "Community"), (_REQUEST, "discharge", "Discharge")),
    ),
    "home": (
        "plan",
        True,
        (
            (_REQUEST, "community", "Community"),
            (_STATEMENT, "patientspecified", "Patient Specified"),
        ),
    ),
}


def medicine(chart: Chart, key: str, dose: str = "") -> Json:
    """The medication concept of a drug, as the vendor writes it."""
    drug = DRUGS[key]
    synonym = f"{drug.text} {dose}".strip()
    own = coding(
        f"https://fhir.cerner.com/{chart.world.tenant}/synonym",
        str(2_700_000 + sum(map(ord, synonym)) * 37),
        synonym,
        True,
    )
    mapped = (
        [coding(systems.RXNORM, drug.code, drug.display, False)]
        if drug.code and drug.display
        else []
    )
    return concept(f"{drug.text} ({synonym})" if dose else drug.text, *mapped, own)


def _timing(chart: Chart, frequency: str, start: datetime, end: datetime | None) -> Json:
    every, span, unit = FREQUENCIES[frequency]
    bounds = period(chart.world.stamp(start), chart.world.stamp(end) if end else None)
    repeat = present(boundsPeriod=bounds, frequency=every, period=span, periodUnit=unit)
    return {"repeat": repeat, "code": concept(frequency, chart.world.own(4003, frequency))}


def _amount(dose: str) -> Json:
    value, unit = dose.split(" ", 1)
    return quantity(value, unit, UNITS[unit])


def dosage(chart: Chart, sig: str, start: datetime, end: datetime | None = None) -> Json:
    """A dosage from `dose, route, frequency[, PRN reason]`, with its structured form."""
    dose, route, frequency, *rest = sig.split(", ")
    snomed, display = ROUTES[route]
    result: Json = {
        "extension": [extension("clinical-instruction", valueString=sig)],
        "text": sig,
        "patientInstruction": f"{dose} by {route} route, {frequency}.",
        "timing": _timing(chart, frequency, start, end),
        "route": chart.world.term(4001, route, coding(systems.SNOMED, snomed, display)),
        "doseAndRate": [{"doseQuantity": _amount(dose)}],
    }
    if rest:
        reason = rest[0].removeprefix("PRN ")
        result["asNeededCodeableConcept"] = concept(reason, chart.world.own(4005, reason))
    return result


def order(chart: Chart, key: str, sig: str, at: datetime, **more: Any) -> Json:
    """Write a medication request of a `kind`: inpatient, outpatient, discharge or home."""
    kind, end = more.pop("kind", "inpatient"), more.pop("end", None)
    version = more.pop("version", "0")
    intent, reported, categories = _KINDS[kind]
    verification = {"text": "Verified" if kind == "inpatient" else "Does not need verification"}
    elements = {
        "extension": [extension("pharmacy-verification-status", valueCodeableConcept=verification)],
        "status": "active",
        "intent": intent,
        "category": [
            concept(display, coding(system, code, display, False))
            for system, code, display in categories
        ],
        "reportedBoolean": reported,
        "medicationCodeableConcept": medicine(chart, key, sig.split(", ")[0]),
        "subject": chart.subject,
        "encounter": chart.visit,
        "authoredOn": chart.world.stamp(at),
        "requester": absent() if reported or not chart.author else chart.author,
        "dosageInstruction": [dosage(chart, sig, at, end)],
        "dispenseRequest": {"validityPeriod": period(chart.world.stamp(at))},
        **more,
    }
    resource = {"resourceType": "MedicationRequest", "id": chart.next_id()}
    return chart.world.add({**resource, **present(**elements)}, at, version)


def give(chart: Chart, request: Json, at: datetime, **more: Any) -> Json:
    """Write an administration of an order."""
    dose = request["dosageInstruction"][0]
    elements = {
        "status": "completed",
        "medicationCodeableConcept": request.get("medicationCodeableConcept"),
        "subject": chart.subject,
        "context": chart.visit,
        "effectiveDateTime": chart.world.stamp(at),
        "performer": [{"actor": chart.author}] if chart.author else None,
        "request": reference(f"MedicationRequest/{request['id']}"),
        "dosage": {
            "text": dose["text"],
            "route": dose["route"],
            "dose": dose["doseAndRate"][0]["doseQuantity"],
        },
        **more,
    }
    resource = {"resourceType": "MedicationAdministration", "id": chart.next_id()}
    return chart.world.add({**resource, **present(**elements)}, at, "1")


def dispense(
    chart: Chart, request: Json, at: datetime, amount: tuple[int, int], **more: Any
) -> Json:
    """Write a dispense of (tablets, days); `whenHandedOver=None`: prepared only."""
    pharmacy = reference("Organization/675803", "Northside Outpatient Pharmacy")
    elements = {
        "status": "completed",
        "medicationCodeableConcept": request["medicationCodeableConcept"],
        "subject": chart.subject,
        "context": chart.visit,
        "performer": [{"actor": pharmacy}],
        "authorizingPrescription": [reference(f"MedicationRequest/{request['id']}")],
        "quantity": quantity(amount[0], "tab(s)", "{tbl}"),
        "daysSupply": quantity(amount[1], "days", "d"),
        "whenPrepared": chart.world.stamp(at),
        "whenHandedOver": chart.world.stamp(at + timedelta(hours=3)),
        "dosageInstruction": [{"text": request["dosageInstruction"][0]["text"]}],
        **more,
    }
    resource = {"resourceType": "MedicationDispense", "id": chart.next_id()}
    return chart.world.add({**resource, **present(**elements)}, at)


VACCINES = {
    "influenza": ("140", "Influenza, seasonal, injectable, preservative free"),
    "covid": ("213", "SARS-COV-2 (COVID-19) vaccine, UNSPECIFIED"),
    "tdap": ("115", "Tdap"),
    "mmr": ("03", "MMR"),
    "varicella": ("21", "varicella"),
    "dtap": ("20", "DTaP"),
    "ipv": ("10", "IPV"),
    "hepb": ("08", "Hep B, adolescent or pediatric"),
    "pneumo": ("33", "pneumococcal polysaccharide vaccine, 23 valent"),
}


def immunization(chart: Chart, key: str, when: str, at: datetime, **more: Any) -> Json:
    """Write an immunization; `when` may be a partial date, `at` is when it was recorded."""
    code, display = VACCINES[key]
    prefix = "HM" if more.get("status") == "not-done" else "M"
    elements = {
        "status": "completed",
        "vaccineCode": chart.world.term(72, display, coding(systems.CVX, code, display)),
        "patient": chart.subject,
        "encounter": chart.visit,
        "occurrenceDateTime": when,
        "primarySource": True,
        "doseQuantity": quantity("0.5", "mL"),
        "site": chart.world.term(
            97, "Left Deltoid", coding(systems.V3 + "ActSite", "LD", "left deltoid")
        ),
        **more,
    }
    resource = {"resourceType": "Immunization", "id": chart.next_id(prefix)}
    return chart.world.add({**resource, **present(**elements)}, at, "1")
