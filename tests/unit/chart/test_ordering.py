"""Sorting by a column: dates by moment, numbers by size, and what is missing always last."""

from decimal import Decimal

import pytest

from smartapp.chart.ordering import by_column
from smartapp.fhir.entry import Column
from tests.unit.chart.fakes import resource


def ids(found):
    return [one["id"] for one in found]


def observations(element, *values):
    return [
        resource("Observation", n, **({element: value} if value is not None else {}))
        for n, value in enumerate(values)
    ]


@pytest.mark.parametrize(("descending", "expected"), [(False, "1320"), (True, "0231")])
def test_moments_are_ordered_across_time_zones_and_precisions(descending, expected):
    rows = observations(
        "issued",
        "2026-01-02T00:00:00Z",
        "2026-01-01T00:00:00+01:00",
        "2026-01-01T20:00:00-02:00",
        "2026-01-01T00:00:00Z",
    )
    found = by_column(Column("Issued", "issued"), rows, descending=descending)
    assert "".join(ids(found)) == expected


def test_numbers_are_ordered_by_size_not_by_letters():
    values = [{"value": Decimal(text)} for text in ("10", "9.5", "100")]
    rows = observations("valueQuantity", *values)
    assert ids(by_column(Column("Value", "value[x]"), rows)) == ["1", "0", "2"]


def test_words_are_ordered_whatever_their_case():
    rows = observations("code", {"text": "beta"}, {"text": "Alpha"})
    assert ids(by_column(Column("Test", "code"), rows)) == ["1", "0"]


@pytest.mark.parametrize("descending", [False, True])
def test_what_is_not_recorded_comes_last_either_way(descending):
    rows = observations("issued", None, "2026-01-01T00:00:00Z")
    assert ids(by_column(Column("Issued", "issued"), rows, descending=descending)) == ["1", "0"]


def test_values_of_several_kinds_do_not_break_the_order():
    rows = [
        resource("Observation", 0, valueString="positive"),
        resource("Observation", 1, valueQuantity={"value": 3}),
        resource("Observation", 2, valueDateTime="2026-01-01"),
        resource("Observation", 3, valueQuantity={"value": "odd"}),
        resource("Observation", 4),
    ]
    assert sorted(ids(by_column(Column("Value", "value[x]"), rows))) == ["0", "1", "2", "3", "4"]
