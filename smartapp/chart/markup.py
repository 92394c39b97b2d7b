"""Words to HTML: cells, links and marks, built as strings since a list has thousands of them."""

import re
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from django.utils.safestring import SafeString

from smartapp.fhir.display import Shown
from smartapp.fhir.elements import target
from smartapp.fhir.types import REGISTRY

_DATES = frozenset({"date", "dateTime", "instant", "period"})
_DATE = re.compile(r"\d\d-[A-Z][a-z]{2}-\d{4}|\d\d:\d\d(?: [+−]\d\d:\d\d)?")


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the records of one launch; `base` is its FHIR base."""

    records: str
    base: str

    def list(self, type_name: str) -> str:
        return f"{self.records}{type_name}/"

    def detail(self, type_name: str, resource_id: object) -> str:
        """The page of a record, or "" for what has none: a type or an id that we cannot open."""
        if type_name not in REGISTRY or not isinstance(resource_id, str):
            return ""
        if resource_id.strip(".") == "" or "/" in resource_id:
            return ""
        return f"{self.records}{type_name}/{quote(resource_id, safe='')}/"

    def follow(self, reference: str | None) -> str:
        """The page of a literal reference to this EHR; "" for contained ones and other hosts."""
        found = target(reference, self.base) if reference else None
        return self.detail(*found) if found else ""


def anchor(url: str, inner: str) -> str:
    """A link around HTML that is already safe; the HTML alone where there is no address."""
    return f'<a href="{escape(url)}">{inner}</a>' if url else inner


def words(shown: Shown, links: Links | None = None) -> str:
    """A value as HTML; with `links` its references can be followed. "" where nothing is said."""
    if shown.parts:
        return "; ".join([words(part, links) for part in shown.parts])
    if not shown.text:
        return f'<span class="missing">{escape(shown.missing)}</span>' if shown.missing else ""
    text = escape(shown.text)
    if shown.kind in _DATES:
        text = _DATE.sub(_whole, text)
    if links is not None and shown.reference:
        text = anchor(links.follow(shown.reference), text)
    marks = _marks(shown)
    if not marks and not shown.spoken:
        return text
    return f'<span class="{marks}">{_spoken(shown, text)}</span>'


def _whole(date: re.Match[str]) -> str:
    """A date or time that no line end may cut."""
    return f'<span class="nowrap">{date[0]}</span>'


def _marks(shown: Shown) -> str:
    """The classes of a value: its tone, and whether it is shown as sent."""
    marks = []
    if shown.tone:
        marks.append(f"tone {escape(shown.tone)}")
    if shown.raw:
        marks.append("raw")
    return " ".join(marks)


def _spoken(shown: Shown, text: str) -> str:
    """What a screen reader says instead of signs such as `<`: a label on a span is ignored."""
    if not shown.spoken or shown.spoken == shown.text:
        return text
    return (
        f'<span aria-hidden="true">{text}</span><span class="unseen">{escape(shown.spoken)}</span>'
    )


def safe(html: str) -> SafeString:
    """Mark HTML built here, all of whose values went through `escape`."""
    return SafeString(html)
