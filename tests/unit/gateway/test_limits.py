"""What one answer may take: time, header block, decoded size."""

import asyncio
import gzip
import zlib

import httpx
import pytest

from smartapp.gateway.limits import EXTENSION, BoundedTransport, Limits, OverLimit
from smartapp.gateway.slots import Slots

URL = "https://ehr.example.test/x"
SMALL = Limits(total_s=5, body_bytes=100_000)


class Stream(httpx.AsyncByteStream):
    """Chunks as given; `hang` never ends."""

    def __init__(self, *chunks, hang=False):
        self.chunks, self.hang, self.given, self.closed = chunks, hang, 0, False

    async def __aiter__(self):
        for chunk in self.chunks:
            self.given += 1
            yield chunk
        if self.hang:
            await asyncio.Event().wait()

    async def aclose(self):
        self.closed = True


class Inner(httpx.AsyncBaseTransport):
    def __init__(self, stream, headers=None):
        self.stream, self.headers = stream, headers or {}

    async def handle_async_request(self, request):
        return httpx.Response(200, headers=self.headers, stream=self.stream)


async def get(stream, headers=None, limits=SMALL, url=URL):
    transport = BoundedTransport(Inner(stream, headers), Slots(2))
    async with httpx.AsyncClient(transport=transport) as client:
        return await client.get(url, extensions={EXTENSION: limits})


async def test_a_body_within_the_limit_arrives_whole():
    response = await get(Stream(b"ab", b"cd"))
    assert response.content == b"abcd"


async def test_a_body_over_the_limit_stops_while_it_streams():
    stream = Stream(*[b"x" * 60_000] * 50)
    with pytest.raises(OverLimit):
        await get(stream)
    assert stream.given == 2
    assert stream.closed


async def test_a_compressed_body_is_given_decoded():
    response = await get(Stream(gzip.compress(b"a" * 99_000)), {"content-encoding": "gzip"})
    assert response.content == b"a" * 99_000
    assert "content-encoding" not in response.headers


async def test_a_compressed_body_may_come_in_the_smallest_pieces():
    packed = zlib.compress(bytes(range(256)) * 200)
    stream = Stream(*(packed[i : i + 1] for i in range(len(packed))))
    response = await get(stream, {"content-encoding": "deflate"})
    assert response.content == bytes(range(256)) * 200


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip"])
async def test_a_bomb_is_refused_before_it_is_unpacked(encoding):
    bomb = gzip.compress(b"\0" * 50_000_000)
    with pytest.raises(OverLimit, match="over 100000 bytes"):
        await get(Stream(bomb), {"content-encoding": encoding})


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(b"abc" * 1000)[:-12], {"content-encoding": "gzip"}),
        (b"no gzip at all", {"content-encoding": "gzip"}),
        (b"abc", {"content-encoding": "br"}),
        (b"abc", {"x-big": "y" * 33_000}),
    ],
    ids=("cut", "no gzip", "not asked for", "large header"),
)
async def test_an_answer_that_is_cut_or_not_as_asked_is_refused(body, headers):
    with pytest.raises(OverLimit):
        await get(Stream(body), headers)


async def test_no_cookie_is_kept():
    transport = BoundedTransport(Inner(Stream(b""), {"set-cookie": "a=b; Path=/"}), Slots(1))
    async with httpx.AsyncClient(transport=transport) as client:
        await client.get(URL)
        assert not client.cookies


async def test_an_answer_that_never_ends_is_given_up():
    limits = Limits(total_s=0.01, body_bytes=100)
    stream = Stream(b"a", hang=True)
    with pytest.raises(httpx.ReadTimeout):
        await get(stream, limits=limits)
    assert stream.closed


async def test_plain_http_is_not_spoken():
    with pytest.raises(httpx.UnsupportedProtocol):
        await get(Stream(b""), url="http://ehr.example.test/x")


@pytest.mark.parametrize(
    ("url", "spoken"),
    [
        ("http://localhost:9000/x", True),
        ("http://localhost:9001/x", False),
        ("http://localhost/x", False),
    ],
)
async def test_plain_http_is_spoken_to_the_one_origin_that_is_named(url, spoken):
    plain = ("http", "localhost", 9000)
    transport = BoundedTransport(Inner(Stream(b"")), Slots(1), plain)
    async with httpx.AsyncClient(transport=transport) as client:
        if spoken:
            assert (await client.get(url)).status_code == 200
        else:
            with pytest.raises(httpx.UnsupportedProtocol):
                await client.get(url)


async def test_an_interactive_request_goes_before_background_ones():
    slots, order = Slots(1), []

    async def take(name, interactive):
        async with slots.turn(5, interactive=interactive):
            order.append(name)

    async with slots.turn(5, interactive=True):
        tasks = [
            asyncio.create_task(take(name, name.startswith("page")))
            for name in ("job1", "job2", "page1", "page2")
        ]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert order == ["page1", "page2", "job1", "job2"]


async def test_no_more_than_the_limit_run_at_once():
    slots, running, most = Slots(3), 0, 0

    async def take():
        nonlocal running, most
        async with slots.turn(5, interactive=True):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(take() for _ in range(20)))
    assert most == 3


async def test_who_waits_too_long_for_a_turn_is_told_and_leaves_the_queue():
    slots = Slots(1)
    async with slots.turn(1, interactive=True):
        with pytest.raises(TimeoutError):
            async with slots.turn(0.001, interactive=True):
                pass
    async with slots.turn(0.001, interactive=False):
        pass


async def test_a_turn_given_to_one_who_was_cancelled_goes_to_the_next():
    slots = Slots(1)

    async def take():
        async with slots.turn(5, interactive=True):
            return True

    async with slots.turn(5, interactive=True):
        first, second = asyncio.create_task(take()), asyncio.create_task(take())
        await asyncio.sleep(0)
    first.cancel()  # its turn is already given, but it has not run yet
    assert await asyncio.wait_for(second, 1)
    assert first.cancelled()
