"""Start-up checks that need the database; `manage.py migrate` runs them, and so does CI."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import DatabaseError

from smartapp.ui.health import NotReady, check_clock


@checks.register(checks.Tags.database)
def clock_agrees(
    app_configs: Any, databases: Sequence[str] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    if not databases:
        return []
    try:
        check_clock()
    except NotReady as error:
        return [checks.Error(str(error), id="ui.E1")]
    except DatabaseError:
        return [checks.Error("The database does not answer: see DATABASE_URL.", id="ui.E2")]
    return []
