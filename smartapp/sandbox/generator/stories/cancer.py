"""Colon cancer on chemotherapy with a neutropenic fever, in bed ONC 05 A."""

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.billing import coverage
from smartapp.sandbox.generator.care import care_plan, goal, nutrition_order, service_request
from smartapp.sandbox.generator.datatypes import coding, concept, quantity, reference
from smartapp.sandbox.generator.documents import Note, attach, document, media, provenance
from smartapp.sandbox.generator.medications import give, order
from smartapp.sandbox.generator.papers import communication, consent
from smartapp.sandbox.generator.people import patient, related
from smartapp.sandbox.generator.problems import (
    allergy,
    diagnosis,
    family_condition,
    problem,
    procedure,
    reaction,
    relative,
    snomed,
)
from smartapp.sandbox.generator.results import diagnostic_report, lab, panel, vital
from smartapp.sandbox.generator.samples import specimen
from smartapp.sandbox.generator.staff import INSURER
from smartapp.sandbox.generator.visits import Stay, encounter
from smartapp.sandbox.generator.vitals import Round, record
from smartapp.sandbox.generator.world import Chart, World

_MARKER = ((190, "48.7"), (150, "31.2"), (110, "14.60"), (70, "6.90"), (30, "4.10"), (1, "4.00"))
_COUNTS = ((15, "6.1", "11.4", "212"), (8, "3.2", "10.6", "141"), (1, "0.9", "9.8", "64"))


def _pathology(chart: Chart) -> None:
    at = chart.world.ago(days=200)
    tissue = specimen(chart, "Tissue", at)
    picture = media(chart, "H&E, 40×", at)
    key = chart.next_id()
    words = (
        "SPECIMEN: Sigmoid colon.",
        "DIAGNOSIS: Moderately differentiated adenocarcinoma, pT3 pN1b.",
        "Margins free. Mismatch repair proteins intact.",
    )
    formats = ("text/plain", "application/pdf", "text/html", "application/xml")
    note = Note("Surgical pathology", "Pathology Report", words)
    files = attach(chart, f"DiagnosticReport/{key}", note, formats, at)
    code = concept("Surgical pathology", coding(systems.LOINC, "11526-1", "Pathology study"))
    made = diagnostic_report(
        chart,
        code,
        at,
        id=key,
        status="appended",
        version="3",
        category=[concept("SP", coding(systems.V2 + "0074", "SP", "Surgical Pathology"))],
        specimen=[reference(f"Specimen/{tissue['id']}", "Tissue")],
        media=[{"link": reference(f"Media/{picture['id']}"), "comment": "Representative field"}],
        presentedForm=files,
        conclusionCode=[snomed("363406005", "Malignant tumor of colon")],
    )
    provenance(chart, "doc-", made, at)
    resection = {"reasonCode": [snomed("363406005", "Malignant tumor of colon")]}
    procedure(chart, snomed("43075005", "Partial resection of colon"), at, **resection)


def _counts(chart: Chart) -> None:
    world = chart.world
    for days, value in _MARKER:
        lab(chart, "cea", value, world.ago(days=days))
    for days, white, red, clots in _COUNTS:
        at = world.ago(days=days, hours=6)
        values = {"wbc": white, "hemoglobin": red, "hematocrit": "29.4", "platelets": clots}
        panel(chart, "cbc", values, at)
    lab(chart, "neutrophils", "<0.2", world.ago(days=1, hours=6))
    lab(chart, "lactate", "2.60", world.ago(hours=9))
    lab(chart, "procalcitonin", "3.40", world.ago(hours=9))


def _medicines(chart: Chart) -> None:
    world, at = chart.world, chart.world.ago(days=1)
    cycle = {"status": "completed", "end": world.ago(days=12)}
    for days in (54, 40, 26, 12):
        ordered = world.ago(days=days)
        more = cycle | {"end": ordered}
        infusion = order(chart, "oxaliplatin", "150 mg, IV, Once", ordered, **more)
        give(chart, infusion, ordered)
        order(chart, "leucovorin", "700 mg, IV, Once", ordered, **more)
    antibiotic = order(chart, "piperacillin", "4.5 g, IV, q6hr", at)
    for hours in (22, 16, 10, 4):
        give(chart, antibiotic, world.ago(hours=hours))
    home = {"kind": "outpatient"}
    order(chart, "morphine-er", "30 mg, Oral, q12hr", world.ago(days=60), **home)
    order(chart, "ondansetron", "8 mg, Oral, q8hr, PRN nausea", world.ago(days=60), **home)
    planned = {"intent": "proposal", "status": "draft"}
    order(chart, "oxaliplatin", "120 mg, IV, Once", world.ago(days=1), **planned)


def _family(chart: Chart) -> None:
    bowel = family_condition(
        snomed("363406005", "Malignant tumor of colon"), onsetAge=quantity(48, "years", "a")
    )
    relative(chart, ("MTH", "mother"), [bowel], deceasedAge=quantity(55, "years", "a"))
    fifties = {"low": quantity(50, "years", "a"), "high": quantity(59, "years", "a")}
    polyps = family_condition(snomed("68496003", "Polyp of colon"), onsetRange=fifties)
    relative(chart, ("BRO", "brother"), [polyps], status="partial")


def _papers(chart: Chart) -> None:
    world, at = chart.world, chart.world.ago(hours=20)
    words = ("Fever 39.1 nine days after cycle 4. Port site clean.",)
    rows = (("Day", "ANC"), ("-8", "1.1"), ("0", "<0.2"))
    note = Note("Oncology progress", "Progress Note", words, rows)
    document(chart, note, ("text/rtf", "application/pdf", "text/html"), at)
    brother = related(chart, ("BRO", "brother"), ("Kaye", "Anders"), gender="male")
    consent(chart, "deny", brother, world.ago(days=90))
    communication(chart, "ANC below 0.2", ("farrow", "brandvold"), "Isolation started.")
    plan = ("Antibiotics until ANC above 0.5.", "Delay cycle 5.", "Discuss dose reduction.")
    care_plan(chart, "Oncology plan", plan, at)
    goal(chart, "Complete eight cycles", "in-progress", world.ago(days=100))
    goal(chart, "See daughter's graduation", "sustaining", world.ago(days=100))
    nutrition_order(chart, concept("Neutropenic diet", world.own(200, "Neutropenic")), at)
    service_request(chart, "Blood culture x 2", "Laboratory", at, priority="stat")


def tell(world: World) -> None:
    """Write the chart."""
    chart = patient(world, "oncology")
    coverage(chart, INSURER, ("589723", "Prairie Mutual PPO Gold"))
    rash = [reaction(("271807003", "Eruption of skin"), severity="moderate")]
    sulfa = snomed("387406002", "Sulfonamide")
    allergy(chart, sulfa, world.ago(days=900), reaction=rash, criticality="low")
    problem(chart, snomed("363406005", "Malignant tumor of colon"), world.ago(days=200))
    at = world.ago(days=1, hours=2)
    stay = Stay("IMP", "Fever in neutropenia", "ONC 05 A", "brandvold")
    encounter(chart, stay, at)
    diagnosis(chart, "D70.1", "Agranulocytosis secondary to cancer chemotherapy", at)
    _pathology(chart)
    _counts(chart)
    _medicines(chart)
    _family(chart)
    _papers(chart)
    record(chart, Round((96, 58), 124, 24, "39.1", 94, "0", "alert"), world.ago(hours=20))
    record(chart, Round((104, 62), 108, 20, "38.2", 95, "0", "alert"), world.ago(hours=3))
    for days, weight in ((200, "71.2"), (100, "66.0"), (2, "61.5")):
        vital(chart, "weight", weight, world.ago(days=days))
