"""A chart that nobody uses: warned of a minute before, then blanked, whatever loads by itself."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Demo
from tests.browser.journeys import open_top, sandbox_of, settle

IDLE_S = 15 * 60
FAMILY = "Alderton"


def opened(context: BrowserContext, demo: Demo) -> Page:
    """A chart under a clock that the test moves."""
    page = context.new_page()
    page.clock.install()
    open_top(page, demo, sandbox_of(demo).patient(FAMILY)["id"])
    settle(page)
    return page


def run(page: Page, seconds: int) -> None:
    page.clock.run_for(seconds * 1000)


def test_the_warning_comes_a_minute_before_and_counts_down(
    context: BrowserContext, demo: Demo
) -> None:
    page = opened(context, demo)
    dialog = page.get_by_role("dialog", name="Still there?")
    run(page, IDLE_S - 70)
    expect(dialog).to_be_hidden()
    run(page, 11)
    expect(dialog).to_be_visible()
    run(page, 19)
    # The clock goes on by itself, too.
    expect(dialog).to_contain_text(re.compile("closes in (40|3[0-9]) seconds"))
    expect(page.get_by_role("button", name="Keep it open")).to_be_focused()


def test_the_page_is_blanked_when_the_time_is_over(context: BrowserContext, demo: Demo) -> None:
    page = opened(context, demo)
    with page.expect_request("**/ended/") as asked:
        run(page, IDLE_S + 1)
    assert asked.value.is_navigation_request()
    assert FAMILY.upper() not in page.title()


def test_nothing_of_the_patient_stands_there_even_before_the_next_page_comes(
    context: BrowserContext, demo: Demo
) -> None:
    page = opened(context, demo)
    # "No content" leaves a browser on the page where it is.
    page.route("**/ended/", lambda route: route.fulfill(status=204))
    with page.expect_response("**/ended/"):
        run(page, IDLE_S + 1)
    expect(page.locator("body *")).to_have_count(0)
    assert FAMILY.casefold() not in page.content().casefold()


def test_keeping_it_open_tells_the_server_and_starts_the_time_again(
    context: BrowserContext, demo: Demo
) -> None:
    page = opened(context, demo)
    run(page, IDLE_S - 30)
    with page.expect_response("**/presence/") as told:
        page.get_by_role("button", name="Keep it open").click()
    assert told.value.status == 204
    dialog = page.get_by_role("dialog", name="Still there?")
    expect(dialog).to_be_hidden()
    run(page, IDLE_S - 70)
    expect(dialog).to_be_hidden()
    expect(page.locator(".banner .name")).to_contain_text(FAMILY.upper())


def test_escape_keeps_it_open_too(context: BrowserContext, demo: Demo) -> None:
    page = opened(context, demo)
    run(page, IDLE_S - 30)
    with page.expect_response("**/presence/") as told:
        page.keyboard.press("Escape")
    assert told.value.status == 204
    expect(page.get_by_role("dialog", name="Still there?")).to_be_hidden()


def test_a_key_or_a_click_is_use_and_a_minute_later_told_to_the_server(
    context: BrowserContext, demo: Demo
) -> None:
    page = opened(context, demo)
    run(page, IDLE_S - 120)
    with page.expect_response("**/presence/"):
        page.keyboard.press("Shift")
    run(page, 110)
    expect(page.get_by_role("dialog", name="Still there?")).to_be_hidden()


def test_a_chart_that_ended_elsewhere_is_blanked_at_the_next_sign_of_use(
    context: BrowserContext, demo: Demo
) -> None:
    page = opened(context, demo)
    other = context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", name="This record is closed")).to_be_visible()
    run(page, 61)
    page.keyboard.press("Shift")
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()
    assert FAMILY.casefold() not in page.content().casefold()
