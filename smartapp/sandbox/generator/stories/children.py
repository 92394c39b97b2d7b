"""A girl of seven with asthma, and a girl three days old with her mother as a contact."""

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.care import care_plan, goal
from smartapp.sandbox.generator.datatypes import coding, concept, extension, quantity
from smartapp.sandbox.generator.documents import Note, document
from smartapp.sandbox.generator.medications import dispense, give, immunization, order
from smartapp.sandbox.generator.people import patient, related
from smartapp.sandbox.generator.problems import (
    allergy,
    diagnosis,
    problem,
    reaction,
    snomed,
    status,
)
from smartapp.sandbox.generator.results import lab, observation, vital
from smartapp.sandbox.generator.visits import Stay, encounter
from smartapp.sandbox.generator.vitals import Round, record
from smartapp.sandbox.generator.world import Chart, World

_GROWTH = (
    (2500, "4.1", "54.0"),
    (2200, "9.2", "73.5"),
    (1800, "12.4", "87.0"),
    (1100, "15.9", "101.5"),
    (400, "20.3", "115.0"),
    (1, "22.8", "121.5"),
)
_SHOTS = ("hepb", "dtap", "ipv", "mmr", "varicella")


def _allergies(chart: Chart) -> None:
    at = chart.world.ago(days=1500)
    anaphylaxis = reaction(("39579001", "Anaphylaxis"), severity="severe")
    peanut = {"category": ["food"], "criticality": "high", "reaction": [anaphylaxis]}
    allergy(chart, snomed("91935009", "Allergy to peanut"), at, **peanut)
    amoxicillin = concept("amoxicillin", coding(systems.RXNORM, "723", "amoxicillin"))
    inactive = status("allergyintolerance-clinical", "inactive")
    allergy(chart, amoxicillin, at, verification="refuted", clinicalStatus=inactive)
    uncertain = coding(systems.V3 + "ObservationValue", "UNCERTREL", "uncertain reliability")
    staged = {"id": f"S-{chart.next_id()}", "meta": {"security": [uncertain]}}
    allergy(chart, {"text": "Bee stings (outside record)"}, at, category=None, **staged)
    cat = concept("Cat dander", coding(systems.SNOMED, "232347008", "Dander (animal) allergy"))
    allergy(chart, cat, at, category=["environment"], criticality="unable-to-assess")


def _growth(chart: Chart) -> None:
    for days, weight, height in _GROWTH:
        at = chart.world.ago(days=days, hours=3)
        vital(chart, "weight", weight, at, interpretation=None)
        vital(chart, "height", height, at)


def _immunizations(chart: Chart) -> None:
    world = chart.world
    for number, key in enumerate(_SHOTS):
        at = world.ago(days=2400 - 100 * number)
        series = [{"doseNumberPositiveInt": 1, "seriesDosesPositiveInt": 3}]
        immunization(chart, key, world.date(at), at, protocolApplied=series)
    at = world.ago(days=400)
    immune = coding(systems.V3 + "ActReason", "IMMUNE", "immunity")
    reason = world.term(30440, "History of disease", immune)
    skipped = {"status": "not-done", "statusReason": reason, "doseQuantity": None, "site": None}
    immunization(chart, "varicella", world.date(at), at, **skipped)


def _asthma(world: World) -> None:
    chart = patient(world, "asthma-child")
    related(chart, ("MTH", "mother"), ("Núñez", "Carmen"), gender="female")
    related(chart, ("FTH", "father"), ("O’Brien", "Declan"), gender="male")
    _allergies(chart)
    _growth(chart)
    _immunizations(chart)
    at = world.ago(days=1, hours=10)
    encounter(chart, Stay("OBSENC", "Wheezing", "PED 09 A", "nakagawa"), at)
    problem(chart, snomed("233678006", "Childhood asthma"), world.ago(days=1200))
    diagnosis(chart, "J45.901", "Unspecified asthma with (acute) exacerbation", at)
    for step in range(3):
        taken = Round((98, 60), 138 - 12 * step, 36 - 4 * step, "37.2", 92 + 2 * step, "2")
        record(chart, taken, world.ago(hours=30 - 12 * step))
    rescue = order(chart, "albuterol", "4 puff(s), Inhale, q4hr", at)
    give(chart, rescue, world.ago(hours=20))
    stopped = {"status": "stopped", "dosage": None}
    give(chart, rescue, world.ago(hours=16), **stopped)
    home = order(chart, "fluticasone", "2 puff(s), Inhale, BID", at, kind="discharge")
    dispense(chart, home, world.ago(hours=2), (1, 30), quantity=quantity(1, "inhaler", "{each}"))
    care_plan(chart, "Asthma action plan", ("Green: 2 puffs twice daily.", "Red: call."), at)
    goal(chart, "No night waking", "improving", world.ago(days=90))
    note = Note("Nursing note", "Nursing Note", ("Mum at the bedside; Zoë can’t lie flat.",))
    document(chart, note, ("text/rtf", "text/html"), at)


def _newborn(world: World) -> None:
    chart = patient(world, "newborn", multipleBirthBoolean=False, telecom=None)
    born = world.ago(days=3, hours=-2)
    encounter(chart, Stay("IMP", "Liveborn infant", "NUR 01 C", "castellanos"), born)
    mother = extension("precision", valueCodeableConcept={"text": "Reported"})
    related(chart, ("MTH", "mother"), ("Pellworth", "Corinne"), gender="female", birthDate="1993")
    diagnosis(chart, "Z38.00", "Single liveborn infant, delivered vaginally", born)
    for day, weight in enumerate(("3.420", "3.310", "3.250")):
        vital(chart, "weight", weight, world.ago(days=2.9 - day))
    vital(chart, "head", "34.5", born)
    vital(chart, "height", "50.0", born, extension=[mother])
    for minute, score in ((1, 8), (5, 9)):
        loinc = {1: "9272-6", 5: "9274-2"}[minute]
        code = concept(f"Apgar {minute} minute", coding(systems.LOINC, loinc))
        observation(chart, "survey", code, born, valueInteger=score)
    ages = ("12 h", "36 h", "60 h")
    for step, (value, age) in enumerate(zip(("4.1", "8.7", "11.9"), ages, strict=True)):
        high = {"text": f"Full term at {age}", "high": quantity(6 + 3 * step, "mg/dL")}
        at = world.ago(days=2.5 - step)
        lab(chart, "bilirubin", value, at, referenceRange=[high], interpretation=None)
    immunization(chart, "hepb", world.date(world.ago(days=2)), world.ago(days=2))


def tell(world: World) -> None:
    """Write both charts."""
    _asthma(world)
    _newborn(world)
