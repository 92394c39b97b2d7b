"""The launch in the EHR's frame, across two sites: cookies, switches, storage, foreign frames."""

import json
import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Route, expect

from tests.browser.conftest import FLAGS, Demo
from tests.browser.journeys import (
    app_frame,
    choose_patient,
    heard_in,
    launch_of,
    open_chart,
    sandbox_of,
    settle,
    sign_in_standalone,
    sign_in_to_ehr,
    stored,
)
from tests.browser.sites import Foreign, Framed, serving

BLOCKING = "--test-third-party-cookie-phaseout"
ONE, OTHER = "Alderton", "Vantongeren"


# A profile of its own: in a profile without traces Chromium blocks such cookies anyway.
ALLOWED = {"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}}


@pytest.fixture(scope="module")
def allowing(
    browser: Browser, chromium_path: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """A profile of the same browser that keeps cookies of other sites."""
    folder = tmp_path_factory.mktemp("profile")
    (folder / "Default").mkdir()
    (folder / "Default" / "Preferences").write_text(json.dumps(ALLOWED))
    flags = [flag for flag in FLAGS if flag != BLOCKING]
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    start = browser.browser_type.launch_persistent_context
    with start(folder, executable_path=chromium_path, args=flags) as opened:
        yield opened


@pytest.fixture
def profile(
    request: pytest.FixtureRequest, context: BrowserContext, allowing: BrowserContext
) -> BrowserContext:
    """A profile that blocks cookies of other sites, or one that allows them."""
    return context if request.param == "blocked" else allowing


def test_the_allowing_profile_keeps_cookies_of_other_sites(
    allowing: BrowserContext,
) -> None:
    page = allowing.new_page()
    with serving(Framed) as address:
        page.goto(f"{address}outer")
        frame = page.frame_locator("iframe")
        frame.get_by_role("link").click()
        assert "unpartitioned=1" in (frame.locator("p").text_content() or "")


def patient(demo: Demo, family: str) -> str:
    return str(sandbox_of(demo).patient(family)["id"])


def follow(frame: Frame, link: str) -> None:
    """Through the rail to a list."""
    frame.get_by_role("navigation").get_by_role("link", name=link, exact=True).click()
    expect(frame.get_by_role("heading", name=link, level=1)).to_be_visible()


def tour(frame: Frame) -> None:
    """Summary, list, a filter that is posted, a record, a link from it, the raw resource."""
    settle(frame)
    follow(frame, "Conditions")
    frame.locator("summary", has_text="Filter").click()
    frame.get_by_label("Contains").fill("heart")
    frame.get_by_role("button", name="Show").click()
    expect(frame.get_by_role("link", name="Clear")).to_be_visible()
    frame.locator("tbody a").first.click()
    settle(frame)
    frame.locator("summary", has_text="Raw FHIR JSON").click()
    frame.locator(".tree a").first.click()
    settle(frame)
    follow(frame, "Observations")


@pytest.mark.parametrize("profile", ["blocked", "allowed"], indirect=True)
def test_a_framed_chart_works_from_launch_to_sign_out(profile: BrowserContext, demo: Demo) -> None:
    heard = heard_in(profile)
    page = profile.new_page()
    sign_in_to_ehr(page, demo)
    frame = open_chart(page, demo, patient(demo, ONE))
    tour(frame)
    kept = stored(frame)
    frame.get_by_role("button", name="Sign out").click()
    expect(frame.get_by_role("heading", name="This record is closed")).to_be_visible()
    assert (heard, kept, stored(frame)) == ([], [], [])


def test_a_chart_in_a_tab_of_its_own_leaves_nothing_in_the_browser(
    context: BrowserContext, demo: Demo
) -> None:
    heard = heard_in(context)
    page = context.new_page()
    sign_in_standalone(page, demo)
    choose_patient(page, ONE)
    tour(page.main_frame)
    assert (heard, stored(page)) == ([], [])


def test_all_cookies_of_the_app_are_secure_unreadable_and_partitioned_in_a_frame(
    page: Page, demo: Demo
) -> None:
    sign_in_to_ehr(page, demo)
    settle(open_chart(page, demo, patient(demo, ONE)))
    kept = [one for one in page.context.cookies() if one["name"].startswith("__")]
    assert {one["name"] for one in kept} == {"__Host-browser", "__Secure-launch"}
    for one in kept:
        assert one["secure"]
        assert one["httpOnly"]
        assert one["sameSite"] == "None"
        assert one.get("partitionKey")


def test_a_sign_in_at_top_level_and_a_framed_launch_do_not_disturb_each_other(
    context: BrowserContext, demo: Demo
) -> None:
    alone, ehr = context.new_page(), context.new_page()
    sign_in_standalone(alone, demo, "Farrow, Judith")
    choose_patient(alone, OTHER)
    sign_in_to_ehr(ehr, demo, "Lund, Petra")
    frame = open_chart(ehr, demo, patient(demo, ONE))
    follow(frame, "Conditions")
    alone.reload()
    expect(alone.locator(".banner .name")).to_contain_text(OTHER.upper())
    alone.get_by_role("button", name="Sign out").click()
    expect(alone.get_by_role("heading", name="This record is closed")).to_be_visible()
    follow(frame, "Observations")
    expect(frame.locator(".banner .name")).to_contain_text(ONE.upper())


def test_two_charts_side_by_side_each_have_their_own_session(page: Page, demo: Demo) -> None:
    sign_in_to_ehr(page, demo)
    left, right = patient(demo, ONE), patient(demo, OTHER)
    page.goto(f"{demo.sandbox_url}/charts?left={left}&right={right}")
    first, second = app_frame(page, 0), app_frame(page, 1)
    assert launch_of(first) != launch_of(second)
    for frame, family in ((first, ONE), (second, OTHER)):
        settle(frame)
        expect(frame.locator(".banner .name")).to_contain_text(family.upper())
    first.get_by_role("button", name="Sign out").click()
    expect(first.get_by_role("heading", name="This record is closed")).to_be_visible()
    second.goto(f"{launch_of(second)}records/Observation/")
    expect(second.locator(".banner .name")).to_contain_text(OTHER.upper())


def test_switching_the_patient_in_the_ehr_opens_a_launch_of_the_other_patient(
    page: Page, demo: Demo
) -> None:
    sign_in_to_ehr(page, demo)
    frame = open_chart(page, demo, patient(demo, ONE))
    settle(frame)
    former = launch_of(frame)
    page.get_by_label("Switch patient").select_option(patient(demo, OTHER))
    page.get_by_role("button", name="Switch").click()
    page.wait_for_url("**/smartapp")
    frame = app_frame(page)
    settle(frame)
    expect(frame.locator(".banner .name")).to_contain_text(OTHER.upper())
    assert launch_of(frame) != former
    frame.goto(former)
    expect(frame.locator(".banner .name")).to_contain_text(ONE.upper())


@pytest.fixture(scope="module")
def foreign() -> Iterator[str]:
    with serving(Foreign) as address:
        yield address


@pytest.mark.parametrize("path", ["login/", "launch?iss=https://ehr.example/r4&launch=x", "chart"])
def test_a_page_of_another_origin_cannot_frame_the_app(
    path: str, context: BrowserContext, demo: Demo, foreign: str
) -> None:
    page = context.new_page()
    target = f"{demo.app_url}/{path}"
    if path == "chart":
        target = sandbox_of(demo).launch_url(patient(demo, ONE))
    page.goto(f"{foreign}?{target}")
    framed = page.frames[1]
    framed.wait_for_load_state()
    assert framed.url == "chrome-error://chromewebdata/"


def without_cookies(route: Route) -> None:
    """The answer as a browser takes it that keeps no cookie of it."""
    # What only the browser itself sends is lost on this way: that the answer goes into a frame.
    sent = route.request.headers | {"sec-fetch-dest": "iframe"}
    answer = route.fetch(headers=sent, max_redirects=0)
    kept = {name: value for name, value in answer.headers.items() if name != "set-cookie"}
    route.fulfill(status=answer.status, headers=kept)


def test_a_frame_that_keeps_no_cookies_says_so_and_offers_a_window(
    context: BrowserContext, demo: Demo
) -> None:
    page = context.new_page()
    sign_in_to_ehr(page, demo)
    page.route(f"{demo.app_url}/launch?*", without_cookies)
    frame = open_chart(page, demo, patient(demo, ONE))
    expect(frame.get_by_role("heading", name="keeps no cookies")).to_be_visible()
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="Open in a separate window").click()
    expect(opened.value.locator(".banner .name")).to_contain_text(ONE.upper())
