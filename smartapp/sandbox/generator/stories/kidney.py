"""A man with diabetes whose kidneys get worse over three years, now with acute injury."""

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.care import care_plan, goal, service_request
from smartapp.sandbox.generator.datatypes import annotation, coding, concept, quantity
from smartapp.sandbox.generator.documents import Note, document, provenance
from smartapp.sandbox.generator.medications import dispense, give, immunization, order
from smartapp.sandbox.generator.papers import answers, questionnaire, years
from smartapp.sandbox.generator.people import patient
from smartapp.sandbox.generator.problems import allergy, diagnosis, problem, reaction, snomed
from smartapp.sandbox.generator.results import (
    blood_pressure,
    lab,
    observation,
    panel,
    report,
    vital,
)
from smartapp.sandbox.generator.samples import specimen, unsatisfactory
from smartapp.sandbox.generator.visits import Stay, encounter
from smartapp.sandbox.generator.vitals import Round, record
from smartapp.sandbox.generator.world import Chart, World

_CREATININE = (
    (1080, "1.31"),
    (900, "1.44"),
    (720, "1.58"),
    (540, "1.79"),
    (365, "1.93"),
    (240, "2.12"),
    (120, "2.24"),
    (40, "2.30"),
    (2, "3.10"),
    (1, "3.62"),
)
_A1C = ((1080, "7.4"), (720, "8.1"), (365, "8.8"), (40, "9.3"))


def _problems(chart: Chart) -> None:
    at = chart.world.ago(days=900)
    problem(chart, snomed("44054006", "Type 2 diabetes mellitus"), at, onsetDateTime="2009")
    problem(chart, snomed("700378005", "Chronic kidney disease stage 3A"), at)
    problem(chart, snomed("38341003", "Hypertensive disorder"), at, onsetDateTime="2011-05")
    gout = concept("Gout", coding(systems.SNOMED, "90560007", "Gout"))
    problem(chart, gout, at, verification="provisional")
    angio = reaction(("41291007", "Angioedema"), severity="severe")
    doubt = {"verification": "unconfirmed", "reaction": [angio]}
    lisinopril = concept("lisinopril", coding(systems.RXNORM, "29046", "lisinopril"))
    allergy(chart, lisinopril, at, **doubt)


def _chemistry(chart: Chart) -> None:
    world = chart.world
    for days, value in _CREATININE:
        lab(chart, "creatinine", value, world.ago(days=days, hours=5))
    # Two units of the same analyte: a chart must never put them in one series.
    code = concept("Creatinine (SI)", coding(systems.LOINC, "14682-9"))
    outside = quantity(190, "umol/L")
    observation(chart, "laboratory", code, world.ago(days=200), valueQuantity=outside)
    for days, value in _A1C:
        lab(chart, "a1c", value, world.ago(days=days, hours=5))
    lab(chart, "acr", "412.0", world.ago(days=40))
    lab(chart, "egfr", 31, world.ago(days=40))
    at = world.ago(days=1, hours=5)
    values = {"sodium": "138", "potassium": "5.6", "chloride": "104", "co2": "19"}
    rest = {"bun": "62", "glucose": "241", "calcium": "8.4"}
    report(chart, "bmp", panel(chart, "bmp", values | rest, at), at)
    fats = {"cholesterol": "212", "hdl": "36", "ldl": "131", "triglycerides": "287"}
    panel(chart, "lipids", fats, world.ago(days=40))
    drawn = specimen(chart, "Urine", at)
    unsatisfactory(chart, at)
    culture = concept("Urine culture", coding(systems.LOINC, "630-4"))
    growth = concept("No growth", coding(systems.SNOMED, "264868006", "No growth"))
    observation(
        chart,
        "laboratory",
        culture,
        at,
        valueCodeableConcept=growth,
        specimen={"reference": f"Specimen/{drawn['id']}"},
    )


def _medicines(chart: Chart) -> None:
    world, start = chart.world, chart.world.ago(days=200)
    outpatient = {"kind": "outpatient"}
    metformin = order(chart, "metformin", "1000 mg, Oral, BID", start, **outpatient)
    dispense(chart, metformin, world.ago(days=20), (60, 30))
    order(chart, "losartan", "50 mg, Oral, Daily", start, **outpatient)
    order(chart, "hydrochlorothiazide", "25 mg, Oral, Daily", start, **outpatient)
    order(chart, "ibuprofen", "600 mg, Oral, TID, PRN pain", world.ago(days=14), **outpatient)
    order(chart, "atorvastatin", "10 mg, Oral, Bedtime", start, **outpatient)
    admitted = world.ago(days=1, hours=20)
    lispro = order(chart, "lispro", "6 units, SubCutaneous, TID", admitted)
    give(chart, lispro, world.ago(hours=12))
    give(chart, lispro, world.ago(hours=6))
    order(chart, "glargine", "18 units, SubCutaneous, Bedtime", admitted)
    order(chart, "metformin", "1000 mg, Oral, BID", admitted, status="on-hold")


def _measurements(chart: Chart) -> None:
    for month in range(0, 24, 2):
        at = chart.world.ago(days=42 + 30 * month, hours=8)
        blood_pressure(chart, (158 - month // 2, 92 - month // 4), at)
        vital(chart, "weight", f"{101 - month // 4}.0", at)
    vital(chart, "height", "178", chart.world.ago(days=900))
    record(chart, Round((146, 84), 88, 18, "36.9", 97, "0", "alert"), chart.world.ago(hours=3))


def _form(chart: Chart) -> None:
    at = chart.world.ago(days=200)
    questionnaire(chart)
    given = {
        "93-1": {"valueString": "Ten cigarettes a day"},
        "93-2": years(31),
        "93-3": {"valueString": "Perhaps after the holidays"},
    }
    answers(chart, given, at)
    current = concept(
        "Current every day smoker", coding(systems.SNOMED, "449868002", "Smokes tobacco daily")
    )
    code = concept("Tobacco smoking status", coding(systems.LOINC, "72166-2"))
    observation(chart, "social-history", code, at, valueCodeableConcept=current)


def _papers(chart: Chart) -> None:
    at = chart.world.ago(days=1, hours=16)
    words = ("Creatinine 3.6 from a baseline of 2.3 after two weeks of ibuprofen.",)
    note = document(chart, Note("Nephrology", "Consult Note", words), ("text/html",), at)
    provenance(chart, "doc-", note, at)
    care_plan(chart, "Kidney plan", ("Stop ibuprofen and metformin.", "Fluids."), at)
    goal(chart, "HbA1c below 7.5 %", "worsening", chart.world.ago(days=400))
    scan = {"priority": "urgent", "reasonCode": [{"text": "Acute kidney injury"}]}
    service_request(chart, "Ultrasound Renal", "Radiology", at, **scan)
    today = chart.world.ago(days=40)
    immunization(chart, "pneumo", chart.world.date(today), today, doseQuantity=_unknown_dose())


def _unknown_dose() -> dict[str, object]:
    return quantity(0, "unknown unit", "{unknownunit}")


def tell(world: World) -> None:
    """Write the chart."""
    chart = patient(world, "diabetic-ckd")
    for days in (720, 365, 40):
        at = world.ago(days=days, hours=6)
        encounter(chart, Stay("AMB", "Diabetes follow-up", None, "lund"), at, at)
    _problems(chart)
    _form(chart)
    admitted = world.ago(days=1, hours=20)
    encounter(chart, Stay("IMP", "Acute kidney injury", "4W 12 B", "brandvold"), admitted)
    note = [annotation("Baseline creatinine 2.3.", world.stamp(admitted))]
    diagnosis(chart, "N17.9", "Acute kidney failure, unspecified", admitted, note=note)
    diagnosis(chart, "E11.22", "Type 2 diabetes with diabetic CKD", admitted, role="Working")
    _chemistry(chart)
    _medicines(chart)
    _measurements(chart)
    _papers(chart)
