"""One withdrawn record of most types: all of them must be hidden, counted and revealable."""

from smartapp.sandbox.generator.billing import account, charge, coverage
from smartapp.sandbox.generator.care import (
    care_plan,
    care_team,
    goal,
    member,
    nutrition_order,
    service_request,
    signed,
)
from smartapp.sandbox.generator.datatypes import concept, extension
from smartapp.sandbox.generator.documents import media
from smartapp.sandbox.generator.medications import dispense, give, order
from smartapp.sandbox.generator.papers import communication, consent
from smartapp.sandbox.generator.people import related
from smartapp.sandbox.generator.problems import (
    ERROR,
    family_condition,
    procedure,
    relative,
    snomed,
)
from smartapp.sandbox.generator.results import blood_pressure, vital
from smartapp.sandbox.generator.samples import specimen
from smartapp.sandbox.generator.staff import MEDICARE
from smartapp.sandbox.generator.visits import Stay, appointment, encounter
from smartapp.sandbox.generator.world import Chart


def _medicines(chart: Chart) -> None:
    at = chart.world.ago(days=1)
    wrong = order(chart, "glipizide", "5 mg, Oral, Daily", at, status=ERROR)
    give(chart, wrong, at, status=ERROR)
    dispense(chart, wrong, at, (30, 30), status=ERROR)
    declined = {"status": "declined", "statusReasonCodeableConcept": concept("Too expensive")}
    dispense(chart, wrong, at, (30, 30), whenHandedOver=None, **declined)


def _orders(chart: Chart) -> None:
    at = chart.world.ago(days=1)
    service_request(chart, "MRI Brain", "Radiology", at, status=ERROR)
    nutrition_order(chart, concept("Renal diet"), at, status=ERROR)
    nutrition_order(chart, concept("Clear liquids"), at, status="revoked")
    care_plan(chart, "Plan of another patient", ("Not his.",), at, status=ERROR)
    pharmacist = ("46255001", "Pharmacist")
    care_team(chart, "longitudinal", [member(chart, "okafor", pharmacist)], status=ERROR)
    goal(chart, "Run a marathon", "in-progress", at, lifecycleStatus=ERROR)
    procedure(chart, snomed("80146002", "Appendectomy"), at, status=ERROR)


def _results(chart: Chart) -> None:
    at = chart.world.ago(days=1)
    blood_pressure(chart, (218, 140), at, status=ERROR)
    note = signed(chart, "Cuff on the wrong patient.", at)
    vital(chart, "pulse", 188, at, status=ERROR, note=note)
    specimen(chart, "Blood", at, status=ERROR)
    media(chart, "Wrong wound", at, status=ERROR)


def _papers(chart: Chart) -> None:
    world, at = chart.world, chart.world.ago(days=1)
    friend = related(chart, ("FRND", "unrelated friend"), ("Poole", "Walter"))
    consent(chart, "permit", friend, world.ago(days=10), status=ERROR)
    consent(chart, "permit", friend, world.ago(days=20), status="rejected")
    communication(chart, "Wrong patient", ("farrow", "osei"), "Please ignore.", status=ERROR)
    stroke = family_condition(snomed("230690007", "Cerebrovascular accident"))
    relative(chart, ("BRO", "brother"), [stroke], status=ERROR)
    adopted = [extension("patient-adopted", valueBoolean=True)]
    relative(chart, ("NMTH", "natural mother"), [], extension=adopted, status="health-unknown")
    account(chart, "financial-account", at, status=ERROR)
    coverage(chart, MEDICARE, ("589724", "Medicare Part A and B"), status=ERROR)
    charge(chart, "CT Head", ("1", "912.00"), at, status=ERROR)
    charge(chart, "Ambulance", ("1", "650.00"), at, status="aborted")


def tell(chart: Chart) -> None:
    """Write them."""
    _medicines(chart)
    _orders(chart)
    _results(chart)
    _papers(chart)
    at = chart.world.ago(days=5)
    stay = Stay("EMER", "Registered by mistake", None, "osei")
    encounter(chart, stay, at, at, status=ERROR, current=False)
    appointment(chart, "Follow Up", "lund", at, status=ERROR)
