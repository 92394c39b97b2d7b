"""Who is in the hospital: the lines of the worklist, read from the store."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from smartapp.sandbox.records import of_patient, of_type, one, text_of
from smartapp.sandbox.state import SandboxState
from smartapp.sandbox.wording import age, day

_CLASSES = {
    "IMP": "Inpatient",
    "ACUTE": "Inpatient",
    "AMB": "Outpatient",
    "EMER": "Emergency",
    "OBSENC": "Observation",
    "HH": "Home health",
    "VR": "Virtual",
}
_SEX = {"female": "F", "male": "M", "other": "Other", "unknown": "Unknown"}
_NOT_YET = ("planned", "cancelled")
_OPEN = ("in-progress", "arrived", "triaged", "onleave")


@dataclass(frozen=True)
class Visit:
    """One encounter as a screen tells it."""

    id: str
    kind: str
    reason: str
    bed: str
    start: str
    end: str
    is_open: bool

    @property
    def when(self) -> str:
        """Its days in words."""
        if self.is_open:
            return f"since {self.start}" if self.start else "now"
        if not self.start or self.end in ("", self.start):
            return self.start or self.end
        return f"{self.start} to {self.end}"


@dataclass(frozen=True)
class Line:
    """One patient as a row, with the visit that their chart opens on."""

    id: str
    name: str
    mrn: str
    birth_date: str
    age: str
    sex: str
    tags: tuple[str, ...]
    visit: Visit | None

    @property
    def bed(self) -> str:
        """The bed of an open visit."""
        return self.visit.bed if self.visit and self.visit.is_open else ""


def _name(patient: dict[str, Any]) -> str:
    names = [name for name in patient.get("name", []) if name.get("use") != "old"]
    ranked = sorted(names, key=lambda name: name.get("use") != "official")
    if not ranked:
        return "No name recorded"
    parts = (ranked[0].get("family", ""), " ".join(filter(None, ranked[0].get("given", []))))
    return ", ".join(part for part in parts if part) or ranked[0].get("text", "No name recorded")


def _mrn(patient: dict[str, Any]) -> str:
    for identifier in patient.get("identifier", []):
        codes = {coding.get("code") for coding in identifier.get("type", {}).get("coding", [])}
        if "MR" in codes or identifier.get("type", {}).get("text") == "MRN":
            return str(identifier.get("value", ""))
    return ""


def _tags(patient: dict[str, Any]) -> tuple[str, ...]:
    tags = []
    if patient.get("deceasedBoolean") or patient.get("deceasedDateTime"):
        tags.append("Deceased")
    if any(link.get("type") == "replaced-by" for link in patient.get("link", [])):
        tags.append("Merged")
    return tuple(tags)


def _visit(encounter: dict[str, Any]) -> Visit:
    period, code = encounter.get("period", {}), encounter.get("class", {}).get("code", "")
    reasons = [text_of(reason) for reason in encounter.get("reasonCode", [])]
    places = [place.get("location", {}).get("display", "") for place in _places(encounter)]
    return Visit(
        id=encounter["id"],
        kind=_CLASSES.get(code, encounter.get("class", {}).get("display", code)),
        reason=", ".join(filter(None, reasons)) or _type(encounter),
        bed=places[-1] if places else "",
        start=day(period.get("start")),
        end=day(period.get("end")),
        is_open=encounter.get("status") in _OPEN,
    )


def _places(encounter: dict[str, Any]) -> list[dict[str, Any]]:
    places: list[dict[str, Any]] = encounter.get("location", [])
    return [place for place in places if place.get("status") in (None, "active")] or places


def _type(encounter: dict[str, Any]) -> str:
    return next((text_of(kind) for kind in encounter.get("type", [])), "")


def _order(encounter: dict[str, Any]) -> tuple[int, str]:
    """Open visits first, then past ones, then those that did not happen (yet); newest first."""
    status = encounter.get("status")
    rank = 2 if status in _OPEN else 0 if status in _NOT_YET else 1
    return rank, encounter.get("period", {}).get("start") or ""


def _sorted(encounters: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    real = [one for one in encounters if one.get("status") != "entered-in-error"]
    return sorted(real, key=_order, reverse=True)


def _line(patient: dict[str, Any], encounters: list[dict[str, Any]], now: datetime) -> Line:
    ordered = _sorted(encounters)
    return Line(
        id=patient["id"],
        name=_name(patient),
        mrn=_mrn(patient),
        birth_date=day(patient.get("birthDate")),
        age=age(patient.get("birthDate"), now.astimezone(UTC).date()),
        sex=_SEX.get(patient.get("gender", "unknown"), "Unknown"),
        tags=_tags(patient),
        visit=_visit(ordered[0]) if ordered else None,
    )


def visits(state: SandboxState, patient: str) -> list[Visit]:
    """A patient's visits: open ones first, then the newest."""
    return [_visit(one) for one in _sorted(of_patient(state, "Encounter", patient))]


def line(state: SandboxState, patient: str) -> Line | None:
    """One patient's row."""
    found = one(state, "Patient", patient)
    if found is None:
        return None
    return _line(found, list(of_patient(state, "Encounter", patient)), state.clock())


def worklist(state: SandboxState, sought: str = "") -> list[Line]:
    """Everybody whose name or MRN holds the words: those in a bed first, by bed, then by name."""
    encounters: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for encounter in of_type(state, "Encounter"):
        reference = encounter.get("subject", {}).get("reference", "")
        encounters[reference.rpartition("/")[2]].append(encounter)
    now, words = state.clock(), sought.casefold().split()
    lines = [_line(one, encounters[one["id"]], now) for one in of_type(state, "Patient")]
    found = [one for one in lines if all(w in f"{one.name} {one.mrn}".casefold() for w in words)]
    return sorted(found, key=lambda one: (not one.bed, one.bed, one.name.casefold()))
