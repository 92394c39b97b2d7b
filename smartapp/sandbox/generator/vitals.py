"""A round of bedside observations, written in one go."""

from datetime import datetime
from typing import NamedTuple

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import absent_coding, coding, concept, quantity
from smartapp.sandbox.generator.results import blood_pressure, code_of, observation, vital
from smartapp.sandbox.generator.terms import VITALS
from smartapp.sandbox.generator.world import Chart

_AVPU = {
    "alert": ("248234008", "Mentally alert"),
    "confused": ("130987000", "Acute confusion"),
    "voice": ("300202002", "Response to voice"),
    "pain": ("450847001", "Responds to pain"),
    "unresponsive": ("422768004", "Unresponsive"),
}


class Round(NamedTuple):
    """What is measured in one round; None was not measured."""

    pressure: tuple[int, int]
    pulse: int
    respiration: int
    temperature: str
    spo2: int
    oxygen: str | None = None
    level: str | None = None


def consciousness(chart: Chart, level: str, at: datetime) -> None:
    """Write the level of consciousness as a coded value."""
    code, display = _AVPU[level]
    title = chart.world.term(72, "Level of Consciousness", coding(systems.LOINC, "80288-4"))
    value = concept(display, coding(systems.SNOMED, code, display))
    observation(chart, "vital-signs", title, at, valueCodeableConcept=value)


def pulse_oximetry(chart: Chart, spo2: int, oxygen: str | None, at: datetime) -> None:
    """Write the pairing of saturation and oxygen; unknown oxygen is a missing component."""
    flow, inspired = VITALS["oxygen"], VITALS["fio2"]
    given = (
        {"valueQuantity": quantity(oxygen, flow.unit, flow.ucum)}
        if oxygen is not None
        else {"dataAbsentReason": absent_coding()}
    )
    code = concept(
        "Pulse oximetry",
        coding(systems.LOINC, "2708-6", "Oxygen saturation in Arterial blood"),
        coding(systems.LOINC, "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"),
    )
    number = chart.next_id()
    observation(
        chart,
        "vital-signs",
        code,
        at,
        id=f"VS-CV-{number}-SECT-1",
        valueQuantity=quantity(spo2, "%"),
        component=[
            {"code": code_of(chart, flow), **given},
            {"code": code_of(chart, inspired), "dataAbsentReason": absent_coding()},
        ],
    )


def record(chart: Chart, taken: Round, at: datetime) -> None:
    """Write every observation of a round."""
    blood_pressure(chart, taken.pressure, at)
    vital(chart, "pulse", taken.pulse, at)
    vital(chart, "respiration", taken.respiration, at)
    vital(chart, "temperature", taken.temperature, at)
    pulse_oximetry(chart, taken.spo2, taken.oxygen, at)
    if taken.level:
        consciousness(chart, taken.level, at)
