"""KeyCheck: one sealed row that tells whether the field keys still open what they sealed."""

from uuid import UUID

from django.db import models

from smartapp.sealed.fields import SealedTextField

THE_ROW = UUID("5ea1ed00-0000-4000-8000-000000000001")
SENTINEL = "opens"


class KeyCheck(models.Model):
    """Written on first use and never again: a lost key shows before a user meets it."""

    id = models.UUIDField(primary_key=True, default=THE_ROW, editable=False)
    sentinel = SealedTextField()

    def __str__(self) -> str:
        return "key check"


def check_keys() -> None:
    """Open the check row, made if there is none.

    Raises:
        Unsealable: the keys of this server are not those that sealed its data.
    """
    row, _ = KeyCheck.objects.get_or_create(id=THE_ROW, defaults={"sentinel": SENTINEL})
    assert_opens(row)


def assert_opens(row: KeyCheck) -> None:
    if row.sentinel != SENTINEL:
        raise ValueError("The key check row holds something else than it should.")
