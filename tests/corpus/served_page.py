"""A page of the app read as its user reads it: text by element, links, forms; no raw JSON."""

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from typing import Any

import msgspec

# What stands beside a label of the tree of elements, up to the next label.
_ELEMENT = re.compile(r'<dt title="([^"]*)">[^<]*</dt><dd>(.*?)(?=<dt title="|</section>)', re.S)
_TAG = re.compile(r"<[^>]*>")
_NARRATIVE = re.compile(r'<h2 id="narrative-title".*?<div class="narrative">(.*?)</section>', re.S)
_DATA_SHOWN = 40

Leaf = tuple[str, Any]


def elements(html: str) -> dict[str, str]:
    """Path of each element on a record's page → all text that stands beside its label."""
    return {unescape(path): _plain(inner) for path, inner in _ELEMENT.findall(html)}


def _plain(html: str) -> str:
    return unescape(_TAG.sub("", html))


def narrative(html: str) -> str:
    """The words of the narrative below the tree."""
    return _words("".join(_NARRATIVE.findall(html)))


def _words(html: str) -> str:
    """Text alone, its blanks removed: a table cell ends a word as a space does."""
    return re.sub(r"\s+", "", _plain(html))


def missing(resource: dict[str, Any], html: str) -> list[str]:
    """Paths of the values that a record states and its page does not say."""
    shown, told = elements(html), narrative(html)
    return [path for path, value in leaves(resource) if not _is_said(path, value, shown, told)]


def _is_said(path: str, value: Any, shown: dict[str, str], told: str) -> bool:
    if path not in shown:
        return False
    if path.endswith("text.div"):
        return _words(value) in (told if path == "text.div" else _words(shown[path]))
    sent = as_sent(value)
    # Base64 is said by its size and how it begins: the file itself is opened, not read here.
    return sent in shown[path] or (" " not in sent and f"{sent[:_DATA_SHOWN]}…" in shown[path])


def as_sent(value: Any) -> str:
    """A primitive as its JSON has it, a string without quotes."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return str(value)
    return msgspec.json.encode(value).decode()


def leaves(node: Any, path: str = "") -> Iterator[Leaf]:
    """Every primitive in a record with its path; `_name` stands at the path of `name`."""
    if isinstance(node, dict):
        for key, value in node.items():
            bare = key.removeprefix("_")
            yield from leaves(value, f"{path}.{bare}" if path else bare)
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from leaves(item, f"{path}[{index}]")
    elif node is not None:
        yield path, node


def rows(html: str, type_name: str) -> set[str]:
    """Ids of the records of a type that a list links to."""
    table = "".join(re.findall(r"<tbody.*?</tbody>", html, re.S))
    return {unescape(one) for one in re.findall(rf'/records/{type_name}/([^/"?]+)/"', table)}


def onward(html: str) -> list[str]:
    """Links that show more of a list: the next rows, and what the EHR has beyond the cap."""
    more = re.findall(r'<a class="button" href="(\?[^"]*)" hx-get', html)
    beyond = re.findall(r'<a href="(\?[^"]*cursor=[^"]*)">Load the next', html)
    return [unescape(one) for one in (*more, *beyond)]


def form_token(html: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    assert found, "the page has no form"
    return found[1]
