"""Lists are newest first, and the undated come last."""

from functools import partial

from smartapp.fhir.order import newest_first
from smartapp.fhir.types import REGISTRY


def ids(name, rows):
    found = [{"resourceType": name, **row} for row in rows]
    return [row["id"] for row in sorted(found, key=partial(newest_first, REGISTRY[name]))]


def test_results_are_ordered_by_when_they_were_observed():
    rows = [
        {"id": "undated", "issued": "2030-01-01T00:00:00Z"},
        {"id": "old", "effectiveDateTime": "2020"},
        {"id": "new", "effectivePeriod": {"start": "2026-07-14T00:00:00Z"}},
        {"id": "middle", "effectiveDateTime": "2026-07-13T23:00:00-05:00"},
    ]
    assert ids("Observation", rows) == ["middle", "new", "old", "undated"]


def test_rows_of_one_date_are_ordered_by_their_last_update():
    rows = [
        {"id": "a", "meta": {"lastUpdated": "2026-01-01T00:00:00Z"}},
        {"id": "b", "meta": {"lastUpdated": "2026-01-02T00:00:00Z"}},
        {"id": "c"},
    ]
    assert ids("Device", rows) == ["b", "a", "c"]


def test_a_timing_counts_by_its_first_event():
    rows = [
        {"id": "a", "occurrenceTiming": {"event": ["2026-01-01"]}},
        {"id": "b", "occurrenceDateTime": "2026-02-01"},
    ]
    assert ids("ChargeItem", rows) == ["b", "a"]
