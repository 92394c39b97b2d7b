"""Words for timings and dosages: the sig as written always, the structured dose beside it."""

import re
from collections.abc import Mapping
from datetime import tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from smartapp.fhir import dates
from smartapp.fhir.display.concepts import as_text, show_concept
from smartapp.fhir.display.people import show_period, words
from smartapp.fhir.display.primitives import number
from smartapp.fhir.display.quantities import show_quantity, show_range, show_ratio
from smartapp.fhir.display.shown import Shown, absence, raw

_UNITS = {
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "wk": "week",
    "mo": "month",
    "a": "year",
}
_WHEN = {
    "HS": "at bedtime",
    "WAKE": "on waking",
    "C": "at meals",
    "CM": "at breakfast",
    "CD": "at lunch",
    "CV": "at dinner",
    "AC": "before meals",
    "ACM": "before breakfast",
    "ACD": "before lunch",
    "ACV": "before dinner",
    "PC": "after meals",
    "PCM": "after breakfast",
    "PCD": "after lunch",
    "PCV": "after dinner",
    "MORN": "in the morning",
    "MORN.early": "in the early morning",
    "MORN.late": "in the late morning",
    "NOON": "at noon",
    "AFT": "in the afternoon",
    "AFT.early": "in the early afternoon",
    "AFT.late": "in the late afternoon",
    "EVE": "in the evening",
    "EVE.early": "in the early evening",
    "EVE.late": "in the late evening",
    "NIGHT": "at night",
    "PHS": "after going to sleep",
}
# Source: ISMP list of error-prone abbreviations. The micro sign and the Greek letter look alike.
_SAFE_UNITS = {
    "U": "units",
    "[U]": "units",
    "IU": "international units",
    "[IU]": "international units",
    "[iU]": "international units",
    "mU": "milliunits",
    "\N{MICRO SIGN}g": "microgram",
    "\N{GREEK SMALL LETTER MU}g": "microgram",
    "ug": "microgram",
}


def show_timing(value: Any, zone: tzinfo) -> Shown:
    """The code in words, the repeat in words, and the events: all that is stated."""
    if not isinstance(value, dict):
        return raw(value)
    parts = []
    if value.get("code") is not None:
        parts.append(show_concept(value["code"], zone).text)
    if isinstance(value.get("repeat"), dict):
        parts.append(repeat_text(value["repeat"], zone))
    events = words(value.get("event") or [])
    parts.append(", ".join(dates.text(event, zone) for event in events))
    text = "; ".join(part for part in parts if part)
    return Shown(text, None if text else absence(value), kind="timing")


def repeat_text(repeat: Mapping[str, Any], zone: tzinfo) -> str:
    """Timing.repeat in words: 2 times every 8 hours, Mon, Wed, at 08:00, for 7 days."""
    parts = [
        _frequency(repeat),
        ", ".join(day.capitalize() for day in words(repeat.get("dayOfWeek") or [])),
        _when(repeat),
        ", ".join(f"at {dates.time_text(time)}" for time in words(repeat.get("timeOfDay") or [])),
        _duration(repeat),
        _count(repeat),
        _bounds(repeat, zone),
    ]
    return ", ".join(part for part in parts if part)


def _span(low: Any, high: Any) -> str:
    bounds = [digits for digits in (number(low), number(high)) if digits]
    return "–".join(bounds)


def _frequency(repeat: Mapping[str, Any]) -> str:
    often = _span(repeat.get("frequency"), repeat.get("frequencyMax"))
    period = _span(repeat.get("period"), repeat.get("periodMax"))
    unit = as_text(repeat.get("periodUnit"))
    if not period:
        return _times(often) if often else ""
    every = f"every {_unit(period, unit)}" if period != "1" else f"every {_UNITS.get(unit, unit)}"
    return f"{_times(often)} {every}" if often and often != "1" else every


def _times(often: str) -> str:
    return "once" if often == "1" else f"{often} times"


def _unit(amount: str, unit: str) -> str:
    name = _UNITS.get(unit, unit)
    plural = "s" if unit in _UNITS and amount != "1" else ""
    return f"{amount} {name}{plural}"


def _when(repeat: Mapping[str, Any]) -> str:
    text = ", ".join(_WHEN.get(code, code) for code in words(repeat.get("when") or []))
    offset = number(repeat.get("offset"))
    return f"{offset} minutes {text}".strip() if offset and offset != "0" else text


def _duration(repeat: Mapping[str, Any]) -> str:
    amount = _span(repeat.get("duration"), repeat.get("durationMax"))
    return f"over {_unit(amount, as_text(repeat.get('durationUnit')))}" if amount else ""


def _count(repeat: Mapping[str, Any]) -> str:
    amount = _span(repeat.get("count"), repeat.get("countMax"))
    return f"{_times(amount)} in all" if amount else ""


def _bounds(repeat: Mapping[str, Any], zone: tzinfo) -> str:
    if isinstance(repeat.get("boundsPeriod"), dict):
        text = show_period(repeat["boundsPeriod"], zone).text
        return text[:1].lower() + text[1:] if text.startswith(("From", "Until")) else text
    if repeat.get("boundsDuration") is not None:
        return f"for {show_quantity(repeat['boundsDuration'], zone).text}"
    if repeat.get("boundsRange") is not None:
        return f"for {show_range(repeat['boundsRange'], zone).text}"
    return ""


def show_dosage(value: Any, zone: tzinfo) -> Shown:
    """The sig as written, and after it what the structured elements say that it does not."""
    if not isinstance(value, dict):
        return raw(value)
    sig = as_text(value.get("text")).strip()
    parts = [part for part in dose_parts(value, zone) if not _is_said(part, sig)]
    text = " — ".join([sig, *parts] if sig else parts)
    return Shown(text, None if text else absence(value), kind="dosage")


def _is_said(part: str, sig: str) -> bool:
    """Whether a sig holds these words as whole words: 5 mg is not said by 15 mg or 5 mg/kg."""
    words = part.removeprefix("DOSE ").removeprefix("RATE ")
    words, sig = (re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text) for text in (words, sig))
    found = rf"(?<![\w.,/-]){re.escape(words)}(?![\w/-]|[.,]\d)"
    return re.search(found, sig, re.IGNORECASE) is not None


def dose_line(value: Mapping[str, Any], zone: tzinfo) -> str:
    """DOSE 500 mg — oral — 2 times every day — as needed: from the structured elements only."""
    return " — ".join(dose_parts(value, zone))


def dose_parts(value: Mapping[str, Any], zone: tzinfo) -> list[str]:
    """Dose, rate, route, method, site, timing, as needed, limit: those that are stated."""
    parts = [*_dose(value, zone)]
    parts += [
        show_concept(value[key], zone).text for key in ("route", "method", "site") if key in value
    ]
    if isinstance(value.get("timing"), dict):
        parts += show_timing(value["timing"], zone).text.split("; ")
    parts.append(_as_needed(value, zone))
    if isinstance(value.get("maxDosePerPeriod"), dict):
        parts.append(f"at most {show_ratio(as_doses(value['maxDosePerPeriod']), zone).text}")
    return [part for part in parts if part]


def _as_needed(value: Mapping[str, Any], zone: tzinfo) -> str:
    if value.get("asNeededCodeableConcept") is not None:
        return f"as needed for {show_concept(value['asNeededCodeableConcept'], zone).text}"
    return "as needed" if value.get("asNeededBoolean") is True else ""


def _dose(value: Mapping[str, Any], zone: tzinfo) -> list[str]:
    """Dose and rate, of each row of doseAndRate or of the element itself."""
    rows = value.get("doseAndRate")
    rows = rows if isinstance(rows, list) else [value]
    found = [row for row in rows if isinstance(row, dict)]
    return [text for row in found for text in (_amount(row, zone), _rate(row, zone))]


def _amount(row: Mapping[str, Any], zone: tzinfo) -> str:
    if isinstance(row.get("doseQuantity"), dict):
        return f"DOSE {dose_text(row['doseQuantity'], zone)}"
    if row.get("doseRange") is not None:
        return f"DOSE {show_range(as_doses(row['doseRange']), zone).text}"
    return f"DOSE {dose_text(row['dose'], zone)}" if isinstance(row.get("dose"), dict) else ""


def _rate(row: Mapping[str, Any], zone: tzinfo) -> str:
    if row.get("rateRatio") is not None:
        return f"RATE {show_ratio(as_doses(row['rateRatio']), zone).text}"
    if row.get("rateRange") is not None:
        return f"RATE {show_range(as_doses(row['rateRange']), zone).text}"
    rate = row.get("rateQuantity")
    return f"RATE {dose_text(rate, zone)}" if isinstance(rate, dict) and rate else ""


def as_doses(value: Any) -> Any:
    """A ratio or range whose numbers are written as doses are."""
    if not isinstance(value, dict):
        return value
    return {
        key: dose_quantity(part) if isinstance(part, dict) else part for key, part in value.items()
    }


def dose_text(quantity: dict[str, Any], zone: tzinfo) -> str:
    """A dose: no trailing zeros, commas from 1,000, units in words. Source: ISMP; CUI MEDi."""
    return show_quantity(dose_quantity(quantity), zone).text


def dose_quantity(quantity: dict[str, Any]) -> dict[str, Any]:
    """A quantity with its number and unit as a dose is written."""
    unit = as_text(quantity.get("unit")) or as_text(quantity.get("code"))
    digits = number(quantity.get("value"))
    if digits is None:
        return quantity
    return {**quantity, "unit": _safe_unit(unit), "value": _plain(digits)}


def _safe_unit(unit: str) -> str:
    """The unit, also each part of one such as U/kg/h, without what is easily misread."""
    return "/".join(_SAFE_UNITS.get(part, part) for part in unit.split("/"))


def _plain(digits: str) -> Any:
    """The digits without trailing zeros and with commas, as a text."""
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return digits
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
