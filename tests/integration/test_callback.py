"""The way back from the authorization server: what is believed, and what opens no chart."""

import asyncio
import re

import httpx
import pytest

from smartapp.gateway import pool
from smartapp.launches.models import Launch
from tests.integration.ehr import callback_url, opened, token_requests, turned
from tests.integration.visitor import APP


@pytest.mark.parametrize("query", ["", "state=x&code=y", "code=y", "state=x&state=y&code=z"])
async def test_a_callback_without_a_known_state_asks_for_no_token(
    visitor, connection, sandbox, query
):
    page = await visitor.get(f"{APP}/callback?{query}", follow=False)
    assert page.status_code == 400
    assert await token_requests(sandbox) == 0


async def test_a_state_works_once(visitor, connection, sandbox, launch_url):
    url = await callback_url(visitor, launch_url)
    first = await visitor.get(url, follow=False)
    again = await visitor.get(url, follow=False)
    assert (first.status_code, again.status_code) == (303, 400)
    assert "cannot be used" in again.text
    assert await token_requests(sandbox) == 1


async def test_twenty_callbacks_at_once_exchange_the_code_once(
    visitor, connection, sandbox, launch_url
):
    url = await callback_url(visitor, launch_url)
    answers = await asyncio.gather(*(visitor.get(url, follow=False) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [303] + [400] * 19
    assert await token_requests(sandbox) == 1


async def test_another_browsers_state_is_refused(
    visitor, new_visitor, connection, sandbox, launch_url
):
    url = await callback_url(visitor, launch_url)
    stolen = await new_visitor().get(url, follow=False)
    assert stolen.status_code == 400
    assert await token_requests(sandbox) == 0


async def test_a_frame_without_cookies_is_offered_a_window_that_works(
    visitor, new_visitor, connection, sandbox, launch_url
):
    url = await callback_url(visitor, launch_url)
    window = new_visitor()
    framed = await window.get(url, follow=False, headers={"Sec-Fetch-Dest": "iframe"})
    assert framed.status_code == 400
    [code] = re.findall(r"/launch/window/([^/]+)/", framed.text)
    again = await window.get(f"{APP}/launch/window/{code}/", follow=False)
    assert again.status_code == 302
    used = await window.get(f"{APP}/launch/window/{code}/", follow=False)
    assert used.status_code == 400


async def test_a_state_older_than_ten_minutes_is_refused(
    visitor, connection, sandbox, launch_url, clock
):
    url = await callback_url(visitor, launch_url)
    clock.shift(601)
    assert (await visitor.get(url, follow=False)).status_code == 400
    assert await token_requests(sandbox) == 0


async def test_an_old_state_begins_no_launch_in_a_window_either(
    visitor, new_visitor, connection, launch_url, clock
):
    url = await callback_url(visitor, launch_url)
    clock.shift(601)
    framed = await new_visitor().get(url, follow=False, headers={"Sec-Fetch-Dest": "iframe"})
    assert framed.status_code == 400
    assert "/launch/window/" not in framed.text


async def test_an_answer_of_another_issuer_is_refused(visitor, connection, sandbox, launch_url):
    url = await callback_url(visitor, launch_url)
    page = await visitor.get(url + "&iss=https://evil.example", follow=False)
    assert page.status_code == 400
    assert await token_requests(sandbox) == 0


async def test_a_refused_sign_in_is_said_with_a_way_back(visitor, connection, launch_url):
    url = await callback_url(visitor, launch_url)
    state = httpx.URL(url).params["state"]
    page = await visitor.get(
        f"{APP}/callback",
        params={"state": state, "error": "access_denied", "error_description": "<b>x</b>"},
        follow=False,
    )
    assert page.status_code == 403
    assert "did not allow" in page.text
    assert "<b>x</b>" not in page.text


@pytest.mark.parametrize(
    ("turn", "status"),
    [
        ({"fail_next": 1, "fail_mode": "invalid_grant"}, 502),
        ({"fail_next": 1, "fail_mode": "500"}, 502),
        ({"fail_next": 1, "fail_mode": "html"}, 502),
        ({"wrong_nonce": True}, 502),
        ({"unpublished_key": True}, 502),
        ({"id_token_claims": {"aud": "somebody-else"}}, 502),
        ({"id_token_claims": {"iss": "https://evil.example/"}}, 502),
        ({"id_token_claims": {"exp": 1}}, 502),
    ],
    ids=str,
)
async def test_a_bad_token_answer_opens_no_chart(
    visitor, connection, sandbox, launch_url, turn, status
):
    await turned(sandbox, **turn)
    page = await opened(visitor, launch_url)
    assert page.status_code == status
    assert not await Launch.objects.aexists()


@pytest.mark.parametrize(
    "turn", [{"omit": ["expires_in"]}, {"omit": ["scope"]}, {"expires_in_as_text": True}], ids=str
)
async def test_a_sloppy_token_answer_still_opens_the_chart(
    visitor, connection, sandbox, launch_url, turn
):
    await turned(sandbox, **turn)
    assert (await opened(visitor, launch_url)).status_code == 200


async def rotated(sandbox):
    transport = httpx.ASGITransport(app=sandbox, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:9000") as control:
        for _ in range(2):
            assert (await control.post("/control/keys/rotate")).status_code == 200


async def test_new_keys_of_the_issuer_are_fetched_when_a_token_needs_them(
    visitor, connection, sandbox, launch_url
):
    await rotated(sandbox)
    assert (await opened(visitor, launch_url)).status_code == 200


class Counting(httpx.ASGITransport):
    """Remembers the paths that the gateway asked for."""

    paths: tuple[str, ...] = ()

    async def handle_async_request(self, request):
        self.paths += (request.url.path,)
        return await super().handle_async_request(request)


async def test_unknown_keys_make_one_request_a_minute(
    visitor, connection, sandbox, sandbox_config, launch_url, clock
):
    await turned(sandbox, unpublished_key=True)
    counting = Counting(app=sandbox)
    with pool.transport(sandbox_config.fhir_base, counting):
        for _ in range(3):
            assert (await opened(visitor, launch_url)).status_code == 502
        assert counting.paths.count("/jwk") == 1
        clock.shift(61)
        await opened(visitor, launch_url)
        assert counting.paths.count("/jwk") == 2
