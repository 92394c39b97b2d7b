"""Which URLs are a connection's own."""

import pytest

from smartapp.gateway.urls import (
    UrlRefused,
    absolute,
    flatten,
    inside,
    is_id,
    is_inside,
    query,
    relative,
)

BASE = "https://ehr.example.test/r4/tenant-a"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{BASE}/Observation?patient=1", f"{BASE}/Observation?patient=1"),
        ("https://EHR.example.test:443/r4/tenant-a/Observation", None),
        ("Observation?x=1", f"{BASE}/Observation?x=1"),
        ("/r4/tenant-a/Observation", f"{BASE}/Observation"),
        (f"{BASE}?_getpages=1", f"{BASE}?_getpages=1"),
        (BASE, BASE),
        (f"{BASE}/", f"{BASE}/"),
        (f"{BASE}/Binary/x%20y", f"{BASE}/Binary/x%20y"),
        (f"{BASE}/Observation?a=%2E%2E/..&-pageContext=eJx%3D", None),
        (f"{BASE}/Observation?a=1#part", f"{BASE}/Observation?a=1"),
        (f"{BASE}/Observation?a=https%3A%2F%2Fx%2Cb|c", None),
        (f"{BASE}/Patient?name=Muñoz x", f"{BASE}/Patient?name=Mu%C3%B1oz%20x"),
        ("Observation/../Condition", f"{BASE}/Condition"),
    ],
)
def test_a_url_under_the_base_is_followed_as_it_is(url, expected):
    assert inside(BASE, url) == (expected or url)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.test/r4/tenant-a/Observation",
        "http://ehr.example.test/r4/tenant-a/Observation",
        "https://ehr.example.test:8443/r4/tenant-a/Observation",
        "https://ehr.example.test:0/r4/tenant-a/Observation",
        "https://ehr.example.test/r4/tenant-b/Observation",
        "https://ehr.example.test/r4/tenant-ab/Observation",
        "https://ehr.example.test/r4/tenant-a/../tenant-b/Observation",
        "https://ehr.example.test/r4/tenant-a/%2e%2E/tenant-b/Observation",
        "https://ehr.example.test/r4/tenant-a/%252e%252e/tenant-b",
        "https://ehr.example.test/r4/tenant-a%2fObservation",
        "https://ehr.example.test/r4/tenant-a/./x/../../b",
        "https://ehr.example.test@evil.example.test/r4/tenant-a/Observation",
        "https://user:pass@ehr.example.test/r4/tenant-a/Observation",
        "https://ehr.example.test.evil.test/r4/tenant-a/Observation",
        "https://ehr.example.test\\@evil.test/r4/tenant-a/x",
        "https://ehr.example.test./r4/tenant-a/Observation",
        "//evil.example.test/r4/tenant-a/Observation",
        "//[",
        "//[::1]]/r4/tenant-a/Observation",
        "../tenant-b/Observation",
        "/r4/tenant-b/Observation",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "urn:uuid:1",
        f"{BASE}/Obs\nervation",
        f"{BASE}/Obs\x00ervation",
        f"{BASE}/Obs ervation",
        "https://[::1",
        "https://ehr.example.test:port/r4/tenant-a/x",
    ],
)
def test_a_url_that_leads_or_may_lead_elsewhere_is_refused(url):
    assert not is_inside(BASE, url)


def test_a_query_only_link_goes_on_from_the_page_that_held_it():
    assert inside(BASE, "?page=2", f"{BASE}/Observation?x=1") == f"{BASE}/Observation?page=2"


@pytest.mark.parametrize("url", [f"{BASE}/Observation?a=1", f"{BASE}?_getpages=7", f"{BASE}/X"])
def test_what_a_cursor_carries_leads_back_to_the_same_url(url):
    assert absolute(BASE, relative(BASE, url)) == url
    assert absolute(f"{BASE}/", relative(f"{BASE}/", url)) == url


@pytest.mark.parametrize("text", ["../../other/x", "../tenant-b", "%2e%2e/x", "?a=\n"])
def test_a_forged_cursor_leads_nowhere(text):
    with pytest.raises(UrlRefused):
        absolute(BASE, text)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("L-90210044", True),
        ("489580643.0.-4.prsnl", True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("", False),
        (".", False),
        ("..", False),
        ("a/b", False),
        ("a?b", False),
        ("a%2fb", False),
        ("a\n", False),
        ("ä", False),
    ],
)
def test_an_id_has_the_form_that_fhir_gives_it(text, good):
    assert is_id(text) is good


def test_values_are_encoded_in_a_query():
    dates = ["ge2020-01-01T00:00:00+01:00", "lt2021"]
    pairs = flatten([("recipient:Group", "a,b"), ("identifier", "urn:x|A&B"), ("date", dates)])
    assert query(pairs) == (
        "recipient:Group=a,b&identifier=urn%3Ax%7CA%26B"
        "&date=ge2020-01-01T00%3A00%3A00%2B01%3A00&date=lt2021"
    )
