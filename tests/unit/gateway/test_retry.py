"""What is tried again, when, and who is told to wait."""

from datetime import UTC, datetime, timedelta

import pytest
import stamina

from smartapp.fhir.bundles import Issue
from smartapp.gateway import errors
from smartapp.gateway.breaker import Breaker
from smartapp.gateway.retry import Cooldowns, guarded, not_before, wait_s, with_retries

NOW = datetime(2026, 7, 14, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _without_waiting():
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", NOW + timedelta(seconds=7)),
        (" 0 ", NOW),
        ("99999999999999999999", NOW + timedelta(minutes=10)),
        ("Tue, 14 Jul 2026 08:01:00 GMT", NOW + timedelta(minutes=1)),
        ("Tue, 14 Jul 2026 07:00:00 GMT", NOW),
        ("Tue, 14 Jul 2026 23:00:00 GMT", NOW + timedelta(minutes=10)),
        ("Tue, 14 Jul 2026 08:01:00 -0000", NOW + timedelta(minutes=1)),
        ("soon", None),
        ("-3", None),
        ("²", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_notations_and_capped(text, expected):
    assert not_before(text, NOW) == expected


def unreachable(status=None, **facts):
    return errors.Unreachable("x", status=status, **facts)


def permanent():
    error = unreachable()
    error.permanent = True
    return error


def broken_record():
    issue = Issue("fatal", "required", "")
    return errors.from_status(500, {"issues": (issue,)})


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (unreachable(), 3),
        (unreachable(500), 3),
        (unreachable(502), 3),
        (unreachable(503), 3),
        (unreachable(504), 3),
        (unreachable(501), 1),
        (errors.Throttled("x", status=429), 3),
        (permanent(), 1),
        (broken_record(), 2),
        (errors.Malformed("x", status=200), 1),
        (errors.NotFound("x", status=404), 1),
        (errors.SignInExpired("x", status=401), 1),
        (errors.Forbidden("x", status=403), 1),
        (ValueError("x"), 1),
    ],
)
async def test_only_what_may_pass_is_tried_again(error, tries):
    sent = 0

    async def send():
        nonlocal sent
        sent += 1
        raise error

    with pytest.raises(type(error)):
        await with_retries(send)
    assert sent == tries


async def test_a_later_success_is_the_answer():
    outcomes = [unreachable(503), unreachable(503), "answer"]

    async def send():
        found = outcomes.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    assert await with_retries(send) == "answer"


@pytest.mark.parametrize(("attempt", "most"), [(1, 1.0), (2, 2.0)])
def test_back_off_is_jittered_below_a_doubling_ceiling(attempt, most):
    waits = [wait_s(unreachable(503), attempt, 30) or 0.0 for _ in range(200)]
    assert all(0 <= wait <= most for wait in waits)
    assert len(set(waits)) > 100


def test_a_stated_wait_is_obeyed_within_what_is_left():
    error = errors.Throttled("x", retry_at=datetime.now(UTC) + timedelta(seconds=20))
    assert wait_s(error, 1, 30) == pytest.approx(20, abs=1)
    assert wait_s(error, 1, 10) is None


async def run(send, cooldowns, breaker=None, operation=("c1", "search X")):
    return await guarded(send, operation, cooldowns, breaker or Breaker())


async def test_a_429_with_a_date_cools_the_connection_down_for_all():
    until = datetime.now(UTC) + timedelta(minutes=5)
    cooldowns, sent = Cooldowns(), []

    async def throttled():
        sent.append(1)
        raise errors.Throttled("x", status=429, retry_at=until)

    for _ in range(2):
        with pytest.raises(errors.Throttled) as caught:
            await run(throttled, cooldowns)
        assert caught.value.retry_at == until
    assert len(sent) == 1


async def test_the_later_of_two_cool_downs_holds():
    cooldowns = Cooldowns()
    await cooldowns.set("c1", NOW + timedelta(minutes=2))
    await cooldowns.set("c1", NOW)
    assert await cooldowns.get("c1") == NOW + timedelta(minutes=2)
    assert await cooldowns.get("c2") is None


async def fails(error, cooldowns, breaker, **kwargs):
    async def send():
        raise error

    with pytest.raises(errors.FhirError) as caught:
        await run(send, cooldowns, breaker, **kwargs)
    return caught.value


async def succeeds(breaker, **kwargs):
    async def send():
        return "ok"

    return await run(send, Cooldowns(), breaker, **kwargs)


async def test_a_kind_of_request_that_keeps_failing_is_not_sent_for_a_while():
    breaker = Breaker()
    for _ in range(5):
        await fails(unreachable(503), Cooldowns(), breaker)
    error = await fails(AssertionError("not sent"), Cooldowns(), breaker)
    assert isinstance(error, errors.Unreachable)
    assert error.permanent
    left = (error.retry_at or datetime.now(UTC)) - datetime.now(UTC)
    assert timedelta(0) < left <= timedelta(seconds=30)


async def test_other_kinds_of_request_go_on_meanwhile():
    breaker = Breaker()
    for _ in range(5):
        await fails(unreachable(503), Cooldowns(), breaker)
    assert await succeeds(breaker, operation=("c1", "search Y")) == "ok"


async def test_an_ehr_without_any_connection_is_not_asked_for_anything():
    breaker, error = Breaker(), unreachable()
    error.connected = False
    for number in range(5):
        await fails(error, Cooldowns(), breaker, operation=("c1", f"search {number}"))
    stopped = await fails(ValueError, Cooldowns(), breaker, operation=("c1", "search other"))
    assert stopped.permanent
    assert await succeeds(breaker, operation=("c2", "search X")) == "ok"


@pytest.mark.parametrize(
    "error", [errors.NotFound("x", status=404), broken_record(), errors.Throttled("x", status=429)]
)
async def test_an_answer_is_no_outage_whatever_it_says(error):
    breaker = Breaker()
    for _ in range(20):
        await fails(error, Cooldowns(), breaker)
    assert await succeeds(breaker) == "ok"


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def failing(breaker, key, times):
    for _ in range(times):
        assert breaker.enter(key) is None
        breaker.leave(key, failed=True)


KEY = ("c1", "search X")


def test_after_the_pause_one_probe_may_pass_and_its_success_closes():
    clock = Clock()
    breaker = Breaker(clock)
    failing(breaker, KEY, 5)
    assert breaker.enter(KEY) == 30
    clock.now += 31
    assert breaker.enter(KEY) is None
    assert breaker.enter(KEY) is not None
    breaker.leave(KEY, failed=False)
    assert breaker.enter(KEY) is None


def test_a_failed_probe_doubles_the_pause_up_to_five_minutes():
    clock = Clock()
    pauses: list[float] = []
    breaker = Breaker(clock)
    failing(breaker, KEY, 5)
    for _ in range(6):
        pauses.append(breaker.enter(KEY) or 0.0)
        clock.now += pauses[-1]
        failing(breaker, KEY, 1)
    assert pauses == [30, 60, 120, 240, 300, 300]


def test_a_probe_that_was_cancelled_lets_the_next_one_try():
    clock = Clock()
    breaker = Breaker(clock)
    failing(breaker, KEY, 5)
    clock.now += 31
    assert breaker.enter(KEY) is None
    breaker.leave(KEY, failed=None)
    assert breaker.enter(KEY) is None


def test_half_of_ten_in_a_minute_opens_it_too():
    breaker = Breaker(Clock())
    for _ in range(3):
        failing(breaker, KEY, 1)
        breaker.leave(KEY, failed=False)
    failing(breaker, KEY, 1)
    breaker.leave(KEY, failed=False)
    assert breaker.enter(KEY) is None
    breaker.leave(KEY, failed=False)
    failing(breaker, KEY, 1)
    assert breaker.enter(KEY) == 30


def test_failures_of_the_last_hour_do_not_count():
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(30):
        failing(breaker, KEY, 1)
        breaker.leave(KEY, failed=False)
        clock.now += 30
        if breaker.enter(KEY) is not None:
            pytest.fail("opened by failures that lie too far apart")
