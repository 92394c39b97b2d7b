"""One section: its narrative table, and an entry for each row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from smartapp.sandbox.ccd.xml import LOINC, code, node, template
from smartapp.sandbox.fhir.wire import Resource

MOST_ROWS = 200
"""Rows of one section; of more, the newest are shown and the section says so."""

Write = Callable[[Element, Resource, str], None]
Tell = Callable[[Resource], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What a section is called, which rows it shows, and how an entry is written."""

    title: str
    loinc: str
    root: str
    extension: str
    header: tuple[str, ...]
    tell: Tell
    write: Write | None
    prefix: str


def write_section(body: Element, section: Section, resources: list[Resource]) -> None:
    """Add the section to the structured body."""
    component = node(body, "component")
    holder = node(component, "section", **({} if resources else {"nullFlavor": "NI"}))
    template(holder, section.root, section.extension)
    code(holder, "code", section.loinc, LOINC, section.title)
    node(holder, "title", section.title)
    text = node(holder, "text")
    if not resources:
        node(text, "paragraph", "No information.")
        return
    shown = resources[:MOST_ROWS]
    if len(resources) > len(shown):
        node(text, "paragraph", f"The newest {len(shown)} of {len(resources)} are shown.")
    rows = _table(text, section, shown)
    if section.write is not None:
        for resource, row in zip(shown, rows, strict=True):
            section.write(node(holder, "entry", typeCode="DRIV"), resource, row)


def _table(text: Element, section: Section, shown: list[Resource]) -> list[str]:
    """The table; gives the ID of each row."""
    table = node(text, "table", border="1", width="100%")
    head = node(node(table, "thead"), "tr")
    for word in section.header:
        node(head, "th", word)
    body, rows = node(table, "tbody"), []
    for number, resource in enumerate(shown, 1):
        rows.append(f"{section.prefix}{number}")
        line = node(body, "tr", ID=rows[-1])
        for cell in section.tell(resource):
            node(line, "td", cell)
    return rows
