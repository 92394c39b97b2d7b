"""Two patients, two tabs, two users in one browser: nothing of one on a page of the other."""

import random
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from smartapp.fhir.types import REGISTRY
from tests.browser.canaries import Marks, marks, record
from tests.browser.conftest import Demo
from tests.browser.journeys import (
    app_frame,
    launch_of,
    open_chart,
    open_top,
    sandbox_of,
    settle,
    sign_in_to_ehr,
)

ONE, OTHER = "Alderton", "Vantongeren"
REQUESTS = 200
CARDS = ("problems", "medications", "results", "visits", "care", "documents", "billing")
STALE = "Somebody else signed in on this browser."


@dataclass
class Chart:
    """A tab with one patient's chart, and what must never be seen in it."""

    page: Page
    launch: str
    own: Marks
    foreign: Marks
    details: list[str]

    def address(self, chance: random.Random) -> str:
        """Some page of this chart."""
        kinds = ("", "records/", "lists", "lists", "details", "details", "cards")
        kind = chance.choice(kinds)
        if kind == "lists":
            return f"{self.launch}records/{chance.choice(list(REGISTRY))}/"
        if kind == "details":
            return f"{self.launch}records/{chance.choice(self.details)}/"
        return self.launch + (f"cards/{chance.choice(CARDS)}/" if kind == "cards" else kind)

    def check(self) -> None:
        """The page is of this patient alone."""
        html = self.page.content()
        assert self.foreign.on(html) == set(), self.page.url
        if self.launch in self.page.url:
            assert self.own.family.casefold() in html.casefold(), self.page.url


@pytest.fixture(scope="module")
def pair(demo: Demo) -> tuple[Marks, Marks]:
    sandbox = sandbox_of(demo)
    return marks(sandbox, ONE, OTHER), marks(sandbox, OTHER, ONE)


def chart(context: BrowserContext, demo: Demo, own: Marks, foreign: Marks, **options: str) -> Chart:
    """A launch of its own, in a new tab."""
    page = context.new_page()
    launch = open_top(page, demo, own.id, **options)
    _, records = record(sandbox_of(demo), own.family)
    details = [f"{one['resourceType']}/{one['id']}" for one in records]
    return Chart(page, launch, own, foreign, details)


def act(one: Chart, chance: random.Random) -> None:
    """One request, as people make them: by address, by a link, back, forward, again."""
    page, way = one.page, chance.random()
    if way < 0.15:
        page.go_back(wait_until="domcontentloaded")
    elif way < 0.25:
        page.go_forward(wait_until="domcontentloaded")
    elif way < 0.3:
        page.reload(wait_until="domcontentloaded")
    elif way < 0.5 and (links := page.locator("main a[href^='/launches/']").all()):
        page.goto(demo_of(one) + (chance.choice(links).get_attribute("href") or ""))
    else:
        page.goto(one.address(chance), wait_until="domcontentloaded")
    if chance.random() < 0.3:
        settle(page)


def demo_of(one: Chart) -> str:
    return one.launch.partition("/launches/")[0]


def test_two_charts_of_one_user_stay_apart_over_two_hundred_requests(
    context: BrowserContext, demo: Demo, pair: tuple[Marks, Marks]
) -> None:
    mine, theirs = pair
    charts = [chart(context, demo, mine, theirs), chart(context, demo, theirs, mine)]
    chance = random.Random(20_261_120)  # noqa: S311 - a repeatable walk, not a secret
    for number in range(REQUESTS):
        moved = chance.choice(charts)
        act(moved, chance)
        for one in charts if number % 5 == 0 else [moved]:
            one.check()
    for one in charts:
        one.page.goto(one.launch)
        settle(one.page)
        one.check()
    signed_out_and_opened_again(charts[0], charts[1], demo)


def signed_out_and_opened_again(one: Chart, other: Chart, demo: Demo) -> None:
    """Signing out of one chart closes it for good and leaves the other open."""
    one.page.get_by_role("button", name="Sign out").click()
    expect(one.page.get_by_role("heading", name="This record is closed")).to_be_visible()
    one.page.go_back()
    assert one.own.on(one.page.content()) == set()
    other.page.reload()
    settle(other.page)
    other.check()
    former, one.launch = one.launch, open_top(one.page, demo, one.own.id)
    assert one.launch != former
    settle(one.page)
    one.check()


def test_another_patients_record_is_not_shown_in_this_chart(
    context: BrowserContext, demo: Demo, pair: tuple[Marks, Marks]
) -> None:
    one = chart(context, demo, *pair)
    _, records = record(sandbox_of(demo), OTHER)
    firsts = {each["resourceType"]: each for each in reversed(records)}
    for foreign in firsts.values():
        address = f"{foreign['resourceType']}/{foreign['id']}"
        answer = one.page.goto(f"{one.launch}records/{address}/")
        assert answer
        assert answer.status == 502
        # Its address may stand on the page: it was asked for by it.
        assert one.foreign.on(one.page.content().replace(foreign["id"], "")) == set()


@pytest.fixture
def former_and_next(
    context: BrowserContext, demo: Demo, pair: tuple[Marks, Marks]
) -> tuple[Chart, Chart]:
    """A chart of one user; then another user opens one of another patient in the same browser."""
    former = chart(context, demo, *pair, user="plund")
    settle(former.page)
    former.check()
    return former, chart(context, demo, pair[1], pair[0], user="jfarrow")


def test_the_tab_of_a_former_user_says_so_and_shows_nothing(
    former_and_next: tuple[Chart, Chart],
) -> None:
    former, following = former_and_next
    chance = random.Random(7)  # noqa: S311 - a repeatable walk, not a secret
    for _ in range(20):
        former.page.goto(former.address(chance))
        expect(former.page.get_by_role("main")).to_contain_text(STALE)
        html = former.page.content()
        assert (former.own.on(html), former.foreign.on(html)) == (set(), set())
        act(following, chance)
        following.check()


def test_a_part_asked_for_in_the_tab_of_a_former_user_closes_the_whole_page(
    former_and_next: tuple[Chart, Chart],
) -> None:
    page = former_and_next[0].page
    page.evaluate("htmx.ajax('GET', 'cards/results/', 'main')")
    expect(page.get_by_role("main")).to_contain_text(STALE)
    assert former_and_next[0].own.on(page.content()) == set()


def test_users_who_follow_each_other_in_the_ehr_do_not_see_each_others_patient(
    context: BrowserContext, demo: Demo, pair: tuple[Marks, Marks]
) -> None:
    mine, theirs = pair
    first, second = context.new_page(), context.new_page()
    sign_in_to_ehr(first, demo, "Lund, Petra")
    former = open_chart(first, demo, mine.id)
    settle(former)
    assert mine.on(former.content())
    sign_in_to_ehr(second, demo, "Farrow, Judith")
    following = open_chart(second, demo, theirs.id)
    settle(following)
    former.get_by_role("link", name="Conditions", exact=True).first.click()
    expect(former.get_by_role("main")).to_contain_text(STALE)
    html = former.content()
    assert (mine.on(html), theirs.on(html)) == (set(), set())
    assert mine.on(following.content()) == set()
    assert theirs.on(following.content())


def test_two_charts_in_one_screen_of_the_ehr_stay_apart(
    context: BrowserContext, demo: Demo, pair: tuple[Marks, Marks]
) -> None:
    mine, theirs = pair
    page = context.new_page()
    sign_in_to_ehr(page, demo)
    page.goto(f"{demo.sandbox_url}/charts?left={mine.id}&right={theirs.id}")
    panes = [(app_frame(page, 0), mine, theirs), (app_frame(page, 1), theirs, mine)]
    chance = random.Random(3)  # noqa: S311 - a repeatable walk, not a secret
    launches = [launch_of(frame) for frame, _, _ in panes]
    for _ in range(15):
        number = chance.choice((0, 1))
        path = f"records/{chance.choice(list(REGISTRY))}/"
        panes[number][0].goto(launches[number] + chance.choice(("", path)))
        for frame, own, foreign in panes:
            html = frame.content()
            assert foreign.on(html) == set()
            assert own.family.casefold() in html.casefold()
