"""Lists longer than one part: everything is reached, nothing twice, and the place stays sealed."""

import html
import re
from urllib.parse import parse_qs, urlsplit

from smartapp.sandbox.generator import patient_id


def rows_of(page):
    return re.findall(r'href="[^"]*/records/\w+/([^/"?]+)/"[^>]*>', page.text.partition("<main")[2])


def links(page, name):
    """Addresses on the page whose query has this parameter."""
    found = [html.unescape(link) for link in re.findall(r'href="(\?[^"]+)"', page.text)]
    return [link for link in found if name in parse_qs(link[1:])]


async def opened_list(visitor, launch_url, slug, type_name):
    chart = await visitor.get(await launch_url(patient_id(slug)))
    return await visitor.get(f"{chart.url}records/{type_name}/")


async def test_a_list_goes_on_past_its_cap(visitor, connection, launch_url):
    page = await opened_list(visitor, launch_url, "icu", "Observation")
    first = set(rows_of(page))
    [onward, *_] = links(page, "cursor")
    after = await visitor.get(str(page.url.join(onward)))
    assert after.status_code == 200
    second = set(rows_of(after))
    assert len(first) >= 100
    assert len(second) >= 100
    assert not first & second


async def test_the_ehrs_query_is_in_no_address(visitor, connection, launch_url):
    page = await opened_list(visitor, launch_url, "icu", "Observation")
    for link in links(page, "cursor"):
        assert patient_id("icu") not in urlsplit(link).query


async def windows(visitor, page):
    """Every window of one part of a list, and the way to the next part."""
    starts = {parse_qs(link[1:])["start"][0]: link for link in links(page, "start")}
    pages, seen = [page], set[str]()
    while more := sorted(set(starts) - seen, key=int):
        seen.add(more[0])
        pages.append(await visitor.get(str(page.url.join(starts[more[0]]))))
        starts |= {parse_qs(x[1:])["start"][0]: x for x in links(pages[-1], "start")}
    onward = re.findall(r'href="(\?[^"]+)">Load the next', page.text)
    return pages, [html.unescape(link) for link in onward]


async def test_every_one_of_1_600_conditions_is_reached(visitor, connection, launch_url):
    page = await opened_list(visitor, launch_url, "many-problems", "Condition")
    seen: set[str] = set()
    part = [str(page.url.join("?reveal=1"))]
    while part:
        pages, onward = await windows(visitor, await visitor.get(part[0]))
        assert all(one.status_code == 200 for one in pages)
        seen |= {row for one in pages for row in rows_of(one)}
        part = [str(page.url.join(link)) for link in onward]
    assert len(seen) >= 1_600
