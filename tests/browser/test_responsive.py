"""Pages fit: wide, narrow, very narrow; nothing is cut; the banner stays; other colours work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import ROOT, Demo
from tests.browser.journeys import open_chart, settle, sign_in_to_ehr
from tests.browser.pages import KINDS, Tour, open_kind

WIDE: ViewportSize = {"width": 1400, "height": 900}
NARROW: ViewportSize = {"width": 400, "height": 800}
NARROWEST: ViewportSize = {"width": 320, "height": 640}
SHOTS = ROOT / "screenshots"
# What is wider or higher than the box that hides the rest of it.
CUT = """
() => [...document.querySelectorAll("body *")].filter((one) => {
  const style = getComputedStyle(one);
  const hides = [style.overflowX, style.overflowY].some((how) => ["hidden", "clip"].includes(how));
  if (!hides || one.closest(".unseen, .skip") || style.display === "none") return false;
  return one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1;
}).map((one) => `${one.tagName}.${one.className}: ${one.textContent.slice(0, 60)}`)
"""
# Text that runs over the right edge of its own panel, card or cell.
OVER = """
() => [...document.querySelectorAll("td, th, .card, .panel, .notice, .banner, .ribbon")]
  .filter((one) => one.offsetParent && one.scrollWidth > one.clientWidth + 1)
  .filter((one) => !["auto", "scroll"].includes(getComputedStyle(one).overflowX))
  .map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 60)}`)
"""


@pytest.fixture(scope="module")
def tour(browser: Browser, demo: Demo) -> Iterator[Tour]:
    with browser.new_context(viewport=WIDE) as context:
        yield Tour(context.new_page(), demo)


def shoot(page: Page, name: str) -> Path:
    """A picture for people to look at, in a folder that is not committed."""
    path = SHOTS / f"{name.replace(' ', '-')}.png"
    page.screenshot(path=path)
    return path


def sideways(page: Page) -> int:
    """By how many pixels the page can be scrolled to the side."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_cut_or_runs_out_of_the_page_on(kind: str, tour: Tour) -> None:
    page = tour.page
    page.set_viewport_size(WIDE)
    open_kind(kind, tour)
    for size in (WIDE, NARROW, NARROWEST):
        page.set_viewport_size(size)
        found = (sideways(page), page.evaluate(CUT), page.evaluate(OVER))
        shoot(page, f"{kind}-{size['width']}")
        assert found == (0, [], []), f"at {size['width']} pixels"


def test_a_narrow_search_still_says_who_is_dead(tour: Tour) -> None:
    tour.page.set_viewport_size(NARROW)
    open_kind("patients found", tour)
    row = tour.page.locator("tbody tr", has_text="ASHGROVE")
    expect(row.get_by_text("Deceased")).to_be_visible()
    expect(row.get_by_text("Inactive record")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_banner_stays_when_a_list_is_scrolled(size: ViewportSize, tour: Tour) -> None:
    tour.page.set_viewport_size(size)
    open_kind("full list", tour)
    tour.page.mouse.wheel(0, 3000)
    tour.page.wait_for_function("() => scrollY > 500")
    expect(tour.page.locator(".banner .name")).to_be_in_viewport(ratio=1)
    box = tour.page.locator(".banner").bounding_box()
    assert box
    assert box["y"] == 0
    assert box["height"] < size["height"] / 3


def test_headings_of_a_wide_list_stay_below_the_banner(tour: Tour) -> None:
    tour.page.set_viewport_size(WIDE)
    open_kind("full list", tour)
    tour.page.mouse.wheel(0, 1000)
    tour.page.wait_for_function("() => scrollY > 500")
    banner = tour.page.locator(".banner").bounding_box()
    heads = tour.page.locator("thead th").first.bounding_box()
    assert banner
    assert heads
    assert abs(heads["y"] - banner["height"]) <= 1


def test_a_low_window_gives_its_room_to_the_record(tour: Tour) -> None:
    tour.page.set_viewport_size({"width": 350, "height": 300})
    open_kind("summary", tour)
    tour.page.mouse.wheel(0, 1500)
    tour.page.wait_for_function("() => scrollY > 500")
    expect(tour.page.locator(".banner .name")).not_to_be_in_viewport()


@pytest.mark.parametrize(
    "kind", ["summary", "full list", "record", "summary of a deceased patient"]
)
def test_dark_colours_are_dark(kind: str, tour: Tour) -> None:
    page = tour.page
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="dark")
    open_kind(kind, tour)
    shoot(page, f"{kind}-dark")
    ground, ink = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    page.emulate_media(color_scheme="light")
    assert brightness(ground) < 60 < 180 < brightness(ink)


def brightness(colour: str) -> float:
    parts = colour.removeprefix("rgb(").removesuffix(")").split(",")
    return sum(float(part) for part in parts) / 3


def test_forced_colours_keep_what_colour_alone_would_say(tour: Tour) -> None:
    page = tour.page
    page.set_viewport_size(WIDE)
    page.emulate_media(forced_colors="active")
    open_kind("summary of a deceased patient", tour)
    shoot(page, "deceased-forced-colours")
    border = page.locator(".banner").evaluate("one => getComputedStyle(one).borderTopStyle")
    current = page.locator(".rail [aria-current]").evaluate(
        "one => getComputedStyle(one).borderTopStyle"
    )
    page.emulate_media(forced_colors="none")
    assert (border, current) == ("double", "solid")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_ehr_with_the_app_in_its_frame_fits(size: ViewportSize, tour: Tour) -> None:
    page = tour.page
    page.set_viewport_size(size)
    sign_in_to_ehr(page, tour.demo)
    shoot(page, f"ehr-worklist-{size['width']}")
    assert sideways(page) == 0
    settle(open_chart(page, tour.demo, tour.sandbox.patient("Alderton")["id"]))
    shoot(page, f"ehr-chart-{size['width']}")
    assert sideways(page) == 0
