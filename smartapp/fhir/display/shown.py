"""What is shown of a value: its words, and what the page needs to mark it."""

import json
from decimal import Decimal
from typing import Any, NamedTuple

from smartapp.fhir.codes import ABSENT_CODES, DATA_ABSENT, NULL_FLAVOR

RAW_LIMIT = 2_000


class Coding(NamedTuple):
    """One code, as sent; for the list of codings behind a text."""

    system: str
    code: str
    display: str
    user_selected: bool
    version: str = ""


class Shown(NamedTuple):
    """A value in words.

    `missing`: why there is no value, in words; `text` is then empty. `reference`: as sent.
    `spoken`: for a screen reader, where it differs from `text`. `tone`: abnormal, critical,
    warning, negated, error, old or "". `raw`: could not be read as its datatype, shown as sent.
    `parts`: the single values, where `text` joins several.
    """

    text: str = ""
    missing: str | None = None
    reference: str | None = None
    codings: tuple[Coding, ...] = ()
    kind: str = "text"
    spoken: str = ""
    tone: str = ""
    raw: bool = False
    parts: tuple["Shown", ...] = ()

    def reworded(self, text: str, tone: str | None = None) -> "Shown":
        """The same value in other words; what was said of the old words goes with them."""
        kept = self.tone if tone is None else tone
        return self._replace(text=text, missing=None, spoken="", parts=(), tone=kept)


NOTHING = Shown()

_ABSENT = {
    "unknown": "Unknown",
    "asked-unknown": "Asked, but not known",
    "temp-unknown": "Not known yet",
    "not-asked": "Not asked",
    "asked-declined": "Asked, but declined to answer",
    "masked": "Masked – withheld",
    "not-applicable": "Not applicable",
    "unsupported": "Not supported by the source system",
    "as-text": "Given only as text",
    "error": "Error – not obtained",
    "not-a-number": "Not a number",
    "negative-infinity": "Too low to be measured",
    "positive-infinity": "Too high to be measured",
    "not-performed": "Not performed",
    "not-permitted": "Not permitted",
}
_NULL_FLAVOR = {
    "UNK": "Unknown",
    "ASKU": "Asked, but not known",
    "NAV": "Not known yet",
    "NASK": "Not asked",
    "MSK": "Masked – withheld",
    "NA": "Not applicable",
    "NI": "No information",
    "OTH": "Other",
}


def absent_words(code: Any) -> str:
    """A data-absent-reason code in words; a code we do not know is named as sent."""
    words = _ABSENT.get(code) if isinstance(code, str) else None
    return words or f"No value, reason “{code}”"


def coding_absence(coding: Any) -> str | None:
    """The words of a coding that says why there is no value; None for any other coding."""
    if not isinstance(coding, dict):
        return None
    system, code = coding.get("system"), coding.get("code")
    if system == ABSENT_CODES and isinstance(code, str):
        return absent_words(code)
    if system == NULL_FLAVOR and isinstance(code, str):
        return _NULL_FLAVOR.get(code) or f"No value, reason “{code}”"
    return absence(coding)


def absence(element: Any) -> str | None:
    """The data-absent-reason that an element, or the sibling of a primitive, carries."""
    extensions = element.get("extension") if isinstance(element, dict) else None
    if not isinstance(extensions, list):
        return None
    for extension in extensions:
        if isinstance(extension, dict) and extension.get("url") == DATA_ABSENT:
            return absent_words(extension.get("valueCode"))
    return None


def raw(value: Any) -> Shown:
    """A value that is not what its element should hold: shown as sent, and marked."""
    return Shown(raw_text(value), kind="raw", raw=True)


def raw_text(value: Any) -> str:
    """JSON of a value, as near to what was sent as can be; long ones say how much is cut."""
    text = json_text(value)
    if not isinstance(value, str) and len(text) > RAW_LIMIT:
        return f"{text[:RAW_LIMIT]} … ({len(text):,} characters in all)"
    return text


def json_text(value: Any) -> str:
    """A string as it is, anything else as JSON, uncut."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return str(value)
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        return f"({type(value).__name__} that cannot be written out)"
