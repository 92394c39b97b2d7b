"""The clinicians who can sign in to the sandbox EHR."""

from dataclasses import dataclass

PASSWORD = "sandbox"  # noqa: S105 - shown on the sign-in page: it protects synthetic data only


@dataclass(frozen=True)
class Clinician:
    """One user of the EHR, and the Practitioner resource that stands for them."""

    username: str
    family: str
    given: str
    practitioner: str
    role: str

    @property
    def name(self) -> str:
        """As the id_token spells it."""
        return f"{self.family}, {self.given}"

    @property
    def initials(self) -> str:
        """Two letters for the round picture."""
        return (self.given[0] + self.family[0]).upper()


CLINICIANS: tuple[Clinician, ...] = (
    Clinician("plund", "Lund", "Petra", "5512001", "Physician, internal medicine"),
    Clinician("icastellanos", "Castellanos", "Inés", "5512003", "Physician, obstetrics"),
    Clinician("jfarrow", "Farrow", "Judith", "5512008", "Registered nurse"),
    Clinician("cokafor", "Okafor", "Chidinma", "5512010", "Pharmacist"),
)

_BY_USERNAME = {one.username: one for one in CLINICIANS}


def find(username: str) -> Clinician | None:
    """The clinician with this login name, whatever its case."""
    return _BY_USERNAME.get(username.strip().casefold())


def sign_in(username: str, password: str) -> Clinician | None:
    """The clinician whose login name and password these are."""
    return find(username) if password == PASSWORD else None
