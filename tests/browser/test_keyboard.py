"""The whole path by keyboard alone: what has the focus is seen, and the focus is never lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.browser.conftest import Demo
from tests.browser.journeys import app_frame, open_top, sandbox_of, settle

MOST = 120
# Name, look and place of what has the focus, inside frames too.
FOCUSED = """
() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {
    tag: one.tagName,
    name: (one.ariaLabel || one.labels?.[0]?.innerText || one.innerText || "").trim(),
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    seen: box.bottom > 0 && box.top < innerHeight,
  };
}
"""


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def focused(place: Page | Frame) -> dict[str, object]:
    return dict(place.evaluate(FOCUSED))


def tab_to(page: Page, wanted: str, place: Page | Frame | None = None, key: str = "Tab") -> None:
    """Press Tab until something of this name has the focus; it must be visible that it has."""
    place = place or page
    passed = []
    for _ in range(MOST):
        page.keyboard.press(key)
        at = focused(place)
        if at["tag"] in ("BODY", "IFRAME"):
            continue
        assert at["outline"], f"the focus on {at} is not visible"
        passed.append(at["name"])
        if wanted in str(at["name"]):
            assert at["seen"], f"{wanted} has the focus out of sight"
            return
    raise AssertionError(f"{wanted} was not reached: {passed}")


def press(page: Page, wanted: str, place: Page | Frame | None = None) -> None:
    tab_to(page, wanted, place)
    page.keyboard.press("Enter")


def title(place: Page | Frame) -> Callable[[str], None]:
    def shown(words: str) -> None:
        expect(place.get_by_role("heading", name=words, level=1)).to_be_visible()

    return shown


def test_from_the_hospital_chooser_to_sign_out(page: Page, demo: Demo) -> None:
    shown = title(page)
    page.goto(f"{demo.app_url}/login/")
    press(page, "Sandbox EHR")
    shown("Sign in")
    press(page, "Lund, Petra")
    shown("Find a patient")
    tab_to(page, "Name")
    page.keyboard.type("Penhallow")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Patients found")).to_be_visible()
    press(page, "PENHALLOW")
    shown("Is this the right patient?")
    press(page, "Yes, open this record")
    expect(page.locator(".banner")).to_be_visible()
    settle(page)
    press(page, "Conditions")
    shown("Conditions")
    press(page, "Filter")
    tab_to(page, "Contains")
    page.keyboard.type("asthma")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Clear")).to_be_visible()
    press(page, "Asthma")
    shown("Asthma")
    settle(page)
    press(page, "Raw FHIR JSON")
    expect(page.locator("pre.json")).to_be_visible()
    tab_to(page, "Sign out", key="Shift+Tab")
    page.keyboard.press("Enter")
    shown("This record is closed")


def test_a_chart_in_the_ehrs_frame(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.sandbox_url}/sign-in")
    press(page, "Lund, Petra")
    title(page)("Patients")
    press(page, "Open smartapp")
    frame = app_frame(page)
    settle(frame)
    press(page, "Conditions", frame)
    title(frame)("Conditions")
    press(page, "Sign out", frame)
    title(frame)("This record is closed")


def test_the_first_stop_skips_to_the_content(page: Page, demo: Demo) -> None:
    open_top(page, demo, sandbox_of(demo).patient("Alderton")["id"])
    settle(page)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_what_has_the_focus_is_never_under_the_banner(page: Page, demo: Demo) -> None:
    page.set_viewport_size({"width": 700, "height": 500})
    launch = open_top(page, demo, sandbox_of(demo).patient("Alderton")["id"])
    page.goto(f"{launch}records/Observation/")
    page.locator("tbody a").nth(30).focus()
    for _ in range(35):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.closest('main') === null"):
            return
        box = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
        banner = page.locator(".banner").bounding_box()
        assert banner
        assert box["top"] >= banner["y"] + banner["height"] - 1


def test_more_rows_take_the_focus_of_the_link_that_asked_for_them(page: Page, demo: Demo) -> None:
    launch = open_top(page, demo, sandbox_of(demo).patient("Penhallow")["id"])
    page.goto(f"{launch}records/Condition/")
    page.get_by_role("link", name="Show 100 more").focus()
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(201)
    assert page.evaluate("document.activeElement.closest('tbody') !== null")
    page.keyboard.press("Tab")
    rows = page.evaluate(
        "[...document.querySelectorAll('tbody tr')].indexOf(document.activeElement.closest('tr'))"
    )
    assert rows == 100


def test_trying_again_keeps_the_focus_in_the_part(page: Page, demo: Demo) -> None:
    sandbox = sandbox_of(demo)
    patient = sandbox.patient("Bellweather")["id"]
    sandbox.break_down(kind="html", type="Procedure", patient=patient)
    try:
        open_top(page, demo, patient)
        settle(page)
    finally:
        sandbox.mend()
    again = page.get_by_role("link", name="Try again").first
    again.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Try again")).to_have_count(0)
    inside = "document.activeElement.closest('.section')?.innerText ?? ''"
    assert "Procedures" in page.evaluate(inside)


def test_the_menu_of_a_narrow_page_opens_and_leads_on(page: Page, demo: Demo) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    open_top(page, demo, sandbox_of(demo).patient("Alderton")["id"])
    settle(page)
    press(page, "Menu: all records")
    press(page, "Conditions")
    title(page)("Conditions")
