"""Seal old rows again under the current key, a few at a time, while the app runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.db.models import Q

from smartapp.sealed import envelope
from smartapp.sealed.fields import SealedTextField, Unsealable

BATCH = 200


@dataclass
class Tally:
    """What became of one column: `broken` rows open under no key and stay as they are."""

    column: str
    resealed: int = 0
    broken: int = 0
    remaining: int = 0


def sealed_fields() -> Iterator[SealedTextField]:
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, SealedTextField):
                yield field


def rotate(field: SealedTextField, batch: int = BATCH) -> Tally:
    """Reseal every row of the column that another key sealed.

    Each row is written only if it still holds what was read, so a token refreshed meanwhile is
    not undone; a row that lost that race was sealed anew by the winner. May be stopped and
    started again at any row.
    """
    tally = Tally(f"{field.model._meta.db_table}.{field.column}")
    after = None
    while rows := _next_rows(field, after, batch):
        for pk, token in rows:
            _reseal(field, pk, token, tally)
        after = rows[-1][0]
    tally.remaining = old_rows(field).count()
    return tally


def old_rows(field: SealedTextField) -> models.QuerySet[models.Model]:
    """Rows with a value that the current key did not seal."""
    current = Q(**{f"{field.name}__sealed_under": envelope.current_key_id()})
    rows = field.model._base_manager.exclude(**{f"{field.name}__isnull": True})
    return rows.exclude(current)


def _next_rows(field: SealedTextField, after: object, batch: int) -> list[tuple[object, str]]:
    rows = old_rows(field).order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return [(pk, value.token) for pk, value in rows.values_list("pk", field.name)[:batch]]


def _reseal(field: SealedTextField, pk: object, token: str, tally: Tally) -> None:
    context = field.context(str(pk))
    try:
        text = envelope.unseal(context, token)
    except Unsealable:
        tally.broken += 1
        return
    unchanged = field.model._base_manager.filter(pk=pk, **{f"{field.name}__sealed_as": token})
    tally.resealed += unchanged.update(**{field.name: field.seal(str(pk), text)})
