"""Dates keep the precision and the day they were sent with."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartapp.fhir import dates

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("2026", "2026"),
        ("2026-07", "Jul-2026"),
        ("2026-07-14", "14-Jul-2026"),
        ("2026-07-14T13:10:00Z", "14-Jul-2026 08:10 −05:00"),
        ("2026-01-14T13:10:31.123456789Z", "14-Jan-2026 07:10 −06:00"),
        ("2026-07-14T23:30:00+05:30", "14-Jul-2026 13:00 −05:00"),
        ("2026-12-31T23:59:60Z", "31-Dec-2026 17:59 −06:00"),
        ("2026-07-14T08:10:00", "14-Jul-2026 08:10 (no time zone given)"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ],
)
def test_a_date_is_said_with_the_precision_it_was_sent_with(sent, words):
    assert dates.text(sent, CHICAGO) == words


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "UTC"])
def test_a_date_without_a_time_never_shifts(zone):
    assert dates.text("2026-03-08", ZoneInfo(zone)) == "08-Mar-2026"


@pytest.mark.parametrize(
    "sent", ["", "yesterday", "2026-13", "2026-02-30", "14/07/2026", "2026-7-4", 2026, None, "٢٠٢٦"]
)
def test_what_is_no_date_is_not_read_as_one(sent):
    assert dates.parse(sent) is None
    assert dates.said(sent, UTC) is None


def test_text_of_what_is_no_date_is_the_value_as_sent():
    assert dates.text("about 1980", UTC) == "about 1980"


@pytest.mark.parametrize(
    ("birth", "on", "words"),
    [
        ("1945-07-14", "2026-07-13", "80y"),
        ("1945-07-14", "2026-07-14", "81y"),
        ("2008-07-15", "2026-07-14", "17y 11m"),
        ("2008-07-14", "2026-07-14", "18y"),
        ("2024-07-14", "2026-07-14", "2y"),
        ("2025-05-31", "2026-07-02", "13m 2d"),
        ("2026-01-14", "2026-07-14", "25w 6d"),
        ("2026-07-02", "2026-07-14", "12d"),
        ("2026-07-14", "2026-07-14", "0d"),
        ("1980", "2026-07-14", "45y to 46y"),
        ("1980", "1980-03-01", "0d to 8w 4d"),
        ("2026-07-15", "2026-07-14", None),
        (None, "2026-07-14", None),
    ],
)
def test_an_age_has_two_units_for_a_child_and_a_range_for_a_partial_birth(birth, on, words):
    assert dates.age(birth, on) == words


def test_an_age_takes_a_calendar_date():
    assert dates.age("2000-01-01", date(2026, 1, 1)) == "26y"


@pytest.mark.parametrize(
    ("sent", "words"),
    [("08:10:00", "08:10"), ("08:10:05", "08:10:05"), ("08:10:05.5", "08:10:05.5"), ("x", "x")],
)
def test_a_time_says_seconds_only_where_there_are_any(sent, words):
    assert dates.time_text(sent) == words


def test_an_instant_for_ordering_is_the_earliest_that_a_partial_date_can_mean():
    assert dates.instant("2026-07") == datetime(2026, 7, 1, tzinfo=UTC)


def test_moments_are_ordered_across_offsets():
    early, late = dates.seconds("2026-07-14T10:00:00+02:00"), dates.seconds("2026-07-14T09:00:00Z")
    assert early is not None
    assert late is not None
    assert early < late


@given(st.dates(), st.dates())
def test_an_age_is_said_for_every_pair_of_days_in_order(one, other):
    first, last = sorted((one, other))
    words = dates.age(first, last)
    assert words
    assert words[0].isdigit()


@given(st.text(max_size=30))
def test_no_text_makes_the_reader_fail(text):
    assert isinstance(dates.text(text, CHICAGO), str)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_that_was_written_by_the_standard_is_read_back(moment):
    found = dates.instant(moment.isoformat())
    assert found == moment
