"""A record as a page: its title, what must be read first, every element, its narrative and JSON."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from html import escape, unescape
from typing import Any

import msgspec
import nh3
from django.utils.safestring import SafeString

from smartapp.chart.lists import Note
from smartapp.chart.markup import Links, anchor, safe
from smartapp.chart.tables import Table
from smartapp.fhir import columns, status
from smartapp.fhir.display import Coding
from smartapp.fhir.elements import Node, tree
from smartapp.fhir.entry import Resource
from smartapp.fhir.status import is_retracted, negation, unknown_modifiers
from smartapp.gateway.target import Fetched

_BLOCKS = {"p", "div", "hr", "br", "pre", "blockquote", "ul", "ol", "li", "dl", "dt", "dd"}
_INLINE = {"span", "b", "strong", "i", "em", "u", "s", "sub", "sup", "small", "code"}
_TABLES = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_TAGS = _BLOCKS | _INLINE | _TABLES | _HEADINGS
_CELLS = frozenset({"colspan", "rowspan"})
_TAG = re.compile(r"<[^<>]*>")
# Parsing HTML takes time by the square of how deep it nests and how many attributes it has.
_MOST_TAGS, _LONGEST_MARKUP = 10_000, 300_000
_DATA_SHOWN = 40
_LONGEST = 20_000
_ENCODER = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Detail:
    """A record in words; `tree` and `narrative` are HTML made here."""

    title: str
    notices: tuple[Note, ...]
    tree: SafeString
    narrative: SafeString
    raw: str
    version: str
    updated: str


def detail(fetched: Fetched, table: Table) -> Detail:
    resource = fetched.resource
    meta = resource.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    return Detail(
        title=title(resource, table),
        notices=tuple(notices(resource, table.zone)),
        tree=nodes(tree(resource, table.zone), table.links),
        narrative=narrative(resource),
        raw=pretty(resource),
        version=str(meta.get("versionId", "")),
        updated=str(meta.get("lastUpdated", "")),
    )


def title(resource: Resource, table: Table) -> str:
    """What the first column says; else the type and id."""
    first = table.entry.columns[:1]
    said = [columns.cell(column, resource, table.zone).text for column in first]
    return next((text for text in said if text), f"{table.entry.name} {resource.get('id', '')}")


def notices(resource: Resource, zone: tzinfo) -> Iterable[Note]:
    """What changes how all the rest must be read, in words, before it."""
    if is_retracted(resource):
        yield Note("Entered in error: this record was withdrawn and must not be relied on.", "stop")
    blockers = unknown_modifiers(resource)
    if blockers:
        yield Note(
            "This record carries a modifier that this app does not know, so what is below may mean"
            f" something else, even the opposite: {', '.join(blockers)}. Read it in the EHR.",
            "stop",
        )
    negated = negation(resource)
    if negated:
        yield Note(f"{negated}: this record says what is not so, or was not done.", "stop")
    state = status.shown(resource, zone)
    if state.raw or state.tone in {"warning", "old"}:
        yield Note(f"Status: {state.text}.")


def nodes(found: Iterable[Node], links: Links) -> SafeString:
    """Every element, nested as in the resource."""
    return safe("".join([_node(node, links) for node in found]))


def _node(node: Node, links: Links) -> str:
    below = "".join([_node(child, links) for child in node.children])
    label = f'<dt title="{escape(node.path)}">{escape(node.label)}</dt>'
    if node.kind in ("group", "resource", "modifier") and below and not node.text:
        mark = f" {node.kind}" if node.kind != "group" else ""
        return f'<div class="node parent{mark}">{label}<dd><dl class="tree">{below}</dl></dd></div>'
    return f'<div class="node">{label}<dd>{_words(node, links)}{_more(node, below)}</dd></div>'


def _words(node: Node, links: Links) -> str:
    """The value in words, as sent where it could not be read, or why there is none."""
    if node.missing and not node.text:
        return f'<span class="missing">{escape(node.missing)}</span>'
    if node.kind == "narrative":
        return _narrative(node)
    text = escape(node.text)
    if node.reference:
        text = _reference(node, text, links)
    if node.raw:
        text = f'<span class="raw">{text}</span>'
    if node.spoken and node.spoken != node.text:
        text = (
            f'<span aria-hidden="true">{text}</span>'
            f'<span class="unseen">{escape(node.spoken)}</span>'
        )
    return f"{text}{_sent(node)}"


def _narrative(node: Node) -> str:
    """The record's own stands beside the table; that of a contained one stands in its place."""
    if node.path == "text.div":
        return '<span class="soft">Shown on its own, as text</span>'
    return f'<div class="narrative">{clean(node.text)}</div>'


def _reference(node: Node, text: str, links: Links) -> str:
    """A link to our page of it; another host's address is text only, never followed."""
    reference = node.reference or ""
    url = links.follow(reference)
    if url:
        return anchor(url, text)
    shown = "" if node.text == reference else f' <span class="code soft">{escape(reference)}</span>'
    return f"{text}{shown}"


def _sent(node: Node) -> str:
    """The primitive as sent, beside the words that stand for it."""
    if node.sent is None:
        return ""
    if node.kind == "data":
        return f' <span class="code soft">{escape(node.sent[:_DATA_SHOWN])}…</span>'
    return f' <span class="code soft">{escape(node.sent)}</span>'


def _coding(one: Coding) -> str:
    version = f" version {escape(one.version)}" if one.version else ""
    chosen = ", chosen by the user" if one.user_selected else ""
    return (
        f'<li>{escape(one.display)} <b class="code">{escape(one.code)}</b>'
        f' <span class="code">{escape(one.system)}</span>{version}{chosen}</li>'
    )


def _more(node: Node, below: str) -> str:
    """The codes behind a value and its parts as sent: folded away where the words say it."""
    inner = f'<dl class="tree">{below}</dl>' if below else ""
    if below and not node.folded:
        return inner
    codes = "".join([_coding(one) for one in node.codings])
    if not codes and not below:
        return ""
    word = ("Code" if len(node.codings) == 1 else "Codes") if codes else "As sent"
    listed = f"<ul>{codes}</ul>" if codes else ""
    return f'<details class="codings"><summary>{word}</summary>{listed}{inner}</details>'


def narrative(resource: Resource) -> SafeString:
    """`text.div` through a tiny allow-list: no links, images, styles or scripts."""
    text = resource.get("text")
    div = text.get("div") if isinstance(text, dict) else None
    return safe(clean(div)) if isinstance(div, str) else safe("")


def clean(html: str) -> str:
    """The narrative with its layout; of one beyond all measure the words without it."""
    if len(html) > _LONGEST_MARKUP or html.count("<") > _MOST_TAGS:
        return _as_text(html)
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"td": set(_CELLS), "th": set(_CELLS)},
        strip_comments=True,
        link_rel=None,
    )


def _as_text(html: str) -> str:
    """The words alone, in linear time."""
    return f"<pre>{escape(unescape(_TAG.sub(' ', html)))}</pre>"


def pretty(resource: Resource) -> str:
    """The resource as JSON, numbers with the digits sent; a very long text is cut, and says so."""
    try:
        return whole(_short(resource)).decode()
    except RecursionError:
        return "This record is nested too deeply to be written out here."


def whole(resource: Resource) -> bytes:
    """The resource as JSON, uncut."""
    return msgspec.json.format(_ENCODER.encode(resource), indent=2)


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_short(item) for item in value]
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[:200]}… (cut: {len(value):,} characters in all)"
    return value
