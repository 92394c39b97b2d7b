"""The people of the record: who each patient is, and how a Patient resource is built."""

from typing import Any, NamedTuple

from smartapp.sandbox.generator import systems
from smartapp.sandbox.generator.datatypes import (
    Json,
    coding,
    concept,
    extension,
    period,
    present,
    reference,
)
from smartapp.sandbox.generator.staff import HOSPITAL, STAFF
from smartapp.sandbox.generator.world import Chart, World

LONG_FAMILY = "Wolfeschlegelsteinhausen-Featherstonehaugh-Cholmondeley-Vane"


class Person(NamedTuple):
    """Who somebody is; `born` is (years ago, month, day) or a number of days ago."""

    id: str
    family: str
    given: str
    gender: str
    born: tuple[int, int, int] | int
    race: str = "White"

    @property
    def name(self) -> str:
        """`FAMILY, Given`, as references show it."""
        return f"{self.family.upper()}, {self.given}"


PEOPLE = {
    "heart-failure": Person("41100101", "Alderton", "Margaret Rose", "female", (78, 2, 11)),
    "diabetic-ckd": Person(
        "41100102", "Vantongeren", "Desmond", "male", (63, 9, 3), "Black or African American"
    ),
    "copd": Person("41100103", "Hruska", "Leonard", "male", (69, 5, 27)),
    "pregnancy": Person("41100104", "Iwu-Marchetti", "Adaeze", "female", (31, 1, 19)),
    "icu": Person("41100105", "Castellane", "Victor", "male", (58, 4, 8)),
    "asthma-child": Person("41100106", "O’Brien-Núñez", "Zoë", "female", (7, 3, 30)),
    "newborn": Person("41100107", "Pellworth", "Girl", "female", 3),
    "polypharmacy": Person("41100108", "Grimsditch", "Harold", "male", (84, 1, 6)),
    "oncology": Person("41100109", "Sørensen-Kaye", "Annelise", "female", (56, 6, 14)),
    "post-op": Person("41100110", "Bellweather", "Ruth", "female", (71, 8, 22)),
    "psychiatric": Person("41100111", "Quillfeather", "Jonah", "male", (38, 12, 1)),
    "healthy": Person("41100112", "Marlowe", "Tamsin", "female", (24, 10, 9)),
    "deceased": Person("41100113", "Ravensworth", "Clement", "male", (81, 3, 3)),
    "deceased-undated": Person("41100114", "Ashgrove", "Beatrice", "female", (90, 7, 7)),
    "merged": Person("41100115", "Alderton", "Maggie", "female", (78, 2, 11)),
    "long-name": Person("41100116", LONG_FAMILY, "Bartholomew", "male", (49, 11, 23)),
    "right-to-left": Person("41100117", "الحكيمي", "ياسمين نور", "female", (35, 2, 2)),
    "cjk": Person("41100118", "歐陽", "曉彤", "female", (42, 8, 8), "Asian"),
    "many-problems": Person("41100119", "Penhallow", "Winifred", "female", (67, 4, 17)),
    "workup": Person("41100120", "Lindqvist-Abara", "Emeka", "male", (45, 6, 30)),
    "markup": Person(
        "41100121", "<b>Bold</b>-Testcase", '<script>alert("name")</script>', "other", (50, 1, 1)
    ),
    "empty": Person("41100122", "Nullworthy", "Blanche", "unknown", (29, 9, 29)),
}

PATIENTS = {slug: person.id for slug, person in PEOPLE.items()}
"""Short name of each patient → id."""

_NUMBERS = {slug: index for index, slug in enumerate(PEOPLE, start=1)}
_RACES = {"White": "2106-3", "Black or African American": "2054-5", "Asian": "2028-9"}
_MRN_SYSTEM = "urn:oid:2.16.840.1.113883.3.99.1"


def birth_date(world: World, born: tuple[int, int, int] | int) -> str:
    """The calendar date of birth for today's world."""
    if isinstance(born, int):
        return world.date(world.ago(days=born))
    years, month, day = born
    return f"{world.today.year - years:04d}-{month:02d}-{day:02d}"


def mrn(world: World, value: str, **more: Any) -> Json:
    """A medical record number; numbers are shown with a dash after two digits."""
    shown = extension(systems.HL7 + "rendered-value", valueString=f"{value[:2]}-{value[2:]}")
    kind = coding(systems.V2 + "0203", "MR", "Medical record number")
    return {
        "use": "usual",
        "type": world.term(4, "MRN", kind),
        "system": _MRN_SYSTEM,
        "value": value,
        "_value": {"extension": [shown]},
        "assigner": HOSPITAL,
        **more,
    }


def phone(number: str, use: str = "home", key: str | None = None) -> Json:
    """A telephone contact with the number as it is dialled."""
    typed = extension(systems.HL7 + "iso21090-TEL-address", valueUrl=f"tel:{number}")
    return present(id=key, extension=[typed], system="phone", value=number, use=use)


def address(line: str, city: str, postal_code: str, use: str = "home") -> Json:
    """A postal address in the hospital's state."""
    return {
        "use": use,
        "text": f"{line}\n{city}, MO {postal_code}\nUS",
        "line": [line],
        "city": city,
        "state": "MO",
        "postalCode": postal_code,
        "country": "US",
    }


def _race(race: str) -> Json:
    omb = coding("urn:oid:2.16.840.1.113883.6.238", _RACES[race], race, False)
    parts = [{"url": "ombCategory", "valueCoding": omb}, {"url": "text", "valueString": race}]
    return {"extension": parts, "url": systems.US_CORE + "us-core-race"}


def _marks(person: Person) -> list[Json]:
    """Birth sex and race; the sex is left out where nobody recorded it."""
    letter = {"female": "F", "male": "M"}.get(person.gender, "UNK")
    sex = extension(systems.US_CORE + "us-core-birthsex", valueCode=letter)
    return [sex, _race(person.race)]


def _contact(world: World, person: Person, number: int) -> dict[str, Any]:
    english = concept("English", world.own(36, "English"), coding("urn:ietf:bcp:47", "en"))
    return {
        "telecom": [phone(f"816555{number:04d}", key=f"CI-PH-{person.id}-0")],
        "address": [address(f"{100 + number} Linden Street", "Kansas City", "64111")],
        "communication": [{"language": english, "preferred": True}],
        "generalPractitioner": [STAFF["lund"].ref],
        "managingOrganization": HOSPITAL,
    }


def patient(world: World, slug: str, **more: Any) -> Chart:
    """Write a Patient with the usual elements, changed by `more`, and open its chart."""
    person, number = PEOPLE[slug], _NUMBERS[slug]
    name = {
        "id": f"CI-{person.id}-0",
        "use": "official",
        "text": person.name,
        "family": person.family.upper(),
        "given": person.given.split(" "),
        "period": period("2019-03-01T06:00:00.000Z"),
    }
    elements = {
        "extension": _marks(person),
        "identifier": [mrn(world, f"00{7200 + number * 13:05d}")],
        "active": True,
        "name": [name],
        "gender": person.gender,
        "birthDate": birth_date(world, person.born),
        "deceasedBoolean": False,
        **_contact(world, person, number),
        **more,
    }
    resource = {"resourceType": "Patient", "id": person.id, **present(**elements)}
    meta = elements.get("meta")
    if meta:
        resource["meta"] = meta
    world.add(resource, world.ago(days=20 + number), str(200 + number * 7))
    return Chart(world, number, person.id, person.name)


def related(chart: Chart, role: tuple[str, str], name: tuple[str, str], **more: Any) -> Json:
    """Write a related person; role is a v3-RoleCode and its word, name (family, given)."""
    family, given = name
    key = more.pop("id", None) or f"{chart.next_id()}-{chart.patient_id}"
    level = more.pop("level", "Patient")
    kind = concept(level, coding("http://hl7.org/fhir/resource-types", level, level))
    relation = chart.world.term(40, role[1], coding(systems.V3 + "RoleCode", *role))
    elements = {
        "extension": [extension("relationship-level", valueCodeableConcept=kind)],
        "active": True,
        "patient": chart.subject,
        "relationship": [
            {
                "extension": [extension("relation", valueCodeableConcept=relation)],
                **chart.world.term(
                    351, "Next of Kin", coding(systems.V2 + "0131", "N", "Next-of-Kin")
                ),
            }
        ],
        "name": [{"use": "official", "text": f"{family.upper()}, {given}"}],
        "telecom": [phone("8165550199")],
        **more,
    }
    resource = {"resourceType": "RelatedPerson", "id": key, **present(**elements)}
    return chart.world.add(resource, chart.world.ago(days=60), "21")


def patient_reference(slug: str) -> Json:
    """Reference to another patient of this world."""
    return reference(f"Patient/{PATIENTS[slug]}", PEOPLE[slug].name)
