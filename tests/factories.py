"""Minimal and valid rows for tests: plain functions, each with a name of its own."""

from itertools import count
from typing import Any

from smartapp.accounts.models import User

_number = count(1)


def make_user(**fields: Any) -> User:
    """A member of staff without rights; `password` is set so that it works."""
    password = fields.pop("password", None)
    user = User(**{"username": f"user-{next(_number)}"} | fields)
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.save()
    return user
