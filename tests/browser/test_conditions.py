"""What the other browser tests rely on: two sites, and blocked cookies between them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.sites import Framed, serving


@pytest.fixture
def outer() -> Iterator[str]:
    with serving(Framed) as address:
        yield f"{address}outer"


def test_a_frame_of_another_site_keeps_only_partitioned_cookies(page: Page, outer: str) -> None:
    page.goto(outer)
    frame = page.frame_locator("iframe")
    frame.get_by_role("link").click()
    assert frame.locator("p").text_content() == "__Secure-partitioned=1"
