"""Words for names, addresses and contact points."""

from datetime import tzinfo
from typing import Any

from smartapp.fhir import dates
from smartapp.fhir.display.concepts import as_text
from smartapp.fhir.display.shown import Shown, absence, raw, raw_text

_NAME_USES = {"old": "former", "maiden": "maiden name", "nickname": "nickname", "temp": "temporary"}


def words(value: Any) -> list[str]:
    """The strings of a list of strings, as sent; a lone string counts as a list of one."""
    items = value if isinstance(value, list) else [value]
    return [text for text in map(as_text, items) if text.strip()]


def name_text(value: dict[str, Any]) -> str:
    """FAMILY, Given (Title), suffixes after it; the text as sent where there are no parts."""
    family = as_text(value.get("family")).strip()
    given = " ".join(words(value.get("given")))
    titles = " ".join(words(value.get("prefix")))
    suffix = ", ".join(words(value.get("suffix")))
    if not family and not given:
        return as_text(value.get("text")).strip()
    text = ", ".join(part for part in (family.upper(), given) if part)
    text = f"{text} ({titles})" if titles else text
    return f"{text}, {suffix}" if suffix else text


def show_name(value: Any, zone: tzinfo) -> Shown:
    if not isinstance(value, dict):
        return raw(value)
    text = name_text(value)
    use = _NAME_USES.get(as_text(value.get("use")))
    missing = None if text else absence(value)
    return Shown(f"{text} [{use}]" if text and use else text, missing, kind="name")


def show_address(value: Any, zone: tzinfo) -> Shown:
    """The parts in postal order; the text as sent where there are no parts."""
    if not isinstance(value, dict):
        return raw(value)
    town = " ".join(as_text(value.get(key)) for key in ("state", "postalCode")).strip()
    parts = [*words(value.get("line"))]
    parts += words([value.get("district"), value.get("city"), town, value.get("country")])
    text = ", ".join(parts) or as_text(value.get("text"))
    use = as_text(value.get("use"))
    text = f"{text} [{use}]" if text and use in {"old", "temp", "billing", "work"} else text
    return Shown(text, None if text else absence(value), kind="address")


def show_contact(value: Any, zone: tzinfo) -> Shown:
    """Value with its system and use: 555 0100 (phone, home)."""
    if not isinstance(value, dict):
        return raw(value)
    text = as_text(value.get("value"))
    kind = ", ".join(words([value.get("system"), value.get("use")]))
    if not text:
        missing = absence(value.get("_value")) or absence(value)
        return Shown("" if missing or not kind else f"({kind})", missing, kind="contact")
    return Shown(f"{text} ({kind})" if kind else text, kind="contact")


def show_period(value: Any, zone: tzinfo) -> Shown:
    """From – to; an open end in words."""
    if not isinstance(value, dict):
        return raw(value)
    start, end = value.get("start"), value.get("end")
    if start is None and end is None:
        return Shown(missing=absence(value), kind="period")
    is_raw, (first, last) = False, ("", "")
    if start is not None:
        said = dates.said(start, zone)
        is_raw, first = said is None, raw_text(start) if said is None else said
    if end is not None:
        said = dates.said(end, zone)
        is_raw, last = is_raw or said is None, raw_text(end) if said is None else said
    text = f"{first} – {last}" if first and last else f"From {first}" if first else f"Until {last}"
    return Shown(text, kind="period", raw=is_raw)
