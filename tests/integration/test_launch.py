"""Launches from end to end: the app, its gateway and the sandbox EHR, without sockets."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from smartapp.launches.models import AuthorizationRequest, Launch
from smartapp.sandbox.generator import patient_id
from tests.integration.ehr import HEART, callback_url, opened, requests_at
from tests.integration.visitor import APP


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
