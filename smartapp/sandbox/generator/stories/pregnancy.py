"""Pre-eclampsia at 33 weeks in a woman who still has lisinopril on her list."""

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.care import care_plan, nutrition_order, service_request
from smartapp.sandbox.generator.datatypes import coding, concept, extension, quantity, reference
from smartapp.sandbox.generator.documents import Note, document
from smartapp.sandbox.generator.medications import give, immunization, order
from smartapp.sandbox.generator.people import patient, related
from smartapp.sandbox.generator.problems import diagnosis, problem, snomed
from smartapp.sandbox.generator.results import blood_pressure, lab, observation, panel
from smartapp.sandbox.generator.visits import Stay, appointment, encounter
from smartapp.sandbox.generator.world import Chart, World

_PRESSURES = ((118, 74), (122, 78), (134, 86), (148, 96), (162, 104))


def _pregnancy(chart: Chart) -> None:
    world, at = chart.world, chart.world.ago(days=190)
    problem(chart, snomed("77386006", "Pregnant"), at, onsetDateTime=world.date(at))
    status = concept("Pregnancy status", coding(systems.LOINC, "82810-3", "Pregnancy status"))
    pregnant = concept("Pregnant", coding(systems.SNOMED, "77386006", "Pregnant"))
    observation(chart, "social-history", status, at, valueCodeableConcept=pregnant)
    due = concept("Delivery date estimated", coding(systems.LOINC, "11778-8"))
    expected = world.date(world.ago(days=-49))
    observation(chart, "social-history", due, at, valueDateTime=expected)
    age = concept("Gestational age", coding(systems.LOINC, "18185-9"))
    weeks = quantity(33, "wk")
    observation(chart, "vital-signs", age, world.ago(hours=8), valueQuantity=weeks)
    fetal = concept("Fetal heart rate", coding(systems.LOINC, "55283-6"))
    for hours in (20, 14, 8, 2):
        beats = quantity(138 + hours, "bpm", "/min")
        observation(chart, "vital-signs", fetal, world.ago(hours=hours), valueQuantity=beats)


def _course(chart: Chart) -> None:
    world = chart.world
    for step, pair in enumerate(_PRESSURES[:4]):
        blood_pressure(chart, pair, world.ago(days=120 - 30 * step))
    blood_pressure(chart, _PRESSURES[4], world.ago(hours=20))
    blood_pressure(chart, (152, 98), world.ago(hours=4))
    values = {"wbc": "11.2", "hemoglobin": "10.8", "hematocrit": "32.6", "platelets": "112"}
    panel(chart, "cbc", values, world.ago(hours=18))
    for key, value in (("ast", 74), ("alt", 81), ("creatinine", "0.92")):
        lab(chart, key, value, world.ago(hours=18))
    protein = concept("Protein Ur Dipstick", coding(systems.LOINC, "20454-5"))
    positive = [concept("Abnormal", coding(systems.INTERPRETATION, "A", "Abnormal"))]
    more = {"valueString": "+++", "interpretation": positive}
    observation(chart, "laboratory", protein, world.ago(hours=18), **more)
    rubella = concept("Rubella immune", coding(systems.LOINC, "25514-1"))
    observation(chart, "laboratory", rubella, world.ago(days=150), valueBoolean=True)


def _orders(chart: Chart) -> None:
    world, at = chart.world, chart.world.ago(hours=21)
    old = {"kind": "outpatient"}
    order(chart, "lisinopril-20", "20 mg, Oral, Daily", world.ago(days=300), **old)
    pressure = order(chart, "labetalol", "200 mg, Oral, BID", at)
    give(chart, pressure, world.ago(hours=20))
    give(chart, pressure, world.ago(hours=8))
    never = {"doNotPerform": True, "note": [{"text": "No NSAIDs after 20 weeks."}]}
    order(chart, "ibuprofen", "600 mg, Oral, q6hr", at, **never)
    order(chart, "ferrous", "325 mg, Oral, Daily", world.ago(days=100), kind="home")
    service_request(chart, "Fetal monitoring continuous", "Patient Care", at)
    service_request(chart, "Type and Screen", "Laboratory", at, priority="stat")
    regular = concept("Regular diet", chart.world.own(200, "Regular diet"))
    nutrition_order(chart, regular, at, foodPreferenceModifier=[world.term(6102, "Halal")])
    shot = world.ago(days=30)
    immunization(chart, "tdap", world.date(shot), shot)


def _partner(chart: Chart) -> None:
    """A contact of this visit only, and one of the patient."""
    level = concept("Encounter", coding("http://hl7.org/fhir/resource-types", "Encounter"))
    visit = reference(f"Encounter/{chart.encounter}")
    related(
        chart,
        ("HUSB", "husband"),
        ("Marchetti", "Paolo"),
        id=f"E-{chart.next_id()}-{chart.encounter}",
        extension=[
            extension("related-person-encounter", valueReference=visit),
            extension("relationship-level", valueCodeableConcept=level),
        ],
    )
    related(chart, ("MTH", "mother"), ("Iwu", "Ngozi"), active=False)


def tell(world: World) -> None:
    """Write the chart; nobody has asked her about allergies."""
    chart = patient(world, "pregnancy")
    for step in range(4):
        at = world.ago(days=120 - 30 * step, hours=9)
        encounter(chart, Stay("AMB", "Prenatal visit", None, "castellanos"), at, at)
    admitted = world.ago(hours=22)
    stay = Stay("IMP", "Headache, high blood pressure", "LDR 06 A", "castellanos")
    encounter(chart, stay, admitted)
    diagnosis(chart, "O14.13", "Severe pre-eclampsia, third trimester", admitted)
    _pregnancy(chart)
    _course(chart)
    _orders(chart)
    _partner(chart)
    words = ("33 weeks. Headache since morning. Reflexes brisk. No visual symptoms.",)
    note = Note("OB triage", "History and Physical", words)
    document(chart, note, ("text/html", "text/plain"), admitted)
    lines = ("Magnesium if symptoms persist.", "Betamethasone.", "Deliver at 34 weeks.")
    care_plan(chart, "Obstetric plan", lines, admitted)
    appointment(chart, "Prenatal visit", "midwife", world.ago(days=-7, hours=8))
