"""The two lines that load by themselves: allergies in the banner, and this visit."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from smartapp.fhir import dates
from smartapp.fhir.allergies import Allergies, AllergyState, allergy_state
from smartapp.fhir.encounters import strip
from smartapp.fhir.entry import Resource
from smartapp.fhir.status import unknown_modifiers
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
    label, text = _words(state)
    recorded = dates.text(state.recorded, zone) if state.recorded else ""
    note = "" if page.complete else "and perhaps more: the list came incomplete"
    return Line(state.kind.value.replace("_", "-"), label, text, recorded, note)


def _words(state: AllergyState) -> tuple[str, str]:
    """Label and text; a statement about drugs alone never reads as one about all allergies."""
    if state.kind is Allergies.NONE_KNOWN and not state.of_all_kinds:
        return state.text, "other kinds of allergy: not recorded"
    label = _LABELS[state.kind]
    return label, state.text.removeprefix(label).strip()


def unavailable(reason: str) -> Line:
    return Line(UNAVAILABLE, "Unavailable", f"{reason}; ask the patient or look in the EHR")


def encounter_facts(encounter: Resource, zone: ZoneInfo) -> list[tuple[str, str]]:
    """Label and words of what identifies a visit, in the order of the strip."""
    blockers = unknown_modifiers(encounter)
    if blockers:
        text = f"a modifier that this app does not know ({', '.join(blockers)}); read it in the EHR"
        return [("This visit is not shown", text)]
    said = strip(encounter, zone)
    found = [
        (said.number_label or "Visit number", said.number),
        ("Class", said.kind),
        ("Unit and bed", said.place),
        ("Admitted", said.admitted),
        ("Attending", ", ".join(one.text for one in said.attending if one.text)),
        ("Status", "Entered in error" if said.is_retracted else said.status),
    ]
    ended = [("Ended", said.ended)] if said.ended else []
    return [(label, text or "Not recorded") for label, text in [*found, *ended]]
