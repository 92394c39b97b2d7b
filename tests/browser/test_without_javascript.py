"""The whole path without JavaScript: in the EHR's frame, and from the hospital chooser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from tests.browser.conftest import Demo
from tests.browser.journeys import (
    app_frame,
    choose_patient,
    open_top,
    sandbox_of,
    sign_in_standalone,
    sign_in_to_ehr,
)


@pytest.fixture
def bare(browser: Browser) -> Iterator[BrowserContext]:
    """A profile in which no script runs."""
    with browser.new_context(java_script_enabled=False) as context:
        context.set_default_timeout(15_000)
        yield context


def heading(place: Page | Frame, words: str) -> None:
    expect(place.get_by_role("heading", name=words, level=1)).to_be_visible()


def from_list_to_sign_out(place: Page | Frame, family: str) -> None:
    """A long list: its next rows, filtered, sorted, a record, a reference, and out."""
    banner = place.locator(".banner .name")
    expect(banner).to_contain_text(family.upper())
    place.get_by_role("navigation").get_by_role("link", name="Conditions", exact=True).click()
    heading(place, "Conditions")
    place.get_by_role("link", name="Show 100 more").click()
    expect(place.get_by_text("Rows 101 to 200 of").first).to_be_visible()
    narrow(place)
    place.get_by_role("columnheader", name="Problem").get_by_role("link").click()
    expect(place.get_by_role("columnheader", name="Problem")).to_have_attribute(
        "aria-sort", "ascending"
    )
    expect(place.get_by_role("link", name="Clear")).to_be_visible()
    record = place.locator("tbody a").first
    name = record.inner_text()
    record.click()
    heading(place, name)
    place.locator(".tree a", has_text=family.upper()).first.click()
    heading(place, family.upper())
    expect(banner).to_contain_text(family.upper())
    place.get_by_role("button", name="Sign out").click()
    heading(place, "This record is closed")


def narrow(place: Page | Frame) -> None:
    """Filter to the problems that name one disease."""
    place.locator("summary", has_text="Filter").click()
    place.get_by_label("Contains").fill("asthma")
    place.get_by_role("button", name="Show").click()
    expect(place.get_by_role("link", name="Clear")).to_be_visible()
    rows = place.locator("tbody tr").all_inner_texts()
    assert rows
    assert all("asthma" in row.casefold() for row in rows)


def test_a_chart_in_the_ehrs_frame(bare: BrowserContext, demo: Demo) -> None:
    page = bare.new_page()
    sign_in_to_ehr(page, demo)
    page.get_by_role("link", name="PENHALLOW").first.click()
    page.get_by_role("link", name="smartapp").first.click()
    from_list_to_sign_out(app_frame(page), "Penhallow")


def test_a_chart_opened_from_the_hospital_chooser(bare: BrowserContext, demo: Demo) -> None:
    page = bare.new_page()
    sign_in_standalone(page, demo)
    choose_patient(page, "Penhallow")
    from_list_to_sign_out(page, "Penhallow")


def test_every_card_and_line_of_the_summary_can_be_opened(bare: BrowserContext, demo: Demo) -> None:
    page = bare.new_page()
    launch = open_top(page, demo, sandbox_of(demo).patient("Alderton")["id"])
    links = page.locator("noscript a").evaluate_all("all => all.map((one) => one.href)")
    assert any(link.startswith(f"{launch}records/Observation/") for link in links)
    page.goto(next(link for link in links if link.endswith("/lines/allergies/")))
    expect(page.get_by_role("main").locator(".line")).to_contain_text("Known")
    page.goto(f"{launch}cards/results/")
    expect(page.get_by_role("main").locator(".section.is-rows").first).to_be_visible()


def test_a_form_that_is_refused_says_what_is_wrong(bare: BrowserContext, demo: Demo) -> None:
    page = bare.new_page()
    launch = open_top(page, demo, sandbox_of(demo).patient("Alderton")["id"])
    page.goto(f"{launch}records/Slot/")
    page.get_by_role("button", name="Show").click()
    field = page.get_by_label("Service type")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("This field is required.")
