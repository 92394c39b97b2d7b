"""Observations, reports and specimens of a chart."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import (
    Amount,
    Json,
    absent_coding,
    coding,
    concept,
    extension,
    present,
    quantity,
    reference,
)
from smartapp.sandbox.generator.terms import LABS, PANELS, VITALS, Test
from smartapp.sandbox.generator.world import Chart

_CATEGORY = {
    "laboratory": "Laboratory",
    "vital-signs": "Vital Signs",
    "social-history": "Social History",
    "survey": "Survey",
}
_FLAGS = {
    "H": "High",
    "L": "Low",
    "HH": "Critical high",
    "LL": "Critical low",
    "N": "Normal",
    "A": "Abnormal",
    "AA": "Critical abnormal",
    "POS": "Positive",
    "NEG": "Negative",
    "S": "Susceptible",
    "R": "Resistant",
    "I": "Intermediate",
}


def category(name: str) -> Json:
    """One of the standard categories of observations."""
    system = systems.TERMINOLOGY + "observation-category"
    return concept(_CATEGORY[name], coding(system, name, _CATEGORY[name]))


def flag(chart: Chart, code: str) -> Json:
    """An interpretation with the standard and the proprietary coding."""
    standard = coding(systems.INTERPRETATION, code, _FLAGS[code], False)
    return chart.world.term(52, _FLAGS[code], standard)


def judge(test: Test, value: Decimal) -> str | None:
    """The interpretation code that the test's own limits give a value."""
    limits = (test.panic_low, test.low, test.high, test.panic_high)
    panic_low, low, high, panic_high = (None if x is None else Decimal(x) for x in limits)
    if panic_low is not None and value <= panic_low:
        return "LL"
    if panic_high is not None and value >= panic_high:
        return "HH"
    if low is not None and value < low:
        return "L"
    if high is not None and value > high:
        return "H"
    return "N" if test.low or test.high else None


def normal_range(test: Test) -> list[Json]:
    """The reference range of a test, or none."""
    if not (test.low or test.high):
        return []
    kind = coding(systems.TERMINOLOGY + "referencerange-meaning", "normal", "Normal Range")
    low = quantity(test.low, test.unit, test.ucum) if test.low else None
    high = quantity(test.high, test.unit, test.ucum) if test.high else None
    return [present(low=low, high=high, type=concept("Normal Range", kind))]


def _performer(chart: Chart) -> list[Json]:
    if not chart.author:
        return []
    role = concept(
        "legal authenticator",
        coding(systems.V3 + "ParticipationType", "LA", "legal authenticator"),
    )
    marked = extension(systems.HL7 + "event-performerFunction", valueCodeableConcept=role)
    return [{"extension": [marked], **chart.author}]


def observation(chart: Chart, kind: str, code: Json, at: datetime, **more: Any) -> Json:
    """Write an observation of a category; `more` adds or replaces elements (None removes)."""
    prefix = {"laboratory": "L-", "vital-signs": "VS-", "social-history": "SH-"}.get(kind, "L-")
    key = more.pop("id", None) or chart.next_id(prefix)
    version = more.pop("version", "1")
    issued = at + timedelta(minutes=2 if kind == "vital-signs" else 42)
    elements = {
        "identifier": [chart.ceuuid(key.split("-")[-1], at)],
        "status": "final",
        "category": [category(kind)],
        "code": code,
        "subject": chart.subject,
        "encounter": chart.visit,
        "effectiveDateTime": chart.world.stamp(at),
        "issued": chart.world.stamp(issued),
        "performer": _performer(chart),
        **more,
    }
    resource = {"resourceType": "Observation", "id": key, **present(**elements)}
    return chart.world.add(resource, issued, version)


def code_of(chart: Chart, test: Test) -> Json:
    """The proprietary event code with its LOINC code."""
    return chart.world.term(72, test.text, coding(systems.LOINC, test.loinc))


def _measured(chart: Chart, test: Test, value: Amount, more: dict[str, Any]) -> dict[str, Any]:
    comparator = None
    if isinstance(value, str) and value[0] in "<>":
        comparator, value = value[0], value[1:]
    judged = judge(test, Decimal(value))
    elements = {
        "valueQuantity": quantity(value, test.unit, test.ucum, comparator),
        "interpretation": [flag(chart, judged)] if judged else None,
        "referenceRange": normal_range(test),
    }
    return {**elements, **more}


def lab(chart: Chart, key: str, value: Amount, at: datetime, **more: Any) -> Json:
    """Write a laboratory result; `"<0.01"` is a value with a comparator."""
    test = LABS[key]
    return observation(
        chart, "laboratory", code_of(chart, test), at, **_measured(chart, test, value, more)
    )


def vital(chart: Chart, key: str, value: Amount, at: datetime, **more: Any) -> Json:
    """Write a vital sign."""
    test = VITALS[key]
    return observation(
        chart, "vital-signs", code_of(chart, test), at, **_measured(chart, test, value, more)
    )


def component(chart: Chart, key: str, value: Amount | None) -> Json:
    """One half of a paired vital sign; None says that it was not obtained."""
    test = VITALS[key]
    if value is None:
        return {"code": code_of(chart, test), "dataAbsentReason": absent_coding()}
    judged = judge(test, Decimal(value))
    return present(
        code=code_of(chart, test),
        valueQuantity=quantity(value, test.unit, test.ucum),
        interpretation=[flag(chart, judged)] if judged else None,
        referenceRange=normal_range(test),
    )


def blood_pressure(
    chart: Chart, pair: tuple[int | None, int | None], at: datetime, **more: Any
) -> Json:
    """Write a paired blood pressure under its double id and version."""
    systolic, diastolic = chart.next_id(), chart.next_id()
    return observation(
        chart,
        "vital-signs",
        concept("Blood pressure", coding(systems.LOINC, "85354-9")),
        at,
        id=f"BP-{systolic}-{diastolic}",
        version="1-1",
        identifier=[chart.ceuuid(systolic, at), chart.ceuuid(diastolic, at)],
        component=[
            component(chart, "systolic", pair[0]),
            component(chart, "diastolic", pair[1]),
        ],
        **more,
    )


def panel(chart: Chart, key: str, values: Mapping[str, Amount], at: datetime, **more: Any) -> Json:
    """Write a panel: an observation that only lists its members, and the members."""
    text, loinc, members = PANELS[key]
    rows = [lab(chart, name, values[name], at) for name in members if name in values]
    listed = [reference(f"Observation/{row['id']}", row["code"]["text"]) for row in rows]
    code = chart.world.term(72, text, coding(systems.LOINC, loinc))
    return observation(chart, "laboratory", code, at, hasMember=listed, **more)


def report(chart: Chart, key: str, panel_row: Json, at: datetime, **more: Any) -> Json:
    """Write the diagnostic report over a panel's members."""
    text, loinc, _ = PANELS[key]
    members = panel_row["hasMember"]
    laboratory = coding(systems.V2 + "0074", "LAB", "Laboratory")
    return diagnostic_report(
        chart,
        chart.world.term(72, text, coding(systems.LOINC, loinc)),
        at,
        category=[concept("LAB", laboratory)],
        result=[reference(f"Observation/{panel_row['id']}", text), *members],
        **more,
    )


def diagnostic_report(chart: Chart, code: Json, at: datetime, **more: Any) -> Json:
    """Write a diagnostic report; `more` adds or replaces elements."""
    key, version = more.pop("id", None) or chart.next_id(), more.pop("version", "1")
    issued = at + timedelta(minutes=65)
    elements = {
        "identifier": [chart.ceuuid(key, at)],
        "status": "final",
        "code": code,
        "subject": chart.subject,
        "encounter": chart.visit,
        "effectiveDateTime": chart.world.stamp(at),
        "issued": chart.world.stamp(issued),
        "performer": [chart.author] if chart.author else None,
        **more,
    }
    resource = {"resourceType": "DiagnosticReport", "id": key, **present(**elements)}
    return chart.world.add(resource, issued, version)
