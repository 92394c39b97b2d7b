"""Words for quantities, ranges, ratios, money, sampled data: numbers as sent, units always."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from smartapp.fhir.display.concepts import as_text
from smartapp.fhir.display.primitives import number
from smartapp.fhir.display.shown import NOTHING, Shown, absence, raw, raw_text

_COMPARATORS = {
    "<": ("<", "less than"),
    "<=": ("≤", "less than or equal to"),
    ">": (">", "greater than"),
    ">=": ("≥", "greater than or equal to"),
    "ad": ("sufficient to reach ", "sufficient to reach"),
}


def unit_of(value: Mapping[str, Any]) -> str:
    """The unit as people read it, else its code; the code for “no unit” says nothing."""
    unit = as_text(value.get("unit")) or as_text(value.get("code"))
    return "" if unit in {"1", "{1}"} else unit


def show_quantity(value: Any, zone: tzinfo) -> Shown:
    if not isinstance(value, dict):
        return raw(value)
    amount, unit = value.get("value"), unit_of(value)
    if amount is None:
        missing = absence(value.get("_value")) or absence(value)
        if missing:
            return Shown(missing=missing, kind="quantity")
        return Shown(f"(no value) {unit}".strip(), kind="quantity") if unit else NOTHING
    digits = number(amount)
    return _said(value, raw_text(amount) if digits is None else digits, unit, digits is None)


def _said(value: Mapping[str, Any], digits: str, unit: str, is_raw: bool) -> Shown:
    """Comparator, digits and unit; a comparator we do not know stands as sent."""
    sent = as_text(value.get("comparator"))
    sign, words = _COMPARATORS.get(sent, (f"{sent} " if sent else "", sent))
    tail = f"{digits} {unit}".strip()
    spoken = f"{words} {tail}" if words else ""
    return Shown(f"{sign}{tail}", kind="quantity", spoken=spoken, raw=is_raw)


def show_range(value: Any, zone: tzinfo) -> Shown:
    """`3.5 – 5.0 mmol/L`; the unit once if both have the same; one bound as ≥ or ≤."""
    if not isinstance(value, dict):
        return raw(value)
    low, high = (
        show_quantity(value.get("low", {}), zone),
        show_quantity(value.get("high", {}), zone),
    )
    if low.text and high.text:
        text = f"{_without_unit(value, low.text)} – {high.text}"
        return Shown(
            text, kind="range", spoken=f"{low.text} to {high.text}", raw=low.raw or high.raw
        )
    if low.text:
        return Shown(f"≥{low.text}", kind="range", spoken=f"{low.text} or more", raw=low.raw)
    if high.text:
        return Shown(f"≤{high.text}", kind="range", spoken=f"{high.text} or less", raw=high.raw)
    return Shown(missing=absence(value), kind="range")


def _without_unit(value: Mapping[str, Any], low_text: str) -> str:
    low, high = value["low"], value["high"]
    if isinstance(low, dict) and isinstance(high, dict):
        unit = unit_of(low)
        if unit and unit == unit_of(high):
            return low_text.removesuffix(unit).rstrip()
    return low_text


def show_ratio(value: Any, zone: tzinfo) -> Shown:
    """`1 : 128` for titres without units, else `5 mg per 1 mL`."""
    if not isinstance(value, dict):
        return raw(value)
    top = show_quantity(value.get("numerator", {}), zone)
    bottom = show_quantity(value.get("denominator", {}), zone)
    if not top.text or not bottom.text:
        text = top.text or (f"(no value) per {bottom.text}" if bottom.text else "")
        return Shown(text, None if text else absence(value), kind="ratio")
    units = unit_of(value["numerator"]) or unit_of(value["denominator"])
    joint = " per " if units else " : "
    spoken = f"{top.spoken or top.text} {'per' if units else 'to'} {bottom.spoken or bottom.text}"
    text = f"{top.text}{joint}{bottom.text}"
    return Shown(text, kind="ratio", spoken=spoken, raw=top.raw or bottom.raw)


def show_money(value: Any, zone: tzinfo) -> Shown:
    if not isinstance(value, dict):
        return raw(value)
    amount = value.get("value")
    digits = number(amount)
    currency = as_text(value.get("currency"))
    if amount is None:
        return Shown(currency, absence(value), kind="money")
    text = f"{raw_text(amount) if digits is None else digits} {currency or '(currency not given)'}"
    return Shown(text, kind="money", raw=digits is None)


def show_sampled(value: Any, zone: tzinfo) -> Shown:
    """What a series of samples is, and its size; the samples stay in the detail tree."""
    if not isinstance(value, dict):
        return raw(value)
    samples = as_text(value.get("data")).split()
    origin = value.get("origin")
    unit = unit_of(origin) if isinstance(origin, dict) else ""
    period = number(value.get("period"))
    text = f"{len(samples)} samples" + (f" of {unit}" if unit else "")
    return Shown(text + (f", every {period} ms" if period else ""), kind="sampled")
