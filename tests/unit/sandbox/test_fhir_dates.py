"""FHIR dates as intervals: precision, zones, and how search compares them."""

from datetime import UTC, datetime

import pytest

from smartapp.sandbox.fhir.dates import matches, span


def at(year, month, day, hour=0, minute=0, second=0):
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", at(2026, 1, 1), at(2027, 1, 1)),
        ("2026-02", at(2026, 2, 1), at(2026, 3, 1)),
        ("2024-02-29", at(2024, 2, 29), at(2024, 3, 1)),
        ("2026-05-01T08:30", at(2026, 5, 1, 8, 30), at(2026, 5, 1, 8, 31)),
        ("2026-05-01T08:30:15Z", at(2026, 5, 1, 8, 30, 15), at(2026, 5, 1, 8, 30, 16)),
        ("2026-05-01T08:30:15+00:00", at(2026, 5, 1, 8, 30, 15), at(2026, 5, 1, 8, 30, 16)),
        ("2026-05-01T23:30:15-05:00", at(2026, 5, 2, 4, 30, 15), at(2026, 5, 2, 4, 30, 16)),
        ("2026-05-01T08:30:60Z", at(2026, 5, 1, 8, 30, 59), at(2026, 5, 1, 8, 31)),
    ],
)
def test_a_date_covers_what_its_precision_leaves_open(text, start, end):
    assert span(text) == (start, end)


def test_milliseconds_are_kept():
    found = span("2026-05-01T08:30:15.250Z")
    assert found is not None
    assert found.start.microsecond == 250_000
    assert (found.end - found.start).total_seconds() == 0.001


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-13",
        "2026-02-30",
        "26-01-01",
        "2026-05-01T25:00:00Z",
        "2026-05-01T08: 30: 15.000Z",
        "9999-12-31",
        "0000-01-01",
        None,
        5,
        [],
        {},
    ],
)
def test_what_is_no_date_has_no_interval(text):
    assert span(text) is None


def test_a_period_with_one_end_is_open_at_the_other():
    found = span({"start": "2026"})
    assert found is not None
    assert found.start == at(2026, 1, 1)
    assert found.end.year == 9999


@pytest.mark.parametrize(
    ("prefix", "wanted", "have", "answer"),
    [
        ("bare", "2026-05-01", "2026-05-01T23:59:59Z", True),
        ("eq", "2026-05-01T08:00:00Z", "2026-05-01", False),
        ("ge", "2026-05-01", "2026-05-01T00:00:00Z", True),
        ("ge", "2026-05-01", "2026-04-30T23:59:59Z", False),
        ("ge", "2026-05-15", "2026-05", True),
        ("gt", "2026-05-01", "2026-05-01T12:00:00Z", False),
        ("gt", "2026-05-01", "2026-05-02", True),
        ("le", "2026-05-01", "2026-05-01T12:00:00Z", True),
        ("le", "2026-05-01", "2026-05-02", False),
        ("lt", "2026-05-01", "2026-05-01", False),
        ("lt", "2026-05-01", "2026-04-30", True),
    ],
)
def test_intervals_are_compared_as_the_standard_says(prefix, wanted, have, answer):
    first, second = span(wanted), span(have)
    assert first is not None
    assert second is not None
    assert matches(prefix, first, second) is answer
