"""Decompensated heart failure with atrial fibrillation, in bed 4W 12 A."""

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.billing import account, balance, charge, coverage
from smartapp.sandbox.generator.datatypes import (
    absent_coding,
    annotation,
    coding,
    concept,
    extension,
    period,
    quantity,
    reference,
)
from smartapp.sandbox.generator.medications import dispense, give, order
from smartapp.sandbox.generator.people import patient, related
from smartapp.sandbox.generator.problems import allergy, diagnosis, problem, reaction, snomed
from smartapp.sandbox.generator.results import blood_pressure, lab, panel, report, vital
from smartapp.sandbox.generator.staff import MEDICARE
from smartapp.sandbox.generator.stories import heart_failure_papers
from smartapp.sandbox.generator.visits import Stay, appointment, encounter
from smartapp.sandbox.generator.vitals import Round, record
from smartapp.sandbox.generator.world import Chart, World

_HISTORY = (
    ("42343007", "Congestive heart failure", "2017-04"),
    ("49436004", "Atrial fibrillation", "2018"),
    ("59621000", "Essential hypertension", "2004-09-14"),
    ("433144002", "Chronic kidney disease stage 3", "2020-02-03"),
)
_HOME = (
    ("furosemide", "40 mg, Oral, Daily"),
    ("lisinopril", "10 mg, Oral, Daily"),
    ("metoprolol", "50 mg, Oral, Daily"),
    ("herbal", "1 tab(s), Oral, Daily"),
)
_ORDERS = (
    ("furosemide-iv", "40 mg, IV, BID"),
    ("lisinopril", "10 mg, Oral, Daily"),
    ("spironolactone", "25 mg, Oral, Daily"),
    ("metoprolol", "50 mg, Oral, Daily"),
    ("warfarin", "5 mg, Oral, Daily"),
)
_DAYS = (("4.6", "1.18", "21"), ("5.2", "1.34", "27"), ("5.7", "1.52", "34"))


def _problems(chart: Chart) -> None:
    at = chart.world.ago(days=700)
    for code, text, onset in _HISTORY:
        problem(chart, snomed(code, text), at, onsetDateTime=onset)
    wrong = annotation("Entered on the wrong chart.", chart.world.stamp(at))
    problem(chart, {"text": "Asthma"}, at, verification="entered-in-error", note=[wrong])
    problem(
        chart,
        snomed("399211009", "History of myocardial infarction"),
        at,
        verification="refuted",
        clinicalStatus=None,
    )


def _allergies(chart: Chart) -> None:
    at = chart.world.ago(days=700)
    hives = reaction(
        ("247472004", "Hives"), ("267036007", "Dyspnea"), severity="severe", onset="1962"
    )
    year = extension("precision", valueCodeableConcept={"text": "Year"})
    allergy(
        chart,
        snomed("91936005", "Allergy to penicillin"),
        at,
        criticality="high",
        onsetDateTime="1962",
        _onsetDateTime={"extension": [year]},
        reaction=[hives, reaction(("422587007", "Nausea"), severity="mild")],
    )
    tape = {"text": "Adhesive tape, the blue kind"}
    allergy(chart, tape, at, type="intolerance", category=["environment"], criticality="low")
    allergy(chart, {"text": "Codeine"}, at, verification="entered-in-error")


def _medicines(chart: Chart) -> None:
    world, admitted = chart.world, chart.world.ago(days=2, hours=22)
    for key, sig in _HOME:
        order(chart, key, sig, admitted, kind="home")
    for key, sig in _ORDERS:
        request = order(chart, key, sig, admitted)
        give(chart, request, world.ago(hours=16))
    held = concept(None, coding(systems.SNOMED, "182895007", "Drug declined by patient"))
    give(chart, request, world.ago(hours=3), status="not-done", statusReason=[held], dosage=None)
    stopped = concept("Acute kidney injury risk", world.own(1309, "Renal function"))
    order(
        chart,
        "naproxen",
        "500 mg, Oral, BID",
        world.ago(days=30),
        kind="outpatient",
        status="stopped",
        statusReason=stopped,
        end=world.ago(days=2),
    )
    draft = {"kind": "discharge", "status": "draft"}
    order(chart, "carvedilol", "6.25 mg, Oral, BID", world.ago(hours=5), **draft)
    old = order(chart, "digoxin", "0.125 mg, Oral, Daily", world.ago(days=90), kind="outpatient")
    dispense(chart, old, world.ago(days=89), (30, 30))
    dispense(chart, old, world.ago(days=1), (30, 30), whenHandedOver=None, status="in-progress")


def _chemistry(chart: Chart) -> None:
    world = chart.world
    for day, (potassium, creatinine, bun) in enumerate(_DAYS):
        at = world.ago(days=2 - day, hours=6)
        values = {"sodium": "133", "potassium": potassium, "chloride": "97", "co2": "27"}
        rest = {"bun": bun, "creatinine": creatinine, "glucose": "108", "calcium": "9.10"}
        row = panel(chart, "bmp", values | rest, at)
        status = ("amended", "final", "preliminary")[day]
        report(chart, "bmp", row, at, status=status, version=str(2 - day))
    lab(chart, "ntprobnp", 6840, world.ago(days=2, hours=20))
    lab(chart, "troponin_t", "<0.01", world.ago(days=2, hours=20))
    for value, day in (("2.1", 30), ("2.6", 9), ("2.4", 1)):
        lab(chart, "inr", value, world.ago(days=day, hours=6))
    lab(chart, "digoxin", "1.10", world.ago(days=9), status="corrected", version="3")


def _odd_results(chart: Chart) -> None:
    at = chart.world.ago(days=1, hours=5)
    rtf = annotation(
        r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 Specimen {\b slightly} haemolysed\'2e\par}",
        chart.world.stamp(at),
    )
    lab(chart, "potassium", "5.9", at, status="entered-in-error", note=[rtf])
    lab(chart, "magnesium", "1.90", at, note=[rtf])
    pending = {"valueQuantity": None, "interpretation": None, "referenceRange": None}
    lab(chart, "tsh", 1, at, status="registered", issued=None, **pending)
    cancelled = annotation("Quantity not sufficient.", chart.world.stamp(at))
    missing = absent_coding("not-performed")
    lab(
        chart,
        "digoxin",
        1,
        at,
        status="cancelled",
        dataAbsentReason=missing,
        note=[cancelled],
        **pending,
    )
    blood_pressure(chart, (132, None), at)


def _rounds(chart: Chart) -> None:
    for step, weight in enumerate(("84.6", "83.1", "81.9")):
        at = chart.world.ago(days=2 - step, hours=6)
        pounds = quantity(str(round(float(weight) * 2.20462, 1)), "lb", "[lb_av]")
        converted = [extension("converted-measurement", valueQuantity=pounds)]
        vital(chart, "weight", weight, at, extension=converted)
        calmer = Round((148 - 9 * step, 86 - 3 * step), 104 - 8 * step, 24 - 2 * step, "36.7", 92)
        record(chart, calmer._replace(spo2=92 + step, oxygen=str(3 - step), level="alert"), at)
    for month in range(1, 8):
        blood_pressure(chart, (151 - month, 88 - month), chart.world.ago(days=30 * month))


def _billing(chart: Chart) -> None:
    world = chart.world
    coverage(chart, MEDICARE, ("589724", "Medicare Part A and B"))
    ended = period("2010-01-01T06:00:00.000Z", "2013-12-31T06:00:00.000Z")
    payor = reference("Organization/675805", "Prairie Mutual Health")
    coverage(chart, payor, ("589725", "Prairie Mutual HMO"), period=ended, order=2)
    coverage(chart, payor, ("589723", "Prairie Mutual PPO Gold"), status="cancelled")
    books = account(chart, "financial-account", world.ago(days=2))
    parent = reference(f"Account/{books['id']}")
    owed = balance(chart, "1250.00")
    account(chart, "guarantor-balance", world.ago(days=2), extension=owed, partOf=parent)
    account(chart, "statement", world.ago(days=40), description="Statement of last month")
    named = [parent]
    charge(chart, "Room and board, medical", ("2", "1875.50"), world.ago(days=1), account=named)
    charge(chart, "Basic metabolic panel", ("3", "41.10"), world.ago(days=1), account=named)
    charge(chart, "Telemetry", ("1", "96.00"), world.ago(days=1), status="not-billable")


def _visits(chart: Chart) -> None:
    world = chart.world
    clinic = Stay("AMB", "INR check", None, "lund")
    for month in (1, 4, 7):
        start = world.ago(days=30 * month, hours=9)
        encounter(chart, clinic, start, world.ago(days=30 * month, hours=8.5))
    # Old visits that nobody closed are common: in progress, and without a period.
    encounter(chart, clinic, world.ago(days=400), period=None, current=False)
    encounter(chart, clinic, world.ago(days=200), status="cancelled", current=False)
    away = extension(systems.ABSENT, valueCode="unknown")
    start, why = world.ago(days=-21), [{"extension": [away]}]
    encounter(chart, clinic, start, status="planned", current=False, reasonCode=why)
    stay = Stay("IMP", "Shortness of breath", "4W 12 A", "adeyemi")
    encounter(chart, stay, world.ago(days=2, hours=22), version="4")


def tell(world: World) -> None:
    """Write the chart."""
    chart = patient(world, "heart-failure")
    _visits(chart)
    _problems(chart)
    _allergies(chart)
    text = "Acute on chronic systolic heart failure"
    diagnosis(chart, "I50.23", text, world.ago(days=2, hours=22))
    _medicines(chart)
    _chemistry(chart)
    _odd_results(chart)
    _rounds(chart)
    _billing(chart)
    son = related(chart, ("SON", "natural son"), ("Alderton", "Philip"), gender="male")
    heart_failure_papers.tell(chart, son)
    appointment(chart, "Follow Up", "adeyemi", world.ago(days=-9, hours=8))
    why = {"status": "cancelled", "cancelationReason": world.term(14229, "Patient hospitalized")}
    appointment(chart, "INR check", "lund", world.ago(days=1, hours=8), **why)
