"""A man of 84 with many medicines and a high INR, and two people who have died."""

from decimal import Decimal

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.care import care_team, member, service_request
from smartapp.sandbox.generator.datatypes import Json, annotation, coding, concept, period
from smartapp.sandbox.generator.documents import Note, document
from smartapp.sandbox.generator.medications import dispense, order
from smartapp.sandbox.generator.papers import answers, questionnaire
from smartapp.sandbox.generator.people import patient, related
from smartapp.sandbox.generator.problems import allergy, diagnosis, problem, procedure, snomed
from smartapp.sandbox.generator.results import blood_pressure, lab, panel
from smartapp.sandbox.generator.stories import withdrawn
from smartapp.sandbox.generator.visits import Stay, encounter
from smartapp.sandbox.generator.vitals import Round, record
from smartapp.sandbox.generator.world import Chart, World

_MEDICINES = (
    ("warfarin", "5 mg, Oral, Daily", 900),
    ("tmp-smx", "1 tab(s), Oral, BID", 6),
    ("donepezil", "10 mg, Oral, Bedtime", 500),
    ("citalopram", "20 mg, Oral, Daily", 400),
    ("omeprazole", "20 mg, Oral, Daily", 800),
    ("pantoprazole", "40 mg, Oral, Daily", 60),
    ("lisinopril", "10 mg, Oral, Daily", 900),
    ("losartan", "50 mg, Oral, Daily", 45),
    ("furosemide", "40 mg, Oral, Daily", 300),
    ("potassium", "20 mEq, Oral, BID", 300),
    ("gabapentin", "300 mg, Oral, TID", 700),
    ("levothyroxine", "75 mcg, Oral, Daily", 900),
    ("aspirin", "81 mg, Oral, Daily", 900),
    ("metoprolol-tartrate", "50 mg, Oral, BID", 900),
    ("carvedilol", "6.25 mg, Oral, BID", 30),
    ("atorvastatin", "40 mg, Oral, Bedtime", 900),
)
_HISTORY = (
    ("49436004", "Atrial fibrillation"),
    ("26929004", "Alzheimer's disease"),
    ("38341003", "Hypertensive disorder"),
    ("40930008", "Hypothyroidism"),
    ("230690007", "Cerebrovascular accident"),
)
_INR = ((60, "2.2"), (32, "2.5"), (14, "2.4"), (6, "2.9"), (1, "5.80"))


def _fall(world: World) -> None:
    chart = patient(world, "polypharmacy")
    daughter = ("Grimsditch-Lowe", "Hannah")
    related(chart, ("DAU", "natural daughter"), daughter, period=period("2021-03"))
    admitted = world.ago(days=1, hours=9)
    for days in (300, 60):
        at = world.ago(days=days)
        encounter(chart, Stay("AMB", "Medication review", None, "lund"), at, at)
    for code, text in _HISTORY:
        problem(chart, snomed(code, text), world.ago(days=800))
    for key, sig, days in _MEDICINES:
        made = order(chart, key, sig, world.ago(days=days), kind="outpatient")
        if days < 100:
            dispense(chart, made, world.ago(days=days - 1), (30, 30))
    encounter(chart, Stay("OBSENC", "Fall at home", "5E 07 B", "osei"), admitted)
    diagnosis(chart, "W19.XXXA", "Unspecified fall, initial encounter", admitted)
    diagnosis(chart, "R79.1", "Abnormal coagulation profile", admitted, role="Working")
    for days, value in _INR:
        lab(chart, "inr", value, world.ago(days=days))
    values = {"sodium": "131", "potassium": "3.3", "creatinine": "1.42", "bun": "28"}
    panel(chart, "bmp", values, world.ago(days=1, hours=6))
    record(chart, Round((104, 58), 54, 18, "36.4", 95, None, "confused"), world.ago(hours=6))
    blood_pressure(chart, (88, 50), world.ago(hours=5), method=concept("Standing"))
    _fall_papers(chart)
    withdrawn.tell(chart)


def _fall_papers(chart: Chart) -> None:
    world = chart.world
    questionnaire(chart, status="retired")
    alone: dict[str, Json] = {
        "93-4": {"valueBoolean": True},
        "93-5": {"valueDecimal": Decimal("7.50")},
    }
    answers(chart, alone, world.ago(days=60), status="amended", author=None)
    words = ("Found on the bathroom floor. Large bruise on the left hip. CT head pending.",)
    note = Note("ED note", "ED Note", words)
    document(chart, note, ("text/html",), world.ago(days=1), author=None, authenticator=None)
    scan = {"priority": "stat", "reasonCode": [{"text": "Head injury on warfarin"}]}
    service_request(chart, "CT Head without contrast", "Radiology", world.ago(days=1), **scan)
    team = [member(chart, "okafor", ("46255001", "Pharmacist"))]
    care_team(chart, "longitudinal", team, status="proposed")
    none = concept("NKMA", coding(systems.SNOMED, "409137002", "No known drug allergy"))
    allergy(chart, none, world.ago(days=60))
    inactive = concept("Inactive", coding(systems.TERMINOLOGY + "condition-clinical", "inactive"))
    problem(chart, {"text": "Tinea pedis"}, world.ago(days=2000), clinicalStatus=inactive)


def _died(world: World) -> None:
    day = world.ago(days=45)
    more = {"deceasedBoolean": None, "deceasedDateTime": world.stamp(day)}
    chart = patient(world, "deceased", **more)
    stay = Stay("IMP", "Pneumonia", "4W 14 A", "osei")
    place = {"hospitalization": {"dischargeDisposition": world.term(19, "Expired")}}
    encounter(chart, stay, world.ago(days=52), day, **place)
    diagnosis(chart, "J18.9", "Pneumonia, unspecified organism", world.ago(days=52))
    open_order = annotation("Never discontinued.", world.stamp(day))
    order(chart, "warfarin", "5 mg, Oral, Daily", world.ago(days=300), note=[open_order])
    lab(chart, "lactate", "7.80", day)
    note = Note("Death note", "Discharge Summary", ("Died peacefully with family present.",))
    document(chart, note, ("text/rtf", "application/pdf"), day)


def _died_undated(world: World) -> None:
    chart = patient(world, "deceased-undated", deceasedBoolean=True, active=False)
    problem(chart, snomed("26929004", "Alzheimer's disease"), world.ago(days=2000))
    # No status: the server can never show this record and answers 500 for ever.
    broken = {"id": BROKEN_PROCEDURE, "status": None}
    procedure(chart, {"text": "Hip pinning"}, world.ago(days=1500), **broken)


BROKEN_PROCEDURE = "99900500"


def tell(world: World) -> None:
    """Write the three charts."""
    _fall(world)
    _died(world)
    _died_undated(world)
