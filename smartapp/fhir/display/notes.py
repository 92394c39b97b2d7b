"""Words for annotations, attachments and signatures."""

from datetime import tzinfo
from typing import Any

from smartapp.fhir import dates
from smartapp.fhir.display import rtf
from smartapp.fhir.display.concepts import as_text, show_concept, show_reference
from smartapp.fhir.display.primitives import decoded_size, size_words
from smartapp.fhir.display.shown import Shown, absence, raw


def show_annotation(value: Any, zone: tzinfo) -> Shown:
    """The note, with who and when after it; RTF in it is turned to text, or shown raw."""
    if not isinstance(value, dict):
        return raw(value)
    note = as_text(value.get("text"))
    said, is_raw = note, False
    if rtf.is_rtf(note):
        read = rtf.to_text(note)
        said, is_raw = (note, True) if read is None else (read, False)
    who = as_text(value.get("authorString"))
    if isinstance(value.get("authorReference"), dict):
        who = show_reference(value["authorReference"], zone).text
    when = dates.text(value["time"], zone) if value.get("time") else ""
    source = ", ".join(part for part in (who, when) if part)
    text = f"{said} ({source})" if source and said else said or source
    return Shown(text, None if text else absence(value), kind="note", raw=is_raw)


def show_attachment(value: Any, zone: tzinfo) -> Shown:
    """Title, type, size and date; the address is the reference."""
    if not isinstance(value, dict):
        return raw(value)
    size = value.get("size")
    if size is None and isinstance(value.get("data"), str):
        size = decoded_size(value["data"])
    details = [
        as_text(value.get("contentType")),
        size_words(size) if size is not None else "",
        dates.text(value["creation"], zone) if value.get("creation") else "",
    ]
    detail = ", ".join(part for part in details if part)
    title, url = as_text(value.get("title")), as_text(value.get("url"))
    text = f"{title} ({detail})" if title and detail else title or detail or url
    missing = None if text else absence(value)
    return Shown(text, missing, url or None, kind="attachment")


def show_signature(value: Any, zone: tzinfo) -> Shown:
    """Who signed when, and as what."""
    if not isinstance(value, dict):
        return raw(value)
    who = show_reference(value["who"], zone).text if isinstance(value.get("who"), dict) else ""
    kinds = value.get("type")
    roles = [show_concept({"coding": [kind]}, zone).text for kind in kinds or [] if kind]
    when = dates.text(value["when"], zone) if value.get("when") else ""
    text = ", ".join(part for part in ("Signed", who and f"by {who}", when, *roles) if part)
    return Shown(text, kind="signature")
