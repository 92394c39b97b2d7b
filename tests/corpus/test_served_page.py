"""The corpus test's own eyes: what counts as told on a page, and what does not."""

from datetime import UTC
from decimal import Decimal

import pytest

from smartapp.chart.details import nodes, pretty
from smartapp.chart.markup import Links
from smartapp.fhir.elements import tree
from tests.corpus.served_page import leaves, missing

RECORD = {
    "resourceType": "Condition",
    "id": "c1",
    "recordedDate": "2026-07-14T08:10:00-05:00",
    "onsetString": "last summer",
    "_onsetString": {"extension": [{"url": "urn:x", "valueInteger": 3}]},
    "code": {"text": "A & B", "coding": [{"system": "http://snomed.info/sct", "code": "1"}]},
    "evidence": [{"detail": [{"reference": "Observation/o1"}]}],
    "stage": [{"summary": {"text": "II"}, "made": Decimal("1.50")}],
}


def page(resource, **changed):
    """The part of a record's page that is about its elements, then its raw JSON."""
    links = Links("/launches/x/records/", "https://ehr.example/r4")
    told = nodes(tree(resource | changed, UTC), links)
    return (
        f'<section><dl class="tree">{told}</dl></section>'
        f'<section><pre class="json">{pretty(resource)}</pre></section>'
    )


def test_a_page_that_tells_everything_lacks_nothing():
    assert missing(RECORD, page(RECORD)) == []


@pytest.mark.parametrize("path", [path for path, _ in leaves(RECORD)])
def test_a_value_whose_label_is_gone_is_missed_though_the_raw_json_has_it(path):
    html = page(RECORD).replace(f'<dt title="{path}">', '<dt title="">')
    assert missing(RECORD, html) == [path]


def test_a_value_that_stands_beside_another_label_is_missed():
    html = page(RECORD, onsetString="long ago", note=[{"text": "last summer"}])
    assert missing(RECORD, html) == ["onsetString"]


def test_a_date_that_is_only_put_in_other_words_is_missed():
    html = page(RECORD).replace(RECORD["recordedDate"], "")
    assert missing(RECORD, html) == ["recordedDate"]
