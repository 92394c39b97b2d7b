"""The short response cache: shared within a launch, never beyond it."""

import asyncio

import httpx
import pytest

from smartapp.gateway.answer import Answer
from smartapp.gateway.cache import ResponseCache


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


class Source:
    """Counts its fetches; `gate` holds them back."""

    def __init__(self, size=10, status=200, error=None):
        self.count, self.size, self.status, self.error = 0, size, status, error
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self):
        self.count += 1
        await self.gate.wait()
        if self.error:
            raise self.error
        return Answer(self.status, b"x" * self.size, httpx.Headers(), "u")


async def test_a_second_look_within_the_time_asks_nobody():
    cache, source = ResponseCache(), Source()
    first = await cache.get(("l", "a"), 60, source)
    second = await cache.get(("l", "a"), 60, source)
    assert (first.cached, second.cached, source.count) == (False, True, 1)
    assert second.answer.fetched_at == first.answer.fetched_at


async def test_an_answer_that_is_too_old_is_fetched_again():
    clock, source = Clock(), Source()
    cache = ResponseCache(clock=clock)
    await cache.get(("l", "a"), 60, source)
    clock.now = 60
    assert not (await cache.get(("l", "a"), 60, source)).cached


async def test_nothing_is_kept_or_shared_when_the_time_is_zero():
    cache, source = ResponseCache(), Source()
    await asyncio.gather(*(cache.get(("l", "a"), 0, source) for _ in range(3)))
    assert source.count == 3


async def test_one_launch_never_sees_the_answers_of_another():
    cache, source = ResponseCache(), Source()
    await cache.get(("l1", "a"), 60, source)
    assert not (await cache.get(("l2", "a"), 60, source)).cached


async def test_who_ask_at_once_share_one_fetch():
    cache, source = ResponseCache(), Source()
    await asyncio.gather(*(cache.get(("l", "a"), 60, source) for _ in range(5)))
    assert source.count == 1


async def test_a_cancelled_waiter_does_not_cancel_the_fetch_of_the_others():
    cache, source = ResponseCache(), Source()
    source.gate.clear()
    first = asyncio.create_task(cache.get(("l", "a"), 60, source))
    second = asyncio.create_task(cache.get(("l", "a"), 60, source))
    await asyncio.sleep(0)
    first.cancel()
    source.gate.set()
    assert (await second).answer.body
    assert source.count == 1


async def test_a_fetch_that_all_have_left_still_fills_the_cache():
    cache, source = ResponseCache(), Source()
    source.gate.clear()
    only = asyncio.create_task(cache.get(("l", "a"), 60, source))
    await asyncio.sleep(0)
    only.cancel()
    await asyncio.gather(only, return_exceptions=True)
    source.gate.set()
    await asyncio.sleep(0)
    assert (await cache.get(("l", "a"), 60, source)).answer.body
    assert source.count == 1


async def test_an_error_is_raised_to_all_and_not_kept():
    cache, source = ResponseCache(), Source(error=ValueError())
    results = await asyncio.gather(
        *(cache.get(("l", "a"), 60, source) for _ in range(3)), return_exceptions=True
    )
    assert [type(result) for result in results] == [ValueError] * 3
    source.error = None
    await cache.get(("l", "a"), 60, source)
    assert source.count == 2


async def test_an_answer_that_is_not_ok_is_not_kept():
    cache, source = ResponseCache(), Source(status=204)
    await cache.get(("l", "a"), 60, source)
    await cache.get(("l", "a"), 60, source)
    assert source.count == 2


async def test_a_fresh_look_asks_and_renews():
    cache, source = ResponseCache(), Source()
    await cache.get(("l", "a"), 60, source)
    assert not (await cache.get(("l", "a"), 60, source, fresh=True)).cached
    assert (await cache.get(("l", "a"), 60, source)).cached
    assert source.count == 2


async def test_the_least_recently_used_goes_first_beyond_the_size():
    cache, source = ResponseCache(limit_bytes=5000), Source(size=1000)
    for name in ("a", "b"):
        await cache.get(("l", name), 60, source)
    await cache.get(("l", "a"), 60, source)
    await cache.get(("l", "c"), 60, source)
    assert (await cache.get(("l", "a"), 60, source)).cached
    assert not (await cache.get(("l", "b"), 60, source)).cached


async def test_an_answer_larger_than_the_cache_is_given_but_not_kept():
    cache, source = ResponseCache(limit_bytes=100), Source()
    await cache.get(("l", "a"), 60, source)
    assert not (await cache.get(("l", "a"), 60, source)).cached


async def test_forgetting_a_launch_leaves_the_others():
    cache, source = ResponseCache(), Source()
    for launch in ("l1", "l2"):
        await cache.get((launch, "a"), 60, source)
    cache.forget("l1")
    assert not (await cache.get(("l1", "a"), 60, source)).cached
    assert (await cache.get(("l2", "a"), 60, source)).cached


async def test_what_is_on_its_way_when_a_launch_is_forgotten_is_not_kept():
    cache, source = ResponseCache(), Source()
    source.gate.clear()
    waiting = asyncio.create_task(cache.get(("l", "a"), 60, source))
    await asyncio.sleep(0)
    cache.forget("l")
    source.gate.set()
    assert (await waiting).answer.body
    assert not (await cache.get(("l", "a"), 60, source)).cached


@pytest.mark.parametrize("rounds", [200])
async def test_its_size_stays_bounded(rounds):
    cache, source = ResponseCache(limit_bytes=20_000), Source(size=500)
    for number in range(rounds):
        await cache.get(("l", str(number)), 60, source)
    kept = [
        number
        for number in range(rounds)
        if (await cache.get(("l", str(number)), 60, Source(status=500))).cached
    ]
    assert 0 < len(kept) <= 20_000 // 1500
    assert kept[-1] == rounds - 1
