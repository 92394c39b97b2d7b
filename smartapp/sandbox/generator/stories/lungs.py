"""An exacerbation of COPD with carbon dioxide retention, in bed 4W 14 A."""

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.care import care_team, device, member, service_request
from smartapp.sandbox.generator.datatypes import coding, concept, quantity
from smartapp.sandbox.generator.documents import Note, attach, document, media
from smartapp.sandbox.generator.medications import give, immunization, order
from smartapp.sandbox.generator.people import patient
from smartapp.sandbox.generator.problems import (
    allergy,
    diagnosis,
    problem,
    procedure,
    snomed,
)
from smartapp.sandbox.generator.results import diagnostic_report, lab, observation, panel, vital
from smartapp.sandbox.generator.samples import specimen
from smartapp.sandbox.generator.visits import Stay, encounter
from smartapp.sandbox.generator.vitals import Round, record
from smartapp.sandbox.generator.world import Chart, World

_GASES = (("7.29", "68", "54", "1.8"), ("7.33", "61", "58", "1.6"), ("7.36", "55", "62", "1.1"))
_ROUNDS = (
    Round((156, 88), 118, 30, "38.2", 86, "4", "confused"),
    Round((148, 84), 112, 28, "38.0", 88, "2", "alert"),
    Round((138, 80), 104, 24, "37.6", 90, "2", "alert"),
    Round((134, 78), 98, 22, "37.4", 91, "1", "alert"),
)


def _study(chart: Chart) -> None:
    at = chart.world.ago(days=2, hours=17)
    picture = media(chart, "Chest X-ray AP", at, bodySite=snomed("51185008", "Thoracic structure"))
    key = chart.next_id()
    words = ("Hyperinflated lungs. Right lower lobe opacity, likely pneumonia.", "No effusion.")
    note = Note("XR Chest", "Diagnostic Imaging Study", words)
    files = attach(chart, f"DiagnosticReport/{key}", note, ("text/html", "image/png"), at)
    code = chart.world.term(72, "XR Chest 1 View", coding(systems.LOINC, "36554-4"))
    radiology = concept("RAD", coding(systems.V2 + "0074", "RAD", "Radiology"))
    diagnostic_report(
        chart,
        code,
        at,
        id=key,
        status="corrected",
        version="2",
        category=[radiology],
        conclusion="Right lower lobe pneumonia (corrected from left).",
        presentedForm=files,
        media=[{"link": {"reference": f"Media/{picture['id']}"}}],
    )
    gone = {"status": "entered-in-error", "conclusion": "Wrong patient."}
    diagnostic_report(chart, code, at, category=[radiology], **gone)
    none = {"status": "cancelled", "effectiveDateTime": None, "issued": None}
    diagnostic_report(chart, code, at, category=[radiology], **none)


def _culture(chart: Chart) -> None:
    at = chart.world.ago(days=2, hours=16)
    taken = {"reference": f"Specimen/{specimen(chart, 'Sputum', at)['id']}"}
    code = concept("Sputum culture", coding(systems.LOINC, "6460-0"))
    found = snomed("9861002", "Streptococcus pneumoniae")
    grown = observation(chart, "laboratory", code, at, valueCodeableConcept=found, specimen=taken)
    drugs = (("Penicillin", "18964-7", "S"), ("Azithromycin", "18866-4", "R"))
    for drug, loinc, verdict in drugs:
        test = concept(f"{drug} susceptibility", coding(systems.LOINC, loinc))
        word = {"S": "Susceptible", "R": "Resistant"}[verdict]
        flag = [concept(word, coding(systems.INTERPRETATION, verdict, word))]
        less = quantity("0.06", "ug/mL", comparator="<=")
        more = {"valueQuantity": less, "interpretation": flag, "specimen": taken}
        row = observation(chart, "laboratory", test, at, **more)
        grown.setdefault("hasMember", []).append({"reference": f"Observation/{row['id']}"})


def _medicines(chart: Chart) -> None:
    world, at = chart.world, chart.world.ago(days=2, hours=18)
    order(chart, "tiotropium", "18 mcg, Inhale, Daily", world.ago(days=500), kind="home")
    rescue = "2 puff(s), Inhale, q4hr, PRN wheezing"
    order(chart, "albuterol", rescue, world.ago(days=500), kind="home")
    steroid = order(chart, "prednisone", "40 mg, Oral, Daily", at, end=world.ago(days=-3))
    for hours in (42, 18):
        give(chart, steroid, world.ago(hours=hours))
    order(chart, "azithromycin", "500 mg, Oral, Daily", at)
    order(chart, "ondansetron", "4 mg, Oral, q8hr, PRN nausea", at)
    refused = {"status": "not-done", "statusReason": [concept("Patient asleep")], "dosage": None}
    give(chart, steroid, world.ago(hours=2), **refused)


def _history(chart: Chart) -> None:
    at = chart.world.ago(days=800)
    problem(chart, snomed("13645005", "Chronic obstructive lung disease"), at)
    former = concept("Former smoker", coding(systems.SNOMED, "8517006", "Ex-smoker"))
    code = concept("Tobacco smoking status", coding(systems.LOINC, "72166-2"))
    observation(chart, "social-history", code, at, valueCodeableConcept=former)
    pack = concept("Pack years", coding(systems.LOINC, "8664-5"))
    smoked = quantity(45, "pack-years", "{pack-years}")
    observation(chart, "social-history", pack, at, valueQuantity=smoked)
    none = snomed("409137002", "No known drug allergies")
    allergy(chart, none, at, type=None)
    at = chart.world.ago(days=150)
    immunization(chart, "influenza", chart.world.date(at), at, lotNumber="FL20931")
    spirometry = {"performedPeriod": {"start": chart.world.stamp(at)}}
    procedure(chart, snomed("127783003", "Spirometry"), at, **spirometry)
    ratio = concept("FEV1/FVC", coding(systems.LOINC, "19926-5"))
    observation(chart, "laboratory", ratio, at, valueQuantity=quantity("0.51", "1"))


def tell(world: World) -> None:
    """Write the chart."""
    chart = patient(world, "copd")
    _history(chart)
    admitted = world.ago(days=2, hours=19)
    stay = Stay("IMP", "COPD exacerbation", "4W 14 A", "osei")
    encounter(chart, stay, admitted)
    diagnosis(chart, "J44.1", "COPD with (acute) exacerbation", admitted)
    diagnosis(chart, "J96.22", "Acute and chronic respiratory failure, hypercapnia", admitted)
    for step, (ph, pco2, po2, lactate) in enumerate(_GASES):
        values = {"ph": ph, "pco2": pco2, "po2": po2, "lactate": lactate}
        panel(chart, "gas", values, world.ago(days=2 - step, hours=15))
    for step, taken in enumerate(_ROUNDS):
        record(chart, taken, world.ago(hours=56 - 18 * step))
    vital(chart, "fio2", 28, world.ago(hours=2))
    lab(chart, "crp", "146.0", admitted)
    lab(chart, "wbc", "17.40", admitted)
    _study(chart)
    _culture(chart)
    _medicines(chart)
    words = ("Wheeze throughout. Saturation target 88–92 %.",)
    note = Note("ED note", "ED Note", words)
    document(chart, note, ("text/rtf", "application/pdf"), admitted)
    service_request(chart, "Bilevel ventilation", "Respiratory Therapy", admitted, priority="asap")
    therapist = ("442867008", "Respiratory therapist")
    care_team(chart, "encounter", [member(chart, "delgado", therapist)], name="Respiratory")
    device(chart, {"text": "Oxygen concentrator"}, "Home oxygen", "Invented Devices Ltd.")
