import uuid

import pytest
from cryptography.fernet import Fernet

from smartapp.sealed.fields import Sealed
from smartapp.sealed.models import KeyCheck
from smartapp.sealed.rotation import old_rows, rotate, sealed_fields

FIELD = KeyCheck._meta.get_field("sentinel")

pytestmark = pytest.mark.django_db


def make_rows(number: int) -> list[KeyCheck]:
    return [KeyCheck.objects.create(id=uuid.uuid4(), sentinel=f"text {n}") for n in range(number)]


@pytest.fixture
def old_key(settings):
    """Five rows under a key that is no longer the current one."""
    rows = make_rows(5)
    before = list(settings.FIELD_KEYS)
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *before]
    return rows


def test_every_row_is_sealed_again_in_small_batches(old_key) -> None:
    tally = rotate(FIELD, batch=2)
    assert (tally.resealed, tally.broken, tally.remaining) == (5, 0, 0)


def test_texts_open_without_the_old_key_afterwards(old_key, settings) -> None:
    rotate(FIELD)
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert sorted(row.sentinel for row in KeyCheck.objects.all()) == [f"text {n}" for n in range(5)]


def test_a_second_run_finds_nothing_to_do(old_key) -> None:
    rotate(FIELD)
    assert rotate(FIELD).resealed == 0


def test_a_stopped_run_is_taken_up_where_it_was(old_key) -> None:
    fresh = old_key[0]
    fresh.sentinel = "written meanwhile"
    fresh.save()
    assert rotate(FIELD).resealed == 4
    assert KeyCheck.objects.get(pk=fresh.pk).sentinel == "written meanwhile"


def test_a_row_that_opens_under_no_key_is_counted_and_left(old_key) -> None:
    broken = old_key[0]
    KeyCheck.objects.filter(pk=broken.pk).update(sentinel=Sealed("00000000.damaged"))
    tally = rotate(FIELD, batch=2)
    assert (tally.resealed, tally.broken, tally.remaining) == (4, 1, 1)


def test_rows_of_the_current_key_are_no_old_rows() -> None:
    make_rows(2)
    assert not old_rows(FIELD).exists()


def test_the_sealed_columns_are_found_by_themselves() -> None:
    assert FIELD in list(sealed_fields())
