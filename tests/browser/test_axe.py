"""axe finds nothing on a page of any kind: wide, narrow, in light and in dark colours."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.conftest import Demo
from tests.browser.journeys import open_chart, settle, sign_in_to_ehr
from tests.browser.pages import KINDS, Tour, open_kind

WIDE: ViewportSize = {"width": 1400, "height": 900}
# WCAG 2.2 asks for targets of 24 pixels; axe looks only when told to.
ALL_RULES = {"rules": {"target-size": {"enabled": True}}}
NARROW: ViewportSize = {"width": 400, "height": 800}


@pytest.fixture(scope="module")
def tour(browser: Browser, demo: Demo) -> Iterator[Tour]:
    with browser.new_context(viewport=WIDE) as context:
        yield Tour(context.new_page(), demo)


def found(page: Page, *rules: str) -> list[str]:
    """What axe holds against the page as it is, by all rules or by these."""
    options = {"runOnly": list(rules)} if rules else ALL_RULES
    violations = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in violations
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_on(kind: str, tour: Tour) -> None:
    page = tour.page
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)
    open_kind(kind, tour)
    wide = found(page)
    page.emulate_media(color_scheme="dark")
    dark = found(page, "color-contrast")
    page.set_viewport_size(NARROW)
    assert (wide, dark, found(page)) == ([], [], [])


def test_axe_finds_nothing_on_the_opened_menu_of_a_narrow_page(tour: Tour) -> None:
    tour.page.set_viewport_size(NARROW)
    open_kind("summary", tour)
    tour.page.get_by_text("Menu: all records").click()
    assert found(tour.page) == []


def test_axe_finds_nothing_in_the_frame_of_the_ehr(tour: Tour) -> None:
    tour.page.set_viewport_size(WIDE)
    sign_in_to_ehr(tour.page, tour.demo)
    frame = open_chart(tour.page, tour.demo, tour.sandbox.patient("Alderton")["id"])
    settle(frame)
    assert found(tour.page) == []
