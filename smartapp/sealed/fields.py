"""SealedTextField: text encrypted at rest, bound to its table, column and row."""

from typing import Any
from uuid import UUID

from django.core import checks
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from smartapp.sealed import envelope
from smartapp.sealed.envelope import Unsealable

__all__ = ["Sealed", "SealedTextField", "Unsealable", "UnsealedText", "seal"]


class UnsealedText(TypeError):
    """Somebody tried to store, or to search for, a sealed column's text in clear."""


class Sealed:
    """A value as it lies in the database. Shows nothing and does not open by itself."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token

    def __repr__(self) -> str:
        return "***"

    def is_current(self) -> bool:
        return self.token.startswith(f"{envelope.current_key_id()}.")


class Clear:
    """A value assigned to an instance and not yet stored. Wrapped so that no repr shows it."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return "***"


class SealedAttribute(DeferredAttribute):
    """Opens on reading, since only the instance knows its row."""

    field: "SealedTextField"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Clear):
            return value.text
        if isinstance(value, Sealed) and instance is not None:
            return self.field.unseal(instance.pk, value)
        return value

    def __set__(self, instance: models.Model, value: object) -> None:
        stored = Clear(value) if isinstance(value, str) else value
        instance.__dict__[self.field.attname] = stored


class SealedTextField(models.TextField):  # type: ignore[type-arg]  # generic in the stubs only
    """Reads and assigns as text. None stays None, and the empty text is sealed like any other.

    The row's key must be a UUID made here, because the value is sealed before the INSERT. A
    conditional `QuerySet.update()` takes `seal(Model._meta.get_field(name), pk, text)`.
    """

    descriptor_class = SealedAttribute

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._check_key()]

    def _check_key(self) -> list[checks.CheckMessage]:
        key = self.model._meta.pk
        if isinstance(getattr(key, "target_field", key), models.UUIDField):
            return []
        return [checks.Error("A sealed field needs a UUID primary key.", obj=self, id="sealed.E1")]

    def context(self, pk: UUID | str) -> str:
        return f"{self.model._meta.db_table}.{self.column}:{UUID(str(pk))}"

    def seal(self, pk: UUID | str, text: str) -> Sealed:
        return Sealed(envelope.seal(self.context(pk), text))

    def unseal(self, pk: UUID | str, value: Sealed) -> str:
        return envelope.unseal(self.context(pk), value.token)

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        value = model_instance.__dict__.get(self.attname)
        return self.seal(model_instance.pk, value.text) if isinstance(value, Clear) else value

    def from_db_value(self, value: str | None, *_: object) -> Sealed | None:
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> Any:
        """Give the ciphertext for the database.

        Raises:
            UnsealedText: text that nobody sealed.
        """
        if value is None or hasattr(value, "as_sql"):
            return value
        if not isinstance(value, Sealed):
            raise UnsealedText(f"{self.model.__name__}.{self.name} holds sealed text only.")
        return value.token

    def get_lookup(self, lookup_name: str) -> Any:
        """Only whether there is a value; Django builds `isnull` from `exact` None."""
        known = ("exact", "isnull", "sealed_under", "sealed_as")
        return super().get_lookup(lookup_name) if lookup_name in known else None

    def value_to_string(self, obj: models.Model) -> str:
        """Serialised (dumpdata) as ciphertext."""
        stored = self.pre_save(obj, False)
        return stored.token if stored is not None else ""

    def formfield(self, **kwargs: Any) -> Any:
        """No form shows or takes a secret."""
        return None


@SealedTextField.register_lookup
class SealedUnder(models.Lookup):
    """`column__sealed_under=key id`: rows whose value that key sealed."""

    lookup_name = "sealed_under"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        return "%s", [f"{value}.%"]

    operator = "LIKE"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} {self.operator} {right}", [*left_params, *right_params]


@SealedTextField.register_lookup
class SealedAs(SealedUnder):
    """`column__sealed_as=token`: rows that still hold this very ciphertext."""

    lookup_name = "sealed_as"
    operator = "="

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        return "%s", [value]


def seal(field: Any, pk: UUID | str, text: str | None) -> Sealed | None:
    """Seal for one row, for a conditional UPDATE. `field` is `Model._meta.get_field(name)`."""
    return None if text is None else field.seal(pk, text)
