"""A girl three days old, and her mother as a related person."""

from smartapp.sandbox.generator.medications import immunization
from smartapp.sandbox.generator.people import patient, related
from smartapp.sandbox.generator.problems import diagnosis
from smartapp.sandbox.generator.results import vital
from smartapp.sandbox.generator.visits import Stay, encounter
from smartapp.sandbox.generator.world import World


def tell(world: World) -> None:
    """Write the chart."""
    chart = patient(world, "newborn", multipleBirthBoolean=False)
    born = world.ago(days=3, hours=-2)
    encounter(chart, Stay("IMP", "Liveborn infant", "NUR 01 C", "castellanos"), born)
    related(chart, ("MTH", "mother"), ("Pellworth", "Corinne"), gender="female")
    diagnosis(chart, "Z38.00", "Single liveborn infant, delivered vaginally", born)
    for day, weight in enumerate(("3.420", "3.310", "3.250")):
        vital(chart, "weight", weight, world.ago(days=2.9 - day))
    vital(chart, "head", "34.5", born)
    vital(chart, "height", "50.0", born)
    immunization(chart, "hepb", world.date(world.ago(days=2)), world.ago(days=2))
