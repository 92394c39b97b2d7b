"""Every resource of the corpus is listed, and each value it states is in its detail tree."""

import gzip
import os
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from smartapp.fhir.columns import cell
from smartapp.fhir.elements import tree
from smartapp.fhir.status import status_text
from smartapp.fhir.tree import MAX_DEPTH
from smartapp.fhir.types import REGISTRY

pytestmark = pytest.mark.corpus

ZONE = ZoneInfo("America/Chicago")
DECODER = msgspec.json.Decoder(float_hook=Decimal)
FOLDERS = ("millennium-r4", "synthea-r4")


def files():
    root = os.environ.get("SMARTAPP_CORPUS", "")
    found = (path for name in FOLDERS if root for path in (Path(root) / name).rglob("*.json*"))
    return sorted(found)


FILES = files()


def read(path):
    return DECODER.decode(
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    )


def resources(value):
    """Every resource in a file, of a Bundle, of a lone entry, of a list or by itself."""
    if isinstance(value, list):
        for item in value:
            yield from resources(item)
    elif isinstance(value, dict) and value.get("resourceType") == "Bundle":
        yield from resources(value.get("entry", []))
    elif isinstance(value, dict) and "resourceType" in value:
        yield value
    elif isinstance(value, dict) and "resource" in value:
        yield from resources(value["resource"])


def stated(value):
    """Every primitive that a resource states, as it is written."""
    if isinstance(value, dict):
        for item in value.values():
            yield from stated(item)
    elif isinstance(value, list):
        for item in value:
            yield from stated(item)
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif value is not None:
        yield str(value)


def said(nodes):
    """Every text of a tree, in words and as sent."""
    for node in nodes:
        yield node.text
        yield node.sent or ""
        yield from said(node.children)


def depth(value):
    if isinstance(value, dict | list):
        items = value.values() if isinstance(value, dict) else value
        return 1 + max(map(depth, items), default=0)
    return 0


@pytest.mark.skipif(not FILES, reason="SMARTAPP_CORPUS names no folder with FHIR R4 files")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_value_that_a_resource_states_is_in_its_tree(path):
    for resource in resources(read(path)):
        texts = set(said(tree(resource, ZONE)))
        missing = [text for text in stated(resource) if text not in texts]
        assert missing == [], f"{resource['resourceType']}/{resource.get('id')}"
        assert depth(resource) < MAX_DEPTH


@pytest.mark.skipif(not FILES, reason="SMARTAPP_CORPUS names no folder with FHIR R4 files")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_resource_is_listed_by_columns_that_say_something(path):
    for resource in resources(read(path)):
        entry = REGISTRY.get(resource["resourceType"])
        if entry is None:
            continue
        shown = [cell(column, resource, ZONE) for column in entry.columns]
        assert any(one.text or one.missing for one in shown), resource.get("id")
        assert "Could not be read" not in " ".join(one.text for one in shown)
        assert all(
            one.text == "; ".join(part.text for part in one.parts) for one in shown if one.parts
        )
        assert isinstance(status_text(resource, ZONE), str)


@pytest.mark.skipif(not FILES, reason="SMARTAPP_CORPUS names no folder with FHIR R4 files")
def test_the_corpus_holds_most_types():
    found = {resource["resourceType"] for path in FILES for resource in resources(read(path))}
    assert len(found & set(REGISTRY)) >= 35
