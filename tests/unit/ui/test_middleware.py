import json
from inspect import isawaitable

import pytest
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory

from smartapp.audit.trail import AuditUnavailable
from smartapp.gateway.errors import NotFound
from smartapp.ui.middleware import (
    ErrorPages,
    PartitionedCookies,
    RequestLog,
    SameOriginPosts,
    SecurityHeaders,
)


def answering(middleware, response=None, **request):
    """What the middleware makes of a view's response."""
    method = request.pop("method", "GET")
    made = RequestFactory().generic(method, request.pop("path", "/page/"), **request)
    made.resolver_match = None
    answer = response if response is not None else HttpResponse("text")
    return middleware(lambda _: answer)(made)


def raw_cookies(response) -> list[str]:
    return [morsel.OutputString() for morsel in response.cookies.values()]


# --- cookies


def test_a_cookie_for_frames_is_partitioned_when_set() -> None:
    response = HttpResponse()
    response.set_cookie("__Host-a", "1", samesite="None", secure=True)
    assert raw_cookies(answering(PartitionedCookies, response)) == [
        "__Host-a=1; Partitioned; Path=/; SameSite=None; Secure"
    ]


def test_a_cookie_for_frames_is_partitioned_when_deleted() -> None:
    response = HttpResponse()
    response.delete_cookie("__Host-a", samesite="None")
    (cookie,) = raw_cookies(answering(PartitionedCookies, response))
    assert cookie.endswith("Max-Age=0; Partitioned; Path=/; SameSite=None; Secure")


@pytest.mark.parametrize("samesite", ["Lax", "Strict", None])
def test_other_cookies_are_left_alone(samesite) -> None:
    response = HttpResponse()
    response.set_cookie("a", "1", samesite=samesite)
    (cookie,) = raw_cookies(answering(PartitionedCookies, response))
    assert "Partitioned" not in cookie


async def test_the_middleware_runs_in_the_event_loop_as_well() -> None:
    async def view(_):
        response = HttpResponse()
        response.set_cookie("a", "1", samesite="None")
        return response

    answer = PartitionedCookies(view)(RequestFactory().get("/"))
    assert isawaitable(answer)
    response = await answer
    assert response.cookies["a"]["partitioned"] is True


# --- request log


def test_every_answer_carries_an_id_of_its_own() -> None:
    first, second = answering(RequestLog), answering(RequestLog)
    assert len(first["X-Request-Id"]) == 32
    assert first["X-Request-Id"] != second["X-Request-Id"]


def test_an_id_sent_by_the_browser_is_not_adopted() -> None:
    answer = answering(RequestLog, headers={"X-Request-Id": "canary"})
    assert answer["X-Request-Id"] != "canary"


def test_the_log_line_has_neither_query_nor_path(sweep) -> None:
    answer = answering(RequestLog, path="/canary-path/?code=canary-code&state=canary-state")
    sweep.assert_clean("canary-path", "canary-code", "canary-state")
    lines = [json.loads(line) for line in sweep.text().splitlines() if line.startswith("{")]
    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["request_id"] == answer["X-Request-Id"]
    assert (line["method"], line["status"]) == ("GET", 200)


@pytest.mark.parametrize(
    ("error", "status"),
    [(AuditUnavailable("read could not be recorded."), 503), (NotFound("gone"), 404)],
)
def test_what_a_view_lets_through_becomes_its_page(error, status, rf) -> None:
    answer = ErrorPages(lambda _: HttpResponse()).process_exception(rf.get("/"), error)
    assert answer is not None
    assert answer.status_code == status


def test_a_fault_of_ours_is_left_to_django(rf) -> None:
    assert ErrorPages(lambda _: HttpResponse()).process_exception(rf.get("/"), KeyError()) is None


# --- headers


def test_nothing_is_stored_by_a_cache() -> None:
    answer = answering(SecurityHeaders)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Vary"] == "Cookie, HX-Request"


def test_a_view_may_say_that_its_answer_is_public() -> None:
    response = HttpResponse(headers={"Cache-Control": "public, max-age=3600"})
    assert answering(SecurityHeaders, response)["Cache-Control"] == "public, max-age=3600"


def test_a_weaker_word_than_no_store_is_replaced() -> None:
    response = HttpResponse(headers={"Cache-Control": "private, max-age=60"})
    assert answering(SecurityHeaders, response)["Cache-Control"] == "no-store"


def test_static_files_keep_their_own_caching() -> None:
    response = HttpResponse(headers={"Cache-Control": "max-age=315360000, immutable"})
    answer = answering(SecurityHeaders, response, path="/static/css/app.css")
    assert answer["Cache-Control"] == "max-age=315360000, immutable"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_missing_static_file_is_not_stored() -> None:
    answer = answering(SecurityHeaders, HttpResponse(status=404), path="/static/none.css")
    assert answer["Cache-Control"] == "no-store"


def test_no_server_name_and_no_device_is_given_out() -> None:
    answer = answering(SecurityHeaders, HttpResponse(headers={"Server": "canary/1.0"}))
    assert "Server" not in answer.headers
    for feature in ("camera", "microphone", "geolocation", "usb", "payment"):
        assert f"{feature}=()" in answer["Permissions-Policy"]


# --- posts from elsewhere


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("site", ["cross-site", "same-site", "canary"])
def test_a_change_asked_for_by_another_site_is_refused(method, site) -> None:
    answer = answering(SameOriginPosts, method=method, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {}]
)
def test_a_change_asked_for_by_our_own_pages_passes(headers) -> None:
    assert answering(SameOriginPosts, method="POST", headers=headers).status_code == 200


def test_another_site_may_link_to_us() -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert answering(SameOriginPosts, headers=headers).status_code == 200


# --- bare answers


def test_an_error_without_a_body_gets_its_page() -> None:
    answer = answering(ErrorPages, HttpResponse(status=405, headers={"Allow": "GET"}))
    assert "Not possible here" in answer.content.decode()
    assert (answer.status_code, answer["Allow"]) == (405, "GET")


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("own words", status=404),
        HttpResponse(status=401, headers={"HX-Refresh": "true"}),
        HttpResponse(status=204),
        FileResponse(iter([b"data"]), status=404),
    ],
)
def test_other_answers_stay_as_they_are(response) -> None:
    assert answering(ErrorPages, response) is response
