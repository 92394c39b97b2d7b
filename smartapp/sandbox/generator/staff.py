"""Who works where: practitioners, organizations and places that the stories refer to."""

from typing import NamedTuple

from smartapp.sandbox.generator.datatypes import Json, reference


class Staff(NamedTuple):
    """A practitioner; `role` is a credential, None for a system user."""

    id: str
    family: str
    given: str
    credential: str | None
    physician: bool = True
    active: bool = True
    gender: str = "female"

    @property
    def name(self) -> str:
        """`Last, First`, as references show it."""
        return f"{self.family}, {self.given}"

    @property
    def ref(self) -> Json:
        """Reference to this practitioner."""
        return reference(f"Practitioner/{self.id}", self.name)


STAFF = {
    "system": Staff("1", "SYSTEM", "SYSTEM Cerner", None, False, True, "unknown"),
    "lund": Staff("5512001", "Lund", "Petra", "MD"),
    "adeyemi": Staff("5512002", "Adeyemi", "Tunde", "MD", gender="male"),
    "castellanos": Staff("5512003", "Castellanos", "Inés", "MD"),
    "whitcombe": Staff("5512004", "Whitcombe", "Arthur", "MD", gender="male"),
    "nakagawa": Staff("5512005", "Nakagawa", "Emi", "DO"),
    "brandvold": Staff("5512006", "Brandvold", "Signe", "MD"),
    "osei": Staff("5512007", "Osei-Mensah", "Kwabena", "MD", gender="male"),
    "farrow": Staff("5512008", "Farrow", "Judith", "RN", False),
    "delgado": Staff("5512009", "Delgado", "Rafael", "RN", False, gender="male"),
    "okafor": Staff("5512010", "Okafor", "Chidinma", "PharmD", False),
    "retired": Staff("5512011", "Thistlewood", "Edmund", "MD", True, False, "male"),
    "midwife": Staff("5512012", "Brannigan", "Orla", "CNM", False),
}

HOSPITAL = reference("Organization/675801", "Northside General Hospital")
CLINIC = reference("Organization/675802", "Northside Family Clinic")
PHARMACY = reference("Organization/675803", "Northside Outpatient Pharmacy")
LABORATORY = reference("Organization/675804", "Northside Reference Laboratory")
INSURER = reference("Organization/675805", "Prairie Mutual Health")
MEDICARE = reference("Organization/675806", "Medicare")
CAREGIVER = reference("Organization/675807", "Northside Caregiver Organization")


class Unit(NamedTuple):
    """A nursing unit with its beds (room, bed, location id)."""

    id: str
    name: str
    title: str
    beds: tuple[tuple[str, str, str], ...]


UNITS = (
    Unit(
        "22100100",
        "4W",
        "4 West Medicine",
        (("12", "A", "22100112"), ("12", "B", "22100113"), ("14", "A", "22100114")),
    ),
    Unit("22100200", "5E", "5 East Surgery", (("03", "A", "22100203"), ("07", "B", "22100207"))),
    Unit("22100300", "ICU", "Intensive Care Unit", (("02", "A", "22100302"),)),
    Unit("22100400", "LDR", "Labor and Delivery", (("06", "A", "22100406"),)),
    Unit("22100500", "NUR", "Newborn Nursery", (("01", "C", "22100501"),)),
    Unit("22100600", "PED", "Pediatrics", (("09", "A", "22100609"),)),
    Unit("22100700", "BHU", "Behavioral Health", (("11", "A", "22100711"),)),
    Unit("22100800", "ONC", "Oncology", (("05", "A", "22100805"),)),
)

BEDS = {
    f"{unit.name} {room} {bed}": reference(f"Location/{key}", f"{unit.name} {room} {bed}")
    for unit in UNITS
    for room, bed, key in unit.beds
}
CLINIC_ROOM = reference("Location/22100950", "Northside Family Clinic")
EMERGENCY = reference("Location/22100960", "Emergency Department")
CARDIOLOGY = reference("Location/22100970", "Cardiology Clinic")
