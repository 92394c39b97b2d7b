"""Launches from end to end: the app, its gateway and the sandbox EHR, without sockets."""

import asyncio
import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from smartapp.audit.models import AuditEvent
from smartapp.connections.models import Connection
from smartapp.launches.grants import Grant
from smartapp.launches.models import AuthorizationRequest, Launch
from smartapp.sandbox.generator import patient_id
from tests.integration.visitor import APP

HEART = "heart-failure"


async def opened(visitor, launch_url, slug=HEART, **options):
    return await visitor.get(await launch_url(patient_id(slug), **options))


async def requests_at(sandbox, path):
    transport = httpx.ASGITransport(app=sandbox, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:9000") as control:
        return (await control.get(path)).json()


async def turned(sandbox, **knobs):
    """Turn the authorization server's settings."""
    transport = httpx.ASGITransport(app=sandbox, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:9000") as control:
        answer = await control.post("/control/auth", json=knobs)
        assert answer.status_code == 200, answer.text


async def token_requests(sandbox):
    return (await requests_at(sandbox, "/control/token-requests"))["count"]


async def test_an_ehr_launch_ends_on_the_patients_chart(visitor, connection, launch_url):
    page = await opened(visitor, launch_url)
    launch = await Launch.objects.aget()
    assert page.status_code == 200
    assert str(page.url) == f"{APP}/launches/{launch.pk}/"
    assert launch.patient == patient_id(HEART)


async def test_no_code_state_token_or_patient_is_in_the_charts_address(
    visitor, connection, launch_url
):
    page = await opened(visitor, launch_url)
    assert not page.url.query
    assert patient_id(HEART) not in page.url.path


async def test_the_authorization_request_is_what_smart_asks_for(visitor, connection, launch_url):
    url = await launch_url(patient_id(HEART))
    answer = await visitor.get(url, follow=False)
    sent = {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    assert sent["aud"] == connection.fhir_base
    assert sent["launch"] == httpx.URL(url).params["launch"]
    assert sent["code_challenge_method"] == "S256"
    assert len(sent["code_challenge"]) == 43
    assert len(sent["state"]) >= 43
    assert sent["redirect_uri"] == "http://127.0.0.1:8000/callback"
    assert "launch" in sent["scope"].split()


async def test_cookies_of_a_launch_have_the_flags_that_a_frame_needs(
    visitor, connection, launch_url
):
    back = await visitor.get(await callback_url(visitor, launch_url), follow=False)
    cookies = back.headers.get_list("set-cookie")
    launch = await Launch.objects.aget()
    [session] = [c for c in cookies if c.startswith("__Secure-launch=")]
    assert f"Path=/launches/{launch.pk}/" in session
    for cookie in cookies:
        flags = set(re.split(r";\s*", cookie))
        assert {"Secure", "SameSite=None", "Partitioned"} <= flags, cookie
        assert "HttpOnly" in flags or "Max-Age=0" in flags, cookie


@pytest.mark.parametrize(
    "iss",
    [
        "https://evil.example/r4",
        "http://localhost:9000/r4/another-tenant",
        "http://localhost:9000",
        "http://user@localhost:9000/r4/3f6c1d52-8b0e-4d4b-9c1e-2a7f5b8e9d10",
        "x",
        "http://localhost:9000/r4/3f6c1d52-8b0e-4d4b-9c1e-2a7f5b8e9d10/../x",
    ],
)
async def test_an_unknown_issuer_is_refused_and_nothing_is_fetched(
    visitor, connection, sandbox, iss
):
    before = len((await requests_at(sandbox, "/control/requests"))["requests"])
    page = await visitor.get(f"{APP}/launch", params={"iss": iss, "launch": "x"}, follow=False)
    assert page.status_code == 403
    assert "not connected" in page.text
    assert len((await requests_at(sandbox, "/control/requests"))["requests"]) == before
    assert not await AuthorizationRequest.objects.aexists()


@pytest.mark.parametrize(
    "change", [str.upper, lambda iss: iss + "/", lambda iss: iss.replace("/r4", "/./r4")]
)
async def test_harmless_variants_of_the_issuer_still_launch(visitor, connection, change):
    host, path = connection.fhir_base[:21], connection.fhir_base[21:]
    iss = change(host) + path if change is str.upper else change(connection.fhir_base)
    page = await visitor.get(f"{APP}/launch", params={"iss": iss, "launch": "x"}, follow=False)
    assert page.status_code == 302


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"iss": "http://localhost:9000"},
        {"launch": "x"},
        {"iss": ["a", "b"], "launch": "x"},
        {"iss": "http://localhost:9000", "launch": "x" * 4096},
    ],
)
async def test_an_incomplete_launch_is_refused(visitor, connection, params):
    page = await visitor.get(f"{APP}/launch", params=params, follow=False)
    assert page.status_code == 400


@pytest.mark.parametrize("query", ["", "state=x&code=y", "code=y", "state=x&state=y&code=z"])
async def test_a_callback_without_a_known_state_asks_for_no_token(
    visitor, connection, sandbox, query
):
    page = await visitor.get(f"{APP}/callback?{query}", follow=False)
    assert page.status_code == 400
    assert await token_requests(sandbox) == 0


async def callback_url(visitor, launch_url, slug=HEART):
    """Walk up to the callback and give its address, not yet visited."""
    answer = await visitor.get(await launch_url(patient_id(slug)), follow=False)
    while answer.status_code in (302, 303):
        url = str(httpx.URL(str(answer.request.url)).join(answer.headers["location"]))
        if httpx.URL(url).path == "/callback":
            return url
        answer = await visitor.get(url, follow=False)
    raise AssertionError(f"no redirect to the callback, but {answer.status_code}")


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


async def test_two_charts_in_one_browser_keep_their_own_sessions(visitor, connection, launch_url):
    one = await opened(visitor, launch_url)
    two = await opened(visitor, launch_url, "newborn")
    assert one.url.path != two.url.path
    again = await visitor.get(str(one.url))
    assert again.status_code == 200
    sessions = [c for c in visitor.client.cookies.jar if c.name == "__Secure-launch"]
    assert len({c.path for c in sessions}) == len({c.value for c in sessions}) == 2


async def test_a_charts_address_is_useless_in_another_browser(
    visitor, new_visitor, connection, launch_url
):
    page = await opened(visitor, launch_url)
    other = new_visitor()
    await opened(other, launch_url, "newborn")
    stolen = await other.get(str(page.url))
    assert stolen.status_code == 404
    assert await AuditEvent.objects.filter(action="refused").acount() == 1


async def test_another_user_on_the_same_browser_closes_the_former_users_charts(
    visitor, connection, launch_url
):
    former = await opened(visitor, launch_url, user="plund")
    await opened(visitor, launch_url, "newborn", user="jfarrow")
    stale = await visitor.get(str(former.url))
    assert stale.status_code == 401
    assert "Somebody else signed in" in stale.text


async def test_sign_out_forgets_and_revokes_the_tokens(visitor, connection, sandbox, launch_url):
    page = await opened(visitor, launch_url)
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[:1]
    out = await visitor.post(
        f"{page.url}sign-out/", {"csrfmiddlewaretoken": token}, headers={"Referer": str(page.url)}
    )
    assert out.status_code == 200
    assert "Clear-Site-Data" in out.headers
    grant = await Grant.objects.aget()
    assert grant.access_token is None
    assert grant.refresh_token is None
    assert (await visitor.get(str(page.url))).status_code == 404
    assert sandbox.state.sandbox.tokens is not None
    assert await AuditEvent.objects.filter(action="token.revoke").acount() == 2


async def test_an_idle_chart_closes_and_says_so(visitor, connection, launch_url, clock):
    page = await opened(visitor, launch_url)
    clock.shift(15 * 60 + 1)
    stale = await visitor.get(str(page.url))
    assert stale.status_code == 401
    assert "Nobody used this chart" in stale.text


async def test_a_background_request_is_no_presence(visitor, connection, launch_url, clock):
    page = await opened(visitor, launch_url)
    clock.shift(10 * 60)
    await visitor.get(str(page.url), headers={"X-Background": "1"})
    clock.shift(6 * 60)
    assert (await visitor.get(str(page.url))).status_code == 401


async def test_a_fragment_of_an_ended_chart_makes_the_page_load_again(
    visitor, connection, launch_url, clock
):
    page = await opened(visitor, launch_url)
    clock.shift(16 * 60)
    part = await visitor.get(str(page.url), headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"
    assert not part.text


async def test_a_changed_token_endpoint_stops_launches_until_approved(
    visitor, connection, launch_url
):
    await Connection.objects.aupdate(changed_discovery={"token_endpoint": "https://evil.example"})
    page = await opened(visitor, launch_url)
    assert page.status_code == 503


async def test_only_the_ehrs_own_pages_may_frame_a_chart(visitor, connection, launch_url):
    page = await opened(visitor, launch_url)
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors http://localhost:9000" in policy
    assert "x-frame-options" not in page.headers
    plain = await visitor.get(f"{APP}/login/")
    assert "frame-ancestors 'none'" in plain.headers["content-security-policy"]
    assert plain.headers["x-frame-options"] == "DENY"
