"""The second day after a hip replacement, with opioids and a sleeping pill."""

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.billing import coverage
from smartapp.sandbox.generator.care import (
    care_plan,
    care_team,
    device,
    goal,
    member,
    nutrition_order,
    service_request,
)
from smartapp.sandbox.generator.datatypes import (
    absent,
    coding,
    concept,
    extension,
    period,
    quantity,
    reference,
)
from smartapp.sandbox.generator.documents import Note, document, provenance
from smartapp.sandbox.generator.medications import give, order
from smartapp.sandbox.generator.people import patient
from smartapp.sandbox.generator.problems import diagnosis, problem, procedure, snomed
from smartapp.sandbox.generator.results import panel, vital
from smartapp.sandbox.generator.staff import MEDICARE, STAFF
from smartapp.sandbox.generator.visits import Stay, appointment, encounter
from smartapp.sandbox.generator.vitals import Round, record
from smartapp.sandbox.generator.world import Chart, World


def _operation(chart: Chart) -> None:
    world, start = chart.world, chart.world.ago(days=2, hours=10)
    span = period(world.stamp(start), world.stamp(world.ago(days=2, hours=8)))
    surgeon = {"actor": STAFF["whitcombe"].ref, "function": {"text": "Primary surgeon"}}
    done = procedure(
        chart,
        snomed("52734007", "Total replacement of hip"),
        start,
        performedPeriod=span,
        performer=[surgeon],
        reasonCode=[snomed("239872002", "Osteoarthritis of hip")],
        bodySite=[concept("Left hip")],
        outcome={"text": "Uncomplicated"},
    )
    provenance(chart, "all-", done, start)
    joint = snomed("304120007", "Total hip replacement prosthesis")
    device(chart, joint, "Left hip, ceramic head 32 mm", "Invented Orthopedics plc")
    device(chart, joint, "Left hip, cup 52 mm", "Wrong Tray Inc.", status="entered-in-error")
    words = ("Posterior approach, spinal anesthesia, blood loss 350 mL.", "Implants as listed.")
    note = Note("Operative note", "Operative Note", words, (("Implant", "Size"), ("Cup", "52")))
    written = document(chart, note, ("application/pdf", "text/html"), world.ago(days=2, hours=6))
    provenance(chart, "doc-", written, world.ago(days=2, hours=6))


def _infusion(chart: Chart) -> None:
    """An ordered and given infusion whose medicine is contained with its ingredients."""
    world, at = chart.world, chart.world.ago(days=2, hours=11)
    cefazolin = concept(
        "ceFAZolin", coding(systems.RXNORM, "1665060", "cefazolin 2000 MG Injection")
    )
    saline = concept("sodium chloride 0.9%", coding(systems.RXNORM, "9863", "sodium chloride"))
    strength = {"numerator": quantity("2", "g"), "denominator": quantity(100, "mL")}
    bag = {
        "resourceType": "Medication",
        "id": "bag",
        "code": {"text": "ceFAZolin + sodium chloride 0.9%"},
        "ingredient": [
            {"itemCodeableConcept": cefazolin, "isActive": True, "strength": strength},
            {"itemCodeableConcept": saline, "isActive": False},
        ],
    }
    mixed = {
        "contained": [bag],
        "medicationCodeableConcept": None,
        "medicationReference": reference("#bag", "ceFAZolin + sodium chloride 0.9%"),
    }
    completed = {"status": "completed", "end": world.ago(days=1)}
    request = order(chart, "cefazolin", "2 g, IV, q8hr", at, **mixed, **completed)
    time = extension("infuse-over-time", valueQuantity=quantity("30.0", "minutes", "min"))
    give(chart, request, at, **mixed, extension=[time])


def _medicines(chart: Chart) -> None:
    world, at = chart.world, chart.world.ago(days=2, hours=7)
    pain = order(chart, "oxycodone", "10 mg, Oral, q4hr, PRN pain", at)
    for hours in (40, 30, 20, 9, 3):
        give(chart, pain, world.ago(hours=hours))
    order(chart, "lorazepam", "1 mg, Oral, Bedtime, PRN sleep", at)
    order(chart, "enoxaparin", "40 mg, SubCutaneous, Daily", at)
    order(chart, "acetaminophen", "1000 mg, Oral, q6hr", at)
    order(chart, "naproxen", "500 mg, Oral, BID", at, status="cancelled")
    order(chart, "oxycodone", "5 mg, Oral, q6hr, PRN pain", world.today, kind="discharge")
    order(chart, "melatonin", "3 mg, Oral, Bedtime", at, kind="home")
    unknown = {"requester": absent(), "status": "unknown"}
    order(chart, "amlodipine", "5 mg, Oral, Daily", at, kind="outpatient", **unknown)


def _recovery(chart: Chart) -> None:
    world = chart.world
    for step in range(6):
        at = world.ago(hours=48 - 9 * step)
        taken = Round((118 + step, 70), 92 - 2 * step, 16, "37.1", 96, "0", "alert")
        record(chart, taken, at)
        vital(chart, "pain", 8 - step, at)
    for day, count in enumerate(("12.8", "10.1", "9.4")):
        values = {"wbc": "9.8", "hemoglobin": count, "hematocrit": "30.2", "platelets": "198"}
        panel(chart, "cbc", values, world.ago(days=3 - day, hours=2))


def tell(world: World) -> None:
    """Write the chart."""
    chart = patient(world, "post-op")
    admitted = world.ago(days=2, hours=13)
    encounter(chart, Stay("IMP", "Elective left hip replacement", "5E 03 A", "whitcombe"), admitted)
    problem(chart, snomed("239872002", "Osteoarthritis of hip"), world.ago(days=900))
    resolved = {"abatementDateTime": "2019-08"}
    problem(chart, {"text": "Shingles"}, world.ago(days=900), onsetDateTime="2019-07", **resolved)
    diagnosis(chart, "M16.12", "Unilateral primary osteoarthritis, left hip", admitted)
    _operation(chart)
    _infusion(chart)
    _medicines(chart)
    _recovery(chart)
    coverage(chart, MEDICARE, ("589724", "Medicare Part A and B"))
    service_request(chart, "Physical therapy evaluation", "Therapy", world.ago(days=1))
    done = {"status": "completed", "intent": "instance-order"}
    service_request(chart, "Dressing change", "Patient Care", world.ago(days=1), **done)
    nutrition_order(chart, concept("Regular diet"), world.ago(days=1), status="completed")
    shake = {"supplement": [{"type": world.term(6107, "Nutritional shake"), "instruction": "BID"}]}
    nutrition_order(chart, None, world.ago(days=1), **shake)
    care_plan(chart, "Hip precautions", ("No flexion past 90°.",), world.ago(days=2))
    care_team(chart, "encounter", [member(chart, "whitcombe", ("304292004", "Surgeon"))])
    goal(chart, "Walk 50 m with a frame", "achieved", world.ago(days=1))
    appointment(chart, "Wound check", "whitcombe", world.ago(days=-12, hours=8))
