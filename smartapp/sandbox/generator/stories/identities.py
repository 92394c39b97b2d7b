"""People whose names, numbers or records are unusual: each a trap for a banner."""

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import Json, absent, annotation, coding, concept, period
from smartapp.sandbox.generator.documents import Note, document
from smartapp.sandbox.generator.medications import order
from smartapp.sandbox.generator.people import (
    LONG_FAMILY,
    PEOPLE,
    mrn,
    patient,
    patient_reference,
    phone,
)
from smartapp.sandbox.generator.problems import allergy, problem, snomed
from smartapp.sandbox.generator.results import observation
from smartapp.sandbox.generator.visits import Stay, encounter
from smartapp.sandbox.generator.world import World

CANARY = '<script>document.title="canary"</script><b>bold</b><img src=x onerror="alert(1)">'
_LONG = "The patient describes the same discomfort in ever new words. " * 400


def _merged(world: World) -> None:
    other = [{"other": patient_reference("heart-failure"), "type": "replaced-by"}]
    unnamed = {"name": [absent()], "_gender": absent(), "gender": None, "identifier": [absent()]}
    more = {"active": False, "link": other, "birthDate": None, "extension": None}
    chart = patient(world, "merged", **(more | unnamed))
    stay = Stay("AMB", "Registered twice", None, "lund")
    survivor = world.ago(days=300)
    encounter(chart, stay, survivor, survivor, status="unknown")


def _several_numbers(world: World) -> list[Json]:
    federal = concept("CMRN", coding(systems.V2 + "0203", "MR", "Medical record number"))
    old = period("2004-01-01T06:00:00.000Z", "2015-06-30T05:00:00.000Z")
    return [
        mrn(world, "0041777"),
        mrn(world, "0008812", use="old", period=old),
        {"use": "official", "type": federal, "system": "urn:oid:2.16.840.1.113883.3.99.8"}
        | {"value": "CM-77120-000000000000000000018"},
        {"use": "secondary", "type": {"text": "Insurance card"}, "value": "X/12 & <3>"},
        {"system": "urn:oid:2.16.840.1.113883.3.99.9", "_value": absent("masked")},
    ]


def _long(world: World) -> None:
    given = ["Bartholomew", "Maximilian", "Peregrine", "Algernon"]
    names = [
        {"use": "official", "family": LONG_FAMILY, "given": given, "prefix": ["Prof."]}
        | {"suffix": ["III", "Esq."], "text": f"{LONG_FAMILY.upper()}, Bartholomew"},
        {"use": "nickname", "given": ["Barty"], "text": "Barty"},
        {"use": "maiden", "family": "Vane", "given": ["Bartholomew"]},
        {"use": "old", "family": "Smythe", "period": period("1990", "2001-04")},
        {"use": "temp", "text": "Unknown male 7", "period": period("2019-05-02", "2019-05-03")},
    ]
    numbers = [phone("8165550116"), phone("8165550117", "work"), phone("8165550118", "old")]
    mail = {"system": "email", "value": "barty@example.com", "use": "home"}
    chart = patient(
        world,
        "long-name",
        name=names,
        identifier=_several_numbers(world),
        telecom=[*numbers, mail],
    )
    encounter(chart, Stay("AMB", "Pain clinic", None, "nakagawa"), world.ago(hours=2))
    problem(chart, {"text": _LONG[:2000].strip()}, world.ago(days=10))
    note = [annotation(_LONG.strip(), world.stamp(world.ago(days=10)))]
    problem(chart, snomed("82423001", "Chronic pain"), world.ago(days=10), note=note)
    words = tuple(_LONG[:6000].split(". ")) * 3
    document(chart, Note("A long letter", "Consult Note", words), ("application/pdf",), world.today)


def _foreign(world: World) -> None:
    arabic = coding("urn:ietf:bcp:47", "ar")
    speaks = [{"language": concept("العربية", arabic), "preferred": True}]
    interpreter = {"url": systems.HL7 + "patient-interpreterRequired", "valueBoolean": True}
    right = patient(world, "right-to-left", communication=speaks, extension=[interpreter])
    visit = Stay("AMB", "Cough", None, "lund")
    encounter(right, visit, world.ago(hours=1))
    problem(right, {"text": "ربو (asthma)"}, world.ago(days=30))
    note = [annotation("قالت: «لا أستطيع التنفس» – BP 120/80.")]
    allergy(right, {"text": "البنسلين (penicillin)"}, world.ago(days=30), note=note)
    person = PEOPLE["cjk"]
    names = [
        {"use": "official", "text": "OUYANG, Hiu-tung", "family": "OUYANG", "given": ["Hiu-tung"]},
        {"use": "usual", "text": f"{person.family}{person.given}", "family": person.family},
    ]
    chart = patient(world, "cjk", name=names, birthDate=str(world.today.year - 42))
    encounter(chart, Stay("AMB", "Blood pressure check", None, "lund"), world.ago(hours=1))
    note = [annotation("過敏史：無。👩‍⚕️ 𝛽-blocker tolerated.")]
    problem(chart, {"text": "高血壓 (hypertension)"}, world.ago(days=30), note=note)


def _markup(world: World) -> None:
    chart = patient(world, "markup")
    at = world.ago(days=5)
    encounter(chart, Stay("AMB", CANARY, None, "lund"), at, at)
    problem(chart, {"text": CANARY}, at, note=[annotation(CANARY)])
    observation(chart, "laboratory", {"text": f"Comment {CANARY}"}, at, valueString=CANARY)
    order(chart, "aspirin", "81 mg, Oral, Daily", at, note=[annotation("{{7*7}} ${7*7} %s")])
    evil = '<div xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script>narrative</div>'
    text = {"status": "generated", "div": evil}
    allergy(chart, {"text": '"><svg onload=alert(1)>'}, at, text=text)
    note = Note("Unsafe <note>", "Progress Note", ("javascript:alert(1)",), (), CANARY)
    document(chart, note, ("text/html", "text/rtf", "text/plain"), at)


def tell(world: World) -> None:
    """Write the seven charts; the last one is empty."""
    _merged(world)
    _long(world)
    _foreign(world)
    _markup(world)
    patient(world, "empty", telecom=None, address=None, communication=None, extension=None)
