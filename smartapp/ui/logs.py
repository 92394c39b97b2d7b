"""Logs: one structured line per event, from an allow-list of keys, on standard output.

Nothing else gets out: no query strings, no message of another library with its values filled in,
no local variables, no text of an exception that may hold a patient's data.
"""

import logging
import sys
import traceback
from collections.abc import Mapping
from typing import Any, cast

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from structlog.typing import EventDict, Processor, WrappedLogger

_KEYS = (
    "event level logger timestamp exception dropped request_id launch connection user method"
    " route status duration_ms resource_type resource action outcome error kind failure reference"
    " ehr_request_id count total attempt tries retry_at wait_s cached task task_id grant"
    " url_host operation version key_id remaining complete stopped"
)
KEYS = frozenset(_KEYS.split())
# Loggers whose messages hold process ids, task names and addresses of ours only.
FILLED_IN = ("uvicorn.error", "celery.", "kombu.")
OF_A_TASK = frozenset({"name", "id", "description", "runtime"})
# Access lines with query strings, and HTTP clients that log whole addresses.
SILENT = ("uvicorn.access", "django.server", "celery.worker.request")
QUIET = ("httpx", "httpcore", "aiohttp", "asyncio", "fhirclient", "urllib3", "allauth")
# Exceptions whose text names our code, never data.
TELLING = (
    AttributeError,
    ImportError,
    ImproperlyConfigured,
    NameError,
    TemplateDoesNotExist,
    TemplateSyntaxError,
)


def configure(config: Mapping[str, Any]) -> None:
    """Set up structlog and logging; `config` is the setting LOGGING: level, as_json."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=bool(config["as_json"]),
    )
    handler = StandardOutput()
    handler.setFormatter(formatter(as_json=bool(config["as_json"])))
    logging.basicConfig(handlers=[handler], level=str(config["level"]), force=True)
    for name in SILENT:
        logging.getLogger(name).disabled = True
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A refusal is in our own line per request; what fails is logged here with its exception.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    for name in ("uvicorn", "uvicorn.error", "django"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


class StandardOutput(logging.StreamHandler[Any]):
    """Writes to what standard output is now, not to what it was when logging was set up: a
    command run inside another program may find that one closed."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stdout

    @stream.setter
    def stream(self, _: Any) -> None:
        """There is nothing to keep."""


def formatter(*, as_json: bool) -> logging.Formatter:
    end: Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=_print_exception)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[foreign_message, *SHARED],
        pass_foreign_args=True,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, end],
    )


def foreign_message(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A library's message as written in its code, without the values it was to show."""
    record = cast(logging.LogRecord, event["_record"])
    if not record.name.startswith(FILLED_IN):
        told = isinstance(record.msg, str)
        event["event"] = record.msg if told else type(record.msg).__name__
    elif isinstance(event.get("positional_args"), Mapping):
        # Celery on how a task ended, with the text of its exception and what it returned.
        given = event["positional_args"].items()
        facts = {key: value if key in OF_A_TASK else "***" for key, value in given}
        event["event"] = str(record.msg) % facts
    event.pop("positional_args", None)
    return event


def where(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace exc_info by what failed and where in the code: no values, no locals."""
    info = event.pop("exc_info", None)
    error = info if isinstance(info, BaseException) else None
    if isinstance(info, tuple):
        error = info[1]
    elif info is True:
        error = sys.exc_info()[1]
    if error is not None:
        event["exception"] = described(error)
    event.pop("exc_text", None)
    event.pop("stack_info", None)
    return event


def described(error: BaseException) -> str:
    """The exceptions from the cause to the last, each with its place; text only if telling."""
    parts = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        places = " > ".join(f"{f.filename.rpartition('/')[2]}:{f.lineno}:{f.name}" for f in frames)
        text = f": {error}" if isinstance(error, TELLING) else ""
        parts.append(f"{type(error).__name__}{text} at {places or 'nowhere'}")
        if error.__cause__ is None:
            break
        error = error.__cause__
    return " caused by ".join(parts)


def allow_listed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Drop what is not on the list, and say by name that it was dropped."""
    dropped = sorted(key for key in event if key not in KEYS and not key.startswith("_"))
    for key in dropped:
        del event[key]
    if dropped:
        event["dropped"] = ",".join(dropped)
    return event


def _print_exception(stream: Any, _: Any) -> None:
    """`where` has already taken the exception out of the event."""


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    where,
    allow_listed,
]
