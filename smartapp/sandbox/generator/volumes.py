"""Two charts of real-life size: 20,000 observations and 1,600 conditions."""

from datetime import datetime, timedelta
from decimal import Decimal
from math import exp
from random import Random

from smartapp.sandbox.generator.datatypes import Json, concept, quantity
from smartapp.sandbox.generator.medications import give, order
from smartapp.sandbox.generator.narrative import narrative
from smartapp.sandbox.generator.people import patient
from smartapp.sandbox.generator.problems import ERROR, allergy, diagnosis, problem, snomed
from smartapp.sandbox.generator.results import (
    category,
    code_of,
    component,
    flag,
    judge,
    normal_range,
)
from smartapp.sandbox.generator.terms import LABS, VITALS, Test
from smartapp.sandbox.generator.visits import Stay, encounter
from smartapp.sandbox.generator.vitals import consciousness
from smartapp.sandbox.generator.world import Chart, World

OBSERVATIONS = 20_000
CONDITIONS = 1_600
_STAYS = (
    (1800, 20, "Pneumonia"),
    (1500, 34, "Septic shock"),
    (980, 41, "Respiratory failure"),
    (420, 24, "Pancreatitis"),
)
_CURRENT = (6, "Septic shock")
# Value when well, how much severity 1 adds, noise, decimals.
_VITALS = {
    "pulse": (74, 52, 4, 0),
    "respiration": (15, 14, 2, 0),
    "temperature": (36.7, 2.3, 0.2, 1),
    "spo2": (97, -8, 1, 0),
    "systolic": (128, -42, 5, 0),
    "fio2": (21, 44, 2, 0),
}
_LABS = {
    "lactate": (1.1, 4.6, 0.2, 2),
    "creatinine": (0.95, 2.4, 0.06, 2),
    "potassium": (4.1, 1.1, 0.2, 1),
    "wbc": (7.8, 15.0, 0.8, 1),
    "platelets": (240, -170, 12, 0),
    "procalcitonin": (0.06, 24.0, 0.4, 2),
}


class _Row:
    """The parts that every observation of one test shares."""

    def __init__(self, chart: Chart, test: Test, kind: str) -> None:
        self.chart, self.test = chart, test
        self.kind = [category(kind)]
        self.prefix = "VS-" if kind == "vital-signs" else "L-"
        self.code, self.ranges = code_of(chart, test), normal_range(test)
        self.flags = {code: [flag(chart, code)] for code in ("LL", "L", "N", "H", "HH")}

    def write(self, value: Decimal, at: datetime) -> None:
        """Write one value; the shared parts are not copied."""
        chart, stamp = self.chart, at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        judged = judge(self.test, value)
        key = chart.next_id(self.prefix)
        resource: Json = {
            "resourceType": "Observation",
            "id": key,
            "meta": {"versionId": "1", "lastUpdated": stamp},
            "status": "final",
            "category": self.kind,
            "code": self.code,
            "subject": chart.subject,
            "encounter": chart.visit,
            "effectiveDateTime": stamp,
            "issued": stamp,
            "valueQuantity": quantity(value, self.test.unit, self.test.ucum),
        }
        if judged:
            resource |= {"interpretation": self.flags[judged], "referenceRange": self.ranges}
        resource["text"] = narrative(resource)
        chart.world.resources.append(resource)


def _pressure(chart: Chart, systolic: Decimal, at: datetime) -> None:
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    upper, lower = chart.next_id(), chart.next_id()
    diastolic = int(systolic * Decimal("0.58"))
    resource: Json = {
        "resourceType": "Observation",
        "id": f"BP-{upper}-{lower}",
        "meta": {"versionId": "1-1", "lastUpdated": stamp},
        "status": "final",
        "category": [category("vital-signs")],
        "code": concept("Blood pressure", {"system": "http://loinc.org", "code": "85354-9"}),
        "subject": chart.subject,
        "encounter": chart.visit,
        "effectiveDateTime": stamp,
        "issued": stamp,
        "component": [
            component(chart, "systolic", systolic),
            component(chart, "diastolic", diastolic),
        ],
    }
    resource["text"] = narrative(resource)
    chart.world.resources.append(resource)


def _severity(hour: int, hours: int, ongoing: bool) -> float:
    """From 0 (well) to 1: quickly up, then slowly down unless the stay goes on."""
    share = hour / hours
    rise = 1 - exp(-12 * share)
    return rise * (1.0 if ongoing else exp(-3.2 * share))


class _Bedside:
    """Writes hours of intensive care until the chart holds enough observations."""

    def __init__(self, chart: Chart, rng: Random) -> None:
        self.chart, self.rng, self.left = chart, rng, OBSERVATIONS
        self.vitals = {key: _Row(chart, VITALS[key], "vital-signs") for key in _VITALS}
        self.labs = {key: _Row(chart, LABS[key], "laboratory") for key in _LABS}

    def _value(self, model: tuple[float, float, float, int], severity: float) -> Decimal:
        well, added, noise, decimals = model
        drawn = max(0.01, well + added * severity + self.rng.gauss(0, noise))
        return Decimal(f"{drawn:.{decimals}f}")

    def hour(self, severity: float, at: datetime, hour: int) -> None:
        """One round: vitals every hour, laboratory every sixth."""
        for key, model in _VITALS.items():
            value = self._value(model, severity)
            if key == "spo2":
                value = min(value, Decimal(100))
            if self.left <= 0:
                return
            self.left -= 1
            if key == "systolic":
                _pressure(self.chart, value, at)
            else:
                self.vitals[key].write(value, at)
        if hour % 6 == 5:
            self._laboratory(severity, at)

    def _laboratory(self, severity: float, at: datetime) -> None:
        for key, model in _LABS.items():
            if self.left <= 0:
                return
            self.left -= 1
            self.labs[key].write(self._value(model, severity), at)


def _intensive_care(world: World) -> None:
    chart = patient(world, "icu")
    bedside = _Bedside(chart, world.rng("icu"))
    # The stay that goes on is written first, so that the budget cuts the oldest.
    start = world.ago(days=_CURRENT[0])
    encounter(chart, Stay("IMP", _CURRENT[1], "ICU 02 A", "osei"), start)
    now = chart.encounter, chart.author
    _shock(chart, start)
    for hour in range(_CURRENT[0] * 24):
        at = start + timedelta(hours=hour)
        bedside.hour(0.25 + 0.6 * _severity(hour, _CURRENT[0] * 24, True), at, hour)
    consciousness(chart, "voice", world.ago(hours=1))
    bedside.left -= 1
    _earlier(world, chart, bedside)
    chart.encounter, chart.author = now
    problem(chart, snomed("91302008", "Sepsis"), start)


def _earlier(world: World, chart: Chart, bedside: _Bedside) -> None:
    for days, length, reason in reversed(_STAYS):
        start = world.ago(days=days)
        end = start + timedelta(days=length)
        encounter(chart, Stay("IMP", reason, "ICU 02 A", "osei"), start, end)
        for hour in range(length * 24):
            severity = _severity(hour, length * 24, False)
            bedside.hour(severity, start + timedelta(hours=hour), hour)


def _shock(chart: Chart, start: datetime) -> None:
    world = chart.world
    diagnosis(chart, "R65.21", "Severe sepsis with septic shock", start)
    diagnosis(chart, "N17.9", "Acute kidney failure, unspecified", start)
    allergy(chart, snomed("91936005", "Allergy to penicillin"), start, criticality="high")
    pressor = order(chart, "norepinephrine", "0.12 mcg/kg/min, IV, Once", start)
    rate = {"numerator": quantity("0.12", "mcg", "ug"), "denominator": quantity(1, "min")}
    infused = {"text": "0.12 mcg/kg/min", "rateRatio": rate}
    running = {"status": "in-progress", "effectiveDateTime": None, "dosage": infused}
    span = {"effectivePeriod": {"start": world.stamp(start)}}
    give(chart, pressor, world.ago(hours=5), **running, **span)
    antibiotic = order(chart, "piperacillin", "4.5 g, IV, q6hr", start)
    for hours in range(1, 72, 6):
        give(chart, antibiotic, world.ago(hours=hours))
    held = {"status": "not-done", "statusReason": [concept("Blood pressure too low")]}
    sedation = order(chart, "propofol", "20 mcg/kg/min, IV, Once", start, status="on-hold")
    give(chart, sedation, world.ago(hours=30), dosage=None, **held)
    order(chart, "vancomycin", "1 g, IV, q12hr", start)


_COMPLAINTS = (
    ("38341003", "Hypertensive disorder"),
    ("55822004", "Hyperlipidemia"),
    ("73211009", "Diabetes mellitus"),
    ("195967001", "Asthma"),
    ("82423001", "Chronic pain"),
    ("40930008", "Hypothyroidism"),
    ("64859006", "Osteoporosis"),
    ("239873007", "Osteoarthritis of knee"),
    ("271737000", "Anemia"),
    ("36971009", "Sinusitis"),
    (None, "Dizzy spells"),
    (None, "Needs new glasses"),
)


def _long_list(world: World) -> None:
    chart = patient(world, "many-problems")
    rng = world.rng("many-problems")
    encounter(chart, Stay("AMB", "Review of problem list", None, "lund"), world.ago(hours=2))
    for number in range(CONDITIONS):
        code, text = _COMPLAINTS[number % len(_COMPLAINTS)]
        title = f"{text} ({number // len(_COMPLAINTS) + 1})"
        said = concept(title, *snomed(code, text)["coding"]) if code else concept(title)
        at = world.ago(days=rng.randint(1, 4000))
        wrong = rng.random() < 0.7
        problem(chart, said, at, verification=ERROR if wrong else "confirmed")


def tell(world: World) -> None:
    """Write both charts."""
    _long_list(world)
    _intensive_care(world)
