"""A donor work-up that holds every shape a result can have."""

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import (
    Json,
    absent,
    absent_coding,
    annotation,
    coding,
    concept,
    extension,
    period,
    quantity,
    reference,
)
from smartapp.sandbox.generator.documents import Note, document
from smartapp.sandbox.generator.people import patient
from smartapp.sandbox.generator.problems import problem, snomed
from smartapp.sandbox.generator.results import flag, lab, observation
from smartapp.sandbox.generator.visits import Stay, encounter
from smartapp.sandbox.generator.world import Chart, World

SUPPRESSED_DOCUMENT = "99900404"
_UNKNOWN = "https://example.org/fhir/StructureDefinition/"
_ATTACHMENT = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Observation.valueAttachment"


def _title(text: str, loinc: str | None = None) -> Json:
    return concept(text, *([coding(systems.LOINC, loinc)] if loinc else []))


def _values(chart: Chart) -> list[tuple[Json, dict[str, Json | str | int | bool]]]:
    """Titles with their value element."""
    wave = {"origin": quantity(0, "mV"), "period": 10, "dimensions": 1, "factor": 1}
    samples = {"data": "0 4 9 31 88 40 -12 -3 0 6 11 E U L"}
    titer = {"numerator": quantity(1, "1"), "denominator": quantity(128, "1")}
    cells = {"low": quantity(0, "/HPF", "/[HPF]"), "high": quantity(2, "/HPF", "/[HPF]")}
    stamp = chart.world.stamp(chart.world.ago(days=4))
    type_o = concept(
        "O positive", coding(systems.SNOMED, "278147001", "Blood group O Rh(D) positive")
    )
    return [
        (_title("ANA titer", "8061-4"), {"valueRatio": titer}),
        (_title("RBC Ur", "13945-1"), {"valueRange": cells}),
        (_title("Color Ur", "5778-6"), {"valueString": "Yellow"}),
        (_title("ABO/Rh", "882-1"), {"valueCodeableConcept": type_o}),
        (_title("Fasting status", "49541-6"), {"valueBoolean": False}),
        (_title("Time of last meal", "67704-7"), {"valueTime": "19:30:00"}),
        (_title("Date of last transfusion"), {"valueDateTime": "2014-03"}),
        (_title("Collection period"), {"valuePeriod": period(stamp, stamp)}),
        (_title("Number of pregnancies", "11996-6"), {"valueInteger": 0}),
        (_title("ECG lead II", "11524-6"), {"valueSampledData": wave | samples}),
    ]


def _numbers(chart: Chart) -> None:
    at = chart.world.ago(days=4)
    for days, value in ((4, "7.40"), (3, "7.400"), (2, "7.4"), (1, "7.04")):
        lab(chart, "ph", value, chart.world.ago(days=days))
    lab(chart, "calcium", "1.10", at, referenceRange=None, interpretation=None)
    lab(chart, "glucose", ">600", at, interpretation=[flag(chart, "HH"), flag(chart, "A")])
    code = concept("Viral load", coding(systems.LOINC, "25836-8"))
    copies = quantity("120000000", "copies/mL", "{copies}/mL")
    observation(chart, "laboratory", code, at, valueQuantity=copies)
    excess = concept("Base excess", coding(systems.LOINC, "1925-7"))
    observation(chart, "laboratory", excess, at, valueQuantity=quantity("-4.20", "mmol/L"))
    odd = concept("Mystery substance")
    unknown = quantity("12.50", "unknown unit", "{unknownunit}")
    observation(chart, "laboratory", odd, at, valueQuantity=unknown)
    unmapped = {"value": 17, "unit": "arb. units", "_code": absent()}
    observation(chart, "laboratory", odd, at, valueQuantity=unmapped)
    observation(chart, "laboratory", odd, at, valueQuantity={"value": 0})


def _ranges(chart: Chart) -> None:
    kinds = systems.TERMINOLOGY + "referencerange-meaning"
    normal = concept("Normal Range", coding(kinds, "normal", "Normal Range"))
    goal = concept("Therapeutic", coding(kinds, "therapeutic", "Therapeutic Desired Level"))
    panic = concept("Critical Range", coding(systems.INTERPRETATION, "AA", "Critical abnormal"))
    adult = {"low": quantity(18, "a"), "high": quantity(65, "a")}
    ranges = [
        {"low": quantity("0.40", "m[IU]/L"), "high": quantity("4.50", "m[IU]/L"), "type": normal}
        | {"age": adult, "appliesTo": [snomed("248153007", "Male")]},
        {"low": quantity("0.10", "m[IU]/L"), "high": quantity("0.50", "m[IU]/L"), "type": goal},
        {"high": quantity(20, "m[IU]/L"), "type": panic},
        {"text": "First trimester: 0.1–2.5; see the laboratory's handbook"},
    ]
    both = [flag(chart, "H"), concept("Delta", coding(systems.INTERPRETATION, "U", "better"))]
    at = chart.world.ago(days=4)
    lab(chart, "tsh", "6.20", at, referenceRange=ranges, interpretation=both)


def _absences(chart: Chart) -> None:
    at = chart.world.ago(days=4)
    hiv = _title("HIV 1 and 2 Ab", "31201-7")
    masked = absent_coding("masked")
    observation(chart, "laboratory", hiv, at, dataAbsentReason=masked)
    refused = absent_coding("asked-declined")
    observation(
        chart, "survey", _title("Sexual orientation", "76690-7"), at, dataAbsentReason=refused
    )
    nobody = {"performer": [absent("unknown")], "_effectiveDateTime": absent("not-asked")}
    observation(
        chart, "laboratory", hiv, at, effectiveDateTime=None, valueString="Pending", **nobody
    )
    hidden = {"coding": [absent("masked")], "text": "Masked"}
    observation(chart, "laboratory", hidden, at, valueString="Masked")
    empty = {"status": "empty", "div": '<div xmlns="http://www.w3.org/1999/xhtml"></div>'}
    observation(chart, "laboratory", hiv, at, text=empty, encounter=absent("masked"))
    error = absent_coding("error")
    observation(chart, "laboratory", hiv, at, status="entered-in-error", dataAbsentReason=error)
    observation(chart, "laboratory", hiv, at, status="unknown", valueString="Reactive?")


def _moments(chart: Chart) -> None:
    code, more = _title("Outside hemoglobin", "718-7"), {"effectiveDateTime": None}
    amount = {"valueQuantity": quantity("13.0", "g/dL")}
    day = chart.world.ago(days=900)
    for partial in ("2021", "2021-03", "2021-03-09"):
        dated = amount | {"effectiveDateTime": partial, "issued": None, "performer": None}
        observation(chart, "laboratory", code, day, **dated)
    span = {"effectivePeriod": period("2021-03-09", "2021-03-10")}
    observation(chart, "laboratory", code, day, **(amount | more | span))
    instant = {"effectiveInstant": "2021-03-09T10:15:30.123Z"}
    observation(chart, "laboratory", code, day, **(amount | more | instant))
    timing = {"effectiveTiming": {"code": {"text": "Every morning"}}}
    observation(chart, "laboratory", code, day, **(amount | more | timing))


def _unknowns(chart: Chart) -> None:
    at, code = chart.world.ago(days=4), _title("Crossmatch", "1250-0")
    negates = {"url": _UNKNOWN + "not-this-one", "valueBoolean": True}
    observation(chart, "laboratory", code, at, valueString="OK", modifierExtension=[negates])
    rules = "https://example.org/fhir/rules/reversed"
    observation(chart, "laboratory", code, at, valueString="OK", implicitRules=rules)
    plain = [
        {"url": _UNKNOWN + "bench", "valueString": "Bench 7"},
        {"url": _UNKNOWN + "nested", "extension": [{"url": "depth", "valueInteger": 2}]},
    ]
    observation(chart, "laboratory", code, at, valueString="Compatible", extension=plain)
    file = {"contentType": "text/plain", "data": "bGFkZGVyIGltYWdl", "title": "Ladder"}
    attached = [{"url": _ATTACHMENT, "valueAttachment": file}]
    observation(chart, "laboratory", _title("HLA typing", "13303-3"), at, extension=attached)
    helper = {"resourceType": "Practitioner", "id": "tech", "name": [{"text": "Visiting, Vera"}]}
    local = {"contained": [helper], "performer": [reference("#tech", "Visiting, Vera")]}
    observation(chart, "laboratory", code, at, valueString="Compatible", **local)
    chosen = concept(
        "K (local lab)",
        coding("https://example.org/lab", "K1", "Kalium", False),
        coding(systems.LOINC, "2823-3", "Potassium [Moles/volume] in Serum or Plasma", True),
        chart.world.own(72, "Potassium Lvl") | {"userSelected": False},
    )
    observation(chart, "laboratory", chosen, at, valueQuantity=quantity("4.0", "mmol/L"))


def _blocked(chart: Chart) -> None:
    """A condition with an unknown modifier, and a document that lacks its status."""
    negates = extension(_UNKNOWN + "applies-to-donor", valueBoolean=False)
    hepatitis = snomed("66071002", "Viral hepatitis type B")
    problem(chart, hepatitis, chart.world.ago(days=9), modifierExtension=[negates])
    security = [coding(systems.V3 + "ActReason", "HTEST", "test health data")]
    flags = {"meta": {"security": security, "tag": security}}
    problem(chart, {"text": "Test entry"}, chart.world.ago(days=9), **flags)
    concern = {"kind": "health-concern", "note": [annotation("Worried about scars.")]}
    problem(chart, {"text": "Fear of needles"}, chart.world.ago(days=9), **concern)
    lost = {"id": SUPPRESSED_DOCUMENT, "status": None}
    note = Note("Without status", "Progress Note", ("Nobody can see this.",))
    document(chart, note, ("text/plain",), chart.world.ago(days=9), **lost)


def tell(world: World) -> None:
    """Write the chart."""
    chart = patient(world, "workup")
    at = world.ago(days=4, hours=3)
    encounter(chart, Stay("AMB", "Kidney donor evaluation", None, "whitcombe"), at, at)
    for title, value in _values(chart):
        observation(chart, "laboratory", title, at, **value)
    _numbers(chart)
    _ranges(chart)
    _absences(chart)
    _moments(chart)
    _unknowns(chart)
    _blocked(chart)
