import uuid
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError
from django.db import connection, models, transaction

from smartapp.sealed.fields import Sealed, SealedTextField, Unsealable, UnsealedText, seal
from smartapp.sealed.models import KeyCheck

SECRET = "canary-secret-7f3a"
FIELD = KeyCheck._meta.get_field("sentinel")

pytestmark = pytest.mark.django_db


def key_of(row: KeyCheck) -> Any:
    return KeyCheck._meta.pk.get_db_prep_value(row.pk, connection)


def stored(row: KeyCheck) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sentinel FROM sealed_keycheck WHERE id = %s", [key_of(row)])
        return str(cursor.fetchone()[0])


def make_row(text: str = SECRET) -> KeyCheck:
    return KeyCheck.objects.create(id=uuid.uuid4(), sentinel=text)


def test_text_reads_back_as_it_was_assigned() -> None:
    assert KeyCheck.objects.get(pk=make_row().pk).sentinel == SECRET


def test_an_unsaved_instance_reads_what_was_assigned() -> None:
    assert KeyCheck(sentinel=SECRET).sentinel == SECRET


def test_the_database_holds_no_clear_text() -> None:
    assert SECRET not in stored(make_row())


def test_saving_again_keeps_what_was_not_touched() -> None:
    row = KeyCheck.objects.get(pk=make_row().pk)
    before = stored(row)
    row.save()
    assert stored(row) == before


def test_a_value_copied_to_another_row_by_sql_does_not_open() -> None:
    one, other = make_row(), make_row("other")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sealed_keycheck SET sentinel = %s WHERE id = %s", [stored(one), key_of(other)]
        )
    with pytest.raises(Unsealable):
        _ = KeyCheck.objects.get(pk=other.pk).sentinel


def test_a_row_that_does_not_open_still_loads_its_other_columns(
    settings,
) -> None:
    row = make_row()
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    assert KeyCheck.objects.get(pk=row.pk).pk == row.pk


def test_an_update_with_text_in_clear_is_refused() -> None:
    row = make_row()
    with pytest.raises(UnsealedText), transaction.atomic():
        KeyCheck.objects.filter(pk=row.pk).update(sentinel="in clear")
    assert KeyCheck.objects.get(pk=row.pk).sentinel == SECRET


def test_a_bulk_update_with_text_in_clear_is_refused() -> None:
    row = make_row()
    row.sentinel = "in clear"
    with pytest.raises(UnsealedText):
        KeyCheck.objects.bulk_update([row], ["sentinel"])


def test_a_conditional_update_takes_a_sealed_value() -> None:
    row = make_row()
    KeyCheck.objects.filter(pk=row.pk).update(sentinel=seal(FIELD, row.pk, "new"))
    row.refresh_from_db()
    assert row.sentinel == "new"


def test_sealing_nothing_gives_nothing() -> None:
    assert seal(FIELD, uuid.uuid4(), None) is None


def test_none_stays_none() -> None:
    assert FIELD.from_db_value(None, None, connection) is None


def test_bulk_create_seals() -> None:
    row = KeyCheck(id=uuid.uuid4(), sentinel=SECRET)
    KeyCheck.objects.bulk_create([row])
    assert SECRET not in stored(row)
    assert KeyCheck.objects.get(pk=row.pk).sentinel == SECRET


def test_values_give_a_sealed_thing_and_no_ciphertext() -> None:
    row = make_row()
    value = KeyCheck.objects.filter(pk=row.pk).values_list("sentinel", flat=True).get()
    assert isinstance(value, Sealed)
    assert f"{value}{value!r}" == "******"


def test_a_deferred_column_loads_when_read() -> None:
    row = make_row()
    assert KeyCheck.objects.defer("sentinel").get(pk=row.pk).sentinel == SECRET


@pytest.mark.parametrize("lookup", ["sentinel", "sentinel__contains", "sentinel__in"])
def test_nobody_searches_a_sealed_column(lookup: str) -> None:
    value = [SECRET] if lookup.endswith("__in") else SECRET
    with pytest.raises((UnsealedText, FieldError)):
        KeyCheck.objects.filter(**{lookup: value}).exists()


def test_no_repr_shows_the_text() -> None:
    row = make_row()
    fresh = KeyCheck.objects.get(pk=row.pk)
    shown = f"{row!r} {row} {vars(row)!r} {vars(fresh)!r} {row.__reduce__()!r}"
    assert SECRET not in shown


def test_a_sealed_field_is_no_field_of_a_form() -> None:
    assert FIELD.formfield() is None


def test_a_model_whose_key_is_no_uuid_is_refused_at_start() -> None:
    class Numbered(models.Model):
        secret = SealedTextField()

        class Meta:
            app_label = "tests_sealed_field"

        def __str__(self) -> str:
            return ""

    problems = Numbered._meta.get_field("secret").check()
    assert [problem.id for problem in problems] == ["sealed.E1"]
