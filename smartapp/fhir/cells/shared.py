"""Pieces that the column functions of several families share."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from smartapp.fhir.columns import at, join
from smartapp.fhir.display import NOTHING, Shown, show_as
from smartapp.fhir.display.concepts import show_concept, show_reference
from smartapp.fhir.display.primitives import PRIMITIVES
from smartapp.fhir.elements import contained
from smartapp.fhir.extensions import found

Resource = Mapping[str, Any]
_BLOCK_TAGS = "p div br tr li h1 h2 h3 h4 h5 h6 table ul ol dt dd"
_BLOCKS = frozenset(_BLOCK_TAGS.split())


def items(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of a list; none of anything else."""
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, dict))


def concept(parent: Mapping[str, Any], key: str, zone: tzinfo) -> str:
    """The words of a concept of an object; why it is missing, in brackets; "" without it."""
    value = parent.get(key)
    if not isinstance(value, dict):
        return ""
    shown = show_concept(value, zone)
    return shown.text or (f"({shown.missing})" if shown.missing else "")


def choice(parent: Mapping[str, Any], name: str, zone: tzinfo) -> Shown:
    """What an object says at a choice element: `value` → valueQuantity, valueString, …"""
    size = len(name)
    for key, value in parent.items():
        if key.startswith(name) and key[size : size + 1].isupper():
            return show_as(_datatype(key[size:]), value, parent.get(f"_{key}"), zone)
    return NOTHING


_ALIASES = {
    "PositiveInt": "integer",
    "UnsignedInt": "integer",
    "Canonical": "uri",
    "Url": "uri",
    "Uuid": "uri",
    "Oid": "uri",
}


@lru_cache(maxsize=256)
def _datatype(suffix: str) -> str:
    """The datatype that the end of a choice element's name says."""
    if suffix in _ALIASES:
        return _ALIASES[suffix]
    primitive = suffix[:1].lower() + suffix[1:]
    return primitive if primitive in PRIMITIVES else suffix


def extension(element: Any, url: str, zone: tzinfo) -> Shown:
    """The words of the extensions that an element carries under one address."""
    return join([choice(item, "value", zone) for item in found(element, url)])


def referred(value: Any, resource: Resource, zone: tzinfo) -> Shown:
    """A reference in words; one to a contained resource by that resource's name."""
    shown = show_reference(value, zone)
    inside = contained(resource, shown.reference or "")
    if inside is None or shown.text != shown.reference:
        return shown
    for path in ("name", "code", "type"):
        named = at(inside, path, zone)
        if named.text:
            return shown.reworded(named.text)._replace(codings=named.codings)
    return shown


def with_notes(shown: Shown, notes: list[str]) -> Shown:
    """The text with remarks after it: aspirin (reported)."""
    if not notes or not (shown.text or shown.missing):
        return shown
    text = f"{shown.text or shown.missing} ({', '.join(notes)})"
    return shown.reworded(text)


def not_an_order(resource: Resource) -> list[str]:
    """What a request is, where it orders nothing. Source: FHIR R4, request intent."""
    intent = resource.get("intent")
    known = intent in ("proposal", "plan", "option", "directive")
    return [f"{intent}, not an order"] if known else []


def narrative_text(resource: Resource) -> str:
    """The words of a resource's narrative, without markup; never more than words."""
    text = resource.get("text")
    div = text.get("div") if isinstance(text, dict) else None
    if not isinstance(div, str):
        return ""
    words = _words(div)
    # Millennium's own examples hold markup that was escaped twice (seen August 2026).
    return _words(words) if words.startswith("<") and words.endswith(">") else words


def _words(markup: str) -> str:
    reader = _Words()
    reader.feed(markup)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).splitlines())
    return "\n".join(line for line in lines if line)


class _Words(HTMLParser):
    """Collects the text of XHTML, a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag in {"td", "th"}:
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data.replace("\n", " "))
