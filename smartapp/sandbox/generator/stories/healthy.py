"""A healthy young adult: clinic visits, vaccines, one refused, one missed appointment."""

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import coding, concept, present
from smartapp.sandbox.generator.medications import immunization
from smartapp.sandbox.generator.people import patient
from smartapp.sandbox.generator.problems import allergy, family_condition, relative, snomed
from smartapp.sandbox.generator.results import observation
from smartapp.sandbox.generator.visits import Stay, appointment, encounter
from smartapp.sandbox.generator.vitals import Round, record
from smartapp.sandbox.generator.world import Chart, World

_REFUSED = systems.V3 + "ActReason"


def _vaccines(chart: Chart) -> None:
    world, at = chart.world, chart.world.ago(days=40)
    immunization(chart, "tdap", world.date(at), at, lotNumber="TD4471B")
    origin = coding(systems.TERMINOLOGY + "immunization-origin", "recall", "Recall")
    reported = world.term(30200, "Self", origin)
    immunization(
        chart, "varicella", "2003", at, primarySource=False, reportOrigin=reported, site=None
    )
    immunization(chart, "mmr", "2002-05", at, primarySource=False, reportOrigin=reported)
    refusal = world.term(30440, "Patient refuses", coding(_REFUSED, "PATOBJ", "patient objection"))
    immunization(
        chart, "influenza", world.date(at), at, status="not-done", statusReason=refusal, site=None
    )
    immunization(chart, "covid", world.date(at), at, status="entered-in-error")


def _visits(chart: Chart) -> None:
    world = chart.world
    at = world.ago(days=40, hours=8)
    encounter(chart, Stay("AMB", "Annual physical", None, "lund"), at, world.ago(days=40, hours=7))
    record(chart, Round((112, 70), 64, 14, "36.6", 99, "0", "alert"), at)
    missed = world.ago(days=120, hours=9)
    appointment(chart, "Follow Up", "lund", missed, status="noshow")
    appointment(chart, "Follow Up", "lund", world.ago(days=-12, hours=9))
    wish = {"status": "proposed", "comment": "Mornings, please."}
    appointment(chart, "New Patient", "adeyemi", world.ago(days=-20, hours=9), **wish)


def _social(chart: Chart) -> None:
    never = concept("Never smoker", coding(systems.SNOMED, "266919005", "Never smoked tobacco"))
    code = concept("Tobacco smoking status", coding(systems.LOINC, "72166-2"))
    at = chart.world.ago(days=40)
    observation(chart, "social-history", code, at, valueCodeableConcept=never)


def tell(world: World) -> None:
    """Write the chart."""
    chart = patient(world, "healthy")
    _visits(chart)
    _vaccines(chart)
    _social(chart)
    none = concept(
        "No known allergies", coding(systems.SNOMED, "716186003", "No known allergy", True)
    )
    allergy(chart, none, world.ago(days=40), category=None, type=None)
    negative = family_condition(snomed("254837009", "Malignant neoplasm of breast"), False)
    relative(chart, ("FAMMEMB", "family member"), [present(**negative)])
