import pytest
from django.db import DatabaseError, connection, transaction

from smartapp.audit.actions import Action
from smartapp.audit.models import AuditEvent
from smartapp.audit.trail import record
from smartapp.audit.triggers import REFUSAL

pytestmark = pytest.mark.django_db


def refused(act) -> None:
    with pytest.raises(DatabaseError, match=REFUSAL), transaction.atomic():
        act()


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def update_by_instance() -> None:
    event = AuditEvent.objects.get()
    event.patient = "other"
    event.save()


@pytest.mark.parametrize(
    "act",
    [
        lambda: AuditEvent.objects.update(patient="other"),
        lambda: AuditEvent.objects.all().delete(),
        lambda: AuditEvent.objects.get().delete(),
        lambda: AuditEvent.objects.bulk_update([AuditEvent.objects.get()], ["patient"]),
        update_by_instance,
        lambda: run("UPDATE audit_auditevent SET patient = 'other'"),
        lambda: run("DELETE FROM audit_auditevent"),
    ],
)
def test_nothing_changes_or_removes_an_event(act) -> None:
    record(Action.READ, patient="1")
    refused(act)
    assert AuditEvent.objects.get().patient == "1"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_the_table_is_not_truncated() -> None:
    record(Action.READ, patient="1")
    refused(lambda: run("TRUNCATE audit_auditevent"))
    assert AuditEvent.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite alone replaces on INSERT")
def test_an_event_is_not_replaced() -> None:
    event = record(Action.READ, patient="1")
    columns = "sequence, recorded, action, outcome, role, connection, patient, resource_type"
    refused(
        lambda: run(
            f"INSERT OR REPLACE INTO audit_auditevent ({columns}, resource_ids, query, cached,"  # noqa: S608  constant text
            f" correlation_id, ehr_request_id, detail) VALUES ({event.sequence}, 0, '', '', '',"
            " '', 'other', '', '[]', '{}', 0, '', '', '{}')"
        )
    )


@pytest.mark.django_db(transaction=True)
def test_the_triggers_stand_again_after_a_flush_between_tests() -> None:
    record(Action.READ, patient="1")
    refused(lambda: AuditEvent.objects.all().delete())


@pytest.mark.django_db(transaction=True)
def test_the_triggers_stand_in_the_test_after_that() -> None:
    assert AuditEvent.objects.count() == 0
    record(Action.READ, patient="1")
    refused(lambda: AuditEvent.objects.all().delete())
