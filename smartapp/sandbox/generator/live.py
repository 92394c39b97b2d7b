"""What happens next in live mode: new vitals and results, orders, corrections, retractions."""

from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from smartapp.sandbox.generator.care import service_request
from smartapp.sandbox.generator.datatypes import Json, annotation
from smartapp.sandbox.generator.medications import give
from smartapp.sandbox.generator.narrative import narrative
from smartapp.sandbox.generator.people import PEOPLE
from smartapp.sandbox.generator.results import lab
from smartapp.sandbox.generator.terms import LABS
from smartapp.sandbox.generator.vitals import Round, record
from smartapp.sandbox.generator.world import TENANT, Chart, World

_INPATIENTS = (
    "heart-failure",
    "diabetic-ckd",
    "copd",
    "pregnancy",
    "icu",
    "oncology",
    "post-op",
    "psychiatric",
)
_TESTS = {
    "potassium": (4.4, 0.6),
    "creatinine": (1.6, 0.5),
    "hemoglobin": (10.4, 0.8),
    "lactate": (2.1, 0.9),
}
_ORDERS = ("Chest X-ray portable", "ECG 12 lead", "Blood culture x 2", "Physical therapy")


def _about(records: list[Json], target: str) -> list[Json]:
    """The records whose subject is the target; lists of subjects are of no use here."""
    subjects = ((one, one.get("subject")) for one in records)
    return [
        one
        for one, subject in subjects
        if isinstance(subject, dict) and subject.get("reference") == target
    ]


class _Moment:
    """One tick: the clock, the chance, and the chart that something happens in."""

    def __init__(self, records: list[Json], world: World, rng: Random, slug: str) -> None:
        person, now = PEOPLE[slug], world.now
        self.rng, self.now, self.world = rng, now, world
        self.chart = Chart(self.world, 0, person.id, person.name)
        # Live ids count milliseconds, so they never meet a generated or an earlier one.
        self.chart.number_from(int(now.timestamp() * 1000) * 100)
        self.records = _about(records, f"Patient/{person.id}")
        self._enter()

    def _enter(self) -> None:
        for visit in self.current("Encounter", "in-progress"):
            if visit.get("period"):
                self.chart.encounter = visit["id"]
                participants = visit.get("participant") or [{}]
                self.chart.author = participants[0].get("individual") or {}

    def current(self, type_name: str, status: str) -> list[Json]:
        """Records of the patient with that status."""
        wanted = (type_name, status)
        return [one for one in self.records if (one["resourceType"], one.get("status")) == wanted]

    def change(self, resource: Json, **elements: Any) -> None:
        """Write a new version of a record; None removes an element."""
        copy = deepcopy({k: v for k, v in resource.items() if k not in elements})
        copy |= {name: value for name, value in elements.items() if value is not None}
        stamp = self.now.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        version = f"{copy['meta'].get('versionId', '0').split('.')[0]}.{int(self.now.timestamp())}"
        copy["meta"] |= {"versionId": version, "lastUpdated": stamp}
        copy["text"] = narrative(copy)
        self.world.resources.append(copy)


def _vitals(moment: _Moment) -> None:
    rng = moment.rng
    pressure = (rng.randint(88, 168), rng.randint(48, 98))
    temperature = f"{rng.uniform(36.2, 39.2):.1f}"
    taken = Round(pressure, rng.randint(56, 128), rng.randint(12, 28), temperature, 95)
    record(moment.chart, taken._replace(spo2=rng.randint(88, 99), oxygen="2"), moment.now)


def _result(moment: _Moment) -> None:
    key = moment.rng.choice(sorted(_TESTS))
    middle, spread = _TESTS[key]
    digits = len(str(LABS[key].high or LABS[key].low).partition(".")[2])
    value = f"{max(0.1, moment.rng.gauss(middle, spread)):.{digits or 1}f}"
    status = moment.rng.choice(("final", "final", "preliminary"))
    lab(moment.chart, key, value, moment.now - timedelta(minutes=42), status=status)


def _order(moment: _Moment) -> None:
    text = moment.rng.choice(_ORDERS)
    priority = moment.rng.choice(("routine", "stat"))
    service_request(moment.chart, text, "Patient Care", moment.now, priority=priority)


def _is_inpatient(order: Json) -> bool:
    """Whether a dose of the order can be given as it stands."""
    dosage = (order.get("dosageInstruction") or [{}])[0]
    complete = {"text", "route", "doseAndRate"} <= dosage.keys()
    return complete and not order.get("reportedBoolean")


def _administer(moment: _Moment) -> None:
    orders = moment.current("MedicationRequest", "active")
    usable = [one for one in orders if _is_inpatient(one)]
    if usable:
        give(moment.chart, moment.rng.choice(usable), moment.now)


def _correct(moment: _Moment) -> None:
    """A numeric result that turns out to be another one."""
    results = moment.current("Observation", "final")
    numeric = [one for one in results if "value" in one.get("valueQuantity", {})]
    if not numeric:
        return
    chosen = moment.rng.choice(numeric)
    measured = dict(chosen["valueQuantity"])
    old = Decimal(str(measured["value"]))
    measured["value"] = (old * Decimal("1.1")).quantize(old)
    why = annotation(f"Corrected, previously reported as {old}.")
    moment.change(chosen, status="corrected", valueQuantity=measured, note=[why])


def _retract(moment: _Moment) -> None:
    """Usually a result, sometimes an order, recorded on the wrong chart."""
    kind, status = moment.rng.choice(
        (("Observation", "final"), ("Observation", "final"), ("ServiceRequest", "active"))
    )
    records = moment.current(kind, status)
    if records:
        why = annotation("Recorded on the wrong chart.")
        moment.change(moment.rng.choice(records), status="entered-in-error", note=[why])


def _stop(moment: _Moment) -> None:
    orders = moment.current("MedicationRequest", "active")
    if len(orders) > 2:
        moment.change(moment.rng.choice(orders), status="stopped")


_EVENTS = (_vitals, _vitals, _result, _result, _administer, _order, _correct, _stop, _retract)


def tick(records: Iterable[Json], now: datetime, rng: Random, tenant: str = TENANT) -> list[Json]:
    """New resources, and new versions of current ones, for one or two inpatients.

    `records` are the current versions of everything stored; they are not changed.
    """
    current, written = list(records), list[Json]()
    for number, slug in enumerate(rng.sample(_INPATIENTS, rng.randint(1, 2))):
        world = World(now + timedelta(milliseconds=number), 0, tenant, "")
        moment = _Moment(current, world, rng, slug)
        rng.choice(_EVENTS)(moment)
        written += world.resources
    return written
