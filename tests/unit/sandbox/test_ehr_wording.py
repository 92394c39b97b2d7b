from datetime import date

import pytest

from smartapp.sandbox.html import path
from smartapp.sandbox.patients import Visit
from smartapp.sandbox.wording import age, day


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1948-02-11", "11-Feb-1948"),
        ("2017-04", "Apr-2017"),
        ("2018", "2018"),
        ("2026-11-16T21:00:00-05:00", "17-Nov-2026"),
        ("2026-11-17T02:00:00.000Z", "17-Nov-2026"),
        ("2026-13", "2026"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_date_is_said_as_far_as_it_is_known(text, said):
    assert day(text) == said


@pytest.mark.parametrize(
    ("born", "said"),
    [
        ("1950-11-20", "76 y"),
        ("1950-11-21", "75 y"),
        ("2025-01-20", "22 mo"),
        ("2026-11-17", "3 d"),
        ("1950", "about 76 y"),
        ("unknown", ""),
        (None, ""),
    ],
)
def test_an_age_is_said_in_the_unit_of_that_age(born, said):
    assert age(born, date(2026, 11, 20)) == said


@pytest.mark.parametrize(
    ("start", "end", "is_open", "said"),
    [
        ("01-Jan-2026", "", True, "since 01-Jan-2026"),
        ("", "", True, "now"),
        ("01-Jan-2026", "01-Jan-2026", False, "01-Jan-2026"),
        ("01-Jan-2026", "03-Jan-2026", False, "01-Jan-2026 to 03-Jan-2026"),
        ("", "03-Jan-2026", False, "03-Jan-2026"),
    ],
)
def test_a_visit_says_its_days_once(start, end, is_open, said):
    assert Visit("1", "", "", "", start, end, is_open).when == said


def test_an_odd_id_stays_one_part_of_an_address():
    assert path("charts", "a/b?c", tab="x y") == "/charts/a%2Fb%3Fc?tab=x+y"
