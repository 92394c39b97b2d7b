"""Why there is nothing to show: different texts for different reasons, never one for all."""

from dataclasses import dataclass
from enum import StrEnum

from smartapp.gateway.errors import FhirError, Forbidden, ScopeMissing, Unsupported


class Absence(StrEnum):
    """EMPTY alone means that the EHR was asked and answered that it has nothing to show."""

    EMPTY = "empty"
    NOT_ASKED = "not-asked"
    NOT_GRANTED = "not-granted"
    NOT_SUPPORTED = "not-supported"
    FAILED = "failed"
    PARTIAL = "partial"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Told:
    """An absence in words: `headline` for a narrow place, `text` where there is room."""

    absence: Absence
    headline: str
    text: str


_HEADLINES = {
    Absence.EMPTY: "None recorded",
    Absence.NOT_ASKED: "Not asked for",
    Absence.NOT_GRANTED: "Not permitted",
    Absence.NOT_SUPPORTED: "Not available",
    Absence.FAILED: "Not loaded",
    Absence.PARTIAL: "Incomplete",
    Absence.BLOCKED: "Withheld",
}
_TEXTS = {
    Absence.EMPTY: "{system} was asked and shows you none for this patient.",
    Absence.NOT_ASKED: "{system} was not asked yet. Whether any are recorded is not known here.",
    Absence.NOT_GRANTED: "{system} did not permit this app to read these."
    " Whether any are recorded is not known here.",
    Absence.NOT_SUPPORTED: "{system} does not offer these to apps."
    " Whether any are recorded is not known here.",
    Absence.FAILED: "{system} was asked, but its answer could not be shown."
    " Whether any are recorded is not known here.",
    Absence.PARTIAL: "Not everything that is recorded is shown here. Look it up in {system}.",
    Absence.BLOCKED: "This carries a mark that changes its meaning and that this app does not"
    " know, so it is not shown. Look it up in {system}.",
}


def told(absence: Absence, system: str = "The EHR") -> Told:
    """The words for this absence; `system` is what clinicians call the EHR."""
    text = _TEXTS[absence].replace("{system}", system)
    return Told(absence, _HEADLINES[absence], text)


def absence_of(error: FhirError) -> Absence:
    """Which absence an error of the gateway is."""
    if isinstance(error, ScopeMissing | Forbidden):
        return Absence.NOT_GRANTED
    if isinstance(error, Unsupported):
        return Absence.NOT_SUPPORTED
    return Absence.FAILED
