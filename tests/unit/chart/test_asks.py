"""Forms of lists: defaults, what is sent, and what is refused with a reason."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from smartapp.chart.asks import FROM, TO, Ask, Context, defaults, first_way, known
from smartapp.chart.frame import reach_of
from smartapp.fhir.types import REGISTRY
from smartapp.gateway.dialects import Default, Need, Way
from tests.unit.chart.fakes import launch

CONTEXT = Context(ZoneInfo("America/Chicago"), date(2026, 11, 20), "enc-1")
PERIOD = Need("date", "Date", kind="period", default=Default.PERIOD, days=(-1, 1))
PATIENT = Need("patient", "Patient", default=Default.PATIENT)


def ask(way, data, name="Condition"):
    return Ask(reach_of(launch(), REGISTRY[name]), way, CONTEXT, data)


def test_a_period_is_filled_in_around_today():
    assert defaults(Way((PERIOD,)), CONTEXT) == {
        "date" + FROM: "2026-11-19",
        "date" + TO: "2026-11-21",
    }


def test_the_visit_of_the_launch_is_filled_in():
    way = Way((Need("context", "Encounter", default=Default.ENCOUNTER),))
    assert defaults(way, CONTEXT) == {"context": "enc-1"}


def test_without_a_visit_there_is_no_default():
    way = Way((Need("context", "Encounter", default=Default.ENCOUNTER),))
    assert defaults(way, Context(CONTEXT.zone, CONTEXT.today)) is None


def test_what_is_known_is_filled_in_even_where_more_must_be_said():
    way = Way((Need("service-type", "Service type"), PERIOD))
    assert defaults(way, CONTEXT) is None
    assert ask(way, None).initial == known(way, CONTEXT) != {}


def test_the_patient_is_never_asked_for():
    assert list(ask(Way((PATIENT, PERIOD)), None).way_fields) == ["date" + FROM, "date" + TO]


@pytest.mark.parametrize(
    ("prefixes", "upper"),
    [(("ge", "lt"), "lt2026-11-22T00:00:00-06:00"), (("ge", "le"), "le2026-11-21T23:59:59-06:00")],
)
def test_a_period_covers_its_last_day_in_the_sites_zone(prefixes, upper):
    need = Need("date", "Date", kind="period", prefixes=prefixes)
    form = ask(Way((need,)), {"date" + FROM: "2026-11-19", "date" + TO: "2026-11-21"})
    assert form.is_valid()
    assert form.parameters() == {"date": ["ge2026-11-19T00:00:00-06:00", upper]}


def test_a_period_with_one_end_is_sent_as_a_closed_pair():
    form = ask(Way(), {"recorded-date" + FROM: "2026-11-19"})
    assert form.is_valid()
    lower, upper = form.parameters()["recorded-date"]
    assert lower.startswith("ge2026-11-19T")
    assert upper.startswith("le203")


def test_a_period_the_wrong_way_round_is_refused_with_a_reason():
    form = ask(Way((PERIOD,)), {"date" + FROM: "2026-11-19", "date" + TO: "2026-11-01"})
    assert not form.is_valid()
    assert "before the first" in form.errors["date" + TO][0]


def test_what_the_ehr_demands_must_be_filled_in():
    assert not ask(Way((Need("name", "Name"),)), {}).is_valid()


def test_filters_that_are_left_empty_are_not_sent():
    form = ask(Way(), {"category": "", "clinical-status": "active"})
    assert form.is_valid()
    assert form.parameters() == {"clinical-status": "active"}


def test_a_directory_of_the_hospital_is_never_listed_unasked():
    assert first_way(reach_of(launch(), REGISTRY["Organization"]), CONTEXT) is None


def test_choices_in_force_are_said_in_words():
    form = ask(Way(), {"clinical-status": "active", "recorded-date" + FROM: "2026-11-19"})
    assert form.is_valid()
    said = form.said(form.narrowing)
    assert "Clinical status “active”" in said
    assert "Recorded date from “19-Nov-2026”" in said
