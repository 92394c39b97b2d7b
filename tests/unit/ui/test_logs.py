import io
import json
import logging
from contextlib import contextmanager

import pytest
import structlog

from smartapp.ui import logs

CANARY = "canary-4b7e"


@contextmanager
def written(as_json: bool = True):
    """Collects what a handler with our formatter writes, one line per event."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.formatter(as_json=as_json))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def the_line(stream):
    (line,) = stream.getvalue().splitlines()
    return json.loads(line)


def test_an_event_is_one_line_of_json_with_time_level_and_logger() -> None:
    with written() as stream:
        structlog.get_logger("smartapp.x").info("poll_done", count=3)
    line = the_line(stream)
    assert (line["event"], line["level"], line["logger"], line["count"]) == (
        "poll_done",
        "info",
        "smartapp.x",
        3,
    )
    assert line["timestamp"].endswith("Z")


def test_a_key_off_the_list_is_dropped_and_its_name_said() -> None:
    with written() as stream:
        structlog.get_logger("smartapp.x").info("seen", patient_name=CANARY, body={"a": CANARY})
    assert CANARY not in stream.getvalue()
    assert the_line(stream)["dropped"] == "body,patient_name"


def test_the_request_id_is_in_every_line_of_a_request() -> None:
    with written() as stream, structlog.contextvars.bound_contextvars(request_id="r-1"):
        logging.getLogger("some.library").warning("plain")
    assert the_line(stream)["request_id"] == "r-1"


@pytest.mark.parametrize(
    ("message", "args"),
    [
        ("HTTP Request: %s %s", ("GET", f"https://ehr.example.org/Patient?name={CANARY}")),
        ("Not Found: %s", (f"/launches/{CANARY}/",)),
        ("%(who)s came", ({"who": CANARY},)),
    ],
)
def test_a_librarys_message_is_written_without_its_values(message, args) -> None:
    with written() as stream:
        logging.getLogger("some.library").error(message, *args)
    assert CANARY not in stream.getvalue()
    assert the_line(stream)["event"] == message


def test_extra_values_of_a_library_are_not_written() -> None:
    with written() as stream:
        logging.getLogger("some.library").error("failed", extra={"request": CANARY, "body": CANARY})
    assert CANARY not in stream.getvalue()


def test_messages_of_our_own_servers_are_written_whole() -> None:
    with written() as stream:
        logging.getLogger("celery.worker").info("Task %s received", "prune")
    assert the_line(stream)["event"] == "Task prune received"


def test_what_a_task_raised_or_returned_is_not_written() -> None:
    facts = {"name": "prune", "id": "7", "description": "raised", "exc": CANARY, "args": CANARY}
    with written() as stream:
        logger = logging.getLogger("celery.app.trace")
        logger.error("Task %(name)s[%(id)s] %(description)s: %(exc)s", facts)
    assert CANARY not in stream.getvalue()
    assert the_line(stream)["event"] == "Task prune[7] raised: ***"


def raise_holding(secret: str) -> None:
    patient = {"name": secret}
    raise ValueError(f"cannot read {patient}")


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("name", ["smartapp.x", "some.library", "uvicorn.error"])
def test_an_exception_holding_a_patient_tells_its_place_and_not_the_patient(as_json, name) -> None:
    with written(as_json) as stream:
        try:
            raise_holding(CANARY)
        except ValueError:
            logging.getLogger(name).exception("failed")
    assert CANARY not in stream.getvalue()
    assert "ValueError" in stream.getvalue()
    assert "raise_holding" in stream.getvalue()


def test_a_structured_exception_tells_its_cause_without_words() -> None:
    with written() as stream:
        try:
            try:
                raise_holding(CANARY)
            except ValueError as error:
                raise RuntimeError(CANARY) from error
        except RuntimeError:
            structlog.get_logger("smartapp.x").exception("failed")
    line = the_line(stream)
    assert line["exception"].startswith("RuntimeError at")
    assert "caused by ValueError at" in line["exception"]
    assert CANARY not in json.dumps(line)


def test_an_error_in_our_code_keeps_its_text() -> None:
    assert "no attribute" in logs.described(AttributeError("'X' object has no attribute 'y'"))


@pytest.mark.parametrize("name", ["uvicorn.access", "django.server"])
def test_access_lines_with_query_strings_are_off(name) -> None:
    assert logging.getLogger(name).disabled


@pytest.mark.parametrize("name", ["httpx", "httpcore", "aiohttp"])
def test_http_clients_do_not_log_addresses(name) -> None:
    assert not logging.getLogger(name).isEnabledFor(logging.INFO)


@pytest.mark.parametrize("key", ["code", "state", "iss", "query", "url", "path", "patient", "name"])
def test_no_key_that_carries_a_person_or_a_launch_secret_is_on_the_list(key) -> None:
    assert key not in logs.KEYS


def test_the_sweep_itself_would_find_a_canary(sweep) -> None:
    print(CANARY)
    with pytest.raises(AssertionError, match="canary"):
        sweep.assert_clean(CANARY)


def test_an_object_logged_in_place_of_a_message_is_named_by_its_type() -> None:
    with written() as stream:
        logging.getLogger("some.library").error(ValueError(CANARY))
    assert the_line(stream)["event"] == "ValueError"
