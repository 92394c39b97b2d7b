"""Work that must not stop half done."""

import asyncio

import pytest

from smartapp.connections.waiting import to_its_end


async def test_what_was_begun_is_done_though_who_asked_has_left():
    begun, go_on, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work():
        begun.set()
        await go_on.wait()
        done.set()

    asker = asyncio.create_task(to_its_end(work()))
    await begun.wait()
    asker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asker
    go_on.set()
    async with asyncio.timeout(5):
        await done.wait()


async def test_who_stays_gets_the_result_or_the_error():
    async def fail():
        raise ValueError("no")

    async def succeed():
        return "done"

    assert await to_its_end(succeed()) == "done"
    with pytest.raises(ValueError, match="no"):
        await to_its_end(fail())
