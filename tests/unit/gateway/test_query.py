"""The parameters of a search, before it is sent."""

import pytest

from smartapp.fhir.types import REGISTRY
from smartapp.gateway.capability import Capability
from smartapp.gateway.errors import NotFound, Unsupported, WrongPatient
from smartapp.gateway.query import build, check_id, identifies
from smartapp.gateway.target import Policy
from tests.unit.gateway.servers import generic, millennium, statement


def sent(name, params=None, capability=None, cap=1000, patient="p1"):
    policy = Policy(capability=capability, patient=patient)
    return list(build(REGISTRY[name], params or {}, policy, cap))


MILLENNIUM = millennium()


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        ("Observation", {}, [("patient", "p1"), ("_count", "200")]),
        ("DiagnosticReport", {}, [("patient", "p1"), ("_count", "100")]),
        ("Condition", {}, [("patient", "p1")]),
        ("Observation", {"_id": "a,b"}, [("_id", "a,b")]),
        ("Observation", {"subject": "p1"}, [("subject", "p1"), ("_count", "200")]),
        ("CarePlan", {}, [("patient", "p1"), ("category", "assess-plan"), ("_count", "100")]),
        ("CareTeam", {"encounter": "e1"}, [("encounter", "e1")]),
        (
            "RelatedPerson",
            {},
            [
                ("patient", "p1"),
                ("-relationship-level", "http://hl7.org/fhir/resource-types|Patient"),
            ],
        ),
        ("RelatedPerson", {"-encounter": "e1"}, [("-encounter", "e1")]),
        (
            "Appointment",
            {"date": ["ge2026-01-01T00:00:00Z", "lt2027-01-01T00:00:00Z"]},
            [
                ("date", "ge2026-01-01T00:00:00Z"),
                ("date", "lt2027-01-01T00:00:00Z"),
                ("patient", "p1"),
                ("_count", "100"),
            ],
        ),
        (
            "Account",
            {"-encounter": "e1"},
            [("-encounter", "e1"), ("type", "guarantor-balance"), ("_count", "100")],
        ),
        (
            "Account",
            {"identifier": "77"},
            [("identifier", "77"), ("patient", "p1"), ("type", "statement"), ("_count", "100")],
        ),
        (
            "ChargeItem",
            {"context": "e1"},
            [("context", "e1"), ("-status", "billable"), ("_count", "100")],
        ),
        ("Organization", {}, [("_count", "100")]),
        ("Patient", {}, [("_id", "p1")]),
        ("Encounter", {"identifier": "FIN1"}, [("identifier", "FIN1"), ("_count", "100")]),
    ],
)
def test_millennium_gets_the_combination_that_it_permits(name, params, expected):
    assert sent(name, params, MILLENNIUM) == expected


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("Appointment", {}),
        ("Account", {}),
        ("Account", {"type": "statement"}),
        ("Slot", {"service-type": "x"}),
        ("Communication", {"category": "notification", "received": "ge2026-01-01T00:00:00Z"}),
        ("Practitioner", {"given": "Ann"}),
        ("Person", {}),
        ("Provenance", {}),
        ("Observation", {"date": "ge2026", "_lastUpdated": "ge2026"}),
        ("Observation", {"status": "final"}),
        ("Observation", {"_sort": "-date"}),
        ("Observation", {"_include": "Observation:subject"}),
        ("Account", {"_id": "a", "_revinclude": "Provenance:target"}),
    ],
)
def test_what_millennium_would_refuse_or_ignore_is_not_sent(name, params):
    with pytest.raises(Unsupported):
        sent(name, params, MILLENNIUM)


def test_a_message_search_of_millennium_may_name_its_recipient_by_type():
    params = {
        "recipient:Practitioner": "pr1",
        "category": "notification",
        "received": "ge2026-01-01T00:00:00Z",
        "-email-status": "unread",
    }
    assert sent("Communication", params, MILLENNIUM) == list(params.items())


@pytest.mark.parametrize(("cap", "count"), [(1, "5"), (20, "20"), (1000, "200")])
def test_the_page_is_as_large_as_useful_within_what_the_server_takes(cap, count):
    params = {"service-type": "x", "start": ["ge2026", "lt2027"]}
    assert sent("Slot", params, MILLENNIUM, cap)[-1] == ("_count", count)


@pytest.mark.parametrize("capability", [None, generic()])
@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        ("Observation", {}, [("patient", "p1"), ("_count", "100")]),
        ("CarePlan", {}, [("patient", "p1"), ("_count", "100")]),
        ("Appointment", {}, [("patient", "p1"), ("_count", "100")]),
        ("Organization", {"name": "x"}, [("name", "x"), ("_count", "100")]),
        (
            "Observation",
            {"_sort": "-date", "_lastUpdated": "ge2026"},
            [("_sort", "-date"), ("_lastUpdated", "ge2026"), ("patient", "p1"), ("_count", "100")],
        ),
        ("Observation", {"_count": "7"}, [("_count", "7"), ("patient", "p1")]),
    ],
)
def test_a_server_of_base_r4_gets_the_patient_and_a_page_size(capability, name, params, expected):
    assert sent(name, params, capability) == expected


def test_subject_is_sent_with_its_type():
    known = Capability.parse(statement(("Observation", ["search-type"], ["subject"])))
    assert sent("Observation", {}, known, cap=10) == [("subject", "Patient/p1"), ("_count", "10")]


def test_a_filter_that_the_server_does_not_declare_is_not_sent():
    known = Capability.parse(statement(("Observation", ["search-type"], ["patient"])))
    with pytest.raises(Unsupported, match="does not search Observation by category"):
        sent("Observation", {"category": "laboratory"}, known)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("Observation", {"patient": "p2"}),
        ("Observation", {"subject": "Patient/p2"}),
        ("Observation", {"patient": ["p1", "p2"]}),
        ("Observation", {"patient:Patient": "p2"}),
        ("Patient", {"_id": "p2"}),
        ("Patient", {"_id": "p1,p2"}),
    ],
)
def test_no_search_names_another_patient_than_the_launch(name, params):
    with pytest.raises(WrongPatient):
        sent(name, params)


def test_without_a_patient_a_clinical_type_is_not_listed_whole():
    with pytest.raises(Unsupported, match="for one patient"):
        sent("Observation", {}, patient=None)


def test_without_a_patient_people_can_be_searched_by_name():
    assert sent("Patient", {"name": "Ro"}, MILLENNIUM, 50, None) == [
        ("name", "Ro"),
        ("_count", "50"),
    ]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("name", "x")], True),
        ([("family:exact", "x")], True),
        ([("birthdate", "x")], True),
        ([("identifier", "x")], True),
        ([("patient.identifier", "x")], True),
        ([("address-postalcode", "x")], True),
        ([("patient", "p1"), ("category", "x"), ("_count", "1")], False),
    ],
)
def test_values_that_tell_a_person_are_recognised(pairs, expected):
    assert identifies(tuple(pairs)) is expected


@pytest.mark.parametrize("text", ["", "..", "a/b", "a?b=c", "x" * 65])
def test_what_can_be_no_id_is_not_found_without_asking(text):
    with pytest.raises(NotFound):
        check_id(REGISTRY["Observation"], text, Policy())


def test_another_patient_than_the_launch_is_not_read():
    with pytest.raises(WrongPatient):
        check_id(REGISTRY["Patient"], "p2", Policy(patient="p1"))
    check_id(REGISTRY["Patient"], "p2", Policy())
