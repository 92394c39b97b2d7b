"""Notes, plans, orders, studies and messages of the heart failure admission."""

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.care import (
    care_plan,
    care_team,
    device,
    goal,
    member,
    nutrition_order,
    service_request,
    signed,
)
from smartapp.sandbox.generator.datatypes import (
    Json,
    coding,
    concept,
    period,
    quantity,
    reference,
)
from smartapp.sandbox.generator.documents import (
    Note,
    attach,
    document,
    media,
    provenance,
    replaces,
)
from smartapp.sandbox.generator.papers import communication, consent
from smartapp.sandbox.generator.problems import (
    family_condition,
    procedure,
    relative,
    snomed,
)
from smartapp.sandbox.generator.results import component, diagnostic_report, observation
from smartapp.sandbox.generator.samples import specimen
from smartapp.sandbox.generator.staff import STAFF
from smartapp.sandbox.generator.world import Chart

_EVERY_FORMAT = ("application/pdf", "text/html", "text/rtf", "application/xml", "text/plain")
_ADMISSION = Note(
    "History and Physical",
    "History and Physical",
    (
        "78-year-old woman with systolic heart failure and permanent atrial fibrillation.",
        "Four days of increasing shortness of breath, orthopnea and 5 kg weight gain.",
        "Took an over-the-counter naproxen for knee pain for two weeks.",
        "Jugular veins distended, crackles to mid-zones, 3+ edema to the knees.",
    ),
    (("Test", "Value", "Unit"), ("Na", "133", "mmol/L"), ("K", "4.6", "mmol/L")),
    "furosemide 80 mg IV twice daily (struck out: dose changed)",
)
_PROGRESS = Note(
    "Progress Note",
    "Progress Note",
    ("Breathing easier, 2.7 kg lighter. Potassium 5.7: hold spironolactone?",),
    (("Day", "Weight kg", "K"), ("1", "84.6", "4.6"), ("2", "83.1", "5.2")),
)


def _documents(chart: Chart) -> None:
    world = chart.world
    first = document(chart, _ADMISSION, _EVERY_FORMAT, world.ago(days=2, hours=20))
    provenance(chart, "doc-", first, world.ago(days=2, hours=20))
    old = document(chart, _PROGRESS, ("text/rtf",), world.ago(days=1), status="superseded")
    middle = document(
        chart,
        _PROGRESS,
        ("text/rtf", "application/pdf"),
        world.ago(hours=22),
        status="superseded",
        docStatus="amended",
        relatesTo=replaces(old),
    )
    document(
        chart,
        _PROGRESS,
        ("application/pdf", "text/html"),
        world.ago(hours=20),
        docStatus="amended",
        relatesTo=replaces(middle),
        version="3",
    )
    unsigned = {"docStatus": "preliminary", "authenticator": None}
    document(chart, _PROGRESS, ("text/plain",), world.ago(hours=3), **unsigned)
    wrong = {"status": "entered-in-error", "docStatus": "entered-in-error"}
    document(chart, _PROGRESS._replace(title="Error"), ("text/html",), world.ago(days=1), **wrong)
    summary = Note("Summary of Care", "Summary of Care", ())
    outside = {"author": None, "authenticator": None, "docStatus": None, "context": None}
    document(chart, summary, ("application/xml",), world.ago(days=60), **outside)


def _echo(chart: Chart) -> None:
    at = chart.world.ago(days=1, hours=12)
    request = service_request(chart, "Echocardiogram Transthoracic", "Cardiology", at)
    code = concept(
        "Left ventricular ejection fraction",
        coding(systems.LOINC, "10230-1", "Left ventricular Ejection fraction"),
    )
    fraction = observation(chart, "laboratory", code, at, valueQuantity=quantity(28, "%"))
    picture = media(chart, "Apical four chamber", at, view=concept("Apical four chamber"))
    key = chart.next_id()
    note = Note(
        "Echocardiogram",
        "Consult Note",
        ("Severely reduced systolic function, LVEF 28 %.", "Moderate mitral regurgitation."),
    )
    formats = ("application/pdf", "text/html")
    files = attach(chart, f"DiagnosticReport/{key}", note, formats, at)
    done = diagnostic_report(
        chart,
        concept("Echocardiogram", coding(systems.LOINC, "34552-0", "2D echocardiogram")),
        at,
        id=key,
        category=[concept("CUS", coding(systems.V2 + "0074", "CUS", "Cardiac Ultrasound"))],
        basedOn=[reference(f"ServiceRequest/{request['id']}")],
        result=[reference(f"Observation/{fraction['id']}", "LVEF")],
        media=[{"link": reference(f"Media/{picture['id']}")}],
        conclusion="LVEF 28 %, previously 35 %. Moderate mitral regurgitation.",
        presentedForm=files,
        resultsInterpreter=[STAFF["adeyemi"].ref],
    )
    provenance(chart, "doc-", done, at)


def _orders(chart: Chart) -> None:
    world, at = chart.world, chart.world.ago(days=2, hours=20)
    service_request(chart, "Daily weight", "Patient Care", at, occurrenceDateTime=None)
    service_request(chart, "Potassium Level", "Laboratory", world.ago(hours=5), priority="stat")
    forbidden = {"doNotPerform": True, "note": signed(chart, "Left arm: fistula planned", at)}
    service_request(chart, "Blood draw left arm", "Patient Care", at, **forbidden)
    span = period(world.stamp(at), world.stamp(world.ago(days=1)))
    service_request(
        chart,
        "Chest X-ray portable",
        "Radiology",
        at,
        status="revoked",
        occurrenceDateTime=None,
        occurrencePeriod=span,
        note=signed(chart, "Duplicate order", at),
    )
    service_request(chart, "Urinary catheter", "Patient Care", at, status="entered-in-error")
    sodium = quantity(2000, "mg")
    low_salt = snomed("386619000", "Low sodium diet")
    salt = {"modifier": snomed("39972003", "Sodium"), "amount": sodium}
    nutrition_order(chart, low_salt, at, excludeFoodModifier=[world.term(6102, "Grapefruit")])
    fluid = {"type": [low_salt], "nutrient": [salt], "instruction": "Fluids 1,500 mL a day"}
    nutrition_order(chart, None, world.ago(days=1), oralDiet=fluid)
    fasting = {"type": [concept("NPO after midnight", world.own(200, "NPO"))]}
    nutrition_order(chart, None, world.ago(hours=2), oralDiet=fasting, status="on-hold")


def _planning(chart: Chart) -> None:
    world = chart.world
    lines = ("Diurese to 79 kg.", "Recheck potassium at 18:00.", "Cardiology follow-up.")
    care_plan(chart, "Assessment and Plan", lines, world.ago(hours=20))
    care_plan(chart, "Old plan", ("Superseded.",), world.ago(days=300), status="revoked")
    doctor, nurse = ("309343006", "Physician"), ("224535009", "Registered nurse")
    past = world.stamp(world.ago(days=5))
    team = [member(chart, "adeyemi", doctor), member(chart, "farrow", nurse)]
    care_team(chart, "encounter", [*team, member(chart, "retired", doctor, past)], name="4W team")
    care_team(chart, "longitudinal", [member(chart, "lund", doctor)])
    goal(chart, "Dry weight 79 kg", "in-progress", world.ago(days=2))
    goal(chart, "Walk 200 m without stopping", "not-achieved", world.ago(days=200))
    goal(chart, "Lose 20 kg", "not-attainable", world.ago(days=400), lifecycleStatus="rejected")


def _history(chart: Chart) -> None:
    world = chart.world
    infarct = snomed("22298006", "Myocardial infarction")
    father = family_condition(infarct, onsetAge=quantity(54, "years", "a"))
    relative(chart, ("FTH", "father"), [father], deceasedAge=quantity(61, "years", "a"))
    no_diabetes = family_condition(snomed("73211009", "Diabetes mellitus"), False)
    relative(chart, ("MTH", "mother"), [no_diabetes], deceasedBoolean=True, bornDate="1921")
    relative(chart, ("SIS", "sister"), [], status="health-unknown")
    pacing = snomed("14106009", "Cardiac pacemaker")
    device(chart, pacing, "Pacemaker", "Invented Devices Ltd.")
    device(chart, {"text": "Port"}, "Venous port", "Invented Devices Ltd.", status="inactive")
    unknown = {"_performedDateTime": {"extension": [_unknown()]}}
    procedure(chart, snomed("307280005", "Implantation of cardiac pacemaker"), world.today)
    procedure(chart, {"text": "Cataract surgery, right eye"}, world.today, **unknown)
    declined = {"status": "not-done", "statusReason": {"text": "Patient declined"}}
    procedure(chart, snomed("73761001", "Colonoscopy"), world.ago(days=300), **declined)
    procedure(chart, {"text": "Appendectomy"}, world.today, performedDateTime="1957")


def _unknown() -> Json:
    return {"url": systems.ABSENT, "valueCode": "unknown"}


def _messages(chart: Chart, son: Json) -> None:
    world = chart.world
    body = "Potassium 5.7 this morning on spironolactone and lisinopril. Please advise."
    communication(chart, "Potassium 5.7", ("farrow", "adeyemi"), body, priority="urgent")
    communication(
        chart,
        "Discharge planning",
        ("adeyemi", "farrow"),
        "Social work to call the son.",
        status="not-done",
        statusReason={"text": "Recipient unavailable"},
        email="onhold",
    )
    grant = consent(chart, "permit", son, world.ago(days=30))
    denied = grant["provision"] | {"type": "deny"}
    old = {"status": "inactive", "provision": denied}
    consent(chart, "deny", son, world.ago(days=800), **old)


def tell(chart: Chart, son: Json) -> None:
    """Write them."""
    _documents(chart)
    _echo(chart)
    _orders(chart)
    _planning(chart)
    _history(chart)
    _messages(chart, son)
    at = chart.world.ago(days=1, hours=6)
    specimen(chart, "Blood", at)
    paired = [component(chart, "systolic", 118), component(chart, "diastolic", 64)]
    code = concept("Orthostatic blood pressure, standing")
    observation(chart, "vital-signs", code, at, component=paired, valueQuantity=None)
