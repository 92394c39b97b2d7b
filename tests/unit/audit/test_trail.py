import uuid
from datetime import UTC

import pytest
import structlog
from django.db import connection

from smartapp.audit.actions import Action, Outcome
from smartapp.audit.models import AuditEvent
from smartapp.audit.trail import MASK, AuditUnavailable, arecord, masked, record

pytestmark = pytest.mark.django_db


def test_an_event_says_who_what_of_whom_and_how_it_ended() -> None:
    user, launch = uuid.uuid4(), uuid.uuid4()
    record(
        Action.SEARCH,
        Outcome.REFUSED,
        user_id=user,
        role="clinician",
        connection="general",
        launch=launch,
        patient="12724066",
        resource_type="Condition",
        resource_ids=["p1", "p2"],
        query={"patient": "12724066"},
        count=2,
        status=403,
        cached=True,
        correlation_id="abc",
        ehr_request_id="ehr-1",
        detail={"reason": "scope"},
    )
    event = AuditEvent.objects.values(*(f.name for f in AuditEvent._meta.fields)).get()
    del event["sequence"], event["recorded"]
    assert event == {
        "action": "search",
        "outcome": "refused",
        "user_id": user,
        "role": "clinician",
        "connection": "general",
        "launch": launch,
        "patient": "12724066",
        "resource_type": "Condition",
        "resource_ids": ["p1", "p2"],
        "query": {"patient": "12724066"},
        "count": 2,
        "status": 403,
        "cached": True,
        "correlation_id": "abc",
        "ehr_request_id": "ehr-1",
        "detail": {"reason": "scope"},
    }


def test_recording_is_one_statement(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        record(Action.READ, resource_ids=["1"])


def test_times_are_utc_to_the_millisecond() -> None:
    event = record(Action.READ)
    assert event.recorded.tzinfo is UTC
    assert event.recorded.microsecond % 1000 == 0


def test_the_order_is_the_sequence_and_not_the_clock(time_machine) -> None:
    time_machine.move_to("2026-07-14T08:10:00Z")
    first = record(Action.READ)
    time_machine.move_to("2026-07-14T07:10:00Z")
    assert record(Action.READ).sequence > first.sequence


def test_the_request_gives_the_correlation_id() -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-17"):
        assert record(Action.READ).correlation_id == "r-17"


def test_nul_characters_do_not_keep_an_event_from_being_written() -> None:
    record(Action.READ, patient="1\x002", query={"patient": ["a\x00"]}, detail={"x": {"y": "\x00"}})
    event = AuditEvent.objects.get()
    assert event.patient == "12"
    assert event.query == {"patient": ["a"]}
    assert event.detail == {"x": {"y": ""}}


def test_a_long_request_id_of_the_ehr_is_cut_and_not_refused() -> None:
    record(Action.READ, ehr_request_id="x" * 5000)
    assert len(AuditEvent.objects.get().ehr_request_id) == 200


def test_an_event_that_cannot_be_written_is_an_error() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent RENAME TO audit_elsewhere")
    with pytest.raises(AuditUnavailable):
        record(Action.READ)


@pytest.mark.parametrize(
    ("resource_type", "query", "kept"),
    [
        ("Condition", {"patient": "1", "_count": "50"}, {"patient": "1", "_count": "50"}),
        ("Condition", {"category": ["a", "b"]}, {"category": ["a", "b"]}),
        ("Condition", {"code:in": "vs"}, {"code:in": "vs"}),
        ("DocumentReference", {"identifier": "MRN1"}, {"identifier": MASK}),
        ("Patient", {"name": "Smith", "birthdate": "1970"}, {"name": MASK, "birthdate": MASK}),
        ("Patient", {"family:exact": "Smith"}, {"family:exact": MASK}),
        ("Patient", {"_id": "1"}, {"_id": "1"}),
        ("Patient", {"code": "Smith"}, {"code": MASK}),
        ("RelatedPerson", {"name": "Smith", "patient": "1"}, {"name": MASK, "patient": "1"}),
        ("Practitioner", {"name": "Smith"}, {"name": MASK}),
        ("Observation", {"-pageContext": "opaque"}, {"-pageContext": MASK}),
        ("", {"phone": "555"}, {"phone": MASK}),
    ],
)
def test_values_that_may_identify_a_person_are_masked(resource_type, query, kept) -> None:
    assert masked(query, resource_type) == kept


@pytest.mark.django_db(transaction=True)
async def test_async_code_records_as_well() -> None:
    await arecord(Action.EXPORT, patient="1")
    assert await AuditEvent.objects.acount() == 1
