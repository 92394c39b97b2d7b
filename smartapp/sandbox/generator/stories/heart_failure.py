"""Decompensated heart failure with atrial fibrillation, in bed 4W 12 A."""

from smartapp.sandbox.generator.datatypes import annotation
from smartapp.sandbox.generator.medications import give, order
from smartapp.sandbox.generator.people import patient
from smartapp.sandbox.generator.problems import allergy, diagnosis, problem, reaction, snomed
from smartapp.sandbox.generator.results import lab, panel, report, vital
from smartapp.sandbox.generator.visits import Stay, encounter
from smartapp.sandbox.generator.vitals import Round, record
from smartapp.sandbox.generator.world import Chart, World

_HISTORY = (
    ("42343007", "Congestive heart failure", "2017-04"),
    ("49436004", "Atrial fibrillation", "2018"),
    ("59621000", "Essential hypertension", "2004-09-14"),
    ("433144002", "Chronic kidney disease stage 3", "2020-02-03"),
)
_ORDERS = (
    ("furosemide-iv", "40 mg, IV, BID"),
    ("lisinopril", "10 mg, Oral, Daily"),
    ("spironolactone", "25 mg, Oral, Daily"),
    ("metoprolol", "50 mg, Oral, Daily"),
    ("warfarin", "5 mg, Oral, Daily"),
)


def _problems(chart: Chart) -> None:
    at = chart.world.ago(days=700)
    for code, text, onset in _HISTORY:
        problem(chart, snomed(code, text), at, onsetDateTime=onset)
    wrong = annotation("Entered on the wrong chart.", chart.world.stamp(at))
    problem(chart, {"text": "Asthma"}, at, verification="entered-in-error", note=[wrong])
    allergy(
        chart,
        snomed("91936005", "Allergy to penicillin"),
        at,
        criticality="high",
        reaction=[reaction(("247472004", "Hives"), ("267036007", "Dyspnea"), severity="severe")],
    )


def _results(chart: Chart) -> None:
    world = chart.world
    series = (("4.6", "1.18", "21"), ("5.2", "1.34", "27"), ("5.7", "1.52", "34"))
    for day, (potassium, creatinine, bun) in enumerate(series):
        at = world.ago(days=2 - day, hours=18)
        values = {"sodium": 133, "potassium": potassium, "chloride": 97, "co2": 27}
        rest = {"bun": bun, "creatinine": creatinine, "glucose": 108, "calcium": "9.10"}
        report(chart, "bmp", panel(chart, "bmp", {**values, **rest}, at), at)
    lab(chart, "ntprobnp", 6840, world.ago(days=2, hours=20))
    lab(chart, "troponin_t", "<0.01", world.ago(days=2, hours=20))
    lab(chart, "inr", "2.4", world.ago(days=1, hours=18))


def _rounds(chart: Chart) -> None:
    for step, weight in enumerate(("84.6", "83.1", "81.9")):
        at = chart.world.ago(days=2 - step, hours=18)
        vital(chart, "weight", weight, at)
        taken = Round((148 - 9 * step, 86 - 3 * step), 104 - 8 * step, 24 - 2 * step, "36.7", 92)
        record(chart, taken._replace(spo2=92 + step, oxygen=str(3 - step), level="alert"), at)


def tell(world: World) -> None:
    """Write the chart."""
    chart = patient(world, "heart-failure")
    admitted = world.ago(days=2, hours=22)
    _problems(chart)
    encounter(chart, Stay("IMP", "Shortness of breath", "4W 12 A", "adeyemi"), admitted)
    diagnosis(chart, "I50.23", "Acute on chronic systolic heart failure", admitted)
    for key, sig in _ORDERS:
        request = order(chart, key, sig, admitted)
        give(chart, request, world.ago(hours=4))
    _results(chart)
    _rounds(chart)
