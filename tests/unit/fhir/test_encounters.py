"""The encounter strip: number, class, place, admitted, attending."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from smartapp.fhir import encounters

ZONE = ZoneInfo("America/Chicago")
ENCOUNTER = {
    "resourceType": "Encounter",
    "identifier": [{"value": "V1"}, {"type": {"text": "FIN NBR"}, "value": "F7"}],
    "status": "in-progress",
    "class": {"code": "IMP", "display": "inpatient encounter"},
    "type": [{"text": "Inpatient"}],
    "period": {"start": "2026-05-02T06:31:00Z"},
    "location": [
        {"location": {"display": "ED 3"}, "status": "completed"},
        {"location": {"display": "4W 12 A"}, "status": "active"},
    ],
    "participant": [
        {"type": [{"coding": [{"code": "ATND"}]}], "individual": {"display": "Lund, P"}},
        {"type": [{"coding": [{"code": "CON"}]}], "individual": {"display": "Other"}},
        {
            "type": [{"text": "Attending Physician"}],
            "individual": {"display": "Gone, G"},
            "period": {"end": "2026-05-03T00:00:00Z"},
        },
    ],
}


def test_the_strip_says_where_the_patient_is_and_who_attends():
    found = encounters.strip(ENCOUNTER, ZONE)
    assert (found.number_label, found.number) == ("FIN", "F7")
    assert (found.kind, found.place) == ("Inpatient", "4W 12 A")
    assert found.admitted == "02-May-2026 01:31 −05:00"
    assert [shown.text for shown in found.attending] == ["Lund, P"]
    assert found.status == "In progress"


def test_who_left_before_a_visit_ended_did_not_attend_to_its_end_but_who_stayed_did():
    ended = {**ENCOUNTER, "period": {"end": "2026-05-03T00:00:00Z"}}
    assert "Gone, G" in [shown.text for shown in encounters.attending(ended, ZONE)]


def test_without_a_present_place_all_are_said_with_their_state():
    places = [
        {"location": {"display": "ED 3"}, "status": "completed"},
        {"location": {"display": "4W"}, "status": "planned"},
    ]
    assert encounters.place({"location": places}, ZONE).text == "ED 3 (left); 4W (planned)"


def test_a_contained_place_is_said_by_its_name():
    resource = {
        "contained": [{"resourceType": "Location", "id": "l", "name": "Home"}],
        "location": [{"location": {"reference": "#l"}}],
    }
    assert encounters.place(resource, ZONE).text == "Home"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"class": {"code": "EMER"}}, "Emergency"),
        ({"class": {"code": "X", "display": "x-ray visit"}}, "x-ray visit"),
        ({"class": {"code": "AMB"}, "type": [{"text": "Check-up"}]}, "Ambulatory – Check-up"),
        ({"type": [{"text": "Check-up"}]}, "Check-up"),
    ],
)
def test_class_and_type_are_said_once(fields, text):
    resource = {"resourceType": "Encounter", **fields}
    assert encounters.class_and_type(resource, ZONE).text == text


def test_an_encounter_that_says_nothing_has_an_empty_strip():
    found = encounters.strip({"resourceType": "Encounter"}, ZONE)
    assert (found.number, found.kind, found.place, found.admitted) == ("", "", "", "")


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ({"start": "2026-05-01", "end": "2026-05-04"}, 3),
        ({"start": "2026-07-10T10:00:00Z"}, 4),
        ({"start": "2026"}, None),
        ({}, None),
    ],
)
def test_a_stay_is_counted_in_days(period, days):
    assert encounters.stay_days({"period": period}, date(2026, 7, 14), ZONE) == days


def test_the_days_of_a_stay_are_those_of_the_dates_shown():
    period = {"start": "2026-07-01T00:30:00Z", "end": "2026-07-03T19:30:00-05:00"}
    zone = ZoneInfo("America/Chicago")
    assert encounters.stay_days({"period": period}, date(2026, 7, 14), zone) == 3
