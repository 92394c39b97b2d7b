from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from smartapp.sealed.models import KeyCheck
from smartapp.ui import health
from smartapp.ui.health import Health

pytestmark = pytest.mark.django_db


def test_a_sound_process_is_ready() -> None:
    assert health.health() is Health.READY


def test_the_check_row_is_made_once() -> None:
    health.health()
    health.health()
    assert KeyCheck.objects.count() == 1


def test_lost_keys_are_noticed(settings) -> None:
    health.health()
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    assert health.health() is Health.NOT_READY


def test_a_migration_that_is_not_applied_is_noticed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'audit'")
    assert health.health() is Health.NOT_READY


def test_a_table_that_is_gone_is_noticed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sealed_keycheck RENAME TO sealed_elsewhere")
    assert health.health() is Health.NOT_READY


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_clock_off_by_more_than_five_minutes_is_noticed(minutes, time_machine) -> None:
    time_machine.move_to(timezone.now() + timedelta(minutes=minutes))
    assert health.health() is Health.NOT_READY


@pytest.mark.parametrize("minutes", [-4, 4])
def test_a_clock_off_by_less_is_borne(minutes, time_machine) -> None:
    time_machine.move_to(timezone.now() + timedelta(minutes=minutes))
    assert health.health() is Health.READY


def test_a_clock_that_is_off_stops_the_start_in_one_sentence(time_machine) -> None:
    time_machine.move_to(timezone.now() + timedelta(minutes=6))
    (problem,) = run_checks(tags=["database"], databases=["default"])
    assert problem.id == "ui.E1"
    assert "clock" in problem.msg
    assert "\n" not in problem.msg


def test_a_clock_that_agrees_starts() -> None:
    assert run_checks(tags=["database"], databases=["default"]) == []


def test_a_broker_that_is_down_degrades_and_does_not_fail(settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {}
    assert health.health() is Health.DEGRADED


def test_the_databases_clock_is_read_in_utc() -> None:
    now = health.database_now()
    assert abs(timezone.now() - now) < timedelta(seconds=5)


def test_livez_asks_nothing_but_the_process(client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = client.get(reverse("livez"))
    assert (response.status_code, response.content) == (200, b"alive\n")


def test_readyz_says_one_word_to_strangers(client) -> None:
    response = client.get(reverse("readyz"))
    assert (response.status_code, response.content) == (200, b"ready\n")


def test_readyz_tells_strangers_no_cause(client, settings) -> None:
    health.health()
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    response = client.get(reverse("readyz"))
    assert (response.status_code, response.content) == (503, b"not ready\n")
