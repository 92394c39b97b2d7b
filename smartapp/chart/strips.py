"""The two lines that load by themselves: allergies in the banner, and this visit."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from smartapp.fhir import dates
from smartapp.fhir.allergies import Allergies, allergy_state
from smartapp.fhir.columns import at
from smartapp.fhir.display.concepts import identifier_label, identifier_value
from smartapp.fhir.elements import values
from smartapp.fhir.entry import Resource
from smartapp.fhir.status import codes_of
from smartapp.gateway.target import Page

UNAVAILABLE = "unavailable"
_LABELS = {
    Allergies.KNOWN: "Known",
    Allergies.NONE_KNOWN: "No known allergies",
    Allergies.NOT_RECORDED: "Not recorded",
}


@dataclass(frozen=True, slots=True)
class Line:
    """The allergy line. `kind`: known, none-known, not-recorded, unavailable."""

    kind: str
    label: str
    text: str = ""
    recorded: str = ""
    note: str = ""


def allergy_line(page: Page, zone: ZoneInfo) -> Line:
    """Known, none known or not recorded; a list with a part missing never says that there is none.

    Source: NHS Common User Interface, Patient Banner, PAB-0064…0072.
    """
    state = allergy_state(page.matches)
    if state.kind is not Allergies.KNOWN and not page.complete:
        return unavailable("the list of allergies came incomplete")
    text = "" if state.kind is Allergies.NOT_RECORDED else state.text
    recorded = dates.text(state.recorded, zone) if state.recorded else ""
    note = "" if page.complete else "and perhaps more: the list came incomplete"
    return Line(state.kind.value.replace("_", "-"), _LABELS[state.kind], text, recorded, note)


def unavailable(reason: str) -> Line:
    return Line(UNAVAILABLE, "Unavailable", f"{reason}; ask the patient or look in the EHR")


def encounter_facts(encounter: Resource, zone: ZoneInfo) -> list[tuple[str, str]]:
    """Label and words of what identifies a visit, in the order of the strip."""
    found = [
        (_number_label(encounter), _number(encounter)),
        ("Class", at(encounter, "class", zone).text),
        ("Unit and bed", at(encounter, "location.location", zone).text),
        ("Admitted" if _is_inpatient(encounter) else "Started", _start(encounter, zone)),
        ("Attending", _attending(encounter, zone)),
        ("Status", at(encounter, "status", zone).text),
    ]
    return [(label, text or "Not recorded") for label, text in found]


def _identifier(encounter: Resource) -> dict[str, Any]:
    """The visit's own number (FIN, visit number) before any other identifier."""
    found = [v.value for v in values(encounter, "identifier") if isinstance(v.value, dict)]
    named = [
        one for one in found if {"FIN NBR", "FIN", "VN", "AN"} & set(codes_of(one.get("type")))
    ]
    return next(iter([*named, *found]), {})


def _number(encounter: Resource) -> str:
    return identifier_value(_identifier(encounter))


def _number_label(encounter: Resource) -> str:
    return identifier_label(_identifier(encounter)) or "Visit number"


def _is_inpatient(encounter: Resource) -> bool:
    return bool({"IMP", "ACUTE", "NONAC"} & set(codes_of(encounter.get("class"))))


def _start(encounter: Resource, zone: ZoneInfo) -> str:
    period = encounter.get("period")
    start = period.get("start") if isinstance(period, dict) else None
    return dates.text(start, zone) if start else ""


def _attending(encounter: Resource, zone: ZoneInfo) -> str:
    """Those whose type is attender; where nobody is typed so, everybody who takes part."""
    people = [v.value for v in values(encounter, "participant") if isinstance(v.value, dict)]
    attending = [one for one in people if "ATND" in _types(one)]
    names = [_name(one) for one in (attending or people)]
    return ", ".join(dict.fromkeys(name for name in names if name))


def _types(participant: dict[str, Any]) -> set[str]:
    kinds = participant.get("type")
    items = kinds if isinstance(kinds, list) else []
    return {code for item in items for code in codes_of(item)}


def _name(participant: dict[str, Any]) -> str:
    who = participant.get("individual")
    said = (who.get("display") or who.get("reference")) if isinstance(who, dict) else ""
    return said if isinstance(said, str) else ""
