"""A man with bipolar disorder on lithium and ibuprofen; parts of his chart are restricted."""

from typing import Any

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.care import care_plan, goal, service_request
from smartapp.sandbox.generator.datatypes import coding, concept
from smartapp.sandbox.generator.documents import Note, document
from smartapp.sandbox.generator.medications import give, order
from smartapp.sandbox.generator.people import patient
from smartapp.sandbox.generator.problems import diagnosis, problem, snomed
from smartapp.sandbox.generator.results import lab, observation
from smartapp.sandbox.generator.visits import Stay, encounter
from smartapp.sandbox.generator.vitals import Round, record
from smartapp.sandbox.generator.world import Chart, World

_CONFIDENTIALITY = systems.V3 + "Confidentiality"


def _restricted() -> dict[str, Any]:
    marks = [
        coding(_CONFIDENTIALITY, "R", "restricted"),
        coding(systems.V3 + "ActCode", "PSY", "psychiatry disorder information sensitivity"),
    ]
    return {"meta": {"security": marks}}


def _scores(chart: Chart) -> None:
    code = concept(
        "PHQ-9 total score", coding(systems.LOINC, "44261-6", "PHQ-9 total score [Reported]")
    )
    for days, score in ((200, 19), (90, 11), (2, 7)):
        observation(chart, "survey", code, chart.world.ago(days=days), valueInteger=score)
    for days, level in ((200, "0.72"), (90, "0.88"), (30, "1.04"), (1, "1.32")):
        lab(chart, "lithium", level, chart.world.ago(days=days))
    for days, value in ((200, "0.94"), (1, "1.18")):
        lab(chart, "creatinine", value, chart.world.ago(days=days))


def tell(world: World) -> None:
    """Write the chart."""
    chart = patient(world, "psychiatric", **_restricted())
    problem(chart, snomed("13746004", "Bipolar disorder"), world.ago(days=900), **_restricted())
    differential = {"verification": "differential"}
    problem(chart, {"text": "Hyperthyroidism?"}, world.ago(days=3), **differential)
    relapse = concept("Relapse", coding(systems.TERMINOLOGY + "condition-clinical", "relapse"))
    alcohol = snomed("7200002", "Alcoholism")
    problem(chart, alcohol, world.ago(days=400), clinicalStatus=relapse)
    admitted = world.ago(days=3, hours=4)
    encounter(chart, Stay("IMP", "Mania", "BHU 11 A", "nakagawa"), admitted, **_restricted())
    diagnosis(chart, "F31.13", "Bipolar disorder, current episode manic, severe", admitted)
    lithium = order(chart, "lithium", "600 mg, Oral, BID", world.ago(days=300), kind="outpatient")
    give(chart, lithium, world.ago(hours=14))
    give(chart, lithium, world.ago(hours=2))
    order(chart, "ibuprofen", "600 mg, Oral, TID", world.ago(days=12), kind="outpatient")
    order(chart, "quetiapine", "200 mg, Oral, Bedtime", admitted)
    cross = concept("Drug interaction", world.own(1309, "Drug interaction"))
    stopped = {"status": "stopped", "statusReason": cross, "kind": "outpatient"}
    order(chart, "sertraline", "50 mg, Oral, Daily", world.ago(days=60), **stopped)
    _scores(chart)
    record(chart, Round((138, 86), 96, 16, "36.8", 98, "0", "alert"), world.ago(hours=5))
    words = ("Slept two hours. Coarse tremor. Lithium 1.32 mmol/L, taking ibuprofen for his knee.",)
    note = Note("Psychiatry progress", "Progress Note", words)
    document(chart, note, ("text/html", "application/pdf"), world.ago(hours=4), **_restricted())
    care_plan(chart, "Safety plan", ("One to one observation.",), admitted, **_restricted())
    goal(chart, "Sleep six hours", "not-achieved", admitted, **_restricted())
    service_request(chart, "Lithium Level in 5 days", "Laboratory", admitted)
